//! BERTScore of one pair: greedy matching of token embeddings.
//!
//! Sources: Zhang et al. 2020 (BERTScore); Tiiiger/bert_score 0.3.13, `bert_score/utils.py`
//! (`greedy_cos_idf`, `get_idf_dict`) and `bert_score/scorer.py` (`score`), called as
//! CXR-Report-Metric `run_eval.py`, `add_bertscore_col` does.
//!
//! The official code computes in f32, and so does this module; sums over tokens, whose order there
//! depends on the machine, are taken in f64 and rounded once. Inner products are summed in one
//! fixed order, so that native and wasm builds agree to the bit.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::vector::{dot, unit_rows};

/// Why a pair cannot be scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BertScoreError {
    /// The hidden states are not one row of `dim` values per weight.
    #[error(
        "BERTScore: {values} hidden values do not make {tokens} rows of {dim} values; \
         pass one row per token, special tokens included"
    )]
    Shape {
        /// Values given.
        values: usize,
        /// Weights given, one per token.
        tokens: usize,
        /// Values per row.
        dim: usize,
    },
    /// A hidden state or weight is NaN or infinite.
    #[error("BERTScore: a hidden state or weight is not finite; the encoder's output is broken")]
    NotFinite,
    /// The two sides come from encoders of different width.
    #[error(
        "BERTScore: the reference has {reference} values per token and the candidate {candidate}; \
         encode both with the same model and layer"
    )]
    DifferentDims {
        /// Values per token of the reference.
        reference: usize,
        /// Values per token of the candidate.
        candidate: usize,
    },
}

/// One encoded text: a hidden state and a weight for each token.
#[derive(Debug, Clone, Copy)]
pub struct Tokens<'a> {
    hidden: &'a [f32],
    dim: usize,
    weights: &'a [f32],
}

impl<'a> Tokens<'a> {
    /// Views `hidden` as rows of `dim` values, one per token in order, special tokens included;
    /// `weights` holds one weight per token (see [`plain_weights`] and [`Idf`]).
    ///
    /// # Errors
    ///
    /// [`BertScoreError::Shape`] unless there is a token and `hidden` holds `dim` values for each;
    /// [`BertScoreError::NotFinite`] for hidden states or weights that no encoder should give.
    pub fn new(hidden: &'a [f32], dim: usize, weights: &'a [f32]) -> Result<Self, BertScoreError> {
        if hidden.is_empty() || hidden.len() != dim * weights.len() {
            let (values, tokens) = (hidden.len(), weights.len());
            return Err(BertScoreError::Shape { values, tokens, dim });
        }
        if !hidden.iter().chain(weights).all(|value| value.is_finite()) {
            return Err(BertScoreError::NotFinite);
        }
        Ok(Self { hidden, dim, weights })
    }

    fn len(&self) -> usize {
        self.weights.len()
    }
}

/// Which side of a pair the official code would have padded.
///
/// It scores pairs in batches of 64 and fills every text up to the longest of its side; a padded
/// position then offers similarity 0 to the greedy match. A token whose best similarity is
/// negative therefore gets 0 when the text it is matched against was padded. Scores made with the
/// default do not depend on other pairs, and equal the official ones wherever no best similarity
/// is negative, which trained encoders do not produce.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BatchPadding {
    /// A longer reference stood in the same batch.
    pub reference: bool,
    /// A longer candidate stood in the same batch.
    pub candidate: bool,
}

impl BatchPadding {
    /// A pair scored alone: nothing is padded.
    pub const NONE: Self = Self { reference: false, candidate: false };
}

/// The token that another token was matched to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClosestToken {
    /// Position of the most similar token of the other text (the first one, of equals); `None`
    /// when a padded position was the best match.
    pub token: Option<u32>,
    /// Cosine similarity to it; NaN next to a vector of zeros.
    #[serde(with = "crate::nan_as_none")]
    pub similarity: f32,
}

