//! The shared goldens: what the official code printed for public report text, which may not be
//! committed. Read from the shared folder where it exists.

#![allow(dead_code, reason = "each test uses its share")]

use rrgscore_packs::{BuildOptions, Pack, Precision, SourceFile, build};
use serde::de::DeserializeOwned;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/golden");

/// Decisions closer than this may fall otherwise.
pub(crate) const MARGIN: f32 = 1e-4;

/// Whether the goldens are here; says so when they are not.
pub(crate) fn here() -> bool {
    let here = Path::new(SHARED).join("dev").is_dir();
    if !here {
        eprintln!("skipped: the shared goldens are not here");
    }
    here
}

/// A golden file of one JSON value.
pub(crate) fn json<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_slice(&read(&Path::new(SHARED).join("dev").join(name))).unwrap()
}

/// A golden file of one JSON value a line.
pub(crate) fn lines<T: DeserializeOwned>(name: &str) -> Vec<T> {
    let bytes = read(&Path::new(SHARED).join("dev").join(name));
    let text = String::from_utf8(bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// An f32 pack of a tiny checkpoint: its file or folder, and the folder of its encoder.
pub(crate) fn pack(checkpoint: &[&str]) -> Pack {
    let mut files = Vec::new();
    for &name in checkpoint {
        let path = Path::new(SHARED).join("tiny_models").join(name);
        let Ok(folder) = std::fs::read_dir(&path) else {
            files.push((name.to_owned(), read(&path)));
            continue;
        };
        let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.is_file());
        paths.sort();
        for path in paths {
            let file = path.file_name().unwrap().to_str().unwrap();
            files.push((format!("{name}/{file}"), read(&path)));
        }
    }
    built(files)
}

/// An f32 pack of a RadGraph archive, whose tiny encoder has the tokenizer of
/// bert-base-uncased.
pub(crate) fn radgraph_pack(archive: &str) -> Pack {
    let models = Path::new(SHARED).join("tiny_models");
    let encoder = |folder: &str, file: &str| {
        (format!("tiny-pubmedbert/{file}"), read(&models.join(folder).join(file)))
    };
    built(vec![
        (archive.to_owned(), read(&models.join(archive))),
        encoder("tiny-pubmedbert", "config.json"),
        encoder("bert-base-uncased", "tokenizer.json"),
        encoder("bert-base-uncased", "vocab.txt"),
    ])
}

fn built(files: Vec<(String, Vec<u8>)>) -> Pack {
    let sources: Vec<SourceFile<'_>> =
        files.iter().map(|(name, data)| SourceFile { name, data }).collect();
    let options = BuildOptions::at(Precision::F32);
    build(&sources, &options, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// The largest difference seen of each kind of number; printed, and checked as it is seen.
#[derive(Debug)]
pub(crate) struct Worst {
    what: &'static str,
    tolerance: f32,
    seen: f32,
}

impl Worst {
    pub(crate) fn new(what: &'static str, tolerance: f32) -> Worst {
        Worst { what, tolerance, seen: 0.0 }
    }

    pub(crate) fn see(&mut self, found: &[f32], expected: &[f32]) {
        assert_eq!(found.len(), expected.len(), "{}", self.what);
        for (a, b) in found.iter().zip(expected) {
            let difference = (a - b).abs();
            assert!(difference < self.tolerance, "{}: {difference:e}", self.what);
            self.seen = self.seen.max(difference);
        }
    }
}

impl Drop for Worst {
    fn drop(&mut self) {
        println!("{}: max |difference| {:e}", self.what, self.seen);
    }
}
