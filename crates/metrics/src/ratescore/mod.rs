//! RaTEScore: agreement of two reports' medical entities in an embedding space.
//!
//! Sources: Zhao et al. 2024 (RaTEScore); the RaTEScore package 0.6.0 (`utils.py`, `scorer.py`).

mod affinity;
mod decode;
mod selection;

pub use affinity::RatescoreVersion;
pub use decode::{EntityLabelError, EntitySpan, Tag, decode};
pub use rrgscore_annotations::EntityType;

use serde::{Deserialize, Serialize};

use crate::vector::{dot, unit_rows};
use selection::largest;

/// Score of a pair in which a report has no entity, as the official code sets it.
pub const WITHOUT_ENTITIES: f64 = 0.5;

/// Why a pair cannot be scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RateScoreError {
    /// The embeddings are not one row of `dim` values per entity.
    #[error("RaTEScore: {values} values do not make {entities} embeddings of {dim} values")]
    Shape {
        /// Values given.
        values: usize,
        /// Number of entities.
        entities: usize,
        /// Values per embedding.
        dim: usize,
    },
    /// An embedding holds NaN or an infinite value.
    #[error("RaTEScore: an embedding is not finite; the encoder's output is broken")]
    NotFinite,
    /// The two sides come from encoders of different width.
    #[error("RaTEScore: embeddings of {reference} values against embeddings of {candidate}")]
    DifferentDims {
        /// Values per embedding of the reference.
        reference: usize,
        /// Values per embedding of the candidate.
        candidate: usize,
    },
}

/// One report's entities: types, and an embedding of each.
#[derive(Debug, Clone, Copy)]
pub struct Entities<'a> {
    types: &'a [EntityType],
    embeddings: &'a [f32],
    dim: usize,
}

impl<'a> Entities<'a> {
    /// Views `embeddings` as rows of `dim` values (hidden states of `[CLS]`), one per entity in
    /// the order of the report; entities that occur twice stand twice.
    ///
    /// # Errors
    ///
    /// [`RateScoreError::Shape`] unless `embeddings.len() == dim * types.len()` and `dim > 0`;
    /// [`RateScoreError::NotFinite`] for values that no encoder should give.
    pub fn new(
        types: &'a [EntityType],
        embeddings: &'a [f32],
        dim: usize,
    ) -> Result<Self, RateScoreError> {
        if dim == 0 || embeddings.len() != dim * types.len() {
            let (values, entities) = (embeddings.len(), types.len());
            return Err(RateScoreError::Shape { values, entities, dim });
        }
        if !embeddings.iter().all(|value| value.is_finite()) {
            return Err(RateScoreError::NotFinite);
        }
        Ok(Self { types, embeddings, dim })
    }
}

/// What one entity was matched to and what that counts for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntityMatch {
    /// Position of the most similar entity of the other report.
    pub entity: u32,
    /// Cosine similarity to it, an f32 value.
    pub similarity: f64,
    /// Affinity of the two types: the weight of this entity.
    pub affinity: f64,
    /// Factor for types that contradict each other, otherwise 1.
    pub penalty: f64,
}

/// RaTEScore of one pair and its matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RateScore {
    /// Harmonic mean of the two directions; [`WITHOUT_ENTITIES`] when a report has no entity.
    /// Mostly in [0, 1], but not clipped: it can leave it where the directions differ in sign.
    pub score: f64,
    /// Weighted mean over the reference's entities (officially called precision).
    pub reference_to_candidate: f64,
    /// Weighted mean over the candidate's entities (officially called recall).
    pub candidate_to_reference: f64,
    /// For each entity of the reference its match; empty when the candidate has no entity.
    pub reference_matches: Vec<EntityMatch>,
    /// For each entity of the candidate its match; empty when the reference has no entity.
    pub candidate_matches: Vec<EntityMatch>,
}

/// Scores a candidate's entities against a reference's.
///
/// Source: RaTEScore 0.6.0, `scorer.py` `compute_score` and `utils.py` `compute`. The official
/// code pairs later reports wrongly after one without any sentence; pairs are independent here.
///
/// # Errors
///
/// [`RateScoreError::DifferentDims`] when the two sides have embeddings of different width.
pub fn score(
    reference: Entities<'_>,
    candidate: Entities<'_>,
    version: RatescoreVersion,
) -> Result<RateScore, RateScoreError> {
    if reference.types.is_empty() || candidate.types.is_empty() {
        return Ok(RateScore {
            score: WITHOUT_ENTITIES,
            reference_to_candidate: 0.0,
            candidate_to_reference: 0.0,
            reference_matches: Vec::new(),
            candidate_matches: Vec::new(),
        });
    }
    if reference.dim != candidate.dim {
        let (reference, candidate) = (reference.dim, candidate.dim);
        return Err(RateScoreError::DifferentDims { reference, candidate });
    }
    // As `torch.nn.functional.normalize` has it.
    let unit_rows = |side: Entities<'_>| unit_rows(side.embeddings, side.dim, 1e-12);
    let (reference_rows, candidate_rows) = (unit_rows(reference), unit_rows(candidate));
    let reference_matches = matches(
        (&reference_rows, reference.types),
        (&candidate_rows, candidate.types),
        reference.dim,
        version,
    );
    let candidate_matches = matches(
        (&candidate_rows, candidate.types),
        (&reference_rows, reference.types),
        reference.dim,
        version,
    );
    let (p, r) = (weighted_mean(&reference_matches), weighted_mean(&candidate_matches));
    Ok(RateScore {
        score: harmonic_mean(p, r),
        reference_to_candidate: p,
        candidate_to_reference: r,
        reference_matches,
        candidate_matches,
    })
}

/// The score of two directions: 2pr/(p + r), and 0 where their sum is.
///
/// Source: RaTEScore 0.6.0, `scorer.py` `compute_score`.
pub fn harmonic_mean(reference_to_candidate: f64, candidate_to_reference: f64) -> f64 {
    let (p, r) = (reference_to_candidate, candidate_to_reference);
    if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
}

type Side<'a> = (&'a [f32], &'a [EntityType]);

fn matches(
    from: Side<'_>,
    to: Side<'_>,
    dim: usize,
    version: RatescoreVersion,
) -> Vec<EntityMatch> {
    let mut similarities = vec![0.0; to.1.len()];
    let rows = from.0.chunks_exact(dim);
    rows.zip(from.1)
        .map(|(row, &kind)| {
            for (similarity, other) in similarities.iter_mut().zip(to.0.chunks_exact(dim)) {
                *similarity = dot(other, row);
            }
            let best = largest(&similarities);
            let other = to.1[best];
            EntityMatch {
                entity: best as u32,
                similarity: similarities[best].into(),
                affinity: version.affinity(kind, other),
                penalty: if kind.contradicts(other) { version.negation_weight() } else { 1.0 },
            }
        })
        .collect()
}

fn weighted_mean(matches: &[EntityMatch]) -> f64 {
    let (mut total, mut weights) = (0.0, 0.0);
    for found in matches {
        total += found.similarity * found.affinity * found.penalty;
        weights += found.affinity;
    }
    if weights == 0.0 { 0.0 } else { total / weights }
}
