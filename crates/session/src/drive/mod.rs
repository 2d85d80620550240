//! Drives a run: which worker does which job, and what happens when one fails, stops or is told to.
//!
//! [`Drive`] knows no thread, message or clock. An executor (a pool of Web Workers, of threads, or a
//! loop) tells it what happened and does what it answers: [`DriveEvent`] in, [`DriveCommand`]s out.
//! It holds the [`Run`], which plans the jobs and files their outcomes.
//!
//! # The policy
//!
//! - Each worker has one job, and one more that waits with it, so that it need not stand still until
//!   its outcome is read on a busy machine. As many jobs as there are workers wait here, so that a
//!   run's last jobs go to whoever is free first.
//! - A worker gets a pack before a job that needs it. Where each worker has memory of its own
//!   ([`PacksHeld::One`]) it holds one at a time: five encoders in each worker would fill a tab, and
//!   a run hands out one model's jobs after the other's. Threads share models ([`PacksHeld::All`]).
//! - The job of a worker that stopped is handed out again, and fails when a second worker stops over
//!   it; so do the jobs of a pack that stopped two workers while it was loaded. A worker that could
//!   not start three times in a row is given up, until the next start.
//! - An outcome that does not answer its job fails the job.
//! - A cancel drops the jobs that are not begun. The run ends when those under way are done; workers
//!   that are not done at the deadline are replaced. What was dropped is handed out again by the
//!   next [`DriveEvent::Start`].
//!
//! # An executor in full
//!
//! One worker in a loop, which is [`Drive::run_here`]:
//!
//! ```
//! # use std::collections::VecDeque;
//! # use rrgscore_data::{MissingPolicy, StudyPair, Task};
//! # use rrgscore_scoring::job::{Failure, FailureKind, Job, Outcome};
//! # use rrgscore_scoring::{Metric, Profile, Run, Settings};
//! use rrgscore_session::drive::{Drive, DriveCommand, DriveEvent, PacksHeld, WorkerId, Workers};
//!
//! fn score(run: Run, mut work: impl FnMut(&Job) -> Result<Outcome, Failure>) -> Run {
//!     let mut drive = Drive::new(run, Workers::new(1, PacksHeld::All));
//!     let mut events = VecDeque::from([DriveEvent::WorkerReady(WorkerId(0)), DriveEvent::Start]);
//!     while let Some(event) = events.pop_front() {
//!         for command in drive.on(event) {
//!             match command {
//!                 DriveCommand::Work(worker, job) => events.push_back(match work(&job) {
//!                     Ok(outcome) => DriveEvent::Outcome(worker, outcome),
//!                     Err(failure) => DriveEvent::JobFailed(worker, job.id, failure),
//!                 }),
//!                 // No pack here: BLEU-2 needs none.
//!                 DriveCommand::Load(worker, _) => {
//!                     events.push_back(DriveEvent::LoadFailed(worker, "not there".to_owned()));
//!                 }
//!                 DriveCommand::Progress => println!("{:?}", drive.run().progress()),
//!                 DriveCommand::Finished => return drive.into_parts().0,
//!                 DriveCommand::Problem(problem) => eprintln!("{problem}"),
//!                 // Of a cancel, or of a worker that stopped.
//!                 DriveCommand::DropQueued(_)
//!                 | DriveCommand::Spawn(_)
//!                 | DriveCommand::ArmDeadline => {}
//!             }
//!         }
//!     }
//!     drive.into_parts().0
//! }
//! # let pair = |id: &str| StudyPair {
//! #     id: id.to_owned(),
//! #     reference: "no effusion".to_owned(),
//! #     candidate: "no effusion".to_owned(),
//! # };
//! # let settings = Settings {
//! #     profile: Profile::Rexrank,
//! #     task: Some(Task::Report),
//! #     missing: MissingPolicy::Refuse,
//! #     cleaning: None,
//! #     metrics: Metric::named("bleu2").into_iter().collect(),
//! # };
//! # let run = Run::new(settings, vec![pair("1"), pair("2")]);
//! # let undone = |_: &Job| Err(Failure::new(FailureKind::Worker, "the job is not done"));
//! # let run = score(run, undone);
//! # assert!(run.is_complete());
//! ```

mod event;
mod hand_out;
mod here;
#[cfg(test)]
mod tests;
mod workers;

use std::collections::{BTreeMap, VecDeque};

use rrgscore_scoring::job::{Failure, FailureKind, Job, JobId, Outcome};
use rrgscore_scoring::run::AcceptError;
use rrgscore_scoring::{AnnotationStore, Purpose, Run};

