//! A run's results do not depend on how its jobs are done: in which order, by how many workers,
//! with how many restarts. Scores are compared with the metric's own function, called directly.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "worker")]

use proptest::prelude::*;
use rrgscore_annotations::NUMERICS;
use rrgscore_data::{MissingPolicy, StudyPair, Task};
use rrgscore_metrics::bleu::{bleu2, tokens};
use rrgscore_scoring::job::{Done, Failure, FailureKind};
use rrgscore_scoring::run::{AcceptError, Cell};
use rrgscore_scoring::summary::{PackRef, Provenance};
use rrgscore_scoring::{Metric, Next, Profile, Purpose, Run, Settings, Summary, Worker};

const WORDS: [&str; 6] = ["no", "effusion", "heart", "normal.", "left", "opacity."];

/// The column of an id.
fn metric(id: &str) -> Metric {
    Metric::named(id).unwrap()
}

fn settings() -> Settings {
    Settings {
        profile: Profile::Rexrank,
        task: Some(Task::Report),
        missing: MissingPolicy::Refuse,
        cleaning: None,
        metrics: vec![metric("bleu2")],
    }
}

fn report() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..5).prop_map(|words| words.join(" "))
}

fn pairs() -> impl Strategy<Value = Vec<StudyPair>> {
    let texts = prop::collection::vec((report(), report()), 0..60);
    texts.prop_map(|texts| {
        let pair = |(place, (reference, candidate)): (usize, (String, String))| StudyPair {
            id: format!("study-{place}"),
            reference,
            candidate,
        };
        texts.into_iter().enumerate().map(pair).collect()
    })
}

fn expected(pairs: &[StudyPair]) -> Vec<Option<f64>> {
    let score = |pair: &StudyPair| bleu2(&tokens(&pair.reference), &tokens(&pair.candidate)).score;
    pairs.iter().map(|pair| Some(score(pair))).collect()
}

fn values(run: &Run) -> Vec<Option<f64>> {
    run.columns()[0].cells.iter().map(Cell::value).collect()
}

proptest! {
    #[test]
    fn any_order_of_outcomes_gives_the_direct_scores(
        pairs in pairs(),
        choices in prop::collection::vec(0u8..4, 0..200),
    ) {
        let direct = expected(&pairs);
        let mut run = Run::new(settings(), pairs);
        let mut worker = Worker::default();
        let mut out = Vec::new();
        let mut choices = choices.into_iter();
        loop {
            match choices.next() {
                // Give a job up and let it be handed out again.
                Some(0) if !out.is_empty() => {
                    let job: Box<rrgscore_scoring::Job> = out.swap_remove(0);
                    run.requeue(job.id);
                }
                // Do the job that has waited longest, or the one that came last.
                Some(choice @ 1..=2) if !out.is_empty() => {
                    let place = if choice == 1 { 0 } else { out.len() - 1 };
                    let job = out.remove(place);
                    run.accept(worker.handle(&job).unwrap()).unwrap();
                }
                _ => match run.next_job() {
                    Next::Job(job) => out.push(job),
                    Next::Wait => {
                        let job = out.remove(0);
                        run.accept(worker.handle(&job).unwrap()).unwrap();
                    }
                    Next::Done => break,
                },
            }
        }
        prop_assert!(run.is_complete());
        prop_assert_eq!(values(&run), direct);
        let progress = run.progress()[0];
        prop_assert_eq!(progress.done, progress.total);
        prop_assert_eq!(progress.cost_done, progress.cost_total);
    }
}

fn two_studies() -> Vec<StudyPair> {
    let pair = |id: &str| StudyPair {
        id: id.to_owned(),
        reference: "no effusion".to_owned(),
        candidate: "effusion".to_owned(),
    };
    vec![pair("a"), pair("b")]
}

#[test]
fn an_outcome_counts_once() {
    let mut run = Run::new(settings(), two_studies());
    let Next::Job(job) = run.next_job() else { panic!("a job is planned") };
    assert!(matches!(run.next_job(), Next::Wait));
    let outcome = Worker::default().handle(&job).unwrap();
    run.accept(outcome.clone()).unwrap();
    assert_eq!(run.accept(outcome), Err(AcceptError::NotAwaited(job.id.0)));
    assert!(matches!(run.next_job(), Next::Done));
}

