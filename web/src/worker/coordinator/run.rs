//! Starting, driving and stopping a run.

use rrgscore_results::ScoreTable;
use rrgscore_scoring::Metric;
use rrgscore_scoring::job::{Failure, FailureKind};
use rrgscore_scoring::summary::PackRef;
use rrgscore_session::drive::{
    Drive, DriveCommand, DriveEvent, DriveProblem, PacksHeld, WorkerId, Workers,
};
use rrgscore_session::{RunRequest, can_go_on};

use super::{Coordinator, CurrentRun, Out, Output, failed, page};
use crate::protocol::annotator::{AnnotatorRequest, AnnotatorResponse};
use crate::protocol::coordinator::CoordinatorResponse;

impl Coordinator {
    pub(super) fn start(
        &mut self,
        request: &RunRequest,
        columns: &[Metric],
        packs: Vec<PackRef>,
        workers: usize,
        out: Out<'_>,
    ) {
        self.drop_sanity(out);
        let last = || self.run.as_mut().map(|run| run.drive.take_annotations()).unwrap_or_default();
        let started = match self.session.start_exactly(request, columns, &packs, last) {
            Ok(started) => started,
            Err(error) => {
                let message = error.to_string();
                return page(CoordinatorResponse::StartFailed { message }, out);
            }
        };
        let former = self.run.take().map(|run| run.drive.into_parts().1);
        let former = former.or(self.idle.take());
        let drive = Drive::new(started.run, self.workers(former, packs, workers));
        let (provenance, table) = (started.provenance, ScoreTable::default());
        let (fields, findings) = (started.fields, started.findings);
        let (results, scores) = (None, None);
        self.run = Some(CurrentRun { drive, provenance, table, results, scores, fields, findings });
        self.go(out);
    }

    pub(super) fn resume(&mut self, packs: Vec<PackRef>, workers: usize, out: Out<'_>) {
        self.drop_sanity(out);
        let refused = match &self.run {
            Some(run) => can_go_on(&run.provenance, &packs).err().map(|error| error.to_string()),
            None => Some("there is no run to go on with".to_owned()),
        };
        if let Some(message) = refused {
            return page(CoordinatorResponse::StartFailed { message }, out);
        }
        let Some(run) = self.run.take() else { return };
        let (unfinished, former) = run.drive.into_parts();
        let drive = Drive::new(unfinished, self.workers(Some(former), packs, workers));
        self.run = Some(CurrentRun { drive, ..run });
        self.go(out);
    }

    /// The workers for a run: those of the last one, unless they are too many or too few, or may
    /// have loaded other packs.
    pub(super) fn workers(
        &mut self,
        former: Option<Workers>,
        packs: Vec<PackRef>,
        workers: usize,
    ) -> Workers {
        let fits = self.packs == packs;
        self.packs = packs;
        former
            .filter(|former| fits && former.count() == workers)
            .unwrap_or_else(|| Workers::new(workers, PacksHeld::One))
    }

    fn go(&mut self, out: Out<'_>) {
        if let Some(run) = &self.run {
            page(CoordinatorResponse::Started { progress: run.drive.run().progress() }, out);
        }
        self.drive(DriveEvent::Start, out);
    }

    pub(super) fn cancel(&mut self, out: Out<'_>) {
        if self.run.as_ref().is_some_and(|run| run.drive.is_busy()) {
            self.drive(DriveEvent::Cancel, out);
        } else {
            page(CoordinatorResponse::Finished, out);
        }
    }

    /// The time is over that a cancel may take.
    pub fn deadline(&mut self, out: Out<'_>) {
        self.drive(DriveEvent::Deadline, out);
    }

    pub(super) fn worker_stopped(&mut self, worker: WorkerId, out: Out<'_>) {
        self.drive(DriveEvent::Crashed(worker), out);
    }

    pub(super) fn pack_unavailable(&mut self, worker: WorkerId, message: String, out: Out<'_>) {
        self.drive(DriveEvent::LoadFailed(worker, message), out);
    }

    /// Takes in what an annotator responds.
    pub fn annotator(&mut self, worker: WorkerId, response: AnnotatorResponse, out: Out<'_>) {
        let event = match response {
            AnnotatorResponse::Ready => DriveEvent::WorkerReady(worker),
            AnnotatorResponse::Loaded { pack } => {
                page(CoordinatorResponse::ModelLoaded, out);
                DriveEvent::Loaded(worker, pack)
            }
            AnnotatorResponse::LoadFailed { message } => DriveEvent::LoadFailed(worker, message),
            AnnotatorResponse::Outcome { outcome } => DriveEvent::Outcome(worker, outcome),
            AnnotatorResponse::JobFailed { id, message } => {
                let failure = Failure::new(FailureKind::Worker, message);
                DriveEvent::JobFailed(worker, id, failure)
            }
            AnnotatorResponse::JobDropped { id } => DriveEvent::JobDropped(worker, id),
        };
        self.drive(event, out);
    }

    pub(super) fn drive(&mut self, event: DriveEvent, out: Out<'_>) {
        let commands = match (&mut self.sanity, &mut self.run) {
            (Some(sanity), _) => sanity.on(event),
            (None, Some(run)) => run.drive.on(event),
            // Annotators are started by runs, so none can speak before the first.
            (None, None) => return failed("an annotator answered, and there is no run", out),
        };
        for command in commands {
            match command {
                DriveCommand::Load(worker, pack) => {
                    page(CoordinatorResponse::SendPack { worker, pack }, out);
                }
                DriveCommand::Work(worker, job) => {
                    out(Output::Annotator(worker, AnnotatorRequest::Work { job }));
                }
                DriveCommand::DropQueued(worker) => {
                    out(Output::Annotator(worker, AnnotatorRequest::DropQueued));
                }
                DriveCommand::Spawn(worker) => {
                    out(Output::Disconnect(worker));
                    page(CoordinatorResponse::Spawn { worker }, out);
                }
                DriveCommand::ArmDeadline => out(Output::ArmDeadline),
                // Pairs are few: all are shown at once.
                DriveCommand::Progress if self.sanity.is_some() => {}
                DriveCommand::Finished if self.sanity.is_some() => self.sanity_over(out),
                DriveCommand::Progress => {
                    let Some(run) = &mut self.run else { continue };
                    run.table.forget();
                    (run.results, run.scores) = (None, None);
                    let progress = run.drive.run().progress();
                    page(CoordinatorResponse::Progress { progress }, out);
                }
                DriveCommand::Problem(problem) => {
                    let message = in_words(&problem);
                    page(CoordinatorResponse::Problem { message }, out);
                }
                DriveCommand::Finished => page(CoordinatorResponse::Finished, out),
            }
        }
    }
}

fn in_words(problem: &DriveProblem) -> String {
    match problem {
        DriveProblem::NoWorkers => "No worker could be started, so nothing can be scored. Perhaps \
                                    this browser has too little memory left; close other tabs and \
                                    reload."
            .to_owned(),
        DriveProblem::Pack { reason, .. } => format!("A model could not be used: {reason}."),
        DriveProblem::UnknownWorker(_) => problem.to_string(),
    }
}
