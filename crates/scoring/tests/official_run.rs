//! The whole of CXR-Report-Metric's `calc_metric` on tiny checkpoints in the official formats,
//! against what the official code printed: every column of every study.
#![cfg(feature = "worker")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests read goldens, and fail by panicking"
)]

mod common;

use std::fs;

use rrgscore_data::{MissingPolicy, StudyPair, Task};
use rrgscore_packs::Precision;
use rrgscore_scoring::metric::{Encoder, RadCliqVersion};
use rrgscore_scoring::run::Cell;
use rrgscore_scoring::summary::Provenance;
use rrgscore_scoring::{Metric, Profile, Settings, Summary};
use serde_json::Value;

const PROFILE: Profile = Profile::Rexrank;
/// The columns and where the golden keeps their values.
const COLUMNS: [(Metric, &str); 7] = [
    (Metric::Bleu2, "/bleu2"),
    (
        Metric::BertScore { encoder: Encoder::Distilroberta, idf: false },
        "/bertscore_rescaled/idf_off/2",
    ),
    (
        Metric::BertScore { encoder: Encoder::Distilroberta, idf: true },
        "/bertscore_rescaled/idf_on/2",
    ),
    (Metric::SembScore { profile: PROFILE }, "/semb_score"),
    (Metric::RadGraphF1 { profile: PROFILE }, "/radgraph_combined"),
    (Metric::RadCliq { version: RadCliqVersion::V0, profile: PROFILE }, "/radcliq_v0/idf_off"),
    (Metric::RadCliq { version: RadCliqVersion::V1, profile: PROFILE }, "/radcliq_v1/idf_off"),
];

#[test]
fn equals_the_official_run() {
    let Some(shared) = common::shared() else { return };
    let models = shared.join("tiny_models");
    let packs = ["distilroberta-base/model.safetensors", "chexbert.pth", "physionet_model.tar.gz"]
        .map(|checkpoint| common::pack(&models, checkpoint, Precision::F32));
    let text = fs::read_to_string(shared.join("dev/e2e_calc_metric.jsonl")).unwrap();
    let golden: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let field = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let pairs = golden
        .iter()
        .map(|row| StudyPair {
            id: field(row, "id"),
            reference: field(row, "reference"),
            candidate: field(row, "candidate"),
        })
        .collect();
    let settings = Settings {
        profile: PROFILE,
        task: Task::Report,
        missing: MissingPolicy::Refuse,
        metrics: COLUMNS.map(|(metric, _)| metric).to_vec(),
    };
    let run = common::finished(settings, pairs, &packs);
    for (column, (metric, place)) in run.columns().iter().zip(COLUMNS) {
        let mut worst = 0f64;
        for (cell, row) in column.cells.iter().zip(&golden) {
            let official = row.pointer(place).and_then(Value::as_f64).unwrap();
            let Cell::Scored(scored) = cell else { panic!("{metric}: {cell:?}") };
            let distance = (scored.value - official).abs();
            assert!(distance < 1e-5, "{metric}, {}: {} for {official}", row["id"], scored.value);
            worst = worst.max(distance);
        }
        println!("{metric}: {} studies, farthest {worst:.1e}", golden.len());
    }
    let text = fs::read_to_string(shared.join("dev/e2e_calc_metric_summary.json")).unwrap();
    let means: Value = serde_json::from_str(&text).unwrap();
    let summary = Summary::of(&run, &Provenance::default());
    for metric in &summary.metrics {
        let Some(official) = means["use_idf_false"][&metric.column].as_f64() else { continue };
        let ours = metric.mean.unwrap();
        assert!((ours - official).abs() < 1e-5, "{}: {ours} for {official}", metric.label);
    }
    // Random models come out better than perfect: the mean is negative, its reciprocal refused.
    let v1 = summary.metrics.iter().find(|metric| metric.column == "RadCliQ-v1").unwrap();
    assert!(v1.reciprocal.as_ref().unwrap().refused.is_some());
}
