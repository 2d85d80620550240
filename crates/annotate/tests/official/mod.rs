//! The shared goldens: what the official code printed for public report text, which may not be
//! committed. Read from the shared folder where it exists.

#![allow(dead_code, reason = "each test uses its share")]

use rrgscore_packs::{BuildOptions, Pack, Precision, SourceFile, build};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Decisions closer than this may fall otherwise.
pub(crate) const MARGIN: f32 = 1e-4;

/// An f32 pack of a tiny checkpoint: its file or folder, and the folder of its encoder.
pub(crate) fn pack(checkpoint: &[&str]) -> Pack {
    let mut files = Vec::new();
    for &name in checkpoint {
        let path = models().join(name);
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
    let models = models();
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

/// The folder of tiny checkpoints, for tests that have found the goldens beside it.
fn models() -> PathBuf {
    rrgscore_parity::shared("golden/tiny_models").unwrap()
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
