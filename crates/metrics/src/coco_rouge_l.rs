//! ROUGE-L of the COCO caption evaluation.
//!
//! Sources: Lin 2004 (ROUGE); pycocoevalcap 1.2, `rouge/rouge.py`, class `Rouge` with one reference
//! (R2Gen's copy computes the same). A set's value is the mean over its studies.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::lcs::longest_common_subsequence;
use crate::ngrams::intern;

/// How much more recall counts than precision.
const BETA: f64 = 1.2;

/// ROUGE-L of one candidate against one reference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CocoRougeL {
    /// F of β = 1.2, from 0 to 1; 0 when nothing is in common.
    pub score: f64,
    /// Share of the candidate's tokens that are in the longest common subsequence.
    pub precision: f64,
    /// Share of the reference's tokens that are in it.
    pub recall: f64,
    /// Tokens of the longest common subsequence.
    pub common: u32,
}

/// The official tokens: what stands between single U+0020, the empty text included, so that double
/// spaces and spaces at the ends make empty tokens, while line breaks and tabs stay inside of
/// tokens. An empty report is one empty token.
pub fn tokens(text: &str) -> Vec<&str> {
    text.split(' ').collect()
}

/// Where the [`tokens`] of a text stand in it, as ranges of bytes.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let span = |token: &str| {
        let span = start..start + token.len();
        start = span.end + 1;
        span
    };
    text.split(' ').map(span).collect()
}

/// ROUGE-L of a candidate against one reference, both given as [`tokens`], and the positions of
/// the tokens in common, in the reference and in the candidate.
pub fn compare(reference: &[&str], candidate: &[&str]) -> (CocoRougeL, Vec<(u32, u32)>) {
    let (left, right) = intern(reference, candidate, |token| token);
    let pairs = longest_common_subsequence(&left, &right);
    let common = pairs.len() as f64;
    let precision = common / candidate.len().max(1) as f64;
    let recall = common / reference.len().max(1) as f64;
    let score = if common == 0.0 {
        0.0
    } else {
        (1.0 + BETA * BETA) * precision * recall / (recall + BETA * BETA * precision)
    };
    (CocoRougeL { score, precision, recall, common: pairs.len() as u32 }, pairs)
}
