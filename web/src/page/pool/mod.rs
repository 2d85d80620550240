//! The coordinator and the annotators: the page starts and ends them, and sends packs.
//!
//! Which annotator does what is the coordinator's to decide. Jobs and outcomes go through a channel
//! of its own between it and each annotator; the page makes the channel and keeps neither end.

use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::ArrayBuffer;
use rrgscore_data::{ReadOptions, Side};
use rrgscore_scoring::summary::PackRef;
use rrgscore_scoring::{Metric, Purpose};
use rrgscore_session::RunRequest;
use rrgscore_session::drive::WorkerId;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, MessageChannel};
use yew::Callback;

use crate::page::json;
use crate::page::library::PackStoreClient;
use crate::page::state::models::PackSource;
use crate::page::workers::{Attached, PackFiles, Program, WorkerEvent, WorkerHandle};
use crate::protocol::annotator::AnnotatorRequest;
use crate::protocol::comparer::ComparerResponse;
use crate::protocol::coordinator::{CoordinatorRequest, CoordinatorResponse};
use crate::protocol::reader::ReaderRequest;
use crate::protocol::{Envelope, WorkerRole};

/// What the pool hears.
#[derive(Debug)]
pub enum PoolEvent {
    /// From the coordinator.
    Coordinator(WorkerEvent),
    /// An annotator, by the number of its start, stopped.
    AnnotatorStopped(WorkerId, u32),
    /// The reader of a side's file stopped, or could not be started.
    ReaderStopped(Side),
    /// From the comparer.
    Comparer(WorkerEvent),
    /// A pack was read from the browser's files for an annotator.
    PackRead {
        /// The annotator.
        worker: WorkerId,
        /// The number of its start: another one may have taken its place.
        start: u32,
        /// The files, or why they could not be read.
        files: Result<PackFiles, String>,
    },
}

/// What the pool has for the page.
#[derive(Debug)]
pub enum PoolReport {
    /// The coordinator's response.
    Response(Box<CoordinatorResponse>),
    /// The comparer's response.
    Compared(ComparerResponse),
    /// The coordinator stopped; a new one has been started.
    CoordinatorLost,
    /// Something the user should know.
    Problem(String),
}

/// An annotator, and the number of its start.
struct Annotator {
    handle: WorkerHandle,
    start: u32,
}

/// What a run brings that the coordinator has not started yet, and may refuse.
struct RequestedRun {
    /// Where its packs are.
    sources: Vec<(Purpose, PackSource)>,
    /// How many annotators work.
    workers: usize,
}

/// The coordinator and its annotators.
pub struct Pool {
    program: Rc<Program>,
    events: Callback<PoolEvent>,
    coordinator: Option<WorkerHandle>,
    annotators: BTreeMap<WorkerId, Annotator>,
    /// Readers at work, by the side that they read.
    readers: BTreeMap<Side, WorkerHandle>,
    /// The comparer at work.
    comparer: Option<WorkerHandle>,
    /// Annotators started so far.
    starts: u32,
    requests: u32,
    /// Packs that came with the page.
    packs: BTreeMap<Purpose, PackFiles>,
    /// Where the packs of the run are.
    sources: Vec<(Purpose, PackSource)>,
    /// The run that was requested last, until the coordinator has started it.
    requested: Option<RequestedRun>,
    store: Option<Rc<PackStoreClient>>,
    /// Splits and samples of the site, by name.
    reports: BTreeMap<String, ArrayBuffer>,
    /// How many annotators work.
    workers: usize,
}

impl Pool {
    /// Starts the coordinator. Annotators are started by the first run.
    pub fn new(program: Rc<Program>, workers: usize, events: Callback<PoolEvent>) -> Self {
        let mut pool = Self {
            program,
            events,
            coordinator: None,
            annotators: BTreeMap::new(),
            readers: BTreeMap::new(),
            comparer: None,
            starts: 0,
            requests: 0,
            packs: BTreeMap::new(),
            sources: Vec::new(),
            requested: None,
            store: None,
            reports: BTreeMap::new(),
            workers: workers.max(1),
        };
        pool.start_coordinator();
        pool
    }

