//! BLEU-2 of one study, as CXR-Report-Metric computes it.
//!
//! Sources: Papineni et al. 2002 (BLEU); rajpurkarlab/CXR-Report-Metric `CXRMetric/run_eval.py`,
//! functions `prep_reports` and `add_bleu_col`; Danial-Alh/fast-bleu 0.0.90, class `BLEU` with
//! weights (1/2, 1/2) and smoothing function 1.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::ngrams::{NgramMatches, matched};

/// What an n-gram order without any match counts for, divided by the order's total
/// (smoothing method 1 of Chen and Cherry 2014).
const SMOOTHING_EPSILON: f64 = 0.1;

/// BLEU of one candidate against one reference, with the counts it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bleu {
    /// The score, from 0 to 1.
    pub score: f64,
    /// The counts of n-grams of one word, of two, and so on.
    pub orders: Vec<BleuOrder>,
    /// Factor from 0 to 1 for a candidate shorter than its reference.
    pub brevity_penalty: f64,
    /// Tokens of the candidate.
    pub candidate_len: u32,
    /// Tokens of the reference.
    pub reference_len: u32,
}

/// n-grams of one order.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BleuOrder {
    /// Candidate n-grams found in the reference, each distinct n-gram counted at most as often as
    /// the reference holds it.
    pub matched: u32,
    /// Candidate n-grams; in BLEU-2 of CXR-Report-Metric at least 1 even where the candidate is
    /// too short to have any.
    pub total: u32,
    /// The precision that entered the geometric mean, smoothing included. In BLEU-2 of
    /// CXR-Report-Metric 0 when no unigram matched (the score is then 0 by definition).
    pub precision: f64,
}

/// Splits a report into the official tokens.
///
/// Lower case (full Unicode mapping), a space before every full stop, then a split on U+0020 alone
/// without empty pieces: line breaks, tabs and commas stay inside tokens, and a full stop sticks
/// to what follows it (`"1.2"` gives `"1"`, `".2"`).
///
/// Source: CXR-Report-Metric `run_eval.py`, `prep_reports`.
pub fn tokens(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    spans(&lower).into_iter().map(|span| lower[span].to_owned()).collect()
}

/// Where the [`tokens`] of a text stand in it, as ranges of bytes: lowering the case makes and
/// removes no space and no full stop.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::with_capacity(text.len() / 5);
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b' ' || byte == b'.' {
            if at > start {
                spans.push(start..at);
            }
            start = at + usize::from(byte == b' ');
        }
    }
    if text.len() > start {
        spans.push(start..text.len());
    }
    spans
}

/// Computes BLEU-2 of a candidate against one reference, both given as [`tokens`].
///
/// Without a common unigram (so also when either side is empty) the score is 0. Without a common
/// bigram the bigram precision is smoothed to 0.1 / total, which makes two identical one-word
/// reports score √0.1.
///
/// Source: fast-bleu 0.0.90. Like its C interface, tokens are compared up to their first NUL.
pub fn bleu2<T: AsRef<str>>(reference: &[T], candidate: &[T]) -> Bleu {
    compare(reference, candidate).0
}

/// [`bleu2`], and which n-grams were matched.
pub fn compare<T: AsRef<str>>(reference: &[T], candidate: &[T]) -> (Bleu, NgramMatches) {
    let (matched, matches) = matched::<2, _>(reference, candidate, until_nul);
    let candidate_len = candidate.len() as u32;
    let reference_len = reference.len() as u32;
    let total = [candidate_len.max(1), candidate_len.saturating_sub(1).max(1)];
    let brevity_penalty = brevity_penalty(reference_len, candidate_len);

    let (score, precision) = if matched[0] == 0 {
        (0.0, [0.0; 2])
    } else {
        let precision = [0, 1].map(|n| match matched[n] {
            0 => SMOOTHING_EPSILON / f64::from(total[n]),
            hits => f64::from(hits) / f64::from(total[n]),
        });
        let mean_log = 0.5 * libm::log(precision[0]) + 0.5 * libm::log(precision[1]);
        (brevity_penalty * libm::exp(mean_log), precision)
    };
    let order =
        |n: usize| BleuOrder { matched: matched[n], total: total[n], precision: precision[n] };
    let orders = [0, 1].map(order).to_vec();
    let bleu = Bleu { score, orders, brevity_penalty, candidate_len, reference_len };
    (bleu, matches)
}

fn brevity_penalty(reference_len: u32, candidate_len: u32) -> f64 {
    if candidate_len > reference_len {
        1.0
    } else if candidate_len == 0 {
        0.0
    } else {
        libm::exp(1.0 - f64::from(reference_len) / f64::from(candidate_len))
    }
}

fn until_nul(token: &str) -> &str {
    token.split('\0').next().unwrap_or(token)
}
