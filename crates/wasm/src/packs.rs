//! Packs from bytes that JavaScript hands in.

use js_sys::{Error, Reflect, Uint8Array};
use rrgscore_packs::{MANIFEST_FILE, Pack, rrgpack};
use wasm_bindgen::{JsCast, JsValue};

use crate::values::{error, message};

/// A pack from the files of its folder, or from the bytes of a `.rrgpack` file.
pub(crate) fn open(files: &JsValue) -> Result<Pack, Error> {
    match files.dyn_ref::<Uint8Array>() {
        Some(bytes) => from_rrgpack(&bytes.to_vec()),
        None => from_files(files),
    }
}

/// A pack from `{ name: Uint8Array }`: `pack.json` and its parts. Every byte is checked against the
/// manifest's hashes.
fn from_files(files: &JsValue) -> Result<Pack, Error> {
    let mut manifest = None;
    let mut parts = Vec::new();
    for name in Reflect::own_keys(files).map_err(|_| error("files must be an object"))? {
        let bytes = Reflect::get(files, &name)
            .ok()
            .and_then(|value| value.dyn_into::<Uint8Array>().ok())
            .ok_or_else(|| error("each file must be a Uint8Array"))?
            .to_vec();
        match name.as_string() {
            Some(name) if name == MANIFEST_FILE => manifest = Some(bytes),
            Some(name) => parts.push((name, bytes)),
            None => return Err(error("each file needs a name")),
        }
    }
    let manifest = manifest.ok_or_else(|| error("pack.json is missing among the files"))?;
    Pack::open(&manifest, parts).map_err(message)
}

/// A pack from the bytes of a `.rrgpack` file.
fn from_rrgpack(bytes: &[u8]) -> Result<Pack, Error> {
    let name = "the .rrgpack file";
    let file = rrgpack::read(name, &bytes).map_err(message)?;
    file.open(name, &bytes).map_err(message)
}
