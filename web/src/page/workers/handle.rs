//! The page's end of a worker.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::{Array, ArrayBuffer, Object, Reflect, WebAssembly};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort, Worker};
use yew::Callback;

use super::{Attached, WorkerEvent};
use crate::protocol::{Envelope, WorkerRole};

/// A worker; ended when dropped.
pub struct WorkerHandle {
    line: Rc<Line>,
    _listeners: [EventListener; 2],
}

/// The way to a worker.
struct Line {
    worker: Worker,
    up: Cell<bool>,
    /// Messages for after the module is up, with what is handed over in them.
    unsent: RefCell<Vec<(Object, Array)>>,
}

impl Line {
    fn send(&self, message: Object, transfer: Array) {
        if self.up.get() {
            self.post(&message, &transfer);
        } else {
            self.unsent.borrow_mut().push((message, transfer));
        }
    }

    fn is_up(&self) {
        self.up.set(true);
        for (message, transfer) in self.unsent.take() {
            self.post(&message, &transfer);
        }
    }

    fn post(&self, message: &Object, transfer: &Array) {
        // It can fail only on what cannot be cloned, and texts, buffers, ports and files can.
        let _ = self.worker.post_message_with_transfer(message, transfer);
    }
}

impl WorkerHandle {
    pub(super) fn start(
        worker: Worker,
        module: &WebAssembly::Module,
        role: WorkerRole,
        port: Option<MessagePort>,
        events: Callback<WorkerEvent>,
    ) -> Option<Self> {
        let line = Rc::new(Line { worker, up: Cell::new(false), unsent: RefCell::default() });
        let on_message = {
            let (line, events) = (line.clone(), events.clone());
            EventListener::new(&line.worker.clone(), "message", move |event| {
                let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
                let data = event.data();
                if let Some(text) = field(&data, "text").and_then(|text| text.as_string()) {
                    events.emit(WorkerEvent::Message(text, buffers(&data)));
                } else if let Some(is_up) = field(&data, "up").and_then(|flag| flag.as_bool()) {
                    if is_up {
                        line.is_up();
                    } else {
                        events.emit(WorkerEvent::Stopped);
                    }
                }
            })
        };
        let options = EventListenerOptions::enable_prevent_default();
        let on_error =
            EventListener::new_with_options(&line.worker, "error", options, move |event| {
                // The page says in plain words what happened, the worker's panic where.
                event.prevent_default();
                events.emit(WorkerEvent::Stopped);
            });
        let message = Object::new();
        set(&message, "module", module);
        line.worker.post_message(&message).ok()?;
        let message = Object::new();
        set(&message, "role", &role.word().into());
        let transfer = Array::new();
        if let Some(port) = port {
            set(&message, "port", &port);
            transfer.push(&port);
        }
        line.send(message, transfer);
        Some(Self { line, _listeners: [on_message, on_error] })
    }

    /// Whether its module runs.
    pub fn is_up(&self) -> bool {
        self.line.up.get()
    }

    /// Sends a message, as soon as the worker has its role.
    pub fn send<B: Serialize>(&self, envelope: &Envelope<B>, attached: Attached) {
        let message = Object::new();
        // Every message can be written: they are plain data with string keys.
        let text = serde_json::to_string(envelope).unwrap_or_default();
        set(&message, "text", &text.into());
        let transfer: Array = attached.bytes.into_iter().collect();
        if transfer.length() > 0 {
            set(&message, "bytes", &transfer.slice(0, transfer.length()));
        }
        if !attached.files.is_empty() {
            set(&message, "files", &attached.files.into_iter().collect::<Array>());
        }
        if let Some(port) = attached.port {
            set(&message, "port", &port);
            transfer.push(&port);
        }
        self.line.send(message, transfer);
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.line.worker.terminate();
    }
}

fn buffers(data: &JsValue) -> Vec<ArrayBuffer> {
    let list = field(data, "bytes").and_then(|list| list.dyn_into::<Array>().ok());
    list.iter().flat_map(Array::iter).filter_map(|buffer| buffer.dyn_into().ok()).collect()
}

fn field(data: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(data, &name.into()).ok().filter(|value| !value.is_undefined())
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // A plain object takes any property.
    let _ = Reflect::set(object, &name.into(), value);
}
