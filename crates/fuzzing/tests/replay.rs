//! Every kept input of every target is read again. An input that once broke a reader is kept.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads files")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rrgscore_fuzzing::TARGETS;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_kept_input_is_read_again() {
    for target in TARGETS {
        let inputs = files(&fuzz().join("corpus").join(target.name));
        assert!(!inputs.is_empty(), "{} has no inputs", target.name);
        for input in inputs {
            let bytes = std::fs::read(&input).unwrap();
            assert!(bytes.len() <= 96 * 1024, "{} is not small", input.display());
            (target.run)(&bytes);
            // Cut short, and with a byte turned over: what a broken copy is like.
            (target.run)(&bytes[..bytes.len() / 2]);
            let mut turned = bytes.clone();
            if let Some(byte) = turned.get_mut(bytes.len() / 3) {
                *byte ^= 0x55;
            }
            (target.run)(&turned);
        }
    }
}

#[test]
fn targets_programs_and_folders_are_the_same() {
    let names: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(names.len(), TARGETS.len());
    let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    let programs: BTreeSet<String> = manifest
        .split("[[bin]]")
        .skip(1)
        .map(|bin| bin.split('"').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(programs, names);
    let folders: BTreeSet<String> = files(&fuzz().join("corpus"))
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(folders, names);
}
