//! The jobs of a run: planned, handed out, put back.

use std::collections::{BTreeMap, VecDeque};

use rrgscore_annotations::Annotator;

use crate::index::{ColumnIndex, TextIndex};
use crate::job::JobId;
use crate::plan::Chunk;

/// A job, without its texts.
#[derive(Clone, Debug)]
pub(super) enum Planned {
    /// Pairs to be scored in a column.
    Score { column: ColumnIndex, chunk: Chunk },
    /// References whose token ids a column's idf table is counted from.
    TokenIds { column: ColumnIndex, texts: Vec<TextIndex> },
    /// Texts to be annotated; the cost counts for a column.
    Annotate { column: ColumnIndex, annotator: Annotator, texts: Vec<TextIndex>, cost: u64 },
}

/// Jobs that are not done.
#[derive(Debug, Default)]
pub(super) struct Outstanding {
    queue: VecDeque<Planned>,
    /// Jobs that were handed out and came back undone: the next ones, under the ids they have.
    requeued: VecDeque<(JobId, Planned)>,
    out: BTreeMap<JobId, Planned>,
    next_id: u64,
}

impl Outstanding {
    /// Names jobs from `first` on.
    pub(super) fn number_from(&mut self, first: u64) {
        self.next_id = first;
    }

    /// Adds jobs behind all others.
    pub(super) fn extend(&mut self, jobs: impl IntoIterator<Item = Planned>) {
        self.queue.extend(jobs);
    }

    /// Whether no job is waiting to be handed out.
    pub(super) fn is_drained(&self) -> bool {
        self.queue.is_empty() && self.requeued.is_empty()
    }

    /// Whether no job is with a worker.
    pub(super) fn is_none_out(&self) -> bool {
        self.out.is_empty()
    }

    /// The next job to hand out.
    pub(super) fn next(&mut self) -> Option<(JobId, Planned)> {
        if let Some(next) = self.requeued.pop_front() {
            return Some(next);
        }
        let planned = self.queue.pop_front()?;
        let id = JobId(self.next_id);
        self.next_id += 1;
        Some((id, planned))
    }

    /// Notes that a job is with a worker.
    pub(super) fn hand_out(&mut self, id: JobId, planned: Planned) {
        self.out.insert(id, planned);
    }

    /// Takes back a job that is with a worker.
    pub(super) fn take(&mut self, id: JobId) -> Option<Planned> {
        self.out.remove(&id)
    }

    /// Puts a job back that its worker will not finish. It is handed out next, under the same id,
    /// so that whoever counts what became of it can.
    pub(super) fn requeue(&mut self, id: JobId) {
        if let Some(planned) = self.out.remove(&id) {
            self.requeued.push_front((id, planned));
        }
    }

    /// Drops all jobs; ids go on.
    pub(super) fn clear(&mut self) {
        *self = Self { next_id: self.next_id, ..Self::default() };
    }
}
