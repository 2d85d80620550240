//! A run driven by threads: the same scores as in one thread, and an end when it is asked for.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rrgscore_data::{MissingPolicy, StudyPair};
use rrgscore_native::{PackModels, drive};
use rrgscore_scoring::job::{Failure, FailureKind};
use rrgscore_scoring::{Metric, Profile, Run, Settings, Worker};
use rrgscore_session::drive::Drive;

fn run(studies: usize, words: usize) -> Run {
    let text = |seed: usize| {
        let words = (0..words).map(|word| format!("w{}", (seed * 31 + word * 7) % 991));
        words.collect::<Vec<_>>().join(" ")
    };
    let pair =
        |at: usize| StudyPair { id: at.to_string(), reference: text(at), candidate: text(at + 1) };
    let settings = Settings {
        profile: Profile::Radeval,
        task: None,
        missing: MissingPolicy::Refuse,
        cleaning: None,
        metrics: ["bleu4-radeval", "rouge-l"].map(|id| Metric::named(id).unwrap()).to_vec(),
    };
    Run::new(settings, (0..studies).map(pair).collect::<Vec<_>>())
}

fn values(run: &Run) -> Vec<Option<f64>> {
    run.columns().iter().flat_map(|column| &column.cells).map(|cell| cell.value()).collect()
}

#[test]
fn any_number_of_threads_scores_the_same() {
    let mut worker = Worker::default();
    let work =
        |job: &_| worker.handle(job).map_err(|error| Failure::new(FailureKind::Worker, error));
    let watch = |_: &Run| ControlFlow::Continue(());
    let (alone, _) = Drive::run_here(run(60, 40), &BTreeSet::new(), work, watch);
    for threads in [0, 1, 5] {
        let seen = Cell::new(0);
        let (by_threads, problems) = drive(
            run(60, 40),
            &Arc::new(PackModels::default()),
            threads,
            || false,
            |_| {
                seen.set(seen.get() + 1);
            },
        );
        assert!(by_threads.is_complete() && problems.is_empty());
        assert_eq!(values(&by_threads), values(&alone));
        assert!(seen.get() > 0, "progress is told");
    }
}

#[test]
fn a_run_that_is_to_stop_ends_soon_with_what_was_scored() {
    let asked = Cell::new(None);
    let stop = || {
        asked.set(asked.get().or(Some(Instant::now())));
        true
    };
    let models = Arc::new(PackModels::default());
    let (stopped, _) = drive(run(4000, 600), &models, 2, stop, |_| ());
    let asked: Instant = asked.get().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    assert!(!stopped.is_complete());
    let (scored, open): (Vec<_>, Vec<_>) =
        values(&stopped).into_iter().partition(|value| value.is_some());
    assert!(!scored.is_empty() && !open.is_empty());
}