/// Precision, recall and F1 in [0, 1] for encoders whose similarities are not negative; F1 can
/// leave every bound where precision and recall have different signs.
///
/// Values are f32 widened to f64, as the official code returns f32. NaN is serialized as none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Weighted mean similarity of the candidate's tokens. NaN when all their weights are 0.
    #[serde(with = "crate::nan_as_none")]
    pub precision: f64,
    /// Weighted mean similarity of the reference's tokens. NaN when all their weights are 0.
    #[serde(with = "crate::nan_as_none")]
    pub recall: f64,
    /// Harmonic mean of the two; 0 when that is not a number.
    pub f1: f64,
}

/// BERTScore of one pair and the matches it is the mean of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BertScore {
    /// The raw values, not rescaled.
    pub raw: Scores,
    /// For each candidate token the reference token it was matched to.
    pub candidate_matches: Vec<ClosestToken>,
    /// For each reference token the candidate token it was matched to.
    pub reference_matches: Vec<ClosestToken>,
}

/// Scores a candidate against a reference.
///
/// Every token is matched to the most similar token of the other text by cosine similarity.
/// Special tokens can be matched although their own weight is 0. When either side has exactly two
/// tokens (an empty text: only the special ones) precision and recall are 0, while F1 keeps the
/// value it had before, or 0 if that is not a number: this is the official code's order.
///
/// # Errors
///
/// [`BertScoreError::DifferentDims`] when the two sides have rows of different width.
pub fn score(
    reference: Tokens<'_>,
    candidate: Tokens<'_>,
    padding: BatchPadding,
) -> Result<BertScore, BertScoreError> {
    if reference.dim != candidate.dim {
        let (reference, candidate) = (reference.dim, candidate.dim);
        return Err(BertScoreError::DifferentDims { reference, candidate });
    }
    let (candidate_matches, reference_matches) = greedy_matches(reference, candidate, padding);

    let mut precision = weighted_mean(candidate.weights, &candidate_matches);
    let mut recall = weighted_mean(reference.weights, &reference_matches);
    let mut f1 = 2.0 * precision * recall / (precision + recall);
    if candidate.len() == 2 || reference.len() == 2 {
        (precision, recall) = (0.0, 0.0);
    }
    if f1.is_nan() {
        f1 = 0.0;
    }
    let raw = Scores { precision: precision.into(), recall: recall.into(), f1: f1.into() };
    Ok(BertScore { raw, candidate_matches, reference_matches })
}

fn greedy_matches(
    reference: Tokens<'_>,
    candidate: Tokens<'_>,
    padding: BatchPadding,
) -> (Vec<ClosestToken>, Vec<ClosestToken>) {
    // A row of zeros becomes NaN, as officially.
    let reference_rows = unit_rows(reference.hidden, reference.dim, 0.0);
    let candidate_rows = unit_rows(candidate.hidden, candidate.dim, 0.0);
    let mut candidate_matches = vec![Best::new(padding.reference); candidate.len()];
    let mut reference_matches = vec![Best::new(padding.candidate); reference.len()];
    let rows = || reference_rows.chunks_exact(reference.dim);
    for (c, candidate_row) in candidate_rows.chunks_exact(candidate.dim).enumerate() {
        for (r, reference_row) in rows().enumerate() {
            let similarity = dot(candidate_row, reference_row);
            candidate_matches[c].offer(r, similarity);
            reference_matches[r].offer(c, similarity);
        }
    }
    let finish = |list: Vec<Best>| list.into_iter().map(Best::finish).collect();
    (finish(candidate_matches), finish(reference_matches))
}

/// A running maximum that, like `torch.max`, lets NaN win.
#[derive(Debug, Clone, Copy)]
struct Best {
    found: ClosestToken,
    padded: bool,
}

impl Best {
    fn new(padded: bool) -> Self {
        Self { found: ClosestToken { token: None, similarity: f32::NEG_INFINITY }, padded }
    }

    fn offer(&mut self, token: usize, similarity: f32) {
        let best = self.found.similarity;
        if similarity > best || (similarity.is_nan() && !best.is_nan()) {
            self.found = ClosestToken { token: Some(token as u32), similarity };
        }
    }

    fn finish(self) -> ClosestToken {
        if self.padded && self.found.similarity < 0.0 {
            return ClosestToken { token: None, similarity: 0.0 };
        }
        self.found
    }
}

