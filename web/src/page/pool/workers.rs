//! Making a worker and talking with it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Array, ArrayBuffer, Object, Reflect, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, File, MessageEvent, Url, Worker};
use yew::Callback;

/// The lines after the glue: receive the module and start it.
const BOOTSTRAP: &str = include_str!("bootstrap.js");

/// What a worker tells.
#[derive(Debug)]
pub enum Told {
    /// Its module runs; it waits for its role.
    Up,
    /// A message, and the buffers that were handed over with it.
    Text(String, Vec<ArrayBuffer>),
    /// It stopped and will not answer any more.
    Stopped,
}

/// The workers' program: glue text and compiled module, loaded once.
pub struct Program {
    url: String,
    module: WebAssembly::Module,
}

impl Program {
    /// Puts the program together from the glue (for target `no-modules`) and the module.
    ///
    /// # Errors
    /// When the browser refuses to make a blob.
    pub fn new(glue: &str, module: WebAssembly::Module) -> Result<Self, JsValue> {
        let parts = Array::of2(&glue.into(), &BOOTSTRAP.into());
        let options = BlobPropertyBag::new();
        options.set_type("text/javascript");
        let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
        Ok(Self { url: Url::create_object_url_with_blob(&blob)?, module })
    }

    /// Starts a worker; `None` when the browser refuses.
    pub fn start(&self, told: Callback<Told>) -> Option<WorkerHandle> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that makes workers: of a blob"
        )]
        let worker = Worker::new(&self.url).ok()?;
        let up = Rc::new(Cell::new(false));
        let on_message = {
            let (told, up) = (told.clone(), up.clone());
            EventListener::new(&worker, "message", move |event| {
                let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
                let data = event.data();
                if let Some(text) = field(&data, "text").and_then(|text| text.as_string()) {
                    told.emit(Told::Text(text, buffers(&data)));
                } else if let Some(is_up) = field(&data, "up").and_then(|flag| flag.as_bool()) {
                    up.set(is_up);
                    told.emit(if is_up { Told::Up } else { Told::Stopped });
                }
            })
        };
        let on_error = EventListener::new_with_options(
            &worker,
            "error",
            gloo_events::EventListenerOptions::enable_prevent_default(),
            move |event| {
                // The page says in plain words what happened; the console need not.
                event.prevent_default();
                told.emit(Told::Stopped);
            },
        );
        let handle = WorkerHandle {
            worker,
            up,
            unsent: RefCell::default(),
            _listeners: [on_message, on_error],
        };
        let message = Object::new();
        set(&message, "module", &self.module);
        handle.worker.post_message(&message).ok()?;
        Some(handle)
    }
}

/// A worker; ended when dropped.
pub struct WorkerHandle {
    worker: Worker,
    up: Rc<Cell<bool>>,
    /// Messages for after the module is up, with what is handed over in them.
    unsent: RefCell<Vec<(Object, Option<Array>)>>,
    _listeners: [EventListener; 2],
}

impl WorkerHandle {
    /// Whether its module runs.
    pub fn is_up(&self) -> bool {
        self.up.get()
    }

    /// Tells the worker what it is, and what it was sent before it was up.
    pub fn take_seat(&self, role: &str) {
        let message = Object::new();
        set(&message, "role", &role.into());
        self.post(&message, None);
        for (message, bytes) in self.unsent.take() {
            self.post(&message, bytes.as_ref());
        }
    }

    /// Sends a message, as soon as the worker has its role. `bytes` are handed over and are empty
    /// here afterwards.
    pub fn send(&self, text: &str, bytes: Option<&Array>, file: Option<&File>) {
        let message = Object::new();
        set(&message, "text", &text.into());
        if let Some(file) = file {
            set(&message, "file", file);
        }
        if let Some(bytes) = bytes {
            set(&message, "bytes", bytes);
        }
        self.post_or_wait(message, bytes);
    }

    /// Sends a message with any number of files, as soon as the worker has its role.
    pub fn send_files(&self, text: &str, files: Option<&Array>) {
        let message = Object::new();
        set(&message, "text", &text.into());
        if let Some(files) = files {
            set(&message, "files", files);
        }
        self.post_or_wait(message, None);
    }

    fn post_or_wait(&self, message: Object, bytes: Option<&Array>) {
        if self.is_up() {
            self.post(&message, bytes);
        } else {
            self.unsent.borrow_mut().push((message, bytes.cloned()));
        }
    }

    fn post(&self, message: &Object, bytes: Option<&Array>) {
        // It can fail only on what cannot be cloned, and texts, buffers and files can.
        let _ = match bytes {
            Some(bytes) => self.worker.post_message_with_transfer(message, bytes),
            None => self.worker.post_message(message),
        };
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.worker.terminate();
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
