use serde::{Deserialize, Serialize};

/// How far a pack is from the same checkpoint in f32, measured by its builder on the built-in
/// probe sentences. Stands in `pack.json` beside the pack's id, not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Number of probe texts.
    pub texts: u64,
    /// Number of vectors compared: hidden states of tokens, or one state per text where the
    /// metric reads only that.
    pub vectors: u64,
    /// Largest |difference| of any component of any vector.
    pub max_difference: f64,
    /// Mean |difference| over all components.
    pub mean_difference: f64,
    /// Smallest cosine between a vector and its f32 counterpart.
    pub min_cosine: f64,
    /// Mean cosine.
    pub mean_cosine: f64,
    /// Decisions that came out the same, one entry per kind of decision; empty for plain
    /// encoders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Agreement>,
}

/// How many decisions of one kind are the same as in f32.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// What is decided: `observations`, `token labels`, `span labels`, `relations`.
    pub what: String,
    /// Decisions that are the same.
    pub same: u64,
    /// Decisions in all.
    pub of: u64,
}
