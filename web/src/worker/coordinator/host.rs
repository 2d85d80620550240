//! The coordinator in a browser: its ports to the annotators, its timer, its stored annotations.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use rrgscore_data::Side;
use rrgscore_session::drive::WorkerId;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, MessagePort};

use super::{Attachment, Coordinator, Output, ToKeep};
use crate::protocol::Envelope;
use crate::protocol::annotator::AnnotatorResponse;
use crate::protocol::coordinator::{CoordinatorRequest, CoordinatorResponse, StoredRecords};
use crate::protocol::look::ShownTable;
use crate::protocol::reader::ReaderResponse;
use crate::worker::file::FileStream;
use crate::worker::message::{VERSIONS_DIFFER, buffers, envelope, files, port, post};
use crate::worker::store::{self, KeptRun, PackStoreError};

/// How long annotators may go on after a cancel before they are replaced, in milliseconds.
const CANCEL_PATIENCE: u32 = 700;

/// The coordinator and its lines to page and annotators.
pub struct CoordinatorHost {
    scope: DedicatedWorkerGlobalScope,
    coordinator: RefCell<Coordinator>,
    ports: RefCell<BTreeMap<WorkerId, Connection>>,
    /// Readers at work, by the side that they read.
    readers: RefCell<BTreeMap<Side, Connection>>,
    /// The port to a comparer that waits for runs.
    comparer: RefCell<Option<MessagePort>>,
    deadline: RefCell<Option<Timeout>>,
}

/// A port to an annotator or a reader; closed when dropped.
struct Connection {
    port: MessagePort,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Connection {
    /// Listens at a port, and starts it by that.
    fn new(port: MessagePort, hear: impl Fn(&JsValue) + 'static) -> Self {
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            hear(&event.data());
        });
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Self { port, _on_message: on_message }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        self.port.close();
    }
}

/// The files and the first buffer that came with a message.
fn attachment(data: &JsValue) -> Attachment<'static> {
    let mut files = files(data).into_iter().filter_map(|file| {
        let size = file.size() as u64;
        let stream: Box<dyn std::io::Read> = Box::new(FileStream::new(file).ok()?);
        Some((stream, size))
    });
    let file = files.next();
    let more = files.map(|(stream, _)| stream).collect();
    Attachment { file, more, bytes: buffers(data).into_iter().next() }
}

async fn keep(all: ToKeep) -> Result<StoredRecords, PackStoreError> {
    store::write_annotations(&all.bytes).await?;
    for (name, text) in &all.runs {
        store::write_run(name, text).await?;
    }
    let runs = kept_runs().await?;
    Ok(StoredRecords { annotations: all.annotations, bytes: all.bytes.len() as u64, runs })
}

/// The runs that are stored, as a table whose last column opens one.
async fn kept_runs() -> Result<ShownTable, PackStoreError> {
    let row = |run: KeptRun| {
        let since = js_sys::Date::new(&run.since.into()).to_iso_string();
        let since = String::from(since).replace('T', " ");
        let day = since.get(..16).unwrap_or_default().to_owned();
        vec![run.name, day, format!("{:.1}\u{a0}kB", run.bytes as f64 / 1e3), "Open".to_owned()]
    };
    Ok(ShownTable {
        caption: "Runs that are kept".to_owned(),
        heads: ["Run", "Kept (UTC)", "Size", "Open"].map(str::to_owned).to_vec(),
        rows: store::list_runs().await?.into_iter().map(row).collect(),
    })
}

impl CoordinatorHost {
    /// A coordinator without files.
    pub fn new(scope: DedicatedWorkerGlobalScope) -> Rc<Self> {
        Rc::new(Self {
            scope,
            coordinator: RefCell::default(),
            ports: RefCell::default(),
            readers: RefCell::default(),
            comparer: RefCell::default(),
            deadline: RefCell::default(),
        })
    }

    /// Takes in a message of the page.
    pub fn handle(self: &Rc<Self>, data: &JsValue) {
        let Some(Envelope { id, body }) = envelope::<CoordinatorRequest>(data) else {
            let message = VERSIONS_DIFFER.to_owned();
            return self.respond(0, CoordinatorResponse::Failed { message });
        };
        if let Some(side) = body.replaces() {
            // What a reader still says of the file before does not count.
            self.readers.borrow_mut().remove(&side);
        }
        match (&body, port(data)) {
            (CoordinatorRequest::Connect { worker }, Some(port)) => self.connect(*worker, port),
            (CoordinatorRequest::OpenFromReader { side }, Some(port)) => {
                self.connect_reader(*side, port);
            }
            (CoordinatorRequest::SendRuns { .. }, port) => *self.comparer.borrow_mut() = port,
            _ => {}
        }
        self.with(id, |coordinator, out| coordinator.handle(body, attachment(data), out));
    }

