//! Turns pairs and metrics into jobs: each distinct pair once, pairs that share a reference side
//! by side, longest first.

use std::collections::BTreeMap;

use rrgscore_data::StudyPair;

/// Cost of one BLEU job, in words: about a tenth of a second in a browser.
pub(crate) const BLEU_JOB_WORDS: u64 = 40_000;
/// Cost of one model job, in words: some tenths of a second in a browser, so that the time left is
/// told from many jobs and no worker waits long for another at a model's end.
pub(crate) const MODEL_JOB_WORDS: u64 = 250;
/// What a text costs whatever its length, in words: its special tokens, and the weights, which a
/// short text reads as a long one does.
const TEXT_WORDS: u64 = 4;

/// A job that has not been handed out: which pairs, at which cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Distinct pairs, by their first place in the run.
    pub(crate) pairs: Vec<u32>,
    /// Words in them.
    pub(crate) cost: u64,
}

/// The distinct pairs of a run.
#[derive(Clone, Debug)]
pub(crate) struct Distinct {
    /// For each distinct pair, by its first place: all places it stands in, that one included.
    pub(crate) twins: BTreeMap<u32, Vec<u32>>,
    /// Words of each pair's reference and candidate, by place.
    cost: Vec<[u64; 2]>,
}

impl Distinct {
    /// Finds pairs whose two texts are the same to the byte.
    pub(crate) fn of(pairs: &[StudyPair]) -> Self {
        let mut first: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        let mut twins: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut cost = Vec::with_capacity(pairs.len());
        for (place, pair) in (0u32..).zip(pairs) {
            let key = (pair.reference.as_str(), pair.candidate.as_str());
            let leader = *first.entry(key).or_insert(place);
            twins.entry(leader).or_default().push(place);
            cost.push(words_of(pair));
        }
        Self { twins, cost }
    }

    /// Every pair for itself, for runs in which equal texts do not mean equal annotations.
    pub(crate) fn each(pairs: &[StudyPair]) -> Self {
        let places = 0u32..pairs.len() as u32;
        Self {
            twins: places.map(|place| (place, vec![place])).collect(),
            cost: pairs.iter().map(words_of).collect(),
        }
    }

    /// Cuts the distinct pairs into jobs of about `budget` words, in the run's order.
    pub(crate) fn in_order(&self, budget: u64) -> Vec<Chunk> {
        self.cut(self.twins.keys().map(|&place| (place, true)), budget)
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
        self.cut(groups.into_iter().flat_map(new), budget)
    }

    fn cost_of(&self, place: u32) -> u64 {
        self.words(place).into_iter().sum()
    }

    fn words(&self, place: u32) -> [u64; 2] {
        self.cost.get(place as usize).copied().unwrap_or_default()
    }

    /// Cuts pairs into jobs. Each comes with whether its reference is another one than that of the
    /// pair before: a worker reads a reference once, and it costs nothing again in the same job.
    fn cut(&self, pairs: impl Iterator<Item = (u32, bool)>, budget: u64) -> Vec<Chunk> {
        let mut chunks: Vec<Chunk> = Vec::new();
        for (place, is_new) in pairs {
            let [reference, candidate] = self.words(place);
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

fn words_of(pair: &StudyPair) -> [u64; 2] {
    [words(&pair.reference), words(&pair.candidate)]
}

/// What a text costs: its words and [`TEXT_WORDS`].
pub(crate) fn words(text: &str) -> u64 {
    text.split_ascii_whitespace().count() as u64 + TEXT_WORDS
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
