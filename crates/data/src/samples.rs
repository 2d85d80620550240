//! A small made-up split with two predictions files, embedded.
//!
//! See `samples/README.md`: no real patient, no copied report.

/// An embedded file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// What it is, for people.
    pub name: &'static str,
    /// A file name for it.
    pub file: &'static str,
    /// Its content, for [`crate::read()`].
    pub text: &'static str,
}

/// The references: 40 studies with findings and impression, in ReXrank's format.
/// Recognised as the known split `sample`.
pub const SPLIT: Sample = Sample {
    name: "Synthetic sample",
    file: "sample-split.json",
    text: include_str!("../samples/sample-split.json"),
};

/// Predictions of a good model with realistic errors, in ReXrank's format.
pub const MODEL_A: Sample = Sample {
    name: "Sample model A",
    file: "model-a.json",
    text: include_str!("../samples/model-a.json"),
};

/// Predictions of a weaker model, a CSV of `study_id,report`.
pub const MODEL_B: Sample = Sample {
    name: "Sample model B",
    file: "model-b.csv",
    text: include_str!("../samples/model-b.csv"),
};

/// The two predictions files.
pub const MODELS: [Sample; 2] = [MODEL_A, MODEL_B];