pub use event::{DriveCommand, DriveEvent, DriveProblem};
use workers::Life;
pub use workers::{PacksHeld, WorkerId, Workers};

/// A job that stopped this many workers fails; so do the jobs of a pack.
const MOST_CRASHES: u32 = 2;
/// A worker that could not start this many times in a row is not started again.
const MOST_FAILED_STARTS: u32 = 3;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Idle,
    Running,
    Cancelling,
}

/// A run under way: its jobs and outcomes, and what its workers are at.
pub struct Drive {
    run: Run,
    workers: Workers,
    phase: Phase,
    /// Jobs of the run that no worker has yet.
    backlog: VecDeque<Box<Job>>,
    crashes: BTreeMap<JobId, u32>,
    load_crashes: BTreeMap<Purpose, u32>,
    /// Packs that cannot be used, and why.
    broken: BTreeMap<Purpose, String>,
    /// Whether the event at hand has filed something.
    has_progressed: bool,
}

impl Drive {
    /// A run that is not started, and the workers for it. They may still have jobs of an earlier run
    /// in hand, whose outcomes are not taken for this one's if the runs number their jobs apart
    /// ([`Run::numbered_from`]).
    pub fn new(run: Run, workers: Workers) -> Self {
        Self {
            run,
            workers,
            phase: Phase::Idle,
            backlog: VecDeque::new(),
            crashes: BTreeMap::new(),
            load_crashes: BTreeMap::new(),
            broken: BTreeMap::new(),
            has_progressed: false,
        }
    }

    /// The run, with what has been scored so far.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Gives up driving: the run with what has been scored, and the workers for the next one.
    pub fn into_parts(self) -> (Run, Workers) {
        (self.run, self.workers)
    }

    /// Takes other workers in place of those that there are, and gives those: for another run, while
    /// this one is not under way.
    pub fn exchange_workers(&mut self, workers: Workers) -> Workers {
        std::mem::replace(&mut self.workers, workers)
    }

    /// Gives away what models said of texts, for the next run; the results stay.
    pub fn take_annotations(&mut self) -> AnnotationStore {
        self.run.take_store()
    }

