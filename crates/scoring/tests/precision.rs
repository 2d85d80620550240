//! Packs in fewer bits against the f32 packs of the same checkpoints: how far scores move, which
//! decisions fall otherwise, how far the mean of a corpus moves.
//!
//! Every run compares packs of the project's own tiny checkpoints. `cargo xtask parity` compares
//! tiny checkpoints in the official formats over the 590 studies of IU X-ray's test split too, and
//! `cargo xtask parity --full-size` synthetic ones of the published models' sizes.
#![cfg(feature = "worker")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests read checkpoints and settings of xtask, and fail by panicking"
)]

mod common;
#[path = "precision/compare.rs"]
mod compare;
#[path = "precision/reports.rs"]
mod reports;

use rrgscore_data::StudyPair;
use rrgscore_metrics::radcliq::{Components, RadcliqVersion, radcliq};
use rrgscore_packs::synth::{Size, checkpoint};
use rrgscore_packs::{Pack, Precision, Purpose};
use rrgscore_parity::{ColumnDifference, PrecisionComparison, WRITE_TO};
use std::path::Path;

/// What a mean over a corpus may move by.
const MEAN_MOVES: f64 = 0.005;

/// The checkpoints of a folder, as published.
fn packs(folder: &Path, radgraph: &str, precision: Precision) -> Vec<Pack> {
    let checkpoints = [
        "distilroberta-base/model.safetensors",
        "chexbert.pth",
        radgraph,
        "RaTE-NER-Deberta/model.safetensors",
        "BioLORD-2023-C/model.safetensors",
    ];
    checkpoints.map(|checkpoint| common::pack(folder, checkpoint, precision)).into()
}

/// Compares f16 and int8 with f32 and tells what was found. The run with f32 takes about as long as
/// the other two.
fn compared(
    of: &str,
    pairs: &[StudyPair],
    packs: impl Fn(Precision) -> Vec<Pack> + Sync,
) -> Vec<PrecisionComparison> {
    const FEWER_BITS: [Precision; 2] = [Precision::F16, Precision::Int8];
    let run = |precision| compare::run(pairs.to_vec(), &packs(precision));
    let (reference, found) = std::thread::scope(|scope| {
        let found = scope.spawn(|| FEWER_BITS.map(run));
        (run(Precision::F32), found.join().unwrap())
    });
    let compared = FEWER_BITS.iter().zip(&found).map(|(&precision, found)| {
        let comparison = compare::comparison(of, precision, &reference, found);
        comparison.finish();
        comparison
    });
    compared.collect()
}

/// No mean moves by 0.005 but for those that `or` accepts.
fn assert_means_stay(
    found: &[PrecisionComparison],
    or: impl Fn(&PrecisionComparison, &ColumnDifference) -> bool,
) {
    for comparison in found {
        for column in &comparison.columns {
            let (of, moves) = (&comparison.of, column.mean_moves);
            let name = format!("{of}, {}, {}", comparison.precision, column.column);
            let stays = moves.abs() < MEAN_MOVES || or(comparison, column);
            assert!(stays, "{name}: the mean moves by {moves}");
        }
    }
}

/// Whether a mean is RadCliQ's and moves as its components' do: RadCliQ is linear, so its mean is
/// that of the means. RadcliqVersion 0 multiplies BERTScore by 3.
fn follows_from_components(comparison: &PrecisionComparison, column: &ColumnDifference) -> bool {
    let version = match column.column.as_str() {
        "RadCliQ-v0" => RadcliqVersion::V0,
        "RadCliQ-v1" => RadcliqVersion::V1,
        _ => return false,
    };
    let of = |name: &str, moved: f64| {
        let column = comparison.columns.iter().find(|column| column.column == name).unwrap();
        column.mean + moved * column.mean_moves
    };
    let at = |moved: f64| {
        let components = Components {
            radgraph_combined: of("radgraph_combined", moved),
            bertscore: of("bertscore", moved),
            semb_score: of("semb_score", moved),
            // BLEU-2 needs no model.
            bleu_score: 0.0,
        };
        radcliq(&components, version).unwrap().score
    };
    // Differences are told in two digits.
    (at(1.0) - at(0.0) - column.mean_moves).abs() < 0.1 * column.mean_moves.abs()
}

#[test]
fn tiny_checkpoints_of_our_own() {
    let folder = common::own_checkpoints();
    let of = "tiny checkpoints of our own, the sample's reports";
    let pairs = reports::sample();
    let found = compared(of, &pairs, |precision| packs(&folder, "radgraph.tar.gz", precision));
    assert_means_stay(&found, follows_from_components);
}

#[test]
fn tiny_checkpoints_in_the_official_formats() {
    if std::env::var_os(WRITE_TO).is_none() {
        rrgscore_parity::skipped("cargo xtask parity runs it: it takes minutes");
        return;
    }
    let (Some(folder), Some(pairs)) = (common::shared(), reports::iu_x_ray()) else { return };
    let folder = folder.join("tiny_models");
    let of = "tiny checkpoints of ../shared, IU X-ray's reports";
    let found =
        compared(of, &pairs, |precision| packs(&folder, "physionet_model.tar.gz", precision));
    assert_means_stay(&found, |_, _| false);
}

/// Random weights of the published sizes, over as many studies as the environment says.
#[test]
fn full_size() {
    let Ok(studies) = std::env::var("RRGSCORE_PARITY_FULL_SIZE") else {
        rrgscore_parity::skipped("cargo xtask parity --full-size runs it: it takes half an hour");
        return;
    };
    let Some(mut pairs) = reports::iu_x_ray() else { return };
    // Spread over the split, so that every kind of edit is among them.
    let step = (pairs.len() / studies.parse::<usize>().unwrap()).max(1);
    let kept = |(place, pair): (usize, StudyPair)| (place % step == 0).then_some(pair);
    pairs = pairs.into_iter().enumerate().filter_map(kept).collect();
    let purposes = [
        Purpose::BertscoreDistilroberta,
        Purpose::Chexbert,
        Purpose::Radgraph,
        Purpose::RatescoreEntities,
        Purpose::RatescoreSynonyms,
    ];
    let of = "full-size synthetic checkpoints, IU X-ray's reports";
    let found = compared(of, &pairs, |precision| {
        purposes
            .iter()
            .map(|&purpose| checkpoint(purpose, Size::Base, 1).unwrap().build(precision).unwrap())
            .collect()
    });
    assert_means_stay(&found, |_, _| false);
}
