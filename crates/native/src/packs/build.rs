//! Packs built from checkpoints.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rrgscore_packs::{BuildOptions, BuildProgress, Pack, Precision, build as build_pack};

use super::sources::CheckpointFiles;
use crate::error::NativeError;

/// How a pack is built.
#[derive(Clone, Copy, Debug)]
pub struct PackBuild {
    /// How weights are stored.
    pub precision: Precision,
    /// Take any BERT encoder for BERTScore; the pack is then named after its sizes.
    pub other_encoder: bool,
    /// Measure the pack against the same checkpoint in f32, which takes more time and memory.
    pub measure: bool,
}

/// What a pack is built for: itself, or to measure another one against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildPass {
    /// The pack that is wanted.
    Wanted,
    /// The same in f32, to measure against.
    Reference,
}

/// Builds a pack from a checkpoint, a file or the folder that holds it; `with` names folders or files
/// with what it needs beside it. `watch` sees the progress, and may break off.
///
/// # Errors
/// When files cannot be read, they are no checkpoint that is known, or `watch` breaks off.
pub fn build(
    from: &Path,
    with: &[PathBuf],
    how: PackBuild,
    watch: &mut dyn FnMut(BuildPass, BuildProgress) -> ControlFlow<()>,
) -> Result<Pack, NativeError> {
    let sources = CheckpointFiles::gather(from, with)?;
    let files = sources.files();
    let mut made = |precision, pass| {
        let options = BuildOptions {
            precision,
            checkpoint: sources.checkpoint().map(str::to_owned),
            other_encoder: how.other_encoder,
        };
        build_pack(&files, &options, &mut |progress| watch(pass, progress))
            .map_err(NativeError::pack(from))
    };
    let mut pack = made(how.precision, BuildPass::Wanted)?;
    if how.measure {
        // An f32 pack is its own reference.
        let measured = if how.precision == Precision::F32 {
            rrgscore_annotate::measure(&pack, &pack)?
        } else {
            rrgscore_annotate::measure(&made(Precision::F32, BuildPass::Reference)?, &pack)?
        };
        pack.set_measured(Some(measured));
    }
    Ok(pack)
}
