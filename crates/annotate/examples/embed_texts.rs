//! Annotates texts with a pack and writes token ids and hidden states, for the Python script
//! that compares them with a reference (docs/accuracy.md).
//!
//! ```sh
//! cargo run --release -p rrgscore-annotate --example embed_texts -- PACK TEXTS.json OUT.bin
//! ```
//!
//! `TEXTS.json` is a list of strings. `OUT.bin` holds for each text, little-endian: the number
//! of tokens (u32), the ids (u32 each), and the hidden states (f32, token by token).
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout)]

use rrgscore_annotate::TextEncoder;
use rrgscore_annotations::SpaceRuns;
use rrgscore_packs::{MANIFEST_FILE, Manifest, Pack};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, texts, out] = arguments.as_slice() else {
        return Err("usage: embed_texts PACK TEXTS.json OUT.bin".into());
    };
    let folder = Path::new(folder);
    let manifest = fs::read(folder.join(MANIFEST_FILE))?;
    let mut parts = Vec::new();
    for part in Manifest::parse(&manifest)?.parts() {
        parts.push((part.name.clone(), fs::read(folder.join(&part.name))?));
    }
    let pack = Pack::open(&manifest, parts)?;
    let started = Instant::now();
    let encoder = TextEncoder::from_pack(&pack)?;
    println!("{}: loaded in {:.0?}", pack.manifest().precision, started.elapsed());

    let texts: Vec<String> = serde_json::from_slice(&fs::read(texts)?)?;
    let mut bytes = Vec::new();
    let mut tokens = 0;
    let started = Instant::now();
    for text in &texts {
        let annotated = encoder.annotate(text, SpaceRuns::Joined)?;
        tokens += annotated.ids.len();
        bytes.extend(u32::try_from(annotated.ids.len())?.to_le_bytes());
        bytes.extend(annotated.ids.iter().flat_map(|id| id.to_le_bytes()));
        bytes.extend(annotated.hidden.iter().flat_map(|value| value.to_le_bytes()));
    }
    println!("{} texts, {tokens} tokens in {:.1?}", texts.len(), started.elapsed());
    fs::write(out, bytes)?;
    Ok(())
}
