//! Builds the pack of all-MiniLM-L6-v2 out of a folder that holds its `model.safetensors`,
//! `config.json` and `tokenizer.json`.
//!
//! ```sh
//! cargo run --release -p rrgscore-packs --example build_minilm -- DIR OUT [int8|f16|f32]
//! ```
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use rrgscore_packs::{MANIFEST_FILE, Precision, Recipe, SourceFile, build};
use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, out, rest @ ..] = arguments.as_slice() else {
        return Err("usage: build_minilm DIR OUT [int8|f16|f32]".into());
    };
    let precision = match rest {
        [] => Precision::Int8,
        [name, ..] => name.parse()?,
    };
    let (from, out) = (PathBuf::from(from), PathBuf::from(out));
    let names = ["model.safetensors", "config.json", "tokenizer.json"];
    let mut files = Vec::new();
    for name in names {
        files.push((name, fs::read(from.join(name))?));
    }
    let sources: Vec<SourceFile<'_>> =
        files.iter().map(|(name, bytes)| SourceFile { name, data: bytes }).collect();
    let pack = build(&Recipe::minilm(), &sources, precision)?;
    fs::create_dir_all(&out)?;
    for (name, bytes) in pack.parts() {
        fs::write(out.join(name), bytes)?;
    }
    fs::write(out.join(MANIFEST_FILE), pack.manifest_bytes()?)?;
    println!("{} {} {} bytes", pack.id(), precision, pack.manifest().total_bytes());
    Ok(())
}
