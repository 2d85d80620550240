//! ROUGE-L of the COCO caption evaluation.
//!
//! Sources: Lin 2004 (ROUGE); pycocoevalcap 1.2, `rouge/rouge.py`, class `Rouge` with one reference
//! (R2Gen's copy computes the same). A set's value is the mean over its studies.

use std::ops::Range;

use crate::ngrams::NgramMatches;
use crate::rouge::{Rouge, in_sequence};

/// How much more recall counts than precision.
const BETA: f64 = 1.2;

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

/// ROUGE-L of a candidate against one reference, both given as [`tokens`], and which tokens are in
/// the longest common subsequence (bit 0). The score is F of β = 1.2, 0 when nothing is in common.
pub fn compare(reference: &[&str], candidate: &[&str]) -> (Rouge, NgramMatches) {
    let (common, matches) = in_sequence(reference, candidate);
    let share = |of: usize| f64::from(common) / of.max(1) as f64;
    let (precision, recall) = (share(candidate.len()), share(reference.len()));
    let square = BETA * BETA;
    let score = match common {
        0 => 0.0,
        _ => (1.0 + square) * precision * recall / (recall + square * precision),
    };
    (Rouge { score, precision, recall, common }, matches)
}
