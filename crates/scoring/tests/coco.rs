//! The profile `coco` as a whole: a run's columns and its values of the set against pycocoevalcap.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "worker")]

use rrgscore_data::{MissingPolicy, StudyPair};
use rrgscore_parity::{Tally, number, numbers, records};
use rrgscore_scoring::metric::{Available, USUAL, select};
use rrgscore_scoring::run::Cell;
use rrgscore_scoring::summary::Provenance;
use rrgscore_scoring::{Next, Profile, Run, Settings, Summary, Worker};
use serde_json::Value;

fn run(pairs: Vec<StudyPair>) -> Run {
    let selected = select(&[USUAL], Profile::Coco, &Available::default()).unwrap();
    let settings = Settings {
        profile: Profile::Coco,
        task: None,
        missing: MissingPolicy::Refuse,
        cleaning: None,
        metrics: selected.metrics,
    };
    let mut run = Run::new(settings, pairs);
    let mut worker = Worker::default();
    while let Next::Job(job) = run.next_job() {
        run.accept(worker.handle(&job).unwrap()).unwrap();
    }
    run
}

/// Scores as small as 1e-17 are compared relatively.
fn relative(tally: &mut Tally, ours: f64, official: f64) {
    match official {
        0.0 => tally.close(ours, official),
        _ => tally.close(ours / official, 1.0),
    }
}

#[test]
fn a_run_gives_the_official_values_of_studies_and_set() {
    let mut tally = Tally::within("COCO", "columns and set of a run", "coco.jsonl", 1e-12);
    for golden in records("coco.jsonl") {
        tally.at(&golden);
        let record = &golden.value;
        let side = |name: &str| -> Vec<String> {
            let tokenized = record.get(format!("tokenized_{name}"));
            serde_json::from_value(tokenized.unwrap_or(&record[name]).clone()).unwrap()
        };
        let texts = side("references").into_iter().zip(side("candidates"));
        let pair = |(i, (reference, candidate)): (usize, (String, String))| StudyPair {
            id: i.to_string(),
            reference,
            candidate,
        };
        let run = run(texts.enumerate().map(pair).collect());
        let summary = Summary::of(&run, &Provenance::default());
        for (column, told) in run.columns().iter().zip(&summary.metrics) {
            let values = column.cells.iter().map(Cell::value);
            let (official, set): (&Value, Option<&Value>) = match column.metric.id() {
                "coco-rouge-l" => (&record["rouge_l"]["per_pair"], None),
                "coco-cider" => (&record["cider"]["per_pair"], Some(&record["cider"]["corpus"])),
                bleu => {
                    let order = bleu.strip_prefix("coco-bleu").unwrap().parse::<usize>().unwrap();
                    let bleu = &record["bleu"];
                    (&bleu["per_pair"][order - 1], Some(&bleu["corpus"][order - 1]))
                }
            };
            if official.is_null() {
                assert!(values.into_iter().all(|value| value.is_none()), "{}", golden.place);
                assert_eq!(told.of_set, None);
                continue;
            }
            for (ours, official) in values.zip(numbers(official)) {
                relative(&mut tally, ours.unwrap(), official);
            }
            match set {
                Some(official) => relative(&mut tally, told.of_set.unwrap(), number(official)),
                None => assert_eq!(told.of_set, None),
            }
        }
    }
    tally.finish();
}
