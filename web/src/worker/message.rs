//! Messages in a browser: reading them and posting them.
#![cfg_attr(not(feature = "worker"), allow(dead_code, reason = "a reader needs some of it only"))]

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use rrgscore_packs::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, File, MessagePort};

use crate::protocol::Envelope;

/// What is said where a message cannot be read.
pub(super) const VERSIONS_DIFFER: &str =
    "the page and its workers are of different versions; reload the page";

/// A message's envelope; none where there is no text, or one of another version.
pub(super) fn envelope<B: DeserializeOwned>(data: &JsValue) -> Option<Envelope<B>> {
    let text = field(data, "text")?.as_string()?;
    serde_json::from_str(&text).ok()
}

/// A field of a message that is there.
pub(super) fn field(data: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(data, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// The port that came with a message.
pub(super) fn port(data: &JsValue) -> Option<MessagePort> {
    field(data, "port")?.dyn_into().ok()
}

/// The files that came with a message.
pub(super) fn files(data: &JsValue) -> Vec<File> {
    list(data, "files").into_iter().filter_map(|file| file.dyn_into().ok()).collect()
}

/// The buffers that came with a message, where they are.
pub(super) fn outside(data: &JsValue) -> Vec<Outside> {
    let buffers = list(data, "bytes").into_iter();
    let buffers = buffers.filter_map(|buffer| buffer.dyn_into::<ArrayBuffer>().ok());
    buffers.map(|buffer| Outside(Uint8Array::new(&buffer))).collect()
}

/// The buffers that came with a message, copied into this worker's memory.
pub(super) fn buffers(data: &JsValue) -> Vec<Vec<u8>> {
    outside(data).iter().map(|buffer| buffer.0.to_vec()).collect()
}

fn list(data: &JsValue, name: &str) -> Vec<JsValue> {
    let list = field(data, name).and_then(|list| list.dyn_into::<Array>().ok());
    list.iter().flat_map(Array::iter).collect()
}

/// A buffer of the browser's.
#[derive(Debug)]
pub(super) struct Outside(Uint8Array);

impl Bytes for Outside {
    fn size(&self) -> usize {
        self.0.length() as usize
    }

    fn copy(&self, at: usize, into: &mut [u8]) {
        self.0.subarray(at as u32, (at + into.len()) as u32).copy_to(into);
    }
}

/// Where messages can be posted.
pub(super) trait Post {
    /// Posts an object and hands over what is listed.
    fn post_object(&self, object: &Object, transfer: &Array) -> Result<(), JsValue>;
}

impl Post for DedicatedWorkerGlobalScope {
    fn post_object(&self, object: &Object, transfer: &Array) -> Result<(), JsValue> {
        self.post_message_with_transfer(object, transfer)
    }
}

impl Post for MessagePort {
    fn post_object(&self, object: &Object, transfer: &Array) -> Result<(), JsValue> {
        self.post_message_with_transferable(object, transfer)
    }
}

/// Posts a message and hands buffers over with it.
pub(super) fn post<B: Serialize>(to: &impl Post, envelope: &Envelope<B>, bytes: Vec<ArrayBuffer>) {
    // None of these can fail: messages are plain data with string keys, the object is plain, text
    // and buffers can be cloned.
    let Ok(text) = serde_json::to_string(envelope) else { return };
    let bytes: Array = bytes.into_iter().collect();
    let object = Object::new();
    let _ = Reflect::set(&object, &"text".into(), &text.into());
    let _ = Reflect::set(&object, &"bytes".into(), &bytes);
    let _ = to.post_object(&object, &bytes);
}
