//! The desk, driven as the page drives it, without a browser.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "worker")]

use rrgscore_data::{MissingPolicy, ReadOptions, Task};
use rrgscore_judge::Metric as Judge;
use rrgscore_metrics::bertscore::Idf;
use rrgscore_metrics::bleu::{bleu2, tokens};
use rrgscore_scoring::job::{Done, Job, JobId, Outcome, Work};
use rrgscore_scoring::{Metric, Profile, Worker};
use rrgscore_web::protocol::{ExportFormat, FromDesk, Side, Sort, SortBy, ToAnnotator, ToDesk};
use rrgscore_web::worker::desk::{Attachment, Desk};

fn ask(desk: &mut Desk, message: ToDesk) -> Vec<FromDesk> {
    ask_with(desk, message, Attachment::default())
}

fn ask_with(desk: &mut Desk, message: ToDesk, attachment: Attachment<'_>) -> Vec<FromDesk> {
    let mut told = Vec::new();
    desk.handle(message, attachment, &mut |answer| told.push(answer));
    told
}

fn open(desk: &mut Desk, side: Side, text: &'static str) -> Vec<FromDesk> {
    let file: Box<dyn std::io::Read> = Box::new(text.as_bytes());
    let attachment = Attachment { file: Some((file, text.len() as u64)), bytes: None };
    ask_with(desk, ToDesk::Open { side, options: ReadOptions::default() }, attachment)
}

fn check(desk: &mut Desk) -> FromDesk {
    let ask_for = ToDesk::Check { task: Task::Report, missing: MissingPolicy::Refuse };
    ask(desk, ask_for).pop().unwrap()
}

fn run_to_end(desk: &mut Desk) {
    let mut worker = Worker::default();
    loop {
        match ask(desk, ToDesk::NextJob).pop().unwrap() {
            FromDesk::Job { job } => {
                let outcome = worker.handle(&job).unwrap();
                ask(desk, ToDesk::Accept { outcome });
            }
            FromDesk::Done => break,
            other => panic!("{other:?}"),
        }
    }
}

const PAIRS: &str = concat!(
    r#"{"id":"b","prediction":"no effusion","reference":"no effusion today"}"#,
    "\n",
    r#"{"id":"a","prediction":"heart normal","reference":"heart normal in size"}"#,
    "\n",
    r#"{"id":"C","prediction":"clear","reference":"opacity"}"#,
    "\n",
);

fn scored() -> Desk {
    let mut desk = Desk::default();
    open(&mut desk, Side::Predictions, PAIRS);
    assert!(matches!(check(&mut desk), FromDesk::Checked { studies: 3, .. }));
    let start = ToDesk::Start {
        profile: Profile::Rexrank,
        metrics: vec![Metric::named("bleu2").unwrap()],
        packs: Vec::new(),
    };
    assert!(matches!(ask(&mut desk, start)[..], [FromDesk::Started { .. }]));
    run_to_end(&mut desk);
    desk
}

