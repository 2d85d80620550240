//! The shared goldens: what the official code printed for public report text, which may not be
//! committed. Read from the shared folder where it exists; the same tests run in a browser by way
//! of `web_official.rs`.

#![allow(dead_code, reason = "each test uses its share")]

use rrgscore_annotate::ChexbertReading;
use rrgscore_metrics::chexbert_labels::CLASSES;
use rrgscore_packs::{BuildOptions, Pack, Precision, SourceFile, build};
use rrgscore_parity::{shared_file, shared_folder};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// Decisions closer than this may fall otherwise.
pub(crate) const MARGIN: f32 = 1e-4;

/// How close the closest of the 14 decisions was.
pub(crate) fn margin(found: &ChexbertReading) -> f32 {
    let mut rest = found.logits.as_slice();
    let mut least = f32::INFINITY;
    for classes in CLASSES {
        let (scores, tail) = rest.split_at(classes);
        let mut sorted = scores.to_vec();
        sorted.sort_by(f32::total_cmp);
        least = least.min(sorted[classes - 1] - sorted[classes - 2]);
        rest = tail;
    }
    least
}

/// An f32 pack of a tiny checkpoint: its file or folder, and the folder of its encoder.
pub(crate) fn pack(checkpoint: &[&str]) -> Pack {
    pack_at(checkpoint, Precision::F32)
}

/// The same with further files.
pub(crate) fn pack_with(checkpoint: &[&str], more: Vec<(String, Cow<'static, [u8]>)>) -> Pack {
    let more = more.into_iter().map(|(name, bytes)| (name, bytes.into_owned()));
    built(files_of(checkpoint).into_iter().chain(more).collect(), Precision::F32)
}

/// The same in another precision.
pub(crate) fn pack_at(checkpoint: &[&str], precision: Precision) -> Pack {
    built(files_of(checkpoint), precision)
}

fn files_of(checkpoint: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for &name in checkpoint {
        let inside = shared_folder(&format!("{MODELS}/{name}"));
        if inside.is_empty() {
            files.push((name.to_owned(), model(name)));
        }
        files.extend(inside.into_iter().map(|file| {
            let path = format!("{name}/{file}");
            let data = model(&path);
            (path, data)
        }));
    }
    files
}

/// An f32 pack of a RadGraph archive, whose tiny encoder has the tokenizer of
/// bert-base-uncased.
pub(crate) fn radgraph_pack(archive: &str) -> Pack {
    radgraph_pack_at(archive, Precision::F32)
}

/// The same in another precision.
pub(crate) fn radgraph_pack_at(archive: &str, precision: Precision) -> Pack {
    let encoder = |folder: &str, file: &str| {
        (format!("tiny-pubmedbert/{file}"), model(&format!("{folder}/{file}")))
    };
    let files = vec![
        (archive.to_owned(), model(archive)),
        encoder("tiny-pubmedbert", "config.json"),
        encoder("bert-base-uncased", "tokenizer.json"),
        encoder("bert-base-uncased", "vocab.txt"),
    ];
    built(files, precision)
}

const MODELS: &str = "golden/tiny_models";

/// A file of the tiny checkpoints, for tests that have found the goldens beside them.
fn model(path: &str) -> Vec<u8> {
    shared_file(&format!("{MODELS}/{path}")).unwrap().into_owned()
}

fn built(files: Vec<(String, Vec<u8>)>, precision: Precision) -> Pack {
    let sources: Vec<SourceFile<'_>> =
        files.iter().map(|(name, data)| SourceFile { name, data }).collect();
    let options = BuildOptions::at(precision);
    build(&sources, &options, &mut |_| ControlFlow::Continue(())).unwrap()
}
