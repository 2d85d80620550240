//! The coordinator: the one place of the page where reports lie.
//!
//! It holds the session, the run and its results, and drives the annotators. What it says to whom
//! is an [`Output`]; `host` carries that out in a browser, tests without one.

mod compare;
mod details;
mod files;
#[cfg(target_arch = "wasm32")]
pub mod host;
mod keep;
mod look;
mod results;
mod run;
mod sanity;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use rrgscore_data::{Finding, StudyField};
use rrgscore_results::{Results, ScoreTable, ScoredRun};
use rrgscore_scoring::AnnotationStore;
use rrgscore_scoring::store::StoreError;
use rrgscore_scoring::summary::{PackRef, Provenance};
use rrgscore_session::Session;
use rrgscore_session::drive::{Drive, WorkerId, Workers};

use crate::protocol::annotator::AnnotatorRequest;
use crate::protocol::comparer::ComparerRequest;
use crate::protocol::coordinator::{CoordinatorRequest, CoordinatorResponse};

/// What comes beside a request's text.
#[derive(Default)]
pub struct Attachment<'a> {
    /// A dropped file and its size in bytes.
    pub file: Option<(Box<dyn Read + 'a>, u64)>,
    /// Files that were dropped with it.
    pub more: Vec<Box<dyn Read + 'a>>,
    /// The bytes of a split or a sample.
    pub bytes: Option<Vec<u8>>,
}

/// What the coordinator says or wants done.
#[derive(Debug)]
pub enum Output {
    /// Tell the page, in response to the request at hand or of its own accord.
    Page(CoordinatorResponse),
    /// Send to an annotator, through its port.
    Annotator(WorkerId, AnnotatorRequest),
    /// Send to the comparer, through its port, which is not needed any more then.
    Comparer(ComparerRequest),
    /// Close an annotator's port: what still comes through it does not count.
    Disconnect(WorkerId),
    /// Call [`Coordinator::deadline`] after the time that a cancel may take.
    ArmDeadline,
    /// Read the stored annotations, hand them to [`Coordinator::add_annotations`], and let the page
    /// know what is stored.
    ReadKept,
    /// Store these, and let the page know.
    Keep(ToKeep),
    /// Read the stored run of this name, and hand it to [`Coordinator::run_read`] with the page's
    /// number for it.
    ReadRun(u32, String),
    /// Delete what is stored, and let the page know.
    DeleteKept,
}

/// What is to be stored.
#[derive(Debug)]
pub struct ToKeep {
    /// How many annotations.
    pub annotations: u64,
    /// All of them.
    pub bytes: Vec<u8>,
    /// Runs that have not been stored yet: each one's name, which no other run has, and share file.
    pub runs: Vec<(String, String)>,
}

/// Where outputs go.
pub type Out<'a> = &'a mut dyn FnMut(Output);

/// Holds the open files, the run and its results.
#[derive(Default)]
pub struct Coordinator {
    session: Session,
    /// Splits and samples of the site, by name.
    added: BTreeMap<String, Vec<u8>>,
    run: Option<CurrentRun>,
    /// The run over minimal pairs, while it is under way: it has the annotators then.
    sanity: Option<Drive>,
    /// What such runs are started from.
    apart: Option<Session>,
    /// Annotators that were started before there was a run.
    idle: Option<Workers>,
    /// The packs that the run's annotators may have loaded.
    packs: Vec<PackRef>,
    /// The scores of runs that can be compared, by the page's numbers.
    kept: BTreeMap<u32, ScoredRun>,
    /// Those of them that are stored for the next session.
    stored: BTreeSet<u32>,
}

/// The run under way or over.
struct CurrentRun {
    drive: Drive,
    provenance: Provenance,
    table: ScoreTable,
    /// Of the scores there are now, once they were needed: their intervals take a while.
    results: Option<Results>,
    /// The same scores by metric, once they were needed.
    scores: Option<ScoredRun>,
    /// What else the references' file says of the studies.
    fields: Arc<[StudyField]>,
    /// What the doctor found.
    findings: Arc<[Finding]>,
}

impl Coordinator {
    /// Does what the page requests.
    pub fn handle(
        &mut self,
        request: CoordinatorRequest,
        attachment: Attachment<'_>,
        out: Out<'_>,
    ) {
        use CoordinatorRequest as Request;
        match request {
            Request::Open { side, options } => self.open(side, &options, attachment, out),
            // The port is the host's; the reader answers through it.
            Request::OpenFromReader { .. } => {}
            Request::OpenSample { side, name } => self.open_sample(side, name, out),
            Request::AddReports { name } => match attachment.bytes {
                Some(bytes) => drop(self.added.insert(name, bytes)),
                None => failed("no bytes came with the reports", out),
            },
            Request::UseSplit { name } => self.use_split(name, out),
            Request::Clear { side } => self.session.clear(side),
            Request::OpenAnswers { judge } => self.open_answers(judge, attachment, out),
            Request::ClearAnswers { judge } => self.session.clear_answers(judge),
            Request::OpenGraphs { side } => self.open_graphs(side, attachment, out),
            Request::ClearGraphs => self.session.clear_graphs(),
            Request::Check { task, missing, join } => self.check(task, missing, join, out),
            Request::Start { run, columns, packs, workers } => {
                self.start(&run, &columns, packs, workers, out);
            }
            Request::Sanity { texts, run, columns, packs, workers } => {
                self.sanity(&texts, &run, columns, packs, workers, out);
            }
            Request::Resume { packs, workers } => self.resume(packs, workers, out),
            Request::Cancel => self.cancel(out),
            // The port is the host's; whoever is at its end says so itself.
            Request::Connect { .. } => {}
            Request::WorkerStopped { worker } => self.worker_stopped(worker, out),
            Request::PackUnavailable { worker, message } => {
                self.pack_unavailable(worker, message, out);
            }
            Request::KeepRun { number, name } => self.keep_run(number, &name, out),
            Request::OpenRun { number } => self.open_run(number, attachment, out),
            Request::SendRuns { runs } => self.send_runs(&runs, out),
            Request::ExportRun { form, name } => self.export_run(form, &name, out),
            Request::Summarize => self.summarize(out),
            Request::Rows(query) => self.rows(&query, out),
            Request::Look(look) => self.look(look, out),
            Request::Study { place } => self.study(place, out),
            Request::ReadKept => out(Output::ReadKept),
            Request::Keep => self.keep(out),
            Request::OpenKept { number, name } => out(Output::ReadRun(number, name)),
            Request::DropKept => {
                self.session.clear_annotations();
                self.stored.clear();
                if let Some(run) = &mut self.run {
                    drop(run.drive.take_annotations());
                }
                out(Output::DeleteKept);
            }
            Request::Export { format } => self.export(format, out),
        }
    }

    /// Takes annotations of an earlier session, for the next run; gives how many there are.
    ///
    /// # Errors
    /// When they are damaged or of another version.
    pub fn add_annotations(&mut self, bytes: &[u8]) -> Result<u64, StoreError> {
        let store = AnnotationStore::from_bytes(bytes)?;
        let count = store.len() as u64;
        self.session.add_annotations(store);
        Ok(count)
    }
}

fn page(response: CoordinatorResponse, out: Out<'_>) {
    out(Output::Page(response));
}

fn failed(message: &str, out: Out<'_>) {
    page(CoordinatorResponse::Failed { message: message.to_owned() }, out);
}
