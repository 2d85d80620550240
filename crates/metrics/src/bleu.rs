//! BLEU-2 of one study, as CXR-Report-Metric computes it.
//!
//! Sources: Papineni et al. 2002 (BLEU); rajpurkarlab/CXR-Report-Metric `CXRMetric/run_eval.py`,
//! functions `prep_reports` and `add_bleu_col`; Danial-Alh/fast-bleu 0.0.90, class `BLEU` with
//! weights (1/2, 1/2) and smoothing function 1.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// What an n-gram order without any match counts for, divided by the order's total
/// (smoothing method 1 of Chen and Cherry 2014).
const SMOOTHING_EPSILON: f64 = 0.1;

/// BLEU-2 of one candidate against one reference, with the counts it was made from.
///
/// Arrays hold unigrams at index 0 and bigrams at index 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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

/// One n-gram occurrence of the candidate and the reference's occurrence that pays for it, as the
/// positions of their first tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NgramMatch {
    /// Position in the candidate's tokens.
    pub candidate: u32,
    /// Position in the reference's tokens.
    pub reference: u32,
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
    let mut tokens = Vec::with_capacity(lower.len() / 5);
    for piece in lower.split(' ') {
        let mut start = 0;
        for (at, _) in piece.match_indices('.') {
            if at > start {
                tokens.push(piece[start..at].to_owned());
            }
            start = at;
        }
        if start < piece.len() {
            tokens.push(piece[start..].to_owned());
        }
    }
    tokens
}

/// Computes BLEU-2 of a candidate against one reference, both given as [`tokens`].
///
/// Without a common unigram (so also when either side is empty) the score is 0. Without a common
/// bigram the bigram precision is smoothed to 0.1 / total, which makes two identical one-word
/// reports score √0.1.
///
/// Source: fast-bleu 0.0.90. Like its C interface, tokens are compared up to their first NUL.
pub fn bleu2<T: AsRef<str>>(reference: &[T], candidate: &[T]) -> Bleu2 {
    let matched = matched(reference, candidate, until_nul);
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
    Bleu2 { score, matched, total, precision, brevity_penalty, candidate_len, reference_len }
}

/// Lists which n-grams of the candidate were matched, and where in the reference: unigrams at
/// index 0, bigrams at index 1, each in the order of the candidate.
///
/// The k-th occurrence of an n-gram in the candidate is paired with its k-th occurrence in the
/// reference; the lists are as long as [`Bleu2::matched`] says.
pub fn matches<T: AsRef<str>>(reference: &[T], candidate: &[T]) -> [Vec<NgramMatch>; 2] {
    let (reference_ids, candidate_ids) = intern(reference, candidate, until_nul);
    [1, 2].map(|n| {
        let mut list = Vec::new();
        pair_up(&reference_ids, &candidate_ids, n, |pair| list.push(pair));
        list.sort_unstable();
        list
    })
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

/// Unigrams and bigrams of the candidate that the reference holds, each as often as it does;
/// tokens are compared by their keys.
pub(crate) fn matched<T: AsRef<str>>(
    reference: &[T],
    candidate: &[T],
    key: fn(&str) -> &str,
) -> [u32; 2] {
    let (reference_ids, candidate_ids) = intern(reference, candidate, key);
    [1, 2].map(|n| {
        let mut matched = 0;
        pair_up(&reference_ids, &candidate_ids, n, |_| matched += 1);
        matched
    })
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

/// Calls `found` once for every matched n-gram occurrence, n being 1 or 2.
fn pair_up(reference: &[u32], candidate: &[u32], n: usize, mut found: impl FnMut(NgramMatch)) {
    let reference = sorted_ngrams(reference, n);
    let candidate = sorted_ngrams(candidate, n);
    let (mut r, mut c) = (0, 0);
    while let (Some(left), Some(right)) = (reference.get(r), candidate.get(c)) {
        if left.0 == right.0 {
            found(NgramMatch { candidate: right.1, reference: left.1 });
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
