//! The workers' program.

use js_sys::{Array, WebAssembly};
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag, MessagePort, Url, Worker, WorkerOptions};
use yew::Callback;

use super::{WorkerEvent, WorkerHandle};
use crate::protocol::WorkerRole;

/// The lines after the glue: receive the module and start it.
const BOOTSTRAP: &str = include_str!("bootstrap.js");

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

    /// Starts a worker in a role, under a name that a debugger and its panics show; `port` goes
    /// with the role. `None` when the browser refuses.
    pub fn start(
        &self,
        role: WorkerRole,
        name: &str,
        port: Option<MessagePort>,
        events: Callback<WorkerEvent>,
    ) -> Option<WorkerHandle> {
        let options = WorkerOptions::new();
        options.set_name(name);
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that makes workers: of a blob"
        )]
        let worker = Worker::new_with_options(&self.url, &options).ok()?;
        WorkerHandle::start(worker, &self.module, role, port, events)
    }
}
