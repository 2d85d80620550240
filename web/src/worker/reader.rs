//! A reader: reads one file and hands the reports to the coordinator, through its port.

use std::cell::RefCell;

use js_sys::Uint8Array;
use rrgscore_data::{Dataset, ReadError, ReadOptions, read};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent, MessagePort};

use super::file::FileStream;
use super::message::{envelope, files, port, post};
use super::panic;
use crate::protocol::Envelope;
use crate::protocol::reader::{ReaderRequest, ReaderResponse};

/// Progress of reading is reported after each further part of this size.
const STEP: u64 = 4 << 20;

/// Waits for the port to the coordinator, then for a file.
pub fn start() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    panic::report_place(scope.name());
    let coordinator: RefCell<Option<MessagePort>> = RefCell::default();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        if let Some(port) = port(&data) {
            *coordinator.borrow_mut() = Some(port);
        } else if let Some(port) = coordinator.borrow().as_ref() {
            answer(&data, port);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker.
    on_message.forget();
}

/// Reads the file of a message and says through the port what is in it.
fn answer(data: &JsValue, port: &MessagePort) {
    let result = match (envelope::<ReaderRequest>(data), files(data).into_iter().next()) {
        (Some(request), Some(file)) => read_file(file, &request.body.options, port),
        _ => Err(failed("the page and its reader are of different versions; reload the page")),
    };
    // None of this can fail: data sets and errors are plain data with string keys.
    let json = serde_json::to_vec(&result).unwrap_or_default();
    drop(result);
    let buffer = Uint8Array::from(json.as_slice()).buffer();
    post(port, &Envelope::event(ReaderResponse::Read), vec![buffer]);
}

fn read_file(file: File, options: &ReadOptions, port: &MessagePort) -> Result<Dataset, ReadError> {
    let of = file.size() as u64;
    let stream = FileStream::new(file).map_err(|error| failed(&error.to_string()))?;
    let mut reported = 0;
    // What else a file says of its studies makes groups of them after the run.
    let options = ReadOptions { fields: true, ..options.clone() };
    read(stream, &options, &mut |bytes| {
        if bytes >= reported + STEP {
            reported = bytes;
            post(port, &Envelope::event(ReaderResponse::Reading { bytes, of }), Vec::new());
        }
    })
}

fn failed(message: &str) -> ReadError {
    ReadError::Source { message: message.to_owned() }
}
