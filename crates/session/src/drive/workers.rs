//! What each worker of a drive is at.

use std::collections::BTreeSet;
use std::ops::{Index, IndexMut};

use rrgscore_scoring::Purpose;
use rrgscore_scoring::job::{Job, JobId};
use serde::{Deserialize, Serialize};

/// Names a worker of a pool, counted from 0. A worker that takes the place of another has its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WorkerId(pub usize);

/// How many packs a worker holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacksHeld {
    /// One at a time: each worker has memory of its own.
    One,
    /// Every one that it has loaded: workers share memory.
    All,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Life {
    /// Not started yet, or given up because it could not be.
    #[default]
    Absent,
    Starting,
    Ready,
}

/// One worker.
#[derive(Debug, Default)]
pub struct WorkerSlot {
    pub(super) life: Life,
    pub(super) failed_starts: u32,
    packs: BTreeSet<Purpose>,
    pub(super) loading: Option<Purpose>,
    /// What it works on.
    pub(super) job: Option<JobId>,
    /// What it works on next; only beside a job.
    pub(super) next: Option<JobId>,
}

impl WorkerSlot {
    pub(super) fn is_free(&self) -> bool {
        self.life == Life::Ready && self.job.is_none() && self.loading.is_none()
    }

    /// Whether it has nothing to do, or will not once it is up.
    pub(super) fn is_idle(&self) -> bool {
        self.life != Life::Absent && self.job.is_none()
    }

    /// Whether a job could wait with it.
    pub(super) fn has_room(&self) -> bool {
        self.job.is_some() && self.next.is_none()
    }

    /// Whether it works on the job, or will next.
    pub(super) fn holds(&self, id: JobId) -> bool {
        self.job == Some(id) || self.next == Some(id)
    }

    /// Whether it can do a job with the packs that it holds.
    pub(super) fn can(&self, job: &Job) -> bool {
        job.needs().is_none_or(|pack| self.packs.contains(&pack))
    }

    pub(super) fn started(&mut self) {
        (self.life, self.failed_starts) = (Life::Ready, 0);
    }

    /// A worker is being started, in place of the former one.
    pub(super) fn starting(&mut self) {
        let failed_starts = self.failed_starts;
        *self = Self { life: Life::Starting, failed_starts, ..Self::default() };
    }

    /// It could not be started, or will not be again.
    pub(super) fn given_up(&mut self) {
        *self = Self::default();
    }

    /// A job is no longer with it.
    pub(super) fn ended(&mut self, id: JobId) {
        if self.next == Some(id) {
            self.next = None;
        } else if self.job == Some(id) {
            self.job = self.next.take();
        }
    }
}

/// The workers of a pool: which are up, and which packs and jobs each has. Lasts longer than a run.
#[derive(Debug)]
pub struct Workers {
    slots: Vec<WorkerSlot>,
    held: PacksHeld,
}

impl Workers {
    /// So many workers, none of them started. Those that are not up
    /// ([`super::DriveEvent::WorkerReady`]) when a run starts are started by it.
    pub fn new(count: usize, held: PacksHeld) -> Self {
        Self { slots: (0..count).map(|_| WorkerSlot::default()).collect(), held }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn has(&self, worker: WorkerId) -> bool {
        worker.0 < self.slots.len()
    }

    pub(super) fn loaded(&mut self, worker: WorkerId, pack: Purpose) {
        self.forget_others(worker);
        let slot = &mut self[worker];
        slot.loading = None;
        slot.packs.insert(pack);
    }

    pub(super) fn is_loading(&mut self, worker: WorkerId, pack: Purpose) {
        self.forget_others(worker);
        self[worker].loading = Some(pack);
    }

    fn forget_others(&mut self, worker: WorkerId) {
        if self.held == PacksHeld::One {
            self[worker].packs.clear();
        }
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = WorkerId> + use<> {
        (0..self.slots.len()).map(WorkerId)
    }

    pub(super) fn slots(&self) -> impl Iterator<Item = &WorkerSlot> {
        self.slots.iter()
    }

    fn ids_where(&self, is: impl Fn(&WorkerSlot) -> bool) -> Vec<WorkerId> {
        self.ids().filter(|&worker| is(&self[worker])).collect()
    }

    pub(super) fn absent(&self) -> Vec<WorkerId> {
        self.ids_where(|slot| slot.life == Life::Absent)
    }

    pub(super) fn busy(&self) -> Vec<WorkerId> {
        self.ids_where(|slot| slot.job.is_some())
    }

    pub(super) fn with_a_job_waiting(&self) -> Vec<WorkerId> {
        self.ids_where(|slot| slot.next.is_some())
    }

    pub(super) fn is_any_busy(&self) -> bool {
        self.slots.iter().any(|slot| slot.job.is_some())
    }

    pub(super) fn alive(&self) -> usize {
        self.slots.iter().filter(|slot| slot.life != Life::Absent).count()
    }

    /// How many jobs could be given to workers, now or once they are up.
    pub(super) fn room(&self) -> usize {
        let room =
            |slot: &WorkerSlot| usize::from(slot.job.is_none()) + usize::from(slot.next.is_none());
        self.slots.iter().filter(|slot| slot.life != Life::Absent).map(room).sum()
    }
}

impl Index<WorkerId> for Workers {
    type Output = WorkerSlot;

    fn index(&self, worker: WorkerId) -> &WorkerSlot {
        &self.slots[worker.0]
    }
}

impl IndexMut<WorkerId> for Workers {
    fn index_mut(&mut self, worker: WorkerId) -> &mut WorkerSlot {
        &mut self.slots[worker.0]
    }
}
