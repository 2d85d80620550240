//! Reports without a sentence: the official RaTEScore drops them from its list and pairs what
//! follows with the wrong partner. That is not reproduced; here it is shown to be the only
//! difference.
#![cfg(feature = "worker")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;

use std::collections::BTreeMap;

use rrgscore_data::{MissingPolicy, StudyPair, Task};
use rrgscore_packs::Precision;
use rrgscore_parity::{Set, Tally, document, sentence_rules};
use rrgscore_scoring::job::Flag;
use rrgscore_scoring::run::Cell;
use rrgscore_scoring::summary::Provenance;
use rrgscore_scoring::{Metric, Profile, Settings, Summary};
use serde::Deserialize;

const FILE: &str = "e2e_ratescore_empty.json";

/// One call of the official scorer.
#[derive(Deserialize)]
struct Call {
    references: Vec<String>,
    candidates: Vec<String>,
    scores: Option<Vec<f64>>,
    raises: Option<String>,
}

/// The official code keeps sentences of three characters or more.
fn survives(report: &&String) -> bool {
    report.trim().len() >= 3
}

fn pair<'a>((at, (reference, candidate)): (usize, (&'a String, &'a String))) -> StudyPair {
    StudyPair { id: format!("s{at}"), reference: reference.clone(), candidate: candidate.clone() }
}

#[test]
fn a_report_without_a_sentence_scores_a_half_and_shifts_nothing() {
    let Some(shared) = common::shared() else { return };
    let models = shared.join("tiny_models");
    let Some(rules) = sentence_rules() else { return };
    let rules = vec![("rush_rules.tsv".to_owned(), rules.into_owned())];
    let packs = [
        common::pack_with(&models, "RaTE-NER-Deberta/model.safetensors", Precision::F32, rules),
        common::pack(&models, "BioLORD-2023-C/model.safetensors", Precision::F32),
    ];
    let settings = || Settings {
        profile: Profile::Rexrank,
        task: Some(Task::Report),
        missing: MissingPolicy::Empty,
        cleaning: None,
        // The package's default when the goldens were made.
        metrics: vec![Metric::named("ratescore-2025-05-long").unwrap()],
    };
    let scores = |pairs: Vec<StudyPair>| {
        let run = common::finished(settings(), pairs, &packs);
        let values: Vec<f64> =
            run.columns()[0].cells.iter().map(|cell| Cell::value(cell).unwrap()).collect();
        (values, Summary::of(&run, &Provenance::default()))
    };
    let calls: BTreeMap<String, Call> = document(FILE).unwrap();
    let mut tally = Tally::within("RaTEScore", "runs with reports without a sentence", FILE, 1e-5);
    for (name, call) in &calls {
        tally.fixture(Set::Official);
        let pairs = call.references.iter().zip(&call.candidates).enumerate().map(pair);
        let (ours, summary) = scores(pairs.collect());
        let empty =
            |at: usize| !(survives(&&call.references[at]) && survives(&&call.candidates[at]));
        let halves = (0..ours.len()).filter(|&at| empty(at)).collect::<Vec<_>>();
        assert!(!halves.is_empty() && halves.iter().all(|&at| ours[at] == 0.5), "{name}: {ours:?}");
        for flag in [Flag::NoEntities, Flag::NoSentence] {
            let counted = summary.metrics[0].flags[&flag];
            assert_eq!(counted as usize, halves.len(), "{name}");
        }

        let Some(official) = &call.scores else {
            assert!(call.raises.is_some(), "{name}");
            tally.leave_out();
            continue;
        };
        // What the official code compared: the survivors of each side, in order.
        let references = call.references.iter().filter(survives);
        let shifted = references.zip(call.candidates.iter().filter(survives)).enumerate().map(pair);
        let (shifted, _) = scores(shifted.collect());
        assert_eq!(shifted.len(), official.len(), "{name}");
        for (ours, official) in shifted.iter().zip(official) {
            tally.close(*ours, *official);
        }
    }
    tally.finish();
}
