//! Inverse document frequencies of an encoder's tokens over the references.

use std::collections::BTreeMap;

use rrgscore_data::StudyPair;
use rrgscore_metrics::bertscore::Idf;

use super::Planned;
use crate::plan::{BLEU_JOB_WORDS, linear_cost, longest_first};

/// Counts document frequencies, and holds the jobs back that need them.
pub(super) struct IdfCount {
    /// Distinct reference (by its first pair) → ids, once its job is back.
    ids: BTreeMap<u32, Vec<u32>>,
    /// For each pair, the first pair with the same reference.
    leaders: Vec<u32>,
    awaited: usize,
    /// The table, once every reference is counted.
    pub(super) table: Option<Idf>,
    /// Jobs that wait for the table.
    pub(super) blocked: Vec<Planned>,
}

impl IdfCount {
    /// The count, and the jobs (lists of distinct references) that it waits for.
    pub(super) fn plan(pairs: &[StudyPair], blocked: Vec<Planned>) -> (Self, Vec<Vec<u32>>) {
        let mut first: BTreeMap<&str, u32> = BTreeMap::new();
        let leaders: Vec<u32> = (0u32..)
            .zip(pairs)
            .map(|(place, pair)| *first.entry(pair.reference.as_str()).or_insert(place))
            .collect();
        let cost =
            |text: u32| pairs.get(text as usize).map_or(1, |pair| linear_cost(&pair.reference));
        let texts = first.into_values().map(|text| (text, cost(text))).collect();
        let jobs = longest_first(texts, BLEU_JOB_WORDS);
        let count =
            Self { ids: BTreeMap::new(), leaders, awaited: jobs.len(), table: None, blocked };
        (count, jobs.into_iter().map(|(texts, _)| texts).collect())
    }

    /// Takes the ids of one job's references; gives the jobs that waited once all are there.
    pub(super) fn count(&mut self, ids: Vec<(u32, Vec<u32>)>) -> Vec<Planned> {
        self.ids.extend(ids);
        self.awaited = self.awaited.saturating_sub(1);
        if self.awaited > 0 {
            return Vec::new();
        }
        let documents = self
            .leaders
            .iter()
            .map(|leader| self.ids.get(leader).map(Vec::as_slice).unwrap_or_default());
        self.table = Some(Idf::from_documents(documents));
        self.ids = BTreeMap::new();
        std::mem::take(&mut self.blocked)
    }
}
