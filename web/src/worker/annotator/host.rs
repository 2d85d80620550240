//! An annotator in a browser: the coordinator's port and the page's packs.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort};

use super::AnnotatorWorker;
use crate::protocol::Envelope;
use crate::protocol::annotator::{AnnotatorRequest, AnnotatorResponse};
use crate::worker::deferred::DeferredTask;
use crate::worker::message::{VERSIONS_DIFFER, envelope, outside, post};

/// An annotator and its line to the coordinator.
pub struct AnnotatorHost {
    annotator: RefCell<AnnotatorWorker>,
    port: MessagePort,
    /// Does the next job.
    next: OnceCell<DeferredTask>,
}

impl AnnotatorHost {
    /// An annotator that listens to the coordinator, which hears that it is up.
    ///
    /// # Errors
    /// When the browser refuses to make a channel.
    pub fn new(port: MessagePort) -> Result<Rc<Self>, JsValue> {
        let host = Rc::new(Self {
            annotator: RefCell::default(),
            port: port.clone(),
            next: OnceCell::new(),
        });
        let working = Rc::clone(&host);
        let _ = host.next.set(DeferredTask::new(move || working.work())?);
        let listening = Rc::clone(&host);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            listening.handle(&event.data());
        });
        // That starts it, too.
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // The closure lives as long as the worker.
        on_message.forget();
        host.respond(AnnotatorResponse::Ready);
        Ok(host)
    }

    /// Takes in a message of the coordinator or the page.
    pub fn handle(&self, data: &JsValue) {
        let Some(Envelope { body, .. }) = envelope::<AnnotatorRequest>(data) else {
            let message = VERSIONS_DIFFER.to_owned();
            return self.respond(AnnotatorResponse::LoadFailed { message });
        };
        self.with(|annotator| {
            for response in annotator.handle(body, outside(data)) {
                self.respond(response);
            }
        });
    }

    /// Does the next job. The one after it is requested anew, behind the messages that have come
    /// since.
    fn work(&self) {
        self.with(|annotator| {
            if let Some(response) = annotator.work() {
                self.respond(response);
            }
        });
    }

    /// Lets the annotator do something, and has its next job done. Not after a panic: the page has
    /// heard of that, and ends this worker.
    fn with(&self, what: impl FnOnce(&mut AnnotatorWorker)) {
        let Ok(mut annotator) = self.annotator.try_borrow_mut() else { return };
        what(&mut annotator);
        if let (true, Some(next)) = (annotator.has_work(), self.next.get()) {
            next.request();
        }
    }

    fn respond(&self, response: AnnotatorResponse) {
        post(&self.port, &Envelope::event(response), Vec::new());
    }
}
