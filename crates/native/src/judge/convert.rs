//! A judge's pack out of a checkpoint, file by file; a conversion that broke off goes on.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use rrgscore_decoder::{
    Checkpoint, Conversion, ConversionProgress, ConversionState, DecoderConfig, JudgeManifest,
    JudgePrecision, JudgeTokenizer, TokenizerRules,
};
use rrgscore_packs::{MANIFEST_FILE, PackError, Sha256Hex, Source, SourceFile, sha256};
use serde::{Deserialize, Serialize};

use super::folder::JudgeFolder;
use crate::error::NativeError;
use crate::input::read_bytes;
use crate::output::{Readers, write};
use crate::packs::CheckpointFiles;

/// What an unfinished conversion keeps in the pack's folder.
const STATE: &str = "conversion.json";

/// How far a conversion is, and of what.
#[derive(Serialize, Deserialize)]
struct Unfinished {
    of: Converted,
    state: ConversionState,
}

/// All that decides what a conversion comes to.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Converted {
    sources: Vec<Source>,
    config: DecoderConfig,
    /// sha256 of the `tokenizer.json` that is made of the checkpoint's, and its rules.
    tokenizer: (Sha256Hex, TokenizerRules),
    precision: JudgePrecision,
}

/// Makes a judge's pack in the folder `out` of the checkpoint in the folder `from`, as its authors
/// publish it. `name` is the model's published name. Some rows of one tensor are in memory at a time.
///
/// `watch` sees how far it is after each file and may break off: then there is no pack yet (`None`),
/// and the same call goes on with the next file. First it is asked while the checkpoint's hashes are
/// computed, with nothing done.
///
/// # Errors
/// When a file cannot be read or written, or they are no judge's checkpoint.
pub fn convert_judge(
    from: &Path,
    name: &str,
    precision: JudgePrecision,
    out: &Path,
    watch: &mut dyn FnMut(ConversionProgress) -> ControlFlow<()>,
) -> Result<Option<JudgeManifest>, NativeError> {
    let wrong = NativeError::judge(from);
    let files = CheckpointFiles::gather(from, &[])?;
    let files = files.files();
    let checkpoint = Checkpoint::open(&files).map_err(&wrong)?;
    let tokenizer = JudgeTokenizer::of_checkpoint(&checkpoint).map_err(&wrong)?;
    fs::create_dir_all(out).map_err(NativeError::file(out))?;
    let (manifest, unfinished) = (out.join(MANIFEST_FILE), out.join(STATE));
    let mut conversion =
        Conversion::of_checkpoint(&checkpoint, &tokenizer, precision).map_err(&wrong)?;
    let nothing = conversion.progress();
    let sources = match sources(checkpoint.weights(), &mut |_| watch(nothing)) {
        Err(PackError::Cancelled) => return Ok(None),
        sources => sources.map_err(NativeError::pack(from))?,
    };
    let of = Converted {
        sources: sources.clone(),
        config: checkpoint.config().clone(),
        tokenizer: (sha256(tokenizer.json()), tokenizer.rules().clone()),
        precision,
    };
    if let Some(state) = kept(&unfinished, &of) {
        conversion = conversion.resumed(state);
    } else if manifest.exists() {
        // What a pack before this one left must not be taken for a part of it.
        fs::remove_file(&manifest).map_err(NativeError::file(&manifest))?;
    }
    let mut sink = JudgeFolder(out.to_owned());
    while conversion.step(&mut sink).map_err(NativeError::judge(out))? {
        let state = Unfinished { of: of.clone(), state: conversion.state().clone() };
        write(&unfinished, Readers::Anyone, |file| Ok(serde_json::to_writer(file, &state)?))?;
        if watch(conversion.progress()).is_break() {
            return Ok(None);
        }
    }
    let made = conversion.finish(name, sources).map_err(NativeError::judge(out))?;
    let bytes = made.to_bytes().map_err(NativeError::judge(out))?;
    write(&manifest, Readers::Anyone, |file| file.write_all(&bytes))?;
    fs::remove_file(&unfinished).map_err(NativeError::file(&unfinished))?;
    Ok(Some(made))
}

/// The state of an earlier conversion of the very same files.
fn kept(path: &Path, of: &Converted) -> Option<ConversionState> {
    let kept: Unfinished = serde_json::from_slice(&read_bytes(path).ok()?).ok()?;
    (kept.of == *of).then_some(kept.state)
}

fn sources(
    weights: &[SourceFile<'_>],
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Vec<Source>, PackError> {
    let source = |file: &SourceFile<'_>| {
        let name = file.file_name().to_owned();
        Ok(Source { name, bytes: file.data.size(), sha256: file.sha256(watch)? })
    };
    weights.iter().map(source).collect()
}
