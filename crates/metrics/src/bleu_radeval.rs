//! Sentence BLEU-2 as RadEval computes it inside its RadCliQ-v1: the coco-caption scorer.
//!
//! Source: RadEval 2.2.1, `metrics/bleu/bleu_scorer.py` (`precook`, `compute_score` with
//! `option="closest"`) through `Bleu(n=2)`, whose per-sample list goes into
//! `metrics/RadCliQv1/radcliq.py`. Not the leaderboard's BLEU-2 ([`crate::bleu`]): words are split
//! on white space only and keep their case, and counts are never smoothed.

use std::ops::Range;

use crate::bleu::{self, Bleu2, NgramMatches};
use crate::python_text::is_space;

/// Added to matched counts and to the candidate's length.
const TINY: f64 = 1e-15;
/// Added to totals and to the reference's length.
const SMALL: f64 = 1e-9;

/// The words of a report: runs of anything but white space.
pub fn tokens(text: &str) -> Vec<&str> {
    spans(text).into_iter().map(|span| &text[span]).collect()
}

/// Where the [`tokens`] of a text stand in it, as ranges of bytes.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::with_capacity(text.len() / 5);
    let mut start = 0;
    for (at, space) in text.match_indices(is_space) {
        if at > start {
            spans.push(start..at);
        }
        start = at + space.len();
    }
    if text.len() > start {
        spans.push(start..text.len());
    }
    spans
}

/// BLEU-2 of a candidate against one reference, both given as [`tokens`]; from 0 to 1, and never
/// exactly 0 or 1 because of the scorer's guards against division by zero.
pub fn bleu2(reference: &[&str], candidate: &[&str]) -> Bleu2 {
    compare(reference, candidate).0
}

/// [`bleu2`], and which n-grams were matched.
pub fn compare(reference: &[&str], candidate: &[&str]) -> (Bleu2, NgramMatches) {
    let (matched, matches) = bleu::matched(reference, candidate, |word| word);
    let (length, wanted) = (candidate.len() as f64, reference.len() as f64);
    let total = [candidate.len() as u32, (candidate.len() as u32).saturating_sub(1)];
    let precision = [0, 1].map(|n| (f64::from(matched[n]) + TINY) / (f64::from(total[n]) + SMALL));
    let ratio = (length + TINY) / (wanted + SMALL);
    let brevity_penalty = if ratio < 1.0 { libm::exp(1.0 - 1.0 / ratio) } else { 1.0 };
    let score = libm::sqrt(precision[0] * precision[1]) * brevity_penalty;
    let (candidate_len, reference_len) = (candidate.len() as u32, reference.len() as u32);
    let bleu =
        Bleu2 { score, matched, total, precision, brevity_penalty, candidate_len, reference_len };
    (bleu, matches)
}
