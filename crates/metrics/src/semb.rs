//! SembScore: similarity of two reports in CheXbert's embedding space.
//!
//! Source: rajpurkarlab/CXR-Report-Metric `run_eval.py`, `add_semb_col`. The vectors are CheXbert's
//! hidden states of the `[CLS]` token (768 values), not the 14 labels that the ReXrank paper
//! speaks of.

use crate::vector::{dot, norm};

/// Why two embeddings have no similarity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SembError {
    /// The embeddings come from encoders of different width.
    #[error(
        "SembScore: the reference's embedding has {reference} values and the candidate's \
         {candidate}; encode both with the same CheXbert"
    )]
    DifferentDims {
        /// Values of the reference's embedding.
        reference: usize,
        /// Values of the candidate's embedding.
        candidate: usize,
    },
    /// An embedding has no direction or holds a value that is not finite.
    #[error("SembScore: an embedding is all zeros or not finite; the encoder's output is broken")]
    NoDirection,
}

/// Cosine similarity of the two reports' embeddings, from −1 to 1 up to rounding.
///
/// Computed in f32 like the official code, and widened; not clipped.
///
/// # Errors
///
/// [`SembError`] when the embeddings differ in length or one has no direction.
pub fn semb_score(reference: &[f32], candidate: &[f32]) -> Result<f64, SembError> {
    if reference.len() != candidate.len() {
        let (reference, candidate) = (reference.len(), candidate.len());
        return Err(SembError::DifferentDims { reference, candidate });
    }
    let score = dot(reference, candidate) / (norm(reference) * norm(candidate));
    if score.is_finite() { Ok(score.into()) } else { Err(SembError::NoDirection) }
}
