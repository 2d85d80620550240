//! Inverse document frequencies of an encoder's tokens over the references.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rrgscore_data::StudyPair;
use rrgscore_metrics::bertscore::Idf;

use super::outstanding::Planned;
use crate::index::{Inconsistency, IndexVec, StudyIndex, TextIndex};
use crate::plan::{BLEU_JOB_WORDS, linear_cost, longest_first};

/// Counts document frequencies, and holds the jobs back that need them.
pub(super) struct IdfCount {
    /// The distinct references, each by the first study of the set that has it.
    references: IndexVec<TextIndex, StudyIndex>,
    /// Each study's reference.
    of_study: Vec<TextIndex>,
    /// A reference's token ids, once its job is back.
    ids: BTreeMap<TextIndex, Vec<u32>>,
    /// Jobs that are not back.
    awaited: usize,
    /// The table, once every reference is counted.
    table: Option<Idf>,
    /// Jobs that wait for the table.
    blocked: Vec<Planned>,
}

impl IdfCount {
    /// The count over a set's references, and the jobs (lists of distinct references) that it waits
    /// for.
    pub(super) fn plan(set: &[StudyPair], blocked: Vec<Planned>) -> (Self, Vec<Vec<TextIndex>>) {
        let mut known: BTreeMap<&str, TextIndex> = BTreeMap::new();
        let mut references = IndexVec::default();
        let mut of_study = Vec::with_capacity(set.len());
        let mut costs = Vec::new();
        for (study, pair) in (0u32..).map(StudyIndex).zip(set) {
            let text = match known.entry(pair.reference.as_str()) {
                Entry::Occupied(entry) => *entry.get(),
                Entry::Vacant(entry) => {
                    let text = references.push(study);
                    costs.push((text, linear_cost(&pair.reference)));
                    *entry.insert(text)
                }
            };
            of_study.push(text);
        }
        let jobs = longest_first(costs, BLEU_JOB_WORDS);
        let awaited = jobs.len();
        let ids = BTreeMap::new();
        let count = Self { references, of_study, ids, awaited, table: None, blocked };
        (count, jobs.into_iter().map(|(texts, _)| texts).collect())
    }

    /// The first study of the set that has a reference.
    pub(super) fn study(&self, text: TextIndex) -> Result<StudyIndex, Inconsistency> {
        self.references.get(text).copied()
    }

    /// The table; jobs that need it are handed out once it is there.
    pub(super) fn table(&self) -> Result<&Idf, Inconsistency> {
        self.table.as_ref().ok_or(Inconsistency("table of idf weights"))
    }

    /// Takes the ids of one job's references; gives the jobs that waited once all are there.
    pub(super) fn count(
        &mut self,
        ids: Vec<(TextIndex, Vec<u32>)>,
    ) -> Result<Vec<Planned>, Inconsistency> {
        self.ids.extend(ids);
        self.awaited = self.awaited.saturating_sub(1);
        if self.awaited > 0 {
            return Ok(Vec::new());
        }
        let document = |text: &TextIndex| {
            self.ids.get(text).map(Vec::as_slice).ok_or(Inconsistency("reference"))
        };
        let documents: Vec<&[u32]> =
            self.of_study.iter().map(document).collect::<Result<_, _>>()?;
        self.table = Some(Idf::from_documents(documents));
        self.ids = BTreeMap::new();
        Ok(self.take_blocked())
    }

    /// The jobs that wait, to be failed or handed out.
    pub(super) fn take_blocked(&mut self) -> Vec<Planned> {
        std::mem::take(&mut self.blocked)
    }
}