    /// Whether a run is under way.
    pub fn is_busy(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// Takes in an event and says what to do, in this order.
    pub fn on(&mut self, event: DriveEvent) -> Vec<DriveCommand> {
        if let Some(worker) = event.worker().filter(|worker| !self.workers.has(*worker)) {
            return vec![DriveCommand::Problem(DriveProblem::UnknownWorker(worker))];
        }
        let mut out = Vec::new();
        self.take(event, &mut out);
        self.pump(&mut out);
        if std::mem::take(&mut self.has_progressed) {
            let is_over = matches!(out.last(), Some(DriveCommand::Finished));
            out.insert(out.len() - usize::from(is_over), DriveCommand::Progress);
        }
        out
    }

    fn take(&mut self, event: DriveEvent, out: &mut Vec<DriveCommand>) {
        match event {
            DriveEvent::Start => self.start(out),
            DriveEvent::Cancel => self.cancel(out),
            DriveEvent::Deadline => self.deadline(out),
            DriveEvent::WorkerReady(worker) => self.workers[worker].started(),
            DriveEvent::Loaded(worker, pack) => self.workers.loaded(worker, pack),
            DriveEvent::LoadFailed(worker, why) => self.load_failed(worker, why, out),
            DriveEvent::Outcome(worker, outcome) => self.outcome(worker, outcome),
            DriveEvent::JobFailed(worker, id, failure) => {
                self.workers[worker].ended(id);
                self.fail(id, &failure);
            }
            DriveEvent::JobDropped(worker, id) => {
                self.workers[worker].ended(id);
                self.run.requeue(id);
            }
            DriveEvent::Crashed(worker) => self.crashed(worker, out),
        }
    }

    fn start(&mut self, out: &mut Vec<DriveCommand>) {
        if self.phase == Phase::Idle {
            self.crashes.clear();
            self.broken.clear();
            self.load_crashes.clear();
            // Nobody is needed where all is given, such as a judge's answers.
            if !self.run.is_complete() {
                for worker in self.workers.absent() {
                    self.spawn(worker, out);
                }
            }
        }
        self.phase = Phase::Running;
        if self.workers.alive() == 0 && !self.run.is_complete() {
            self.nobody_left(out);
        }
    }

    fn cancel(&mut self, out: &mut Vec<DriveCommand>) {
        if self.phase != Phase::Running {
            return;
        }
        self.requeue_backlog();
        self.phase = Phase::Cancelling;
        if self.workers.is_any_busy() {
            let waited = self.workers.with_a_job_waiting().into_iter();
            out.extend(waited.map(DriveCommand::DropQueued));
            out.push(DriveCommand::ArmDeadline);
        }
    }

    fn deadline(&mut self, out: &mut Vec<DriveCommand>) {
        if self.phase != Phase::Cancelling {
            return;
        }
        for worker in self.workers.busy() {
            let slot = &self.workers[worker];
            for id in [slot.next, slot.job].into_iter().flatten() {
                self.run.requeue(id);
            }
            self.spawn(worker, out);
        }
    }

    fn outcome(&mut self, worker: WorkerId, outcome: Outcome) {
        let id = outcome.id;
        let slot = &mut self.workers[worker];
        if let Some(held) = slot.job.filter(|_| !slot.holds(id)) {
            // It would be waited for in vain.
            slot.ended(held);
            let message = format!("its worker answered job {} instead of job {}", id.0, held.0);
            return self.fail(held, &Failure::new(FailureKind::Worker, message));
        }
        slot.ended(id);
        match self.run.accept(outcome) {
            Ok(()) => self.has_progressed = true,
            // Of a worker that was given up on: the job has been handed out anew, or its run is
            // gone.
            Err(AcceptError::NotAwaited(_)) => {}
            Err(error @ AcceptError::Mismatch(_)) => {
                self.fail(id, &Failure::new(FailureKind::Worker, error));
            }
        }
    }

    fn fail(&mut self, id: JobId, failure: &Failure) {
        self.run.fail(id, failure);
        self.has_progressed = true;
    }

    fn give_up(&mut self, pack: Purpose, reason: String, out: &mut Vec<DriveCommand>) {
        if self.broken.insert(pack, reason.clone()).is_none() {
            out.push(DriveCommand::Problem(DriveProblem::Pack { pack, reason }));
        }
    }

    fn load_failed(&mut self, worker: WorkerId, why: String, out: &mut Vec<DriveCommand>) {
        let slot = &mut self.workers[worker];
        if let Some(pack) = slot.loading.take() {
            self.give_up(pack, why, out);
        } else if let Some(id) = slot.job {
            // Not even the message was understood: nobody would ever answer the job.
            slot.ended(id);
            self.fail(id, &Failure::new(FailureKind::Worker, why));
        }
    }

    fn spawn(&mut self, worker: WorkerId, out: &mut Vec<DriveCommand>) {
        self.workers[worker].starting();
        out.push(DriveCommand::Spawn(worker));
    }

    fn crashed(&mut self, worker: WorkerId, out: &mut Vec<DriveCommand>) {
        let slot = &mut self.workers[worker];
        if slot.life == Life::Absent {
            return;
        }
        if slot.life == Life::Starting {
            slot.failed_starts += 1;
            if slot.failed_starts >= MOST_FAILED_STARTS {
                slot.given_up();
                if self.workers.alive() == 0 && self.phase != Phase::Idle {
                    self.nobody_left(out);
                }
                return;
            }
        }
        let (job, next, loading) = (slot.job, slot.next, slot.loading);
        self.spawn(worker, out);
        if let Some(pack) = loading {
            let crashes = self.load_crashes.entry(pack).or_default();
            *crashes += 1;
            if *crashes >= MOST_CRASHES {
                let why = "the model stopped its worker while it was loaded, perhaps for lack of \
                           memory; try fewer workers";
                self.give_up(pack, why.to_owned(), out);
            }
        }
        // Before the other, so that the run has them in their order again.
        if let Some(id) = next {
            self.run.requeue(id);
        }
        let Some(id) = job else { return };
        let crashes = self.crashes.entry(id).or_default();
        *crashes += 1;
        if *crashes >= MOST_CRASHES {
            let message = "its worker stopped twice over it, perhaps for lack of memory".to_owned();
            self.fail(id, &Failure::new(FailureKind::Worker, message));
        } else {
            self.run.requeue(id);
        }
    }

    fn nobody_left(&mut self, out: &mut Vec<DriveCommand>) {
        self.requeue_backlog();
        self.phase = Phase::Idle;
        out.push(DriveCommand::Problem(DriveProblem::NoWorkers));
        out.push(DriveCommand::Finished);
    }

    fn requeue_backlog(&mut self) {
        while let Some(job) = self.backlog.pop_back() {
            self.run.requeue(job.id);
        }
    }
}
