//! Turns pairs and metrics into jobs: each distinct pair once, pairs that share a reference side
//! by side, longest first.

use std::collections::BTreeMap;

use rrgscore_annotations::Annotator;
use rrgscore_data::StudyPair;

/// Cost of one BLEU job, in words: about a tenth of a second in a browser.
pub(crate) const BLEU_JOB_WORDS: u64 = 40_000;
/// Cost of one model job, in words: some tenths of a second in a browser, so that the time left is
/// told from many jobs and no worker waits long for another at a model's end.
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
    /// Distinct pairs, by their first place in the run.
    pub(crate) pairs: Vec<u32>,
    /// What they cost, in words.
    pub(crate) cost: u64,
}

/// The distinct pairs of a run.
#[derive(Clone, Debug)]
pub(crate) struct Distinct {
    /// For each distinct pair, by its first place: all places it stands in, that one included.
    pub(crate) twins: BTreeMap<u32, Vec<u32>>,
    /// What each pair's reference and candidate cost an encoder, by place.
    cost: Vec<[u64; 2]>,
    /// The same where every word of a text is read and costs as much as any other.
    words: Vec<[u64; 2]>,
}

impl Distinct {
    /// Finds pairs whose two texts are the same to the byte.
    pub(crate) fn of(pairs: &[StudyPair]) -> Self {
        let mut first: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        let mut twins: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (place, pair) in (0u32..).zip(pairs) {
            let key = (pair.reference.as_str(), pair.candidate.as_str());
            let leader = *first.entry(key).or_insert(place);
            twins.entry(leader).or_default().push(place);
        }
        Self { twins, cost: costs(pairs, encoder_cost), words: costs(pairs, linear_cost) }
    }

    /// Every pair for itself, for runs in which equal texts do not mean equal annotations.
    pub(crate) fn each(pairs: &[StudyPair]) -> Self {
        let places = 0u32..pairs.len() as u32;
        Self {
            twins: places.map(|place| (place, vec![place])).collect(),
            cost: costs(pairs, encoder_cost),
            words: costs(pairs, linear_cost),
        }
    }

    /// Cuts the distinct pairs into jobs of about `budget` words, in the run's order.
    pub(crate) fn in_order(&self, budget: u64) -> Vec<Chunk> {
        cut(self.twins.keys().map(|&place| (place, true)), &self.words, budget)
    }

    /// Cuts the distinct pairs into jobs of about `budget` words: pairs with the same reference
    /// follow each other, so that a worker encodes it once, and the costliest groups come first,
    /// so that no long job is left for the end.
    pub(crate) fn by_reference(&self, pairs: &[StudyPair], budget: u64) -> Vec<Chunk> {
        let mut groups: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for &place in self.twins.keys() {
            if let Some(pair) = pairs.get(place as usize) {
                groups.entry(pair.reference.as_str()).or_default().push(place);
            }
        }
        let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
        for group in &mut groups {
            group.sort_by_key(|&place| (std::cmp::Reverse(self.cost_of(place)), place));
        }
        let longest = |group: &Vec<u32>| group.first().map_or(0, |&place| self.cost_of(place));
        groups.sort_by_key(|group| (std::cmp::Reverse(longest(group)), group.first().copied()));
        let new =
            |group: Vec<u32>| group.into_iter().enumerate().map(|(at, place)| (place, at == 0));
        cut(groups.into_iter().flat_map(new), &self.cost, budget)
    }

    fn cost_of(&self, place: u32) -> u64 {
        of_place(&self.cost, place).into_iter().sum()
    }
}

fn of_place(costs: &[[u64; 2]], place: u32) -> [u64; 2] {
    costs.get(place as usize).copied().unwrap_or_default()
}

/// Cuts pairs into jobs. Each comes with whether its reference is another one than that of the
/// pair before: a worker reads a reference once, and it costs nothing again in the same job.
fn cut(pairs: impl Iterator<Item = (u32, bool)>, costs: &[[u64; 2]], budget: u64) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    for (place, is_new) in pairs {
        let [reference, candidate] = of_place(costs, place);
        let cost = if is_new { reference + candidate } else { candidate };
        match chunks.last_mut() {
            Some(last) if last.cost + cost <= budget => {
                last.pairs.push(place);
                last.cost += cost;
            }
            _ => chunks.push(Chunk { pairs: vec![place], cost: reference + candidate }),
        }
    }
    chunks
}

/// Cuts texts, given by index and cost, into jobs of about `budget` words, the costliest first.
pub(crate) fn longest_first(mut texts: Vec<(u32, u64)>, budget: u64) -> Vec<(Vec<u32>, u64)> {
    texts.sort_by_key(|&(text, cost)| (std::cmp::Reverse(cost), text));
    let mut jobs: Vec<(Vec<u32>, u64)> = Vec::new();
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

fn costs(pairs: &[StudyPair], cost: fn(&str) -> u64) -> Vec<[u64; 2]> {
    pairs.iter().map(|pair| [cost(&pair.reference), cost(&pair.candidate)]).collect()
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
        Annotator::Chexbert { .. } | Annotator::Synonyms => encoder_cost(text),
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
        let distinct = Distinct::of(&[pair("a", "b"), pair("a", "c"), pair("a", "b")]);
        assert_eq!(distinct.twins, BTreeMap::from([(0, vec![0, 2]), (1, vec![1])]));
    }

    #[test]
    fn pairs_of_one_reference_stand_together_and_long_ones_first() {
        let pairs = [
            pair("short", "x"),
            pair("a long reference text", "y"),
            pair("short", "z z z z z z z"),
            pair("a long reference text", "w"),
        ];
        let chunks = Distinct::of(&pairs).by_reference(&pairs, 1_000);
        assert_eq!(chunks.len(), 1);
        assert_eq!(chunks[0].pairs, [2, 0, 1, 3]);
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
        let distinct = Distinct::of(&pairs);
        for budget in [1, 10, 100, 100_000] {
            for chunks in [distinct.in_order(budget), distinct.by_reference(&pairs, budget)] {
                let mut all: Vec<u32> = chunks.iter().flat_map(|c| c.pairs.clone()).collect();
                all.sort_unstable();
                assert_eq!(all, (0..100).collect::<Vec<u32>>());
                assert!(chunks.iter().all(|c| c.cost <= budget || c.pairs.len() == 1));
            }
        }
    }
}
