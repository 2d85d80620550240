//! Which studies a shard scores.

use rrgscore_data::StudyPair;

use super::Shard;
use crate::index::{Inconsistency, StudyIndex};
use crate::plan::{DistinctPairs, MODEL_JOB_WORDS};

/// Pieces of work that a shard gets at least, where there is as much: so many even out.
const PIECES: u64 = 16;

/// The studies of a set that a shard scores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) shard: Shard,
    /// Their positions in the set, rising.
    places: Vec<u32>,
}

impl Share {
    /// Deals the work of a set out in turn, as a run's jobs are cut: the costliest pieces first,
    /// pairs of the same texts in one piece, and pairs that share a reference in as few as can be.
    /// Reports decide it and their order, so every shard comes to the same cut. With `annotated`
    /// reports of the same texts are not the same pair.
    pub(crate) fn of(
        shard: Shard,
        set: &[StudyPair],
        annotated: bool,
    ) -> Result<Self, Inconsistency> {
        let distinct = if annotated { DistinctPairs::each(set) } else { DistinctPairs::of(set)? };
        let budget = distinct.cost() / (u64::from(shard.of()) * PIECES);
        let pieces = distinct.by_reference(set, budget.clamp(1, MODEL_JOB_WORDS))?;
        let first = shard.number() as usize - 1;
        let mut places = Vec::new();
        for piece in pieces.iter().skip(first).step_by(shard.of() as usize) {
            for &pair in &piece.pairs {
                places.extend(distinct.studies(pair)?.iter().map(|&StudyIndex(place)| place));
            }
        }
        places.sort_unstable();
        Ok(Self { shard, places })
    }

    /// The positions of its studies in the set, rising.
    pub(crate) fn places(&self) -> &[u32] {
        &self.places
    }

    /// Of things that stand one per study of the set, those of its studies.
    pub(crate) fn pick<T: Clone>(&self, all: &[T]) -> Vec<T> {
        self.places.iter().filter_map(|&place| all.get(place as usize).cloned()).collect()
    }

    /// The studies of the set that are scored elsewhere.
    pub(crate) fn others<'a>(&self, set: &'a [StudyPair]) -> Vec<&'a StudyPair> {
        let mut own = self.places.iter().copied().peekable();
        let others = (0u32..).zip(set).filter(|&(place, _)| own.next_if_eq(&place).is_none());
        others.map(|(_, pair)| pair).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::plan::words;

    fn pair(id: usize, reference: String, candidate: String) -> StudyPair {
        StudyPair { id: id.to_string(), reference, candidate }
    }

    fn shares(set: &[StudyPair], of: u32, annotated: bool) -> Vec<Share> {
        let share = |number| Share::of(Shard::new(number, of).unwrap(), set, annotated).unwrap();
        (1..=of).map(share).collect()
    }

    proptest! {
        #[test]
        fn every_study_is_in_one_shard_and_the_same_texts_are_together(
            texts in prop::collection::vec((0usize..9, 0usize..9), 0..80),
            of in 1u32..12,
            annotated: bool,
        ) {
            let text = |words: usize| "word ".repeat(words);
            let set: Vec<StudyPair> = texts
                .iter()
                .enumerate()
                .map(|(id, &(reference, candidate))| pair(id, text(reference), text(candidate)))
                .collect();
            let shares = shares(&set, of, annotated);
            let mut owners = BTreeMap::new();
            let mut by_texts = BTreeMap::new();
            for share in &shares {
                prop_assert!(share.places().is_sorted());
                for (place, study) in share.places().iter().zip(share.pick(&set)) {
                    prop_assert_eq!(study.id, place.to_string());
                    prop_assert!(owners.insert(*place, share.shard).is_none());
                    let same = by_texts.entry(texts[*place as usize]).or_insert(share.shard);
                    prop_assert!(annotated || *same == share.shard);
                }
                let others = share.others(&set);
                prop_assert_eq!(others.len() + share.places().len(), set.len());
                let own = |pair: &&StudyPair| share.places().contains(&pair.id.parse().unwrap());
                prop_assert!(!others.iter().any(own));
            }
            prop_assert_eq!(owners.len(), set.len());
        }

    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn shards_have_as_much_work(
            lengths in prop::collection::vec((1usize..120, 1usize..120), 400..600),
            of in 2u32..8,
        ) {
            let text = |seed: usize, words: usize| format!("word{seed} ").repeat(words);
            let set: Vec<StudyPair> = lengths
                .iter()
                .enumerate()
                .map(|(id, &(reference, candidate))| {
                    pair(id, text(id, reference), text(id, candidate))
                })
                .collect();
            let work = |share: &Share| -> u64 {
                let own = share.pick(&set);
                own.iter().map(|pair| words(&pair.reference) + words(&pair.candidate)).sum()
            };
            let work: Vec<u64> = shares(&set, of, false).iter().map(work).collect();
            let (least, most) = (work.iter().min().unwrap(), work.iter().max().unwrap());
            prop_assert!(*most as f64 <= *least as f64 * 1.15, "{work:?}");
        }
    }

    #[test]
    fn a_reference_of_many_studies_is_dealt_out_too() {
        let set: Vec<StudyPair> = (0..1000)
            .map(|id| pair(id, "no acute disease".to_owned(), format!("candidate {id}")))
            .collect();
        let sizes: Vec<usize> = shares(&set, 4, false).iter().map(|s| s.places().len()).collect();
        assert!(sizes.iter().all(|size| (200..=300).contains(size)), "{sizes:?}");
    }
}
