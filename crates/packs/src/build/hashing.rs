//! The manifest's list of sources.

use super::progress::{BuildProgress, BuildStage};
use crate::recognise::{Opened, Plan};
use crate::tokenizer::PackTokenizer;
use crate::{PackError, Source, SourceFile};
use std::ops::ControlFlow;

/// All files that bear on the pack, the checkpoint first, each once.
pub(super) fn sources(
    opened: &Opened<'_>,
    plan: &Plan<'_>,
    tokenizer: &PackTokenizer<'_>,
    watch: &mut dyn FnMut(BuildProgress) -> ControlFlow<()>,
) -> Result<Vec<Source>, PackError> {
    let checkpoint = opened.file;
    let mut files: Vec<SourceFile<'_>> = Vec::new();
    for file in plan.small_files().into_iter().chain(tokenizer.sources.iter().copied()) {
        if file.name != checkpoint.name && files.iter().all(|other| other.name != file.name) {
            files.push(file);
        }
    }
    files.sort_by_key(|file| file.name);
    files.insert(0, checkpoint);
    let all: u64 = files.iter().map(|file| file.data.size()).sum();
    let mut done = 0;
    files
        .into_iter()
        .map(|file| {
            let size = file.data.size();
            let known = (file.name == checkpoint.name).then(|| opened.sha256().cloned()).flatten();
            let sha256 = match known {
                Some(sha256) => sha256,
                None => file.sha256(&mut |read| {
                    let fraction = (done + read) as f64 / all.max(1) as f64;
                    watch(BuildProgress { stage: BuildStage::Hashing, fraction })
                })?,
            };
            done += size;
            Ok(Source { name: file.name.to_owned(), bytes: size, sha256 })
        })
        .collect()
}
