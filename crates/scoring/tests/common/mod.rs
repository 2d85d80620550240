//! Packs built from the tiny checkpoints of a folder, and a run driven to its end by one worker.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "tests read checkpoints, and fail by panicking"
)]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rrgscore_data::StudyPair;
use rrgscore_packs::{BuildOptions, Pack, Precision, SourceFile, build};
use rrgscore_scoring::summary::PackRef;
use rrgscore_scoring::{Next, Run, Settings, Worker};

/// The official code's outputs and tiny checkpoints, where they are at hand.
pub(crate) fn shared() -> Option<PathBuf> {
    rrgscore_parity::shared("golden")
}

/// The project's own tiny checkpoints.
pub(crate) fn own_checkpoints() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/checkpoints")
}

/// A pack from one checkpoint of a folder, with the folder's other descriptions beside it.
pub(crate) fn pack(folder: &Path, checkpoint: &str, precision: Precision) -> Pack {
    pack_with(folder, checkpoint, precision, Vec::new())
}

/// As [`pack`], with further files.
pub(crate) fn pack_with(
    folder: &Path,
    checkpoint: &str,
    precision: Precision,
    mut files: Vec<(String, Vec<u8>)>,
) -> Pack {
    list(folder, "", &mut files);
    // The shared encoder of the RadGraph archives comes without its vocabulary, which is BERT's.
    let vocabulary = folder.join("bert-base-uncased/vocab.txt");
    let place = "tiny-pubmedbert/vocab.txt";
    if files.iter().all(|(name, _)| name != place) {
        files.push((place.to_owned(), fs::read(vocabulary).unwrap()));
    }
    let sources: Vec<SourceFile<'_>> =
        files.iter().map(|(name, data)| SourceFile { name, data }).collect();
    let options =
        BuildOptions { checkpoint: Some(checkpoint.to_owned()), ..BuildOptions::at(precision) };
    build(&sources, &options, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn list(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            list(&path, &format!("{name}/"), files);
        } else {
            files.push((name, fs::read(&path).unwrap()));
        }
    }
}

/// Runs to the end with these packs.
pub(crate) fn finished(settings: Settings, pairs: Vec<StudyPair>, packs: &[Pack]) -> Run {
    let mut worker = Worker::default();
    for pack in packs {
        worker.load(pack).unwrap();
    }
    let references: Vec<PackRef> = packs
        .iter()
        .map(|pack| PackRef {
            purpose: pack.manifest().purpose,
            name: pack.manifest().name.clone(),
            precision: pack.manifest().precision.to_string(),
            id: pack.id().to_owned(),
        })
        .collect();
    let store = rrgscore_scoring::AnnotationStore::default();
    let mut run = Run::with(settings, pairs, &references, store, None);
    while let Next::Job(job) = run.next_job() {
        run.accept(worker.handle(&job).unwrap()).unwrap();
    }
    assert!(run.is_complete());
    run
}
