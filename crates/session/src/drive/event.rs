//! What goes into a drive and what comes out.

use rrgscore_scoring::Purpose;
use rrgscore_scoring::job::{Failure, Job, JobId, Outcome};

use super::WorkerId;

/// What has happened.
#[derive(Debug)]
pub enum DriveEvent {
    /// Begin the run, or go on with it after a cancel.
    Start,
    /// Stop the run; what is scored stays.
    Cancel,
    /// The time that [`DriveCommand::ArmDeadline`] allowed is over.
    Deadline,
    /// A worker is up.
    WorkerReady(WorkerId),
    /// A worker has a pack, whether it was told to load it or came with it.
    Loaded(WorkerId, Purpose),
    /// A worker could not load the pack that it was told to load: why.
    LoadFailed(WorkerId, String),
    /// A worker has done a job.
    Outcome(WorkerId, Outcome),
    /// A worker could not do a job: why.
    JobFailed(WorkerId, JobId, Failure),
    /// A worker has dropped the job that waited with it.
    JobDropped(WorkerId, JobId),
    /// A worker stopped, or could not be started.
    Crashed(WorkerId),
}

impl DriveEvent {
    /// The worker that it is about.
    pub fn worker(&self) -> Option<WorkerId> {
        match self {
            Self::Start | Self::Cancel | Self::Deadline => None,
            Self::WorkerReady(worker)
            | Self::Loaded(worker, _)
            | Self::LoadFailed(worker, _)
            | Self::Outcome(worker, _)
            | Self::JobFailed(worker, ..)
            | Self::JobDropped(worker, _)
            | Self::Crashed(worker) => Some(*worker),
        }
    }
}

/// What the executor is to do.
#[derive(Debug)]
pub enum DriveCommand {
    /// Let a worker load a pack, in place of any other where it holds one at a time
    /// ([`super::PacksHeld::One`]). Answer with [`DriveEvent::Loaded`] or
    /// [`DriveEvent::LoadFailed`].
    Load(WorkerId, Purpose),
    /// Give a worker a job, perhaps while it works on another, which it finishes first. Answer with
    /// [`DriveEvent::Outcome`] or [`DriveEvent::JobFailed`].
    Work(WorkerId, Box<Job>),
    /// Let a worker drop the job that waits with it. Answer with [`DriveEvent::JobDropped`], unless
    /// it has begun the job meanwhile.
    DropQueued(WorkerId),
    /// Start a worker, in place of the one of that name if there is one: end that, and pass on
    /// nothing that it still says. Answer with [`DriveEvent::WorkerReady`] or
    /// [`DriveEvent::Crashed`]. Given for workers that are not up when a run starts, that stopped, or
    /// that have a job in hand at the deadline.
    Spawn(WorkerId),
    /// Say [`DriveEvent::Deadline`] after the time that a cancel may take. An executor that cannot
    /// end a worker need not.
    ArmDeadline,
    /// More has been scored: time to read [`super::Drive::run`].
    Progress,
    /// Tell the user.
    Problem(DriveProblem),
    /// The run is over: all is done, or it was cancelled.
    Finished,
}

/// Something that the user of a run should know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DriveProblem {
    /// No worker could be started: nothing more is scored.
    #[error("no worker could be started, so nothing can be scored")]
    NoWorkers,
    /// A pack cannot be used: the metrics that need it have no scores.
    #[error("the model for {} could not be used: {reason}", .pack.id())]
    Pack {
        /// What it serves.
        pack: Purpose,
        /// Why, without report text.
        reason: String,
    },
    /// An event named a worker that there is not. It was passed over.
    #[error("there is no worker {worker}", worker = .0.0)]
    UnknownWorker(WorkerId),
}
