//! Driving a run with one worker in the same thread.

use std::collections::{BTreeSet, VecDeque};
use std::ops::ControlFlow;

use rrgscore_scoring::job::{Failure, Job, Outcome};
use rrgscore_scoring::{Purpose, Run};

use super::{Drive, DriveCommand, DriveEvent, DriveProblem, PacksHeld, WorkerId, Workers};

const WORKER: WorkerId = WorkerId(0);

impl Drive {
    /// Does a run's jobs here, one after the other, with a worker that has the packs `packs`
    /// loaded: `work` does a job, `watch` sees the run after each and may break off, which leaves
    /// the rest of the run open. Returns the run, and what the user should know.
    pub fn run_here(
        run: Run,
        packs: &BTreeSet<Purpose>,
        mut work: impl FnMut(&Job) -> Result<Outcome, Failure>,
        mut watch: impl FnMut(&Run) -> ControlFlow<()>,
    ) -> (Run, Vec<DriveProblem>) {
        let mut drive = Self::new(run, Workers::new(1, PacksHeld::All));
        let mut problems = Vec::new();
        let mut jobs: VecDeque<Box<Job>> = VecDeque::new();
        let mut events = VecDeque::from([DriveEvent::WorkerReady(WORKER)]);
        events.extend(packs.iter().map(|&pack| DriveEvent::Loaded(WORKER, pack)));
        events.push_back(DriveEvent::Start);
        loop {
            let event = match events.pop_front() {
                Some(event) => event,
                None => match jobs.pop_front() {
                    Some(job) => match work(&job) {
                        Ok(outcome) => DriveEvent::Outcome(WORKER, outcome),
                        Err(failure) => DriveEvent::JobFailed(WORKER, job.id, failure),
                    },
                    None => break,
                },
            };
            for command in drive.on(event) {
                match command {
                    DriveCommand::Work(_, job) => jobs.push_back(job),
                    DriveCommand::Load(worker, _) => {
                        let why = "it is not loaded".to_owned();
                        events.push_back(DriveEvent::LoadFailed(worker, why));
                    }
                    DriveCommand::Progress => {
                        if watch(drive.run()).is_break() {
                            events.push_back(DriveEvent::Cancel);
                            let dropped = jobs.drain(..).map(|job| job.id);
                            events.extend(dropped.map(|id| DriveEvent::JobDropped(WORKER, id)));
                        }
                    }
                    DriveCommand::Problem(problem) => problems.push(problem),
                    // The one worker is up, and has nothing in hand when a cancel is heard.
                    DriveCommand::DropQueued(_)
                    | DriveCommand::Spawn(_)
                    | DriveCommand::ArmDeadline
                    | DriveCommand::Finished => {}
                }
            }
        }
        (drive.into_parts().0, problems)
    }
}
