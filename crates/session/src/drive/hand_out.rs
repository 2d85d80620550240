//! Who gets which job.

use rrgscore_scoring::job::{Failure, FailureKind};
use rrgscore_scoring::{Next, Purpose};

use super::workers::WorkerSlot;
use super::{Drive, DriveCommand, Phase};

impl Drive {
    /// Hands out what there is, and notices the end.
    pub(super) fn pump(&mut self, out: &mut Vec<DriveCommand>) {
        match self.phase {
            Phase::Idle => return,
            Phase::Running => {
                self.fill_backlog();
                self.give_out(out);
                self.give_ahead(out);
            }
            Phase::Cancelling => {}
        }
        if self.backlog.is_empty() && !self.workers.is_any_busy() {
            self.phase = Phase::Idle;
            out.push(DriveCommand::Finished);
        }
    }

    /// Takes as many jobs from the run as workers have room for, and one for each to lie here.
    /// Those whose pack cannot be used fail.
    fn fill_backlog(&mut self) {
        let wanted = self.workers.alive() + self.workers.room();
        let mut taken = std::mem::take(&mut self.backlog);
        while !taken.is_empty() || self.backlog.len() < wanted {
            let job = match taken.pop_front() {
                Some(job) => job,
                None => match self.run.next_job() {
                    Next::Job(job) => job,
                    Next::Wait | Next::Done => break,
                },
            };
            match job.needs().and_then(|pack| self.broken.get(&pack)) {
                Some(why) => {
                    let failure = Failure::new(FailureKind::Pack, why);
                    self.fail(job.id, &failure);
                }
                None => self.backlog.push_back(job),
            }
        }
    }

    fn give_out(&mut self, out: &mut Vec<DriveCommand>) {
        for worker in self.workers.ids() {
            if !self.workers[worker].is_free() {
                continue;
            }
            let slot = &self.workers[worker];
            if let Some(found) = self.backlog.iter().position(|job| slot.can(job)) {
                if let Some(job) = self.backlog.remove(found) {
                    self.workers[worker].job = Some(job.id);
                    out.push(DriveCommand::Work(worker, job));
                }
                continue;
            }
            // Not more workers load a pack than there are jobs that wait for it.
            let wanted = self.backlog.iter().filter_map(|job| job.needs()).find(|pack| {
                let jobs = self.backlog.iter().filter(|job| job.needs() == Some(*pack)).count();
                let loading = self.workers.slots().filter(|s| s.loading == Some(*pack)).count();
                loading < jobs
            });
            if let Some(pack) = wanted {
                self.workers.is_loading(worker, pack);
                out.push(DriveCommand::Load(worker, pack));
            }
        }
    }

    /// Gives workers that work a job to go on with, of what is left when every worker that does not
    /// work has its share and as many jobs as there are workers stay here: no worker is to have two
    /// jobs while another has none.
    fn give_ahead(&mut self, out: &mut Vec<DriveCommand>) {
        let idle = self.workers.slots().filter(|slot| slot.is_idle()).count();
        let kept = self.workers.alive() + idle;
        for worker in self.workers.ids() {
            let slot = &self.workers[worker];
            if !slot.has_room() || self.backlog.len() <= kept {
                continue;
            }
            let found =
                self.backlog.iter().position(|job| slot.can(job) && self.is_spare(job.needs()));
            if let Some(job) = found.and_then(|found| self.backlog.remove(found)) {
                self.workers[worker].next = Some(job.id);
                out.push(DriveCommand::Work(worker, job));
            }
        }
    }

    /// Whether there are more jobs for a pack than workers that may yet want one of them.
    fn is_spare(&self, pack: Option<Purpose>) -> bool {
        let loads_another =
            |slot: &WorkerSlot| pack.is_some() && slot.loading.is_some_and(|p| Some(p) != pack);
        let wants = |slot: &&WorkerSlot| slot.is_idle() && !loads_another(slot);
        let wanted = self.workers.slots().filter(wants).count();
        self.backlog.iter().filter(|job| job.needs() == pack).count() > wanted
    }
}