fn rows(desk: &mut Desk, by: SortBy, descending: bool, filter: &str) -> Vec<String> {
    let ask_for = ToDesk::Rows {
        request: 7,
        sort: Sort { by, descending },
        filter: filter.to_owned(),
        from: 0,
        count: 10,
    };
    match ask(desk, ask_for).pop().unwrap() {
        FromDesk::Rows { request: 7, total, rows, .. } => {
            assert_eq!(total as usize, rows.len());
            rows.into_iter().map(|row| row.id).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_pair_list_is_scored_as_the_metric_scores_it() {
    let mut desk = scored();
    let FromDesk::Study { study } = ask(&mut desk, ToDesk::Study { place: 1 }).pop().unwrap()
    else {
        panic!("a study was asked for");
    };
    let direct = bleu2(&tokens("heart normal in size"), &tokens("heart normal")).score;
    assert_eq!(study.id, "a");
    assert_eq!(study.scores[0].1.as_ref().unwrap().as_ref().unwrap().value, direct);
}

#[test]
fn the_table_sorts_and_filters() {
    let mut desk = scored();
    assert_eq!(rows(&mut desk, SortBy::Place, false, ""), ["b", "a", "C"]);
    assert_eq!(rows(&mut desk, SortBy::Place, true, ""), ["C", "a", "b"]);
    assert_eq!(rows(&mut desk, SortBy::Id, false, ""), ["C", "a", "b"]);
    assert_eq!(rows(&mut desk, SortBy::Metric(0), false, "")[0], "C");
    assert_eq!(rows(&mut desk, SortBy::Id, false, "c"), ["C"]);
    assert!(rows(&mut desk, SortBy::Id, false, "nothing").is_empty());
}

#[test]
fn exports_hold_every_study() {
    let mut desk = scored();
    let export = ToDesk::Export { format: ExportFormat::ScoresCsv };
    let FromDesk::Exported { text, .. } = ask(&mut desk, export).pop().unwrap() else {
        panic!("an export was asked for");
    };
    let ids: Vec<&str> = text.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(ids, ["study_id", "b", "a", "C"]);
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_one_before_and_its_results() {
    let mut desk = scored();
    let told = open(&mut desk, Side::Predictions, "{\"a\": ");
    assert!(matches!(told[..], [FromDesk::OpenFailed { side: Side::Predictions, .. }]));
    assert!(matches!(check(&mut desk), FromDesk::Checked { studies: 3, .. }));
    assert_eq!(rows(&mut desk, SortBy::Place, false, "").len(), 3);
}

#[test]
fn the_sample_goes_the_whole_way() {
    let mut desk = Desk::default();
    for (side, name) in [(Side::Predictions, "model-b"), (Side::References, "sample-split")] {
        let told = ask(&mut desk, ToDesk::OpenSample { side, name: name.to_owned() });
        assert!(matches!(told[..], [FromDesk::Opened { .. }]), "{name}: {told:?}");
    }
    let FromDesk::Checked { alignment, studies } = check(&mut desk) else {
        panic!("the sample can be scored");
    };
    assert_eq!(studies, 40);
    assert!(alignment.pairs.is_empty(), "texts stay at the desk");
    assert_eq!(alignment.split.unwrap().key, "sample");
}

#[test]
fn questions_out_of_order_are_answered_with_words() {
    let mut desk = Desk::default();
    assert!(matches!(check(&mut desk), FromDesk::CheckFailed { .. }));
    let start = ToDesk::Start {
        profile: Profile::Rexrank,
        metrics: vec![Metric::named("bleu2").unwrap()],
        packs: Vec::new(),
    };
    assert!(matches!(ask(&mut desk, start)[..], [FromDesk::Error { .. }]));
    let export = ToDesk::Export { format: ExportFormat::SummaryJson };
    assert!(matches!(ask(&mut desk, export)[..], [FromDesk::Error { .. }]));
    let split = ToDesk::UseSplit { name: "none".to_owned() };
    assert!(matches!(ask(&mut desk, split)[..], [FromDesk::Error { .. }]));
}

#[test]
fn an_outcome_of_a_run_that_was_dropped_changes_nothing() {
    let mut desk = scored();
    let start = || ToDesk::Start {
        profile: Profile::Rexrank,
        metrics: vec![Metric::named("bleu2").unwrap()],
        packs: Vec::new(),
    };
    ask(&mut desk, start());
    let FromDesk::Job { job } = ask(&mut desk, ToDesk::NextJob).pop().unwrap() else {
        panic!("a job is planned");
    };
    let late = Worker::default().handle(&job).unwrap();
    ask(&mut desk, start());
    ask(&mut desk, ToDesk::NextJob);
    assert!(ask(&mut desk, ToDesk::Accept { outcome: late }).is_empty());
}

#[test]
fn a_run_goes_on_where_it_was_cancelled() {
    let report = "no effusion ".repeat(10_000);
    let lines = ["a", "b", "c", "d"]
        .map(|id| format!(r#"{{"id":"{id}","prediction":"{report}{id}","reference":"{report}"}}"#));
    let text: &'static str = Box::leak(lines.join("\n").into_boxed_str());
    let mut desk = Desk::default();
    open(&mut desk, Side::Predictions, text);
    check(&mut desk);
    ask(
        &mut desk,
        ToDesk::Start {
            profile: Profile::Rexrank,
            metrics: vec![Metric::named("bleu2").unwrap()],
            packs: Vec::new(),
        },
    );
    let mut worker = Worker::default();
    let mut next = |desk: &mut Desk| match ask(desk, ToDesk::NextJob).pop().unwrap() {
        FromDesk::Job { job } => worker.handle(&job).unwrap(),
        other => panic!("{other:?}"),
    };
    let first = next(&mut desk);
    ask(&mut desk, ToDesk::Accept { outcome: first });
    let lost = next(&mut desk);

    let FromDesk::Started { progress } = ask(&mut desk, ToDesk::Resume).pop().unwrap() else {
        panic!("the run goes on");
    };
    assert!(progress[0].done > 0 && progress[0].done < progress[0].total);
    let again = next(&mut desk);
    let places = |outcome: &Outcome| match &outcome.done {
        Done::Scores { scores } => scores.iter().map(|score| score.pair).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(places(&again), places(&lost), "what was under way is handed out again");
    // The job has kept its id: the outcome that comes first counts, the other is not awaited.
    let FromDesk::Progress { progress: after } =
        ask(&mut desk, ToDesk::Accept { outcome: lost }).pop().unwrap()
    else {
        panic!("the outcome is filed");
    };
    assert!(ask(&mut desk, ToDesk::Accept { outcome: again }).is_empty(), "too late");
    assert!(after[0].done > progress[0].done);
    run_to_end(&mut desk);
    assert_eq!(rows(&mut desk, SortBy::Place, false, ""), ["a", "b", "c", "d"]);
}

fn bring(desk: &mut Desk, metric: Judge, text: &str) -> FromDesk {
    let file: Box<dyn std::io::Read> = Box::new(text.as_bytes());
    let attachment = Attachment { file: Some((file, text.len() as u64)), bytes: None };
    ask_with(desk, ToDesk::OpenAnswers { metric }, attachment).pop().unwrap()
}

const GREEN: &str = concat!(
    r#"{"id":"b","response":"[Explanation]:\nx\n\n[Clinically Significant Errors]:\n(b) "#,
    r#"Missing: 1. y\n\n[Clinically Insignificant Errors]:\nNone\n\n[Matched Findings]:\n3. z"}"#,
    "\n",
    r#"{"id":"a","response":"SECRET"}"#,
    "\n",
);

#[test]
fn a_judges_answers_are_read_anew_for_every_policy_and_fill_their_column() {
    let mut desk = Desk::default();
    // Answers may come before the reports they are for.
    let told = bring(&mut desk, Judge::Green, GREEN);
    assert!(matches!(told, FromDesk::Answers { found: Ok(_), .. }), "{told:?}");
    open(&mut desk, Side::Predictions, PAIRS);
    let FromDesk::Answers { found: Err(problem), .. } = check(&mut desk) else {
        panic!("a study has no answer");
    };
    assert!(problem.by_policy && problem.message.contains("no GREEN answer: C."), "{problem:?}");
    let exclude = ToDesk::Check { task: Task::Report, missing: MissingPolicy::Exclude };
    let Some(FromDesk::Answers { found: Ok(found), .. }) = ask(&mut desk, exclude).pop() else {
        panic!("studies without an answer are left out");
    };
    assert_eq!((found.answered, found.unanswered.as_slice()), (2, &["C".to_owned()][..]));

    let start = ToDesk::Start {
        profile: Profile::Rexrank,
        metrics: vec![Metric::named("green").unwrap()],
        packs: Vec::new(),
    };
    assert!(matches!(ask(&mut desk, start)[..], [FromDesk::Started { .. }]));
    run_to_end(&mut desk);
    let export = |desk: &mut Desk, format| match ask(desk, ToDesk::Export { format }).pop() {
        Some(FromDesk::Exported { text, .. }) => text,
        other => panic!("{other:?}"),
    };
    let csv = export(&mut desk, ExportFormat::ScoresCsv);
    assert_eq!(csv, "study_id,green_score\nb,0.75\na,0\nC,\n");
    let judgements = export(&mut desk, ExportFormat::JudgementsCsv);
    assert!(judgements.contains("b,0.75,3,1,0,1,0,0,0,0,0,\n"), "{judgements}");
    let summary = export(&mut desk, ExportFormat::SummaryJson);
    assert!(summary.contains("missing-part") && !summary.contains("SECRET"), "{summary}");
}

#[test]
fn bad_answers_are_placed_and_do_not_start_a_run() {
    let mut desk = Desk::default();
    open(&mut desk, Side::Predictions, PAIRS);
    check(&mut desk);
    let FromDesk::Answers { found: Err(problem), .. } =
        bring(&mut desk, Judge::Fineradscore, "{\"id\":\"b\",\"response\":\"{}\"}\nSECRET")
    else {
        panic!("the second line is no JSON");
    };
    assert!(problem.message.contains("line 2") && !problem.message.contains("SECRET"));
    assert!(!problem.by_policy);
    let start = || ToDesk::Start {
        profile: Profile::Rexrank,
        metrics: vec![Metric::named("fineradscore").unwrap()],
        packs: Vec::new(),
    };
    assert!(matches!(ask(&mut desk, start())[..], [FromDesk::Error { .. }]));
    ask(&mut desk, ToDesk::ClearAnswers { metric: Judge::Fineradscore });
    assert!(matches!(ask(&mut desk, start())[..], [FromDesk::Error { .. }]));
}

#[test]
fn a_job_with_idf_weights_survives_the_way_to_an_annotator() {
    let idf = Idf::from_documents([[5, 7].as_slice(), &[5, 50_264]]);
    let metric = Metric::named("bertscore-idf").unwrap();
    let work = Work::Score { metric, idf: Some(idf.clone()), pairs: Vec::new() };
    let ask = ToAnnotator::Work { job: Box::new(Job { id: JobId(1), work }) };
    let text = serde_json::to_string(&ask).unwrap();
    let ToAnnotator::Work { job } = serde_json::from_str(&text).unwrap() else { panic!("{text}") };
    let Work::Score { idf: Some(read), .. } = job.work else { panic!("{text}") };
    assert_eq!(read, idf);
}