    /// Starts a coordinator and hands it the site's reports there are.
    fn start_coordinator(&mut self) {
        // Their channels led to the former one.
        self.annotators.clear();
        self.readers.clear();
        self.comparer = None;
        self.requested = None;
        let events = self.events.reform(PoolEvent::Coordinator);
        self.coordinator = self.program.start(WorkerRole::Coordinator, "coordinator", None, events);
        for (name, bytes) in self.reports.clone() {
            self.send_reports(name, &bytes);
        }
    }

    /// Has the bytes of a pack for annotators that will need it.
    pub fn add_pack(&mut self, serves: Purpose, files: PackFiles) {
        self.packs.insert(serves, files);
    }

    /// Lets packs be read from the browser's files.
    pub fn set_pack_store(&mut self, store: Rc<PackStoreClient>) {
        self.store = Some(store);
    }

    /// Hands the bytes of a split or sample of the site to the coordinator.
    pub fn add_reports(&mut self, name: String, bytes: ArrayBuffer) {
        self.send_reports(name.clone(), &bytes);
        self.reports.insert(name, bytes);
    }

    fn send_reports(&mut self, name: String, bytes: &ArrayBuffer) {
        let attached = Attached { bytes: vec![bytes.slice(0)], ..Attached::default() };
        self.send(CoordinatorRequest::AddReports { name }, attached);
    }

    /// Uses another number of annotators, from the next run on.
    pub fn resize(&mut self, workers: usize) {
        self.workers = workers.max(1);
    }

    /// Sends a request to the coordinator.
    pub fn request(&mut self, request: CoordinatorRequest, files: impl IntoIterator<Item = File>) {
        self.send(request, Attached { files: files.into_iter().collect(), ..Attached::default() });
    }

    /// Has runs compared by a comparer, to which the coordinator hands their scores. One that is at
    /// work is ended.
    pub fn compare(&mut self, runs: Vec<(u32, String)>) {
        let events = self.events.reform(PoolEvent::Comparer);
        let started = MessageChannel::new().ok().and_then(|channel| {
            let (role, port) = (WorkerRole::Comparer, Some(channel.port2()));
            let handle = self.program.start(role, "comparer", port, events)?;
            Some((channel.port1(), handle))
        });
        let Some((port, handle)) = started else {
            return self.events.emit(PoolEvent::Comparer(WorkerEvent::Stopped));
        };
        let attached = Attached { port: Some(port), ..Attached::default() };
        self.send(CoordinatorRequest::SendRuns { runs }, attached);
        self.comparer = Some(handle);
    }

    /// Ends the comparer at work.
    pub fn stop_comparing(&mut self) {
        self.comparer = None;
    }

    fn compared(&mut self, event: WorkerEvent) -> PoolReport {
        let failed = |message: &str| ComparerResponse::Failed { message: message.to_owned() };
        let response = match event {
            WorkerEvent::Message(text, _) => {
                let read = json::read::<Envelope<ComparerResponse>>(&text);
                read.map_or_else(|_| failed(VERSIONS_DIFFER), |envelope| envelope.body)
            }
            WorkerEvent::Stopped => failed("the worker that compares stopped"),
        };
        if !matches!(response, ComparerResponse::Progress { .. }) {
            self.comparer = None;
        }
        PoolReport::Compared(response)
    }

    /// Has a side's file read by a reader, which hands the reports to the coordinator.
    pub fn read(&mut self, side: Side, options: ReadOptions, file: File, program: &Program) {
        let events = self.events.clone();
        let heard = Callback::from(move |event| {
            // All that it says goes through its channel.
            if let WorkerEvent::Stopped = event {
                events.emit(PoolEvent::ReaderStopped(side));
            }
        });
        let started = MessageChannel::new().ok().and_then(|channel| {
            let handle =
                program.start(WorkerRole::Reader, "reader", Some(channel.port2()), heard)?;
            Some((channel.port1(), handle))
        });
        let Some((port, handle)) = started else {
            return self.events.emit(PoolEvent::ReaderStopped(side));
        };
        let attached = Attached { port: Some(port), ..Attached::default() };
        self.send(CoordinatorRequest::OpenFromReader { side }, attached);
        let attached = Attached { files: vec![file], ..Attached::default() };
        handle.send(&Envelope::event(ReaderRequest { options }), attached);
        self.readers.insert(side, handle);
    }

