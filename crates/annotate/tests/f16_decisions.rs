//! f16 packs decide as the f32 packs of the same checkpoints do, unless a decision is close.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "official/mod.rs"]
mod official;
mod own;

use own::packs::{CHEXBERT, MODERN_RADGRAPH_XL, PHYSIONET, RADGRAPH, RADGRAPH_XL, build};
use rrgscore_annotate::{Chexbert, Radgraph};
use rrgscore_packs::Pack;
use rrgscore_packs::Precision::{F16, F32};
use rrgscore_parity::shared_lines;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Where the f32 pack's two best choices are closer than this, rounding may choose between them.
const MARGIN: f32 = 1e-3;

#[derive(Deserialize)]
struct Pair {
    reference: String,
    candidate: String,
}

/// The reports that the official runs were given.
fn official_reports() -> Vec<String> {
    let runs = ["e2e_calc_metric.jsonl", "e2e_radgraph.jsonl", "e2e_radgraph_xl.jsonl"];
    let pairs = runs.into_iter().flat_map(shared_lines::<Pair>);
    let reports: BTreeSet<String> =
        pairs.flat_map(|pair| [pair.reference, pair.candidate]).collect();
    reports.into_iter().collect()
}

#[derive(Deserialize)]
struct Goldens {
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

/// The reports of the project's own goldens.
fn own_reports() -> Vec<String> {
    let goldens = [include_str!("goldens/chexbert.json"), include_str!("goldens/radgraph.json")];
    let texts = goldens.into_iter().flat_map(|json| {
        let goldens: Goldens = serde_json::from_str(json).unwrap();
        goldens.texts
    });
    let reports: BTreeSet<String> = texts.map(|text| text.text).collect();
    reports.into_iter().collect()
}

/// Labels are equal on at least so many reports, and on all whose decisions are not close.
fn check_labels(reference: &Pack, half: &Pack, reports: &[String], at_least: usize) {
    let model = Chexbert::from_pack(reference).unwrap();
    let other = Chexbert::from_pack(half).unwrap();
    let mut clear = 0;
    for (place, report) in reports.iter().enumerate() {
        let found = model.annotate(report).unwrap();
        if official::margin(&found) < MARGIN {
            continue;
        }
        clear += 1;
        let labels = other.annotate(report).unwrap().annotation.labels;
        assert!(found.annotation.labels == labels, "labels of report {place}");
    }
    assert!(clear >= at_least, "{clear} of {} are clear", reports.len());
}

/// The same for whole graphs.
fn check_graphs(name: &str, reference: &Pack, half: &Pack, reports: &[String], at_least: usize) {
    let model = Radgraph::from_pack(reference).unwrap();
    let other = Radgraph::from_pack(half).unwrap();
    let mut clear = 0;
    for (place, report) in reports.iter().enumerate() {
        let Some(found) = model.annotate(report).unwrap() else { continue };
        if found.min_margin < MARGIN {
            continue;
        }
        clear += 1;
        let graph = other.annotate(report).unwrap().unwrap().annotation.graph;
        assert!(found.annotation.graph == graph, "{name}: the graph of report {place}");
    }
    assert!(clear >= at_least, "{name}: {clear} of {} are clear", reports.len());
}

#[test]
fn labels_of_our_own_checkpoint() {
    check_labels(&build(&CHEXBERT, F32), &build(&CHEXBERT, F16), &own_reports(), 30);
}

#[test]
fn graphs_of_our_own_checkpoints() {
    for checkpoint in [&RADGRAPH, &RADGRAPH_XL, &PHYSIONET, &MODERN_RADGRAPH_XL] {
        let (reference, half) = (build(checkpoint, F32), build(checkpoint, F16));
        check_graphs(checkpoint.name, &reference, &half, &own_reports(), 15);
    }
}

#[test]
fn labels_of_the_official_run() {
    let reports = official_reports();
    if reports.is_empty() {
        return;
    }
    let of = |precision| official::pack_at(&["chexbert.pth", "bert-base-uncased"], precision);
    check_labels(&of(F32), &of(F16), &reports, 140);
}

#[test]
fn graphs_of_the_official_runs() {
    let reports = official_reports();
    if reports.is_empty() {
        return;
    }
    for archive in ["radgraph.tar.gz", "radgraph-xl.tar.gz", "physionet_model.tar.gz"] {
        let of = |precision| official::radgraph_pack_at(archive, precision);
        check_graphs(archive, &of(F32), &of(F16), &reports, 95);
    }
}
