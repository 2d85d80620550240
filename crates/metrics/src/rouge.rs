//! ROUGE-1, ROUGE-2 and ROUGE-L as RadEval reports them.
//!
//! Sources: Lin 2004 (ROUGE); rouge-score 0.1.2 (`tokenize.py`, `rouge_scorer.py`), which RadEval
//! 2.2.1 calls with `use_stemmer=True` (`metrics/rouge/adapter.py`). The figure is the F-measure of
//! a study, and the plain mean over studies.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::lcs::longest_common_subsequence;
use crate::ngrams::{NgramMatches, intern, matched};
use crate::porter::stem;

/// Words of up to so many letters are not stemmed.
const SHORT: usize = 3;

/// What is counted in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RougeKind {
    /// Words.
    One,
    /// Word pairs.
    Two,
    /// The longest common subsequence of words.
    L,
}

/// ROUGE of one candidate against one reference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rouge {
    /// The F-measure of precision and recall, from 0 to 1: their harmonic mean, in the COCO
    /// evaluation's ROUGE-L with more weight for recall.
    pub score: f64,
    /// Share of the candidate's words or pairs that the reference has.
    pub precision: f64,
    /// Share of the reference's words or pairs that the candidate has.
    pub recall: f64,
    /// What they have in common, each word or pair counted at most as often as the reference
    /// holds it.
    pub common: u32,
}

/// One word of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RougeToken {
    /// Its stem, which is compared.
    pub stem: String,
    /// Where it stands in the text, in bytes.
    pub span: Range<usize>,
}

/// The words of a report: runs of a to z and 0 to 9 after lowering the case (everything else, é
/// and µ included, divides words), those of more than three letters as their stems.
pub fn tokens(text: &str) -> Vec<RougeToken> {
    tokens_by(text, |word| if word.len() > SHORT { stem(&word) } else { word })
}

/// The same without stems, as rouge-score's `use_stemmer=False` has them.
pub fn unstemmed_tokens(text: &str) -> Vec<RougeToken> {
    tokens_by(text, |word| word)
}

fn tokens_by(text: &str, stem: impl Fn(String) -> String) -> Vec<RougeToken> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    let mut word = String::new();
    let mut span = 0..0;
    // One more, that ends the last word.
    let characters = text.char_indices().chain([(text.len(), ' ')]);
    for (at, character) in characters {
        // A capital may become several letters, of which some divide words.
        for lower in character.to_lowercase() {
            if lower.is_ascii_lowercase() || lower.is_ascii_digit() {
                if word.is_empty() {
                    span.start = at;
                }
                span.end = at + character.len_utf8();
                word.push(lower);
            } else if !word.is_empty() {
                let stem = stem(std::mem::take(&mut word));
                tokens.push(RougeToken { stem, span: span.clone() });
            }
        }
    }
    tokens
}

/// ROUGE of a candidate against one reference, both given as [`tokens`], and which words were
/// matched: bit 0 for single words and those of the longest common subsequence, bit 1 where a
/// matched pair begins. Two empty texts score 0.
pub fn compare(
    kind: RougeKind,
    reference: &[RougeToken],
    candidate: &[RougeToken],
) -> (Rouge, NgramMatches) {
    let [reference, candidate] =
        [reference, candidate].map(|side| side.iter().map(|t| t.stem.as_str()).collect::<Vec<_>>());
    match kind {
        RougeKind::One => {
            let ([common], matches) = matched::<1, _>(&reference, &candidate, |stem| stem);
            (rouge(common, reference.len(), candidate.len()), matches)
        }
        RougeKind::Two => {
            let ([_, common], matches) = matched::<2, _>(&reference, &candidate, |stem| stem);
            let [reference, candidate] = [reference, candidate].map(|s| s.len().saturating_sub(1));
            (rouge(common, reference, candidate), matches)
        }
        RougeKind::L => {
            let (common, matches) = in_sequence(&reference, &candidate);
            (rouge(common, reference.len(), candidate.len()), matches)
        }
    }
}

/// The tokens of the longest common subsequence: how many, and which.
pub(crate) fn in_sequence(reference: &[&str], candidate: &[&str]) -> (u32, NgramMatches) {
    let (left, right) = intern(reference, candidate, |token| token);
    let pairs = longest_common_subsequence(&left, &right);
    let mut matches =
        NgramMatches { reference: vec![0; left.len()], candidate: vec![0; right.len()] };
    for &(in_reference, in_candidate) in &pairs {
        matches.reference[in_reference as usize] = 1;
        matches.candidate[in_candidate as usize] = 1;
    }
    (pairs.len() as u32, matches)
}

fn rouge(common: u32, reference: usize, candidate: usize) -> Rouge {
    let share = |of: usize| f64::from(common) / of.max(1) as f64;
    let (precision, recall) = (share(candidate), share(reference));
    let score = if common == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
    Rouge { score, precision, recall, common }
}
