//! The coordinator in a browser: its ports to the annotators, its timer, its stored annotations.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use rrgscore_session::drive::WorkerId;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, MessagePort};

use super::{Coordinator, Output};
use crate::protocol::Envelope;
use crate::protocol::annotator::AnnotatorResponse;
use crate::protocol::coordinator::{CoordinatorRequest, CoordinatorResponse, StoredAnnotations};
use crate::worker::message::{VERSIONS_DIFFER, attachment, envelope, port, post};
use crate::worker::store;

/// How long annotators may go on after a cancel before they are replaced, in milliseconds.
const CANCEL_PATIENCE: u32 = 700;

/// The coordinator and its lines to page and annotators.
pub struct CoordinatorHost {
    scope: DedicatedWorkerGlobalScope,
    coordinator: RefCell<Coordinator>,
    ports: RefCell<BTreeMap<WorkerId, Connection>>,
    deadline: RefCell<Option<Timeout>>,
}

/// A port to an annotator; closed when dropped.
struct Connection {
    port: MessagePort,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        self.port.close();
    }
}

impl CoordinatorHost {
    /// A coordinator without files.
    pub fn new(scope: DedicatedWorkerGlobalScope) -> Rc<Self> {
        Rc::new(Self {
            scope,
            coordinator: RefCell::default(),
            ports: RefCell::default(),
            deadline: RefCell::default(),
        })
    }

    /// Takes in a message of the page.
    pub fn handle(self: &Rc<Self>, data: &JsValue) {
        let Some(Envelope { id, body }) = envelope::<CoordinatorRequest>(data) else {
            let message = VERSIONS_DIFFER.to_owned();
            return self.respond(0, CoordinatorResponse::Failed { message });
        };
        if let (CoordinatorRequest::Connect { worker }, Some(port)) = (&body, port(data)) {
            self.connect(*worker, port);
        }
        self.with(id, |coordinator, out| coordinator.handle(body, attachment(data), out));
    }

    fn connect(self: &Rc<Self>, worker: WorkerId, port: MessagePort) {
        let host = Rc::clone(self);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            host.annotator(worker, &event.data());
        });
        // That starts it, too.
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let connection = Connection { port, _on_message: on_message };
        self.ports.borrow_mut().insert(worker, connection);
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
            Output::Disconnect(worker) => drop(self.ports.borrow_mut().remove(&worker)),
            Output::ArmDeadline => {
                let host = Rc::clone(self);
                let over = move || host.with(0, |coordinator, out| coordinator.deadline(out));
                *self.deadline.borrow_mut() = Some(Timeout::new(CANCEL_PATIENCE, over));
            }
            Output::ReadAnnotations => {
                let host = Rc::clone(self);
                self.store(id, async move { host.read_annotations().await });
            }
            Output::WriteAnnotations(annotations, bytes) => self.store(id, async move {
                store::write_annotations(&bytes).await.map_err(|error| error.to_string())?;
                Ok(StoredAnnotations { annotations, bytes: bytes.len() as u64 })
            }),
            Output::DeleteAnnotations => self.store(id, async move {
                store::delete_annotations().await.map_err(|error| error.to_string())?;
                Ok(StoredAnnotations::default())
            }),
        }
    }

    /// Responds with what is stored, once that is done.
    fn store(
        self: &Rc<Self>,
        id: u32,
        stored: impl Future<Output = Result<StoredAnnotations, String>> + 'static,
    ) {
        let host = Rc::clone(self);
        spawn_local(async move {
            let stored = stored.await;
            host.respond(id, CoordinatorResponse::Annotations { stored });
        });
    }

    async fn read_annotations(&self) -> Result<StoredAnnotations, String> {
        let bytes = store::read_annotations().await.map_err(|error| error.to_string())?;
        let Some(bytes) = bytes else { return Ok(StoredAnnotations::default()) };
        let added = self.coordinator.borrow_mut().add_annotations(&bytes);
        let annotations = added.map_err(|error| error.to_string())?;
        Ok(StoredAnnotations { annotations, bytes: bytes.len() as u64 })
    }

    fn respond(&self, id: u32, body: CoordinatorResponse) {
        post(&self.scope, &Envelope { id, body }, Vec::new());
    }
}