    fn send(&mut self, body: CoordinatorRequest, attached: Attached) {
        self.requests += 1;
        if let Some(side) = body.replaces() {
            self.readers.remove(&side);
        }
        if let Some(coordinator) = &self.coordinator {
            coordinator.send(&Envelope { id: self.requests, body }, attached);
        }
    }

    /// Begins a run, or with no request goes on with the last one; with texts of minimal pairs a run
    /// over those alone. `packs` are those that there are, and where.
    pub fn start(
        &mut self,
        run: Option<(RunRequest, Vec<Metric>)>,
        packs: Vec<(PackRef, PackSource)>,
        sanity: Option<Vec<String>>,
    ) {
        let (packs, sources): (Vec<PackRef>, Vec<PackSource>) = packs.into_iter().unzip();
        let sources = packs.iter().map(|pack| pack.purpose).zip(sources).collect();
        let workers = self.workers;
        self.requested = Some(RequestedRun { sources, workers });
        let request = match (run, sanity) {
            (Some((run, columns)), Some(texts)) => {
                CoordinatorRequest::Sanity { texts, run, columns, packs, workers }
            }
            (Some((run, columns)), None) => {
                CoordinatorRequest::Start { run, columns, packs, workers }
            }
            (None, _) => CoordinatorRequest::Resume { packs, workers },
        };
        self.request(request, None);
    }

    /// Takes in what is heard of the workers.
    pub fn on(&mut self, event: PoolEvent) -> Option<PoolReport> {
        match event {
            PoolEvent::Coordinator(WorkerEvent::Message(text, _)) => {
                match json::read::<Envelope<CoordinatorResponse>>(&text) {
                    Ok(Envelope { body, .. }) => self.response(body),
                    Err(_) => Some(PoolReport::Problem(VERSIONS_DIFFER.to_owned())),
                }
            }
            PoolEvent::Comparer(event) => Some(self.compared(event)),
            PoolEvent::Coordinator(WorkerEvent::Stopped) => Some(self.coordinator_stopped()),
            PoolEvent::AnnotatorStopped(worker, start) if self.is_current(worker, start) => {
                self.annotators.remove(&worker);
                self.request(CoordinatorRequest::WorkerStopped { worker }, None);
                None
            }
            PoolEvent::PackRead { worker, start, files } if self.is_current(worker, start) => {
                match files {
                    Ok(files) => self.load(worker, files),
                    Err(message) => {
                        let request = CoordinatorRequest::PackUnavailable { worker, message };
                        self.request(request, None);
                    }
                }
                None
            }
            PoolEvent::ReaderStopped(side) => {
                self.readers.remove(&side);
                let message = READER_STOPPED.to_owned();
                let response = CoordinatorResponse::OpenFailed { side, message };
                Some(PoolReport::Response(Box::new(response)))
            }
            // Of one that has been replaced.
            PoolEvent::AnnotatorStopped(..) | PoolEvent::PackRead { .. } => None,
        }
    }

    fn is_current(&self, worker: WorkerId, start: u32) -> bool {
        self.annotators.get(&worker).is_some_and(|annotator| annotator.start == start)
    }

    fn response(&mut self, response: CoordinatorResponse) -> Option<PoolReport> {
        match response {
            CoordinatorResponse::Spawn { worker } => self.spawn(worker),
            CoordinatorResponse::SendPack { worker, pack } => self.send_pack(worker, pack),
            CoordinatorResponse::Opened { side, .. }
            | CoordinatorResponse::OpenFailed { side, .. } => {
                // A reader's memory is given back only when it ends.
                self.readers.remove(&side);
                return Some(PoolReport::Response(Box::new(response)));
            }
            CoordinatorResponse::Started { progress } => {
                self.started();
                let response = CoordinatorResponse::Started { progress };
                return Some(PoolReport::Response(Box::new(response)));
            }
            other => return Some(PoolReport::Response(Box::new(other))),
        }
        None
    }