    fn connect(self: &Rc<Self>, worker: WorkerId, port: MessagePort) {
        let host = Rc::clone(self);
        let connection = Connection::new(port, move |data| host.annotator(worker, data));
        self.ports.borrow_mut().insert(worker, connection);
    }

    fn connect_reader(self: &Rc<Self>, side: Side, port: MessagePort) {
        let host = Rc::clone(self);
        let connection = Connection::new(port, move |data| host.reader(side, data));
        self.readers.borrow_mut().insert(side, connection);
    }

    fn reader(self: &Rc<Self>, side: Side, data: &JsValue) {
        let response = envelope::<ReaderResponse>(data).map(|envelope| envelope.body);
        // One of another version has nothing beside its message, which is said to be damaged.
        let response = response.unwrap_or(ReaderResponse::Read);
        let bytes = buffers(data).into_iter().next();
        self.with(0, |coordinator, out| coordinator.reader_said(side, response, bytes, out));
    }

    fn annotator(self: &Rc<Self>, worker: WorkerId, data: &JsValue) {
        let response = match envelope::<AnnotatorResponse>(data) {
            Some(Envelope { body, .. }) => body,
            None => AnnotatorResponse::LoadFailed { message: VERSIONS_DIFFER.to_owned() },
        };
        self.with(0, |coordinator, out| coordinator.annotator(worker, response, out));
    }

    /// Lets the coordinator do something and carries out what it says. Not after a panic: the page
    /// has heard of that, and ends this worker.
    fn with(self: &Rc<Self>, id: u32, what: impl FnOnce(&mut Coordinator, &mut dyn FnMut(Output))) {
        if let Ok(mut coordinator) = self.coordinator.try_borrow_mut() {
            what(&mut coordinator, &mut |output| self.carry_out(id, output));
        }
    }

    fn carry_out(self: &Rc<Self>, id: u32, output: Output) {
        match output {
            Output::Page(response) => self.respond(id, response),
            Output::Annotator(worker, request) => {
                // One that has been disconnected has no work; its jobs are handed out again.
                if let Some(connection) = self.ports.borrow().get(&worker) {
                    post(&connection.port, &Envelope::event(request), Vec::new());
                }
            }
            Output::Comparer(request) => {
                if let Some(port) = self.comparer.take() {
                    post(&port, &Envelope::event(request), Vec::new());
                }
            }
            Output::Disconnect(worker) => drop(self.ports.borrow_mut().remove(&worker)),
            Output::ArmDeadline => {
                let host = Rc::clone(self);
                let over = move || host.with(0, |coordinator, out| coordinator.deadline(out));
                *self.deadline.borrow_mut() = Some(Timeout::new(CANCEL_PATIENCE, over));
            }
            Output::ReadKept => {
                let host = Rc::clone(self);
                self.store(id, async move { host.read_kept().await });
            }
            Output::Keep(all) => self.store(id, async move { keep(all).await }),
            Output::ReadRun(number, name) => {
                let host = Rc::clone(self);
                spawn_local(async move {
                    let text = store::read_run(&name).await.map_err(|error| error.to_string());
                    host.with(id, |coordinator, out| coordinator.run_read(number, text, out));
                });
            }
            Output::DeleteKept => self.store(id, async move {
                store::delete_annotations().await?;
                store::delete_runs().await?;
                Ok(StoredRecords::default())
            }),
        }
    }

    /// Responds with what is stored, once that is done.
    fn store(
        self: &Rc<Self>,
        id: u32,
        stored: impl Future<Output = Result<StoredRecords, PackStoreError>> + 'static,
    ) {
        let host = Rc::clone(self);
        spawn_local(async move {
            let stored = stored.await.map_err(|error| error.to_string());
            host.respond(id, CoordinatorResponse::Kept { stored });
        });
    }

    async fn read_kept(&self) -> Result<StoredRecords, PackStoreError> {
        let runs = kept_runs().await?;
        let Some(bytes) = store::read_annotations().await? else {
            return Ok(StoredRecords { runs, ..StoredRecords::default() });
        };
        let added = self.coordinator.borrow_mut().add_annotations(&bytes);
        let annotations = added.map_err(PackStoreError::Annotations)?;
        Ok(StoredRecords { annotations, bytes: bytes.len() as u64, runs })
    }

    fn respond(&self, id: u32, body: CoordinatorResponse) {
        post(&self.scope, &Envelope { id, body }, Vec::new());
    }
}
