//! Empty, long and non-ASCII reports through packs of the project's own tiny checkpoints: the
//! rules of docs/parity.md, and that the summary counts them.
#![cfg(feature = "worker")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use rrgscore_data::{MissingPolicy, StudyPair, Task};
use rrgscore_metrics::radcliq::{Components, RadcliqVersion, radcliq};
use rrgscore_packs::Precision;
use rrgscore_scoring::job::Flag;
use rrgscore_scoring::summary::{Provenance, TextCounts};
use rrgscore_scoring::{Metric, Profile, Run, Settings, Summary};

const PROFILE: Profile = Profile::Rexrank;
const METRICS: [&str; 6] = ["bleu2", "bertscore", "semb", "radgraph-f1", "radcliq-v1", "ratescore"];
/// Places in `METRICS`.
const BLEU: usize = 0;
const BERT: usize = 1;
const SEMB: usize = 2;
const RADGRAPH: usize = 3;
const RADCLIQ: usize = 4;
const RATESCORE: usize = 5;

/// What the official code gives a pair with an empty side (e2e_long.json): raw 0, rescaled.
const EMPTY_BERTSCORE: f64 = -5.550_156;

/// Places in `pairs`.
const EMPTY_CANDIDATE: usize = 0;
const BOTH_EMPTY: usize = 1;
const WHITE_REFERENCE: usize = 2;
const LONG: usize = 3;
const NOT_ASCII: usize = 4;

fn pairs() -> Vec<StudyPair> {
    let words = "No focal consolidation, effusion or pneumothorax. The heart is mildly enlarged. ";
    let long = words.repeat(2_000 / words.split(' ').count() + 20);
    let odd = "Caf\u{e9}-au-lait \u{2013} no pneumoth\u{f6}rax \u{1fac1}. Nodule of 5 \u{b5}m.";
    let of = |reference: &str, candidate: &str| (reference.to_owned(), candidate.to_owned());
    let texts = [
        of("The heart is normal.", ""),
        of("", ""),
        of(" \n\u{a0}", "Clear lungs."),
        of(&long, "Clear lungs. Normal heart."),
        of(odd, odd),
    ];
    let pair = |(place, (reference, candidate))| StudyPair {
        id: format!("s{place}"),
        reference,
        candidate,
    };
    texts.into_iter().enumerate().map(pair).collect()
}

fn run() -> Run {
    let folder = common::own_checkpoints();
    let packs = [
        "distilroberta-base/model.safetensors",
        "chexbert.pth",
        "radgraph.tar.gz",
        "RaTE-NER-Deberta/model.safetensors",
        "BioLORD-2023-C/model.safetensors",
    ]
    .map(|checkpoint| common::pack(&folder, checkpoint, Precision::F32));
    let settings = Settings {
        profile: PROFILE,
        task: Some(Task::Report),
        missing: MissingPolicy::Empty,
        cleaning: None,
        metrics: METRICS.map(|id| Metric::named(id).unwrap()).to_vec(),
    };
    common::finished(settings, pairs(), &packs)
}

#[test]
fn edge_cases_are_counted() {
    let run = run();
    let value = |column: usize, place: usize| run.columns()[column].cells[place].value().unwrap();
    for place in [EMPTY_CANDIDATE, BOTH_EMPTY, WHITE_REFERENCE] {
        assert_eq!(value(BLEU, place), 0.0, "pair {place}");
        assert!((value(BERT, place) - EMPTY_BERTSCORE).abs() < 1e-5, "pair {place}");
        assert_eq!(value(RADGRAPH, place), 0.0, "pair {place}");
        assert_eq!(value(RATESCORE, place), 0.5, "pair {place}");
        let components = Components {
            radgraph_combined: 0.0,
            bertscore: value(BERT, place),
            semb_score: value(SEMB, place),
            bleu_score: 0.0,
        };
        let official = radcliq(&components, RadcliqVersion::V1).unwrap().score;
        assert!((value(RADCLIQ, place) - official).abs() < 1e-12, "pair {place}");
    }
    // The same text is the same text, whatever its letters.
    for (column, tolerance) in [(BLEU, 1e-12), (BERT, 1e-5), (SEMB, 1e-6)] {
        assert!((value(column, NOT_ASCII) - 1.0).abs() < tolerance);
    }
    assert!((value(SEMB, BOTH_EMPTY) - 1.0).abs() < 1e-6);
    assert!(value(BERT, LONG).is_finite() && value(RADGRAPH, LONG).is_finite());

    let summary = Summary::of(&run, &Provenance::default());
    let texts = TextCounts { empty_references: 2, empty_candidates: 2, non_ascii: 2, long: 1 };
    assert_eq!(summary.texts, texts);
    assert_eq!(summary.texts.facts().len(), 4);
    let truncated: Vec<u32> = summary.metrics.iter().map(|metric| metric.truncated).collect();
    assert_eq!(truncated, [0, 1, 1, 0, 1, 0]);
    let counted =
        |column: usize, flag: Flag| summary.metrics[column].flags.get(&flag).copied().unwrap_or(0);
    assert_eq!(counted(RADGRAPH, Flag::EmptyCandidate), 2);
    assert_eq!(counted(RADGRAPH, Flag::EmptyReference), 2);
    assert_eq!(counted(RADGRAPH, Flag::Chunked), 1);
    assert!(counted(RADGRAPH, Flag::NoRelations) >= 3);
    assert!(counted(RATESCORE, Flag::NoEntities) >= 3);
    assert!(summary.metrics.iter().all(|metric| metric.failed == 0));
}
