//! The whole of CXR-Report-Metric's `calc_metric` on tiny checkpoints in the official formats,
//! against what the official code printed: every column of every study.
#![cfg(feature = "worker")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod common;

use rrgscore_data::{MissingPolicy, StudyPair, Task};
use rrgscore_metrics::radcliq::{self, Components, RadcliqVersion};
use rrgscore_packs::Precision;
use rrgscore_parity::{Set, Tally, document, number, shared_lines};
use rrgscore_scoring::job::Reasons;
use rrgscore_scoring::run::{Cell, Column};
use rrgscore_scoring::summary::Provenance;
use rrgscore_scoring::{Metric, Profile, Settings, Summary};
use serde_json::Value;

const PROFILE: Profile = Profile::Rexrank;
const FILE: &str = "e2e_calc_metric.jsonl";

/// The columns, what docs/parity.md calls them, and where the golden keeps their values.
const COLUMNS: [(&str, [&str; 2], &str); 7] = [
    ("bleu2", ["BLEU-2", "column of a whole run"], "/bleu2"),
    ("bertscore", ["BERTScore", "column of a whole run"], "/bertscore_rescaled/idf_off/2"),
    (
        "bertscore-idf",
        ["BERTScore", "column of a whole run, idf on"],
        "/bertscore_rescaled/idf_on/2",
    ),
    ("semb", ["SembScore", "column of a whole run"], "/semb_score"),
    ("radgraph-f1", ["RadGraph", "column of a whole run"], "/radgraph_combined"),
    ("radcliq-v0", ["RadCliQ", "column of a whole run, v0"], "/radcliq_v0/idf_off"),
    ("radcliq-v1", ["RadCliQ", "column of a whole run, v1"], "/radcliq_v1/idf_off"),
];

#[test]
fn equals_the_official_run() {
    let Some(shared) = common::shared() else { return };
    let models = shared.join("tiny_models");
    let packs = ["distilroberta-base/model.safetensors", "chexbert.pth", "physionet_model.tar.gz"]
        .map(|checkpoint| common::pack(&models, checkpoint, Precision::F32));
    let golden: Vec<Value> = shared_lines(FILE);
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
        task: Some(Task::Report),
        missing: MissingPolicy::Refuse,
        cleaning: None,
        metrics: COLUMNS.map(|(id, ..)| Metric::named(id).unwrap()).to_vec(),
    };
    let run = common::finished(settings, pairs, &packs);
    for (column, (metric, [section, what], place)) in run.columns().iter().zip(COLUMNS) {
        let mut tally = Tally::within(section, what, FILE, 1e-5);
        for (cell, row) in column.cells.iter().zip(&golden) {
            let Cell::Scored(scored) = cell else { panic!("{metric}: {cell:?}") };
            tally.fixture(Set::Official);
            tally.close(scored.value, number(row.pointer(place).unwrap()));
        }
        tally.finish();
    }
    check_parts(run.columns(), &golden);
    let means: Value = document("e2e_calc_metric_summary.json").unwrap();
    let summary = Summary::of(&run, &Provenance::default());
    let mut tally = Tally::within(
        "Means and intervals",
        "column means of a whole run",
        "e2e_calc_metric_summary.json",
        1e-5,
    );
    for metric in &summary.metrics {
        let Some(official) = means["use_idf_false"][&metric.column].as_f64() else { continue };
        tally.fixture(Set::Official);
        tally.close(metric.mean.unwrap(), official);
    }
    tally.finish();
    // Random models come out better than perfect: the mean is negative, its reciprocal refused.
    let v1 = summary.metrics.iter().find(|metric| metric.column == "RadCliQ-v1").unwrap();
    assert!(v1.reciprocal.as_ref().unwrap().refused.is_some());
}

/// What the columns are made of: the F1 of entities and of relations, and RadCliQ of BERTScore
/// with idf, which the product does not offer under that name.
fn check_parts(columns: &[Column], golden: &[Value]) {
    let mut f1 = Tally::within("RadGraph", "entity and relation F1 of a whole run", FILE, 1e-5);
    let mut radcliq = Tally::within("RadCliQ", "v0 and v1 of BERTScore with idf", FILE, 1e-5);
    for (study, row) in golden.iter().enumerate() {
        let [bleu, _, bertscore, semb, radgraph, ..] = columns else { panic!("seven columns") };
        let Cell::Scored(scored) = &radgraph.cells[study] else { panic!("no RadGraph-F1") };
        let Reasons::RadGraphF1(reasons) = &scored.reasons else { panic!("no graphs") };
        f1.fixture(Set::Official);
        f1.close(reasons.entity.f1, number(&row["radgraph_entity_f1"]));
        f1.close(reasons.relation.f1, number(&row["radgraph_relation_f1"]));
        let value = |column: &Column| column.cells[study].value().unwrap();
        let components = Components {
            radgraph_combined: value(radgraph),
            bertscore: value(bertscore),
            semb_score: value(semb),
            bleu_score: value(bleu),
        };
        radcliq.fixture(Set::Official);
        for (field, version) in
            [("radcliq_v0", RadcliqVersion::V0), ("radcliq_v1", RadcliqVersion::V1)]
        {
            let found = radcliq::radcliq(&components, version).unwrap().score;
            radcliq.close(found, number(&row[field]["idf_on"]));
        }
    }
    f1.finish();
    radcliq.finish();
}
