//! A worker's beginning: it waits for its role, then does as that says.
//!
//! The page makes every worker from a `blob:` URL and hands it the compiled module
//! (`page/workers`).

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::ArrayBuffer;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StringDeserializer};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::annotator::host::AnnotatorHost;
use super::builder::Builder;
use super::comparer;
use super::coordinator::host::CoordinatorHost;
use super::message::{buffers, envelope, field, files, port, post};
use super::pack_store::PackStore;
use super::panic;
use crate::protocol::packs::{BuilderRequest, PackStoreRequest};
use crate::protocol::{Envelope, WorkerRole};

/// A worker in its role.
enum Host {
    Coordinator(Rc<CoordinatorHost>),
    Annotator(Rc<AnnotatorHost>),
    PackStore(Rc<PackStore>),
    Builder(RefCell<Builder>),
    /// It hears the coordinator alone.
    Comparer,
}

/// Waits for the page's messages.
pub fn start() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    panic::report_place(scope.name());
    let host: RefCell<Option<Host>> = RefCell::default();
    let answering = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        if let Some(role) = field(&data, "role") {
            *host.borrow_mut() = Some(take_role(&answering, &role, &data));
        } else if let Some(host) = host.borrow().as_ref() {
            host.handle(&data);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker.
    on_message.forget();
}

#[expect(clippy::panic, reason = "a worker without a role is of no use, and the page hears of it")]
fn take_role(scope: &DedicatedWorkerGlobalScope, role: &JsValue, data: &JsValue) -> Host {
    let word: StringDeserializer<Error> = role.as_string().unwrap_or_default().into_deserializer();
    let scope = scope.clone();
    match (WorkerRole::deserialize(word), port(data)) {
        (Ok(WorkerRole::Coordinator), _) => Host::Coordinator(CoordinatorHost::new(scope)),
        (Ok(WorkerRole::Annotator), Some(port)) => match AnnotatorHost::new(port) {
            Ok(host) => Host::Annotator(host),
            Err(_) => panic!("this browser makes no channels"),
        },
        (Ok(WorkerRole::Annotator), None) => panic!("an annotator needs a port"),
        (Ok(WorkerRole::PackStore), _) => {
            let respond = move |response: Envelope<_>, bytes: Vec<ArrayBuffer>| {
                post(&scope, &response, bytes);
            };
            Host::PackStore(PackStore::new(Rc::new(respond)))
        }
        (Ok(WorkerRole::Builder), _) => {
            let respond = move |response| post(&scope, &response, Vec::new());
            Host::Builder(RefCell::new(Builder::new(Rc::new(respond))))
        }
        (Ok(WorkerRole::Comparer), Some(port)) => {
            comparer::listen(scope, &port);
            Host::Comparer
        }
        (Ok(WorkerRole::Comparer), None) => panic!("a comparer needs a port"),
        (Ok(WorkerRole::Reader), _) => panic!("a reader has a program of its own"),
        (Err(_), _) => panic!("the page knows a role that this worker does not"),
    }
}

impl Host {
    fn handle(&self, data: &JsValue) {
        match self {
            Self::Coordinator(host) => host.handle(data),
            Self::Annotator(host) => host.handle(data),
            // Of a page of another version there can be no such request: all are made of one site.
            Self::PackStore(store) => {
                if let Some(request) = envelope::<PackStoreRequest>(data) {
                    store.handle(request, buffers(data).into_iter().next());
                }
            }
            Self::Comparer => {}
            Self::Builder(builder) => {
                if let Some(request) = envelope::<BuilderRequest>(data) {
                    builder.borrow_mut().handle(request, files(data));
                }
            }
        }
    }
}
