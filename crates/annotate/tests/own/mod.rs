//! The annotators against what the official packages make of invented reports with the
//! project's own tiny checkpoints; the same natively and in a browser.
//!
//! The goldens are made by `crates/annotate/tools/make_annotation_goldens.py`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test uses its share")]

pub(crate) mod bertscore;
pub(crate) mod chexbert;
pub(crate) mod packs;
pub(crate) mod radeval;
pub(crate) mod radgraph;
pub(crate) mod ratescore;

/// What f32 sums in another order may differ by, relative to values of a few units.
pub(crate) const TOLERANCE: f64 = 1e-4;

/// Decisions closer than this may fall otherwise.
pub(crate) const MARGIN: f32 = 1e-4;

/// The largest |difference|.
pub(crate) fn worst(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}
