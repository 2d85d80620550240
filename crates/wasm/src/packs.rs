//! Packs from bytes that JavaScript hands in.

use std::ops::ControlFlow;

use js_sys::{Error, Object, Reflect, Uint8Array};
use rrgscore_packs::{BuildOptions, MANIFEST_FILE, Pack, Precision, SourceFile, build, rrgpack};
use wasm_bindgen::{JsCast, JsValue};

use crate::values::{error, message};

/// A pack from the files of its folder, or from the bytes of a `.rrgpack` file.
pub(crate) fn open(files: &JsValue) -> Result<Pack, Error> {
    match files.dyn_ref::<Uint8Array>() {
        Some(bytes) => from_rrgpack(&bytes.to_vec()),
        None => from_files(files),
    }
}

/// Converts a checkpoint, `{ name: Uint8Array }` as its authors publish it, into the files of a
/// pack.
pub(crate) fn convert(files: &JsValue, precision: Precision) -> Result<JsValue, Error> {
    let files = named_bytes(files)?;
    let sources: Vec<SourceFile<'_>> =
        files.iter().map(|(name, data)| SourceFile { name, data }).collect();
    let options = BuildOptions { precision, ..BuildOptions::default() };
    let pack = build(&sources, &options, &mut |_| ControlFlow::Continue(())).map_err(message)?;
    let out = Object::new();
    let put = |name: &str, bytes: &[u8]| {
        Reflect::set(&out, &name.into(), &Uint8Array::from(bytes))
            .map_err(|_| error("the pack's files cannot be given"))
    };
    put(MANIFEST_FILE, &pack.manifest_bytes().map_err(message)?)?;
    for (name, bytes) in pack.parts() {
        put(name, bytes)?;
    }
    Ok(out.into())
}

/// A pack from `{ name: Uint8Array }`: `pack.json` and its parts. Every byte is checked against the
/// manifest's hashes.
fn from_files(files: &JsValue) -> Result<Pack, Error> {
    let mut parts = named_bytes(files)?;
    let manifest = parts.iter().position(|(name, _)| name == MANIFEST_FILE);
    let manifest = manifest.ok_or_else(|| error("pack.json is missing among the files"))?;
    let (_, manifest) = parts.remove(manifest);
    Pack::open(&manifest, parts).map_err(message)
}

/// The names and bytes of `{ name: Uint8Array }`.
fn named_bytes(files: &JsValue) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let names = Reflect::own_keys(files).map_err(|_| error("files must be an object"))?;
    let file = |name: JsValue| {
        let bytes = Reflect::get(files, &name).ok()?.dyn_into::<Uint8Array>().ok()?;
        Some((name.as_string()?, bytes.to_vec()))
    };
    names
        .iter()
        .map(|name| file(name).ok_or_else(|| error("each file needs a name and a Uint8Array")))
        .collect()
}

/// A pack from the bytes of a `.rrgpack` file.
fn from_rrgpack(bytes: &[u8]) -> Result<Pack, Error> {
    let name = "the .rrgpack file";
    let file = rrgpack::read(name, &bytes).map_err(message)?;
    file.open(name, &bytes).map_err(message)
}
