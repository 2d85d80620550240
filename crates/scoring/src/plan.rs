//! Turns pairs and metrics into jobs: each distinct pair once, pairs that share a reference side
//! by side, longest first.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rrgscore_annotations::{Annotator, FindingSet};
use rrgscore_data::StudyPair;

use crate::index::{Inconsistency, IndexVec, PairIndex, StudyIndex, TextIndex};

/// Cost of one BLEU job, in words: about a tenth of a second in a browser.
pub(crate) const BLEU_JOB_WORDS: u64 = 40_000;
/// Cost of one model job, in words: some tenths of a second in a browser, so that the time left is
/// estimated from many jobs and no worker waits long for another at a model's end.
pub(crate) const MODEL_JOB_WORDS: u64 = 250;
/// What a text costs whatever its length, in words: its special tokens, and the weights, which a
/// short text reads as a long one does.
const TEXT_WORDS: u64 = 4;
/// At how many words attention, which compares every token with every other, costs an encoder as
/// much as all else: from the 76, 145, 286 and 613 ms that a BERT takes for 32, 64, 128 and 256
/// tokens in a browser (docs/benchmarks.md), and almost two tokens to a word.
const ATTENTION_WORDS: u64 = 900;
/// Where an encoder cuts a text off: 512 tokens.
const MOST_WORDS: u64 = 270;
/// As [`ATTENTION_WORDS`], for RadGraph, which then looks at pairs of half as many spans as there
/// are words: from the times of its jobs in a browser.
const PAIRS_WORDS: u64 = 420;

/// A job that has not been handed out: which pairs, at which cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// The pairs.
    pub(crate) pairs: Vec<PairIndex>,
    /// What they cost, in words.
    pub(crate) cost: u64,
}

/// The distinct pairs of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct DistinctPairs {
    pairs: IndexVec<PairIndex, DistinctPair>,
}

#[derive(Clone, Debug)]
struct DistinctPair {
    /// The first study of these texts.
    first: StudyIndex,
    /// All studies of these texts, the first one included.
    studies: Vec<StudyIndex>,
    /// What reference and candidate cost an encoder.
    cost: [u64; 2],
    /// The same where every word of a text is read and costs as much as any other.
    words: [u64; 2],
}

