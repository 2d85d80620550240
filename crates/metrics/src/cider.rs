//! CIDEr as the COCO caption evaluation computes it: the variant CIDEr-D, clipped and with a
//! penalty for length, over n-grams of one to four words, without stemming.
//!
//! Sources: Vedantam et al. 2015 (CIDEr); pycocoevalcap 1.2, `cider/cider_scorer.py`, class
//! `CiderScorer` with one reference and σ = 6 (R2Gen's copy computes the same). Words are those of
//! [`crate::coco_bleu::tokens`].

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::coco_bleu::tokens;
use crate::ngrams::sorted;

/// n-grams of one to four words.
const ORDERS: usize = 4;
/// Width of the penalty for a difference in length.
const SIGMA: f64 = 6.0;

/// How many references hold each n-gram: what weights are made of. A study's score depends on the
/// whole set by this.
#[derive(Debug, Clone, Default)]
pub struct ReferenceNgrams {
    words: HashMap<String, u32>,
    /// By order, then by the numbers of the words.
    references: [HashMap<u128, u32>; ORDERS],
    pairs: u32,
}

/// There is no CIDEr of a set whose references hold no word at all: the official code stops with a
/// ValueError.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("CIDEr: no reference of the set has a word")]
pub struct NoWords;

/// CIDEr of one study.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cider {
    /// 10 · the mean of the four similarities, from 0 to 10.
    pub score: f64,
    /// Similarity by order, the penalty included.
    pub similarity: [f64; ORDERS],
    /// Factor from 0 to 1 for a difference in length, which is counted in word pairs.
    pub length_penalty: f64,
}

/// One distinct n-gram of a text.
struct Ngram {
    key: u128,
    weight: f64,
}

impl ReferenceNgrams {
    /// Counts the n-grams of a set's references, one per pair of the set (a reference that several
    /// pairs share counts for each).
    pub fn count<'a>(references: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        for reference in references {
            all.pairs += 1;
            let mut ids = Vec::new();
            for word in tokens(reference) {
                let next = all.words.len() as u32;
                let id = match all.words.get(word) {
                    Some(&id) => id,
                    None => *all.words.entry(word.to_owned()).or_insert(next),
                };
                ids.push(id);
            }
            for (order, references) in all.references.iter_mut().enumerate() {
                let mut ngrams = sorted(&ids, order + 1);
                ngrams.dedup_by_key(|&mut (key, _)| key);
                for (key, _) in ngrams {
                    *references.entry(key).or_default() += 1;
                }
            }
        }
        all
    }

    /// CIDEr of a candidate against its reference, which must be one of those that were counted.
    ///
    /// In a set of one pair all weights are 0, and so is the score.
    ///
    /// # Errors
    ///
    /// [`NoWords`] when none of the references has a word.
    pub fn cider(&self, reference: &str, candidate: &str) -> Result<Cider, NoWords> {
        if self.words.is_empty() {
            return Err(NoWords);
        }
        // Words that no reference holds get numbers of their own, behind all others.
        let mut new: HashMap<&str, u32> = HashMap::new();
        let [reference, candidate] = [tokens(reference), tokens(candidate)].map(|words| {
            let number = |word| {
                let next = (self.words.len() + new.len()) as u32;
                self.words.get(word).copied().unwrap_or_else(|| *new.entry(word).or_insert(next))
            };
            words.into_iter().map(number).collect::<Vec<u32>>()
        });
        let pairs = |words: &[u32]| words.len().saturating_sub(1) as f64;
        let apart = pairs(&candidate) - pairs(&reference);
        let length_penalty = libm::exp(-(apart * apart) / (2.0 * SIGMA * SIGMA));
        let similarity = std::array::from_fn(|order| {
            let [reference, candidate] =
                [&reference, &candidate].map(|words| self.weigh(words, order));
            similarity(&reference, &candidate) * length_penalty
        });
        let score = similarity.iter().sum::<f64>() / ORDERS as f64 * 10.0;
        Ok(Cider { score, similarity, length_penalty })
    }

    /// A text's distinct n-grams of an order, counted from 0, in the order of their first
    /// occurrence, which is the official order of summation. The weight is the count times
    /// ln(pairs / references that hold it).
    fn weigh(&self, words: &[u32], order: usize) -> Vec<Ngram> {
        let all = libm::log(f64::from(self.pairs));
        let ngrams = sorted(words, order + 1);
        let mut distinct: Vec<(u32, Ngram)> = ngrams
            .chunk_by(|a, b| a.0 == b.0)
            .filter_map(|same| {
                let &(key, first) = same.first()?;
                let holding = self.references[order].get(&key).copied().unwrap_or(1);
                let weight = same.len() as f64 * (all - libm::log(f64::from(holding)));
                Some((first, Ngram { key, weight }))
            })
            .collect();
        distinct.sort_unstable_by_key(|&(first, _)| first);
        distinct.into_iter().map(|(_, ngram)| ngram).collect()
    }
}

/// The cosine of two texts' weights, where each of the candidate's counts at most as much as the
/// reference's; not divided by the norms where one of them is 0.
fn similarity(reference: &[Ngram], candidate: &[Ngram]) -> f64 {
    let norm = |text: &[Ngram]| libm::sqrt(text.iter().map(|n| n.weight * n.weight).sum());
    let weights: HashMap<u128, f64> = reference.iter().map(|n| (n.key, n.weight)).collect();
    let clipped = |ngram: &Ngram| {
        let weight = *weights.get(&ngram.key)?;
        Some(ngram.weight.min(weight) * weight)
    };
    // A sum of nothing would be −0.
    let shared = candidate.iter().filter_map(clipped).fold(0.0, |sum, product| sum + product);
    match (norm(candidate), norm(reference)) {
        (0.0, _) | (_, 0.0) => shared,
        (candidate, reference) => shared / (candidate * reference),
    }
}
