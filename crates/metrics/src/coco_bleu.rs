//! BLEU-1 to BLEU-4 of the COCO caption evaluation, of one study and of a whole set.
//!
//! Sources: Papineni et al. 2002 (BLEU); pycocoevalcap 1.2, `bleu/bleu_scorer.py`, class
//! `BleuScorer` with one reference (R2Gen's copy computes the same); RadEval 2.2.1,
//! `metrics/bleu/bleu_scorer.py`, which is a copy of it. Not the leaderboard's BLEU-2
//! ([`crate::bleu`]): words are split on white space only and keep their case, and counts are
//! never smoothed.

use std::ops::{AddAssign, Range};

use serde::{Deserialize, Serialize};

use crate::bleu::{Bleu, BleuOrder};
use crate::ngrams::{NgramMatches, matched};
use crate::python_text::is_space;

/// BLEU-1 to BLEU-4.
pub const ORDERS: usize = 4;

/// Added to matched counts and to the candidate's length.
const TINY: f64 = 1e-15;
/// Added to totals and to the reference's length.
const SMALL: f64 = 1e-9;

/// What BLEU is made of: the counts of one pair, or the sums of many.
///
/// Arrays hold unigrams at index 0 up to four words at index 3. The scores of a set are those of
/// the summed counts, and **not** the mean of the pairs' scores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CocoBleu {
    /// Candidate n-grams found in the reference, each distinct n-gram counted at most as often as
    /// the reference holds it.
    pub matched: [u64; ORDERS],
    /// Candidate n-grams.
    pub total: [u64; ORDERS],
    /// Words of the candidate.
    pub candidate_len: u64,
    /// Words of the reference.
    pub reference_len: u64,
}

impl CocoBleu {
    /// The precision of n-grams of this order, from 1 to 4, with the scorer's guard against a
    /// division by zero: a little above 0, or a little below 1, at the ends.
    pub fn precision(&self, order: usize) -> f64 {
        let at = order - 1;
        (self.matched[at] as f64 + TINY) / (self.total[at] as f64 + SMALL)
    }

    /// Factor from 0 to 1 for candidates shorter than their references; below 1 by a hair for
    /// equal lengths.
    pub fn brevity_penalty(&self) -> f64 {
        let ratio = (self.candidate_len as f64 + TINY) / (self.reference_len as f64 + SMALL);
        if ratio < 1.0 { libm::exp(1.0 - 1.0 / ratio) } else { 1.0 }
    }

    /// BLEU of this order, from 1 to 4: the geometric mean of the precisions up to it, times the
    /// brevity penalty; from 0 to 1, and never exactly 1.
    pub fn score(&self, order: usize) -> f64 {
        let product = (1..=order).map(|n| self.precision(n)).product();
        libm::pow(product, 1.0 / order as f64) * self.brevity_penalty()
    }
}

impl CocoBleu {
    /// BLEU of this order, from 1 to 4, with what it is made of. Counts beyond u32 are its maximum.
    pub fn up_to(&self, order: usize) -> Bleu {
        let short = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let counts = |n: usize| BleuOrder {
            matched: short(self.matched[n - 1]),
            total: short(self.total[n - 1]),
            precision: self.precision(n),
        };
        Bleu {
            score: self.score(order),
            orders: (1..=order).map(counts).collect(),
            brevity_penalty: self.brevity_penalty(),
            candidate_len: short(self.candidate_len),
            reference_len: short(self.reference_len),
        }
    }

    /// The counts behind a BLEU that [`CocoBleu::up_to`] gave, as far as it has orders: to be added
    /// up over a set.
    pub fn of(bleu: &Bleu) -> Self {
        let count = |n: usize, of: fn(&BleuOrder) -> u32| {
            bleu.orders.get(n).map_or(0, |order| u64::from(of(order)))
        };
        Self {
            matched: std::array::from_fn(|n| count(n, |order| order.matched)),
            total: std::array::from_fn(|n| count(n, |order| order.total)),
            candidate_len: bleu.candidate_len.into(),
            reference_len: bleu.reference_len.into(),
        }
    }
}

impl AddAssign for CocoBleu {
    fn add_assign(&mut self, other: Self) {
        for n in 0..ORDERS {
            self.matched[n] += other.matched[n];
            self.total[n] += other.total[n];
        }
        self.candidate_len += other.candidate_len;
        self.reference_len += other.reference_len;
    }
}

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

/// The counts of a candidate against one reference, both given as [`tokens`], and which n-grams
/// were matched.
pub fn compare(reference: &[&str], candidate: &[&str]) -> (CocoBleu, NgramMatches) {
    let (matched, matches) = matched::<ORDERS, _>(reference, candidate, |word| word);
    let (candidate_len, reference_len) = (candidate.len() as u64, reference.len() as u64);
    let bleu = CocoBleu {
        matched: matched.map(u64::from),
        total: std::array::from_fn(|n| candidate_len.saturating_sub(n as u64)),
        candidate_len,
        reference_len,
    };
    (bleu, matches)
}