impl DistinctPairs {
    /// Finds pairs whose two texts are the same to the byte.
    pub(crate) fn of(studies: &[StudyPair]) -> Result<Self, Inconsistency> {
        let mut known: BTreeMap<(&str, &str), PairIndex> = BTreeMap::new();
        let mut distinct = Self::default();
        for (study, pair) in (0u32..).map(StudyIndex).zip(studies) {
            let key = (pair.reference.as_str(), pair.candidate.as_str());
            match known.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(distinct.push(study, pair));
                }
                Entry::Occupied(entry) => {
                    distinct.pairs.get_mut(*entry.get())?.studies.push(study);
                }
            }
        }
        Ok(distinct)
    }

    /// Every study for itself, for runs in which equal texts do not mean equal annotations.
    pub(crate) fn each(studies: &[StudyPair]) -> Self {
        let mut distinct = Self::default();
        for (study, pair) in (0u32..).map(StudyIndex).zip(studies) {
            distinct.push(study, pair);
        }
        distinct
    }

    fn push(&mut self, study: StudyIndex, pair: &StudyPair) -> PairIndex {
        let texts = [pair.reference.as_str(), pair.candidate.as_str()];
        self.pairs.push(DistinctPair {
            first: study,
            studies: vec![study],
            cost: texts.map(encoder_cost),
            words: texts.map(linear_cost),
        })
    }

    /// All pairs, each with the first study of its texts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (PairIndex, StudyIndex)> {
        self.pairs.iter().map(|(index, pair)| (index, pair.first))
    }

    /// The first study of a pair's texts.
    pub(crate) fn first(&self, pair: PairIndex) -> Result<StudyIndex, Inconsistency> {
        Ok(self.pairs.get(pair)?.first)
    }

    /// All studies of a pair's texts.
    pub(crate) fn studies(&self, pair: PairIndex) -> Result<&[StudyIndex], Inconsistency> {
        Ok(&self.pairs.get(pair)?.studies)
    }

    /// What all distinct pairs cost an encoder, each text read once per pair.
    pub(crate) fn cost(&self) -> u64 {
        self.pairs.as_slice().iter().flat_map(|pair| pair.cost).sum()
    }

    /// Cuts the distinct pairs into jobs of about `budget` words, in the run's order.
    pub(crate) fn in_order(&self, budget: u64) -> Vec<Chunk> {
        cut(self.pairs.iter().map(|(index, pair)| (index, true, pair.words)), budget)
    }

    /// Cuts the distinct pairs into jobs of about `budget` words: pairs with the same reference
    /// follow each other, so that a worker encodes it once, and the costliest groups come first,
    /// so that no long job is left for the end.
    pub(crate) fn by_reference(
        &self,
        studies: &[StudyPair],
        budget: u64,
    ) -> Result<Vec<Chunk>, Inconsistency> {
        let mut groups: BTreeMap<&str, Vec<(PairIndex, [u64; 2])>> = BTreeMap::new();
        for (index, pair) in self.pairs.iter() {
            let study = studies.get(pair.first.0 as usize).ok_or(Inconsistency("study"))?;
            groups.entry(study.reference.as_str()).or_default().push((index, pair.cost));
        }
        let both = |cost: [u64; 2]| cost[0] + cost[1];
        let mut groups: Vec<_> = groups.into_values().collect();
        for group in &mut groups {
            group.sort_by_key(|&(index, cost)| (Reverse(both(cost)), index));
        }
        groups.sort_by_key(|group| {
            let longest = group.first().map_or(0, |&(_, cost)| both(cost));
            (Reverse(longest), group.first().map(|&(index, _)| index))
        });
        let new = |group: Vec<(PairIndex, [u64; 2])>| {
            group.into_iter().enumerate().map(|(at, (index, cost))| (index, at == 0, cost))
        };
        Ok(cut(groups.into_iter().flat_map(new), budget))
    }
}

/// Cuts pairs into jobs. Each comes with whether its reference is another one than that of the
/// pair before: a worker reads a reference once, and it costs nothing again in the same job.
fn cut(pairs: impl Iterator<Item = (PairIndex, bool, [u64; 2])>, budget: u64) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    for (pair, is_new, [reference, candidate]) in pairs {
        let cost = if is_new { reference + candidate } else { candidate };
        match chunks.last_mut() {
            Some(last) if last.cost + cost <= budget => {
                last.pairs.push(pair);
                last.cost += cost;
            }
            _ => chunks.push(Chunk { pairs: vec![pair], cost: reference + candidate }),
        }
    }
    chunks
}

/// Cuts texts, given by index and cost, into jobs of about `budget` words, the costliest first.
pub(crate) fn longest_first(
    mut texts: Vec<(TextIndex, u64)>,
    budget: u64,
) -> Vec<(Vec<TextIndex>, u64)> {
    texts.sort_by_key(|&(text, cost)| (Reverse(cost), text));
    let mut jobs: Vec<(Vec<TextIndex>, u64)> = Vec::new();
    for (text, cost) in texts {
        match jobs.last_mut() {
            Some((texts, sum)) if *sum + cost <= budget => {
                texts.push(text);
                *sum += cost;
            }
            _ => jobs.push((vec![text], cost)),
        }
    }
    jobs
}

/// What a text costs where each of its words is read and costs the same.
pub(crate) fn linear_cost(text: &str) -> u64 {
    TEXT_WORDS + words(text)
}

/// What a text costs an encoder, in words of a short text: a long text's words cost more.
pub(crate) fn encoder_cost(text: &str) -> u64 {
    let words = words(text).min(MOST_WORDS);
    TEXT_WORDS + words + words.pow(2) / ATTENTION_WORDS
}

/// What a text costs an annotator, in words of a short text.
pub(crate) fn annotator_cost(annotator: Annotator, text: &str) -> u64 {
    match annotator {
        Annotator::RadGraph { .. } => {
            let words = words(text);
            TEXT_WORDS + words + words.saturating_pow(2) / PAIRS_WORDS
        }
        // It reads one sentence at a time.
        Annotator::Entities => linear_cost(text),
        Annotator::Findings { set } if set != FindingSet::RadbertCt => linear_cost(text),
        Annotator::Chexbert { .. } | Annotator::Synonyms | Annotator::Findings { .. } => {
            encoder_cost(text)
        }
    }
}