/// Σ wᵢ/Σw · similarityᵢ.
fn weighted_mean(weights: &[f32], matches: &[ClosestToken]) -> f32 {
    let total = weights.iter().map(|&weight| f64::from(weight)).sum::<f64>() as f32;
    let terms = weights.iter().zip(matches);
    terms.map(|(weight, found)| f64::from(weight / total * found.similarity)).sum::<f64>() as f32
}

/// The scores of unrelated sentences, which [`Baseline::rescale`] moves to 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Baseline of the precision.
    pub precision: f32,
    /// Baseline of the recall.
    pub recall: f32,
    /// Baseline of F1.
    pub f1: f32,
}

/// The baseline of `distilroberta-base` at layer 5: bert_score
/// `rescale_baseline/en/distilroberta-base.tsv`, row `LAYER=5`.
pub const DISTILROBERTA_BASE_LAYER_5: Baseline =
    Baseline { precision: 0.84732, recall: 0.847_595_04, f1: 0.847_331_9 };

/// The baseline of `distilbert-base-uncased` at layer 5: bert_score
/// `rescale_baseline/en/distilbert-base-uncased.tsv`, row `LAYER=5`.
pub const DISTILBERT_BASE_UNCASED_LAYER_5: Baseline =
    Baseline { precision: 0.666_603_4, recall: 0.666_604_64, f1: 0.666_204_87 };

impl Baseline {
    /// Rescales each value by its own baseline, (x − b) / (1 − b), in f32. F1 is rescaled from the
    /// raw F1, not computed anew.
    pub fn rescale(&self, raw: Scores) -> Scores {
        let rescale = |x: f64, b: f32| f64::from((x as f32 - b) / (1.0 - b));
        Scores {
            precision: rescale(raw.precision, self.precision),
            recall: rescale(raw.recall, self.recall),
            f1: rescale(raw.f1, self.f1),
        }
    }
}

/// Weights without idf: 1 for every token, 0 for those in `special` (the tokenizer's `[CLS]` and
/// `[SEP]`, that is `<s>` and `</s>`).
pub fn plain_weights(ids: &[u32], special: &[u32]) -> Vec<f32> {
    ids.iter().map(|id| if special.contains(id) { 0.0 } else { 1.0 }).collect()
}

/// Inverse document frequencies of token ids.
///
/// w = ln((N + 1) / (df + 1)) over N documents, where df counts the documents that hold the id.
/// An id that every document holds, as special tokens are, weighs exactly 0.
///
/// Source: bert_score 0.3.13 `utils.py`, `get_idf_dict`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idf {
    documents: u32,
    #[serde(with = "as_pairs")]
    document_frequency: BTreeMap<u32, u32>,
}

/// The table as a list of pairs: JSON's keys are texts, and within a tagged enum, such as the
/// messages to a worker are, serde does not make numbers of them again.
mod as_pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        table: &BTreeMap<u32, u32>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        table.iter().collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<u32, u32>, D::Error> {
        Ok(Vec::<(u32, u32)>::deserialize(deserializer)?.into_iter().collect())
    }
}

impl Idf {
    /// Counts the ids of the references of a run, special tokens included.
    pub fn from_documents<'a>(documents: impl IntoIterator<Item = &'a [u32]>) -> Self {
        let mut idf = Self { documents: 0, document_frequency: BTreeMap::new() };
        for document in documents {
            idf.documents += 1;
            for id in document.iter().collect::<BTreeSet<_>>() {
                *idf.document_frequency.entry(*id).or_default() += 1;
            }
        }
        idf
    }

    /// The weight of an id; ln(N + 1) for one that no document holds.
    pub fn weight(&self, id: u32) -> f64 {
        let frequency = self.document_frequency.get(&id).copied().unwrap_or(0);
        libm::log((f64::from(self.documents) + 1.0) / (f64::from(frequency) + 1.0))
    }

    /// The weights of a text's tokens, as f32 like the official code stores them.
    pub fn weights(&self, ids: &[u32]) -> Vec<f32> {
        ids.iter().map(|&id| self.weight(id) as f32).collect()
    }
}
