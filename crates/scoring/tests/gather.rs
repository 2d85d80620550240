//! Rows that were scored apart, gathered: the summary and the counts of one run over all of them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(feature = "worker")]

use rrgscore_data::{Counts, MissingPolicy, StudyPair};
use rrgscore_scoring::metric::{Available, select};
use rrgscore_scoring::shard::{GatherError, Gathering, MergedRun, RowResults, row_results};
use rrgscore_scoring::summary::Provenance;
use rrgscore_scoring::{Next, Profile, Run, ScoredSet, Settings, Summary, Worker};

fn pairs(range: std::ops::Range<usize>) -> Vec<StudyPair> {
    let text = |at: usize| format!("No effusion of {} cm. {}", at % 7, "Clear. ".repeat(at % 3));
    let pair = |at: usize| StudyPair {
        id: format!("s{at}"),
        reference: text(at),
        candidate: if at.is_multiple_of(5) { String::new() } else { text(at * 3) + "é" },
    };
    range.map(pair).collect()
}

fn scored(metrics: &[&str], pairs: Vec<StudyPair>) -> Run {
    let selected = select(metrics, Profile::Rexrank, &Available::default()).unwrap();
    let missing = MissingPolicy::Empty;
    let profile = Profile::Rexrank;
    let settings =
        Settings { profile, task: None, missing, metrics: selected.metrics, cleaning: None };
    let mut run = Run::new(settings, pairs);
    let mut worker = Worker::default();
    while let Next::Job(job) = run.next_job() {
        run.accept(worker.handle(&job).unwrap()).unwrap();
    }
    run
}

fn rows(metrics: &[&str], range: std::ops::Range<usize>) -> RowResults {
    row_results(&scored(metrics, pairs(range)), &Provenance::default()).unwrap()
}

fn gathered(parts: &[RowResults], counts: Counts) -> Result<MergedRun, GatherError> {
    let mut gathering = Gathering::new(&parts[0].facts)?;
    for part in parts {
        for study in &part.studies {
            gathering.add(&part.facts, study)?;
        }
    }
    gathering.finish(counts)
}

#[test]
fn rows_that_were_scored_apart_are_one_run() {
    let metrics = ["bleu2", "bleu4-radeval", "rouge-l"];
    let one = scored(&metrics, pairs(0..60));
    let counts = Counts { scored: 60, ..Counts::default() };
    let cuts = [0..1, 1..13, 13..59, 59..60].map(|range| rows(&metrics, range));
    let merged = gathered(&cuts, counts).unwrap();
    assert!(merged.ids().eq(one.ids()));
    for (ours, theirs) in merged.columns().iter().zip(ScoredSet::columns(&one)) {
        let values = |cells: &[rrgscore_scoring::run::Cell]| -> Vec<Option<u64>> {
            cells.iter().map(|cell| cell.value().map(f64::to_bits)).collect()
        };
        assert_eq!(values(&ours.cells), values(&theirs.cells));
    }
    // Values of the set, intervals and counts of texts as well; the input is named as it came.
    let whole = Summary::of(&one, &Provenance { counts, ..Provenance::default() });
    let mut ours = Summary::of(&merged, merged.provenance());
    assert_eq!(ours.inputs.len(), 1);
    ours.inputs.clear();
    assert_eq!(serde_json::to_string(&ours).unwrap(), serde_json::to_string(&whole).unwrap());
    assert!(ours.texts.empty_candidates > 0 && ours.texts.non_ascii > 0);
}

#[test]
fn rows_of_another_run_or_version_and_damaged_ones_are_refused() {
    let counts = Counts::default();
    let [bleu, rouge] = [["bleu2"], ["rouge-l"]].map(|metrics| rows(&metrics, 0..3));
    let error = gathered(&[bleu.clone(), rouge], counts).unwrap_err();
    assert_eq!(error, GatherError::OtherRun { row: 4, what: "the metrics" });
    let other = |from: &str, to: &str| RowResults {
        facts: bleu.facts.replace(from, to),
        studies: bleu.studies.clone(),
    };
    let version = format!("\"version\":\"{}\"", rrgscore_scoring::VERSION);
    let older = other(&version, "\"version\":\"0.0.1\"");
    let error = gathered(&[bleu.clone(), older], counts).unwrap_err();
    assert_eq!(error, GatherError::OtherVersion { row: 4, version: "0.0.1".to_owned() });
    for damaged in ["", "{}", "[1]", "null"] {
        assert!(Gathering::new(damaged).is_err(), "{damaged}");
        let mut gathering = Gathering::new(&bleu.facts).unwrap();
        let error = gathering.add(&bleu.facts, damaged).unwrap_err();
        assert_eq!(error, GatherError::Damaged { row: 1 });
    }
    let nothing = Gathering::new(&bleu.facts).unwrap().finish(counts);
    assert_eq!(nothing.unwrap_err(), GatherError::NoRow);
}