#[test]
fn an_outcome_that_does_not_answer_its_job_fails_it_and_the_run_ends() {
    let mut run = Run::new(settings(), two_studies());
    let Next::Job(job) = run.next_job() else { panic!("a job is planned") };
    let right = Worker::default().handle(&job).unwrap();
    let mut wrong = right.clone();
    wrong.done = Done::Scores { scores: Vec::new() };
    assert_eq!(run.accept(wrong), Err(AcceptError::Mismatch(job.id.0)));
    assert!(matches!(run.next_job(), Next::Done));
    assert!(run.is_complete());
    let Cell::Failed(failure) = &run.columns()[0].cells[0] else { panic!("it has no score") };
    assert_eq!(failure.kind, FailureKind::Worker);
    assert_eq!(run.accept(right), Err(AcceptError::NotAwaited(job.id.0)));
}

#[test]
fn a_failed_job_leaves_its_studies_without_a_score_and_ends_the_run() {
    let mut run = Run::new(settings(), two_studies());
    let Next::Job(job) = run.next_job() else { panic!("a job is planned") };
    run.fail(job.id, &Failure::new(FailureKind::Worker, "the worker stopped"));
    assert!(matches!(run.next_job(), Next::Done));
    assert!(run.is_complete());
    assert_eq!(values(&run), [None, None]);
}

#[test]
fn runs_with_ranges_of_their_own_do_not_take_each_others_outcomes() {
    let mut first = Run::new(settings(), two_studies()).numbered_from(1 << 32);
    let mut second = Run::new(settings(), two_studies()).numbered_from(2 << 32);
    let Next::Job(job) = first.next_job() else { panic!("a job is planned") };
    let Next::Job(_) = second.next_job() else { panic!("a job is planned") };
    let outcome = Worker::default().handle(&job).unwrap();
    assert_eq!(second.accept(outcome), Err(AcceptError::NotAwaited(1 << 32)));
}

/// The command line finds packs by their files' names, the page by what they serve: a summary of
/// the one must be verified by the other.
#[test]
fn the_signature_does_not_depend_on_the_order_in_which_packs_were_found() {
    let pack = |purpose: Purpose, id: &str| PackRef {
        purpose,
        name: "model".to_owned(),
        precision: "f32".to_owned(),
        id: id.to_owned(),
    };
    let mut packs =
        vec![pack(Purpose::Chexbert, "0a"), pack(Purpose::BertscoreDistilroberta, "0b")];
    let metrics = vec![metric("bertscore"), metric("semb")];
    let run = Run::new(Settings { metrics, ..settings() }, Vec::new());
    let of = |packs: &[PackRef]| {
        Summary::of(&run, &Provenance { packs: packs.to_vec(), ..Provenance::default() })
    };
    let forth = of(&packs);
    packs.reverse();
    let back = of(&packs);
    let signature = &forth.signature;
    assert!(signature.contains("|pack:model-f32@0b|pack:model-f32@0a|"), "{signature}");
    // What computed the numbers is named by a number that moves with them.
    assert!(signature.contains(&format!("|numerics:{NUMERICS}|")), "{signature}");
    assert!(!signature.contains("engine:"), "{signature}");
    assert_eq!((forth.signature, forth.packs), (back.signature, back.packs));
}

#[test]
fn a_job_that_comes_back_undone_is_handed_out_next_under_its_id() {
    let text = "w ".repeat(20_001);
    let pair = |id: &str| StudyPair {
        id: id.to_owned(),
        reference: format!("{text} {id}"),
        candidate: text.clone(),
    };
    let mut run = Run::new(settings(), vec![pair("1"), pair("2"), pair("3")]);
    let mut next = || match run.next_job() {
        Next::Job(job) => job.id,
        other => panic!("{other:?}"),
    };
    let jobs = [next(), next()];
    run.requeue(jobs[0]);
    let mut next = || match run.next_job() {
        Next::Job(job) => job.id,
        other => panic!("{other:?}"),
    };
    assert_eq!(next(), jobs[0]);
    assert!(!jobs.contains(&next()));
}