    /// A run has been started: annotators that it has no use for are ended. A run that is refused
    /// leaves them, because the coordinator goes on counting on them.
    fn started(&mut self) {
        if let Some(RequestedRun { sources, workers }) = self.requested.take() {
            self.sources = sources;
            // The coordinator has the others started anew where they do not fit.
            self.annotators.retain(|worker, _| worker.0 < workers);
        }
    }

    fn coordinator_stopped(&mut self) -> PoolReport {
        if self.coordinator.as_ref().is_some_and(WorkerHandle::is_up) {
            self.start_coordinator();
            return PoolReport::CoordinatorLost;
        }
        self.coordinator = None;
        PoolReport::Problem(
            "The page's worker could not be started in this browser. It needs WebAssembly with \
             SIMD: a current Firefox, Chrome, Edge or Safari."
                .to_owned(),
        )
    }

    /// Starts an annotator, in place of the one of that name if there is one, and a channel
    /// between it and the coordinator.
    fn spawn(&mut self, worker: WorkerId) {
        // Dropping the old handle ends the old worker.
        self.annotators.remove(&worker);
        self.starts += 1;
        let start = self.starts;
        let events = self.events.clone();
        let heard = Callback::from(move |event| {
            // All that it says goes through its channel.
            if let WorkerEvent::Stopped = event {
                events.emit(PoolEvent::AnnotatorStopped(worker, start));
            }
        });
        let name = format!("annotator-{}", worker.0 + 1);
        let started = MessageChannel::new().ok().and_then(|channel| {
            let port = Some(channel.port2());
            let handle = self.program.start(WorkerRole::Annotator, &name, port, heard)?;
            Some((channel.port1(), handle))
        });
        match started {
            Some((port, handle)) => {
                self.annotators.insert(worker, Annotator { handle, start });
                let attached = Attached { port: Some(port), ..Attached::default() };
                self.send(CoordinatorRequest::Connect { worker }, attached);
            }
            None => self.request(CoordinatorRequest::WorkerStopped { worker }, None),
        }
    }

    fn send_pack(&mut self, worker: WorkerId, pack: Purpose) {
        // One that stopped meanwhile: the coordinator hears of that too.
        let Some(start) = self.annotators.get(&worker).map(|annotator| annotator.start) else {
            return;
        };
        let stored = self.sources.iter().find_map(|(serves, source)| match source {
            PackSource::Stored(id) if *serves == pack => Some(id.clone()),
            _ => None,
        });
        if let (Some(id), Some(store)) = (stored, &self.store) {
            let (store, events) = (store.clone(), self.events.clone());
            // Read anew for each annotator and handed over: nothing of it stays in the page.
            spawn_local(async move {
                let files = store.read(&id).await;
                events.emit(PoolEvent::PackRead { worker, start, files });
            });
            return;
        }
        match self.packs.get(&pack) {
            // Each annotator gets a copy of its own; the page keeps the bytes for the next one.
            Some(files) => {
                let bytes = files.bytes.iter().map(|bytes| bytes.slice(0)).collect();
                let files = PackFiles { names: files.names.clone(), bytes };
                self.load(worker, files);
            }
            None => {
                let message = "its files were not loaded with the page".to_owned();
                self.request(CoordinatorRequest::PackUnavailable { worker, message }, None);
            }
        }
    }

    fn load(&mut self, worker: WorkerId, PackFiles { names, bytes }: PackFiles) {
        if let Some(annotator) = self.annotators.get(&worker) {
            let request = Envelope::event(AnnotatorRequest::Load { names });
            annotator.handle.send(&request, Attached { bytes, ..Attached::default() });
        }
    }
}

const READER_STOPPED: &str =
    "the reader stopped, perhaps for lack of memory. Save the file as CSV (UTF-8) or JSON.";

const VERSIONS_DIFFER: &str =
    "The page and its workers are of different versions. Reload the page.";