/// The words of a text.
pub(crate) fn words(text: &str) -> u64 {
    text.split_ascii_whitespace().count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(reference: &str, candidate: &str) -> StudyPair {
        StudyPair { id: String::new(), reference: reference.into(), candidate: candidate.into() }
    }

    #[test]
    fn the_same_pair_is_planned_once() {
        let distinct = DistinctPairs::of(&[pair("a", "b"), pair("a", "c"), pair("a", "b")]);
        let distinct = distinct.unwrap();
        let studies = |pair| distinct.studies(PairIndex(pair)).map(|s| s.to_vec());
        assert_eq!(studies(0), Ok(vec![StudyIndex(0), StudyIndex(2)]));
        assert_eq!(studies(1), Ok(vec![StudyIndex(1)]));
        assert_eq!(studies(2), Err(Inconsistency("pair")));
    }

    #[test]
    fn pairs_of_one_reference_stand_together_and_long_ones_first() {
        let pairs = [
            pair("short", "x"),
            pair("a long reference text", "y"),
            pair("short", "z z z z z z z"),
            pair("a long reference text", "w"),
        ];
        let chunks = DistinctPairs::of(&pairs).unwrap().by_reference(&pairs, 1_000).unwrap();
        assert_eq!(chunks.len(), 1);
        assert_eq!(chunks[0].pairs, [2, 0, 1, 3].map(PairIndex));
        // Each reference is read once.
        assert_eq!(chunks[0].cost, 1 + 7 + 1 + 4 + 1 + 1 + 6 * TEXT_WORDS);
    }

    #[test]
    fn a_word_of_a_long_text_costs_more() {
        use rrgscore_annotations::RadGraphModel;

        let text = |words: usize| "w ".repeat(words);
        let radgraph = |text: &str| {
            annotator_cost(Annotator::RadGraph { model: RadGraphModel::Radgraph }, text)
        };
        // 30² / 900 = 1, 90² / 900 = 9, and 90² / 420 = 19.
        assert_eq!([text(30), text(90)].map(|text| encoder_cost(&text)), [35, 103]);
        assert_eq!(radgraph(&text(90)), 113);
        // An encoder reads no more than 512 tokens, RadGraph all, a sentence is a short text.
        assert_eq!(encoder_cost(&text(270)), encoder_cost(&text(5_000)));
        assert_eq!(radgraph(&text(4_200)), 4 + 4_200 + 42_000);
        assert_eq!(annotator_cost(Annotator::Entities, &text(90)), 94);
        // A BERT's measured times, as multiples of that for 32 tokens: two are special ones, and
        // there are two to a word.
        let of = |tokens: usize| encoder_cost(&text(tokens / 2 - 1)) as f64;
        for (tokens, ms) in [(64, 145.0), (128, 286.0), (256, 613.0)] {
            let [ours, measured] = [of(tokens) / of(32), ms / 76.0];
            assert!((ours / measured - 1.0).abs() < 0.04, "{tokens}: {ours} {measured}");
        }
    }

    #[test]
    fn every_distinct_pair_is_in_exactly_one_job() {
        let pairs: Vec<_> =
            (0..100).map(|i| pair(&format!("r{}", i % 7), &"w ".repeat(i))).collect();
        let distinct = DistinctPairs::of(&pairs).unwrap();
        for budget in [1, 10, 100, 100_000] {
            for chunks in
                [distinct.in_order(budget), distinct.by_reference(&pairs, budget).unwrap()]
            {
                let mut all: Vec<PairIndex> = chunks.iter().flat_map(|c| c.pairs.clone()).collect();
                all.sort_unstable();
                assert_eq!(all, (0..100).map(PairIndex).collect::<Vec<_>>());
                assert!(chunks.iter().all(|c| c.cost <= budget || c.pairs.len() == 1));
            }
        }
    }
}
