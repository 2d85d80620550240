//! BLEU-2 of one study, as CXR-Report-Metric computes it.
//!
//! Sources: Papineni et al. 2002 (BLEU); rajpurkarlab/CXR-Report-Metric `CXRMetric/run_eval.py`,
//! functions `prep_reports` and `add_bleu_col`; Danial-Alh/fast-bleu 0.0.90, class `BLEU` with
//! weights (1/2, 1/2) and smoothing function 1.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What an n-gram order without any match counts for, divided by the order's total
/// (smoothing method 1 of Chen and Cherry 2014).
const SMOOTHING_EPSILON: f64 = 0.1;

/// BLEU-2 of one candidate against one reference, with the counts it was made from.
///
/// Arrays hold unigrams at index 0 and bigrams at index 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bleu2 {
    /// The score, from 0 to 1.
    pub score: f64,
    /// Candidate n-grams found in the reference, each distinct n-gram counted at most as often as
    /// the reference holds it.
    pub matched: [u32; 2],
    /// Candidate n-grams; at least 1 even where the candidate is too short to have any.
    pub total: [u32; 2],
    /// The precisions that entered the geometric mean, smoothing included. Both are 0 when no
    /// unigram matched (the score is then 0 by definition).
    pub precision: [f64; 2],
    /// Factor from 0 to 1 for a candidate shorter than its reference.
    pub brevity_penalty: f64,
    /// Tokens of the candidate.
    pub candidate_len: u32,
    /// Tokens of the reference.
    pub reference_len: u32,
}

/// Which n-grams of two texts were matched with each other: one entry per token of each text.
///
/// Bit n − 1 of an entry is set where a matched n-gram of order n begins at the token. The k-th
/// occurrence of an n-gram in the candidate is matched with its k-th in the reference, so that on
/// either side as many entries have the bit as [`Bleu2::matched`] says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NgramMatches {
    /// Of the reference's tokens.
    pub reference: Vec<u8>,
    /// Of the candidate's tokens.
    pub candidate: Vec<u8>,
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
pub fn bleu2<T: AsRef<str>>(reference: &[T], candidate: &[T]) -> Bleu2 {
    compare(reference, candidate).0
}

/// [`bleu2`], and which n-grams were matched.
pub fn compare<T: AsRef<str>>(reference: &[T], candidate: &[T]) -> (Bleu2, NgramMatches) {
    let (matched, matches) = matched(reference, candidate, until_nul);
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
    let bleu =
        Bleu2 { score, matched, total, precision, brevity_penalty, candidate_len, reference_len };
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

/// Unigrams and bigrams of the candidate that the reference holds, each as often as it does, and
/// which; tokens are compared by their keys.
pub(crate) fn matched<T: AsRef<str>>(
    reference: &[T],
    candidate: &[T],
    key: fn(&str) -> &str,
) -> ([u32; 2], NgramMatches) {
    let (reference, candidate) = intern(reference, candidate, key);
    let mut matches =
        NgramMatches { reference: vec![0; reference.len()], candidate: vec![0; candidate.len()] };
    let counts = [1, 2].map(|n| {
        let bit = 1u8 << (n - 1);
        let mut count = 0;
        pair_up(&reference, &candidate, n, |in_reference, in_candidate| {
            count += 1;
            matches.reference[in_reference as usize] |= bit;
            matches.candidate[in_candidate as usize] |= bit;
        });
        count
    });
    (counts, matches)
}

/// Numbers the distinct tokens of both sides, so that an n-gram is a number and not a string.
fn intern<T: AsRef<str>>(
    reference: &[T],
    candidate: &[T],
    key: fn(&str) -> &str,
) -> (Vec<u32>, Vec<u32>) {
    let mut ids: HashMap<&str, u32> = HashMap::with_capacity(reference.len() + candidate.len());
    let mut number = |token| {
        let next = ids.len() as u32;
        *ids.entry(key(token)).or_insert(next)
    };
    let reference = reference.iter().map(|token| number(token.as_ref())).collect();
    let candidate = candidate.iter().map(|token| number(token.as_ref())).collect();
    (reference, candidate)
}

fn until_nul(token: &str) -> &str {
    token.split('\0').next().unwrap_or(token)
}

/// Calls `found` with the positions of the first token, in the reference and in the candidate, of
/// every matched n-gram occurrence, n being 1 or 2.
fn pair_up(reference: &[u32], candidate: &[u32], n: usize, mut found: impl FnMut(u32, u32)) {
    let reference = sorted_ngrams(reference, n);
    let candidate = sorted_ngrams(candidate, n);
    let (mut r, mut c) = (0, 0);
    while let (Some(left), Some(right)) = (reference.get(r), candidate.get(c)) {
        if left.0 == right.0 {
            found(left.1, right.1);
        }
        // Equal n-grams advance both sides, which is what clips their count.
        r += usize::from(left.0 <= right.0);
        c += usize::from(right.0 <= left.0);
    }
}

/// The n-grams as (number, position), sorted.
fn sorted_ngrams(ids: &[u32], n: usize) -> Vec<(u64, u32)> {
    let number = |window: &[u32]| window.iter().fold(0, |key, &id| key << 32 | u64::from(id));
    let mut ngrams: Vec<_> = ids.windows(n).map(number).zip(0..).collect();
    ngrams.sort_unstable();
    ngrams
}
