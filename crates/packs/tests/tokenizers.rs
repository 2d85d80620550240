//! A tokenizer made from a vocabulary is the published `tokenizer.json`, so it gives the same ids
//! (the published ones are checked against the official ids in `crates/text`).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test says when it skips")]

mod common;

use common::{Files, official, own};
use rrgscore_packs::{BuildOptions, Pack, PackError, Precision, build};
use serde_json::Value;
use std::ops::ControlFlow;

fn tokenizer(files: &Files, checkpoint: &str) -> Result<Value, PackError> {
    let options = BuildOptions {
        checkpoint: Some(checkpoint.to_owned()),
        ..BuildOptions::at(Precision::Int8)
    };
    let pack = build(&files.sources(), &options, &mut |_| ControlFlow::Continue(()))?;
    Ok(serde_json::from_slice(pack.file(Pack::TOKENIZER).unwrap()).unwrap())
}

/// The published tokenizer, and the one made without it.
fn both(files: &Files, checkpoint: &str, folder: &str) -> (Value, Value) {
    let published = tokenizer(files, checkpoint).unwrap();
    let without = files.without(&format!("{folder}/tokenizer.json"));
    (published, tokenizer(&without, checkpoint).unwrap())
}

fn check(files: &Files) {
    for (checkpoint, folder) in [
        ("chexbert.pth", "bert-base-uncased"),
        ("distilroberta-base/model.safetensors", "distilroberta-base"),
        ("BioLORD-2023-C/model.safetensors", "BioLORD-2023-C"),
    ] {
        let (published, made) = both(files, checkpoint, folder);
        for (field, value) in published.as_object().unwrap() {
            assert_eq!(&made[field], value, "{folder}: {field}");
        }
    }
}

#[test]
fn our_own() {
    check(&own());
}

#[test]
fn the_goldens() {
    if let Some(files) = official() {
        check(&files);
    }
}

#[test]
fn settings_of_the_folder_count() {
    let mut files = own().without("bert-base-uncased/tokenizer.json");
    let settings = br#"{"do_lower_case": false, "strip_accents": false}"#;
    files.add("bert-base-uncased/tokenizer_config.json", settings.to_vec());
    let made = tokenizer(&files, "chexbert.pth").unwrap();
    assert_eq!(made["normalizer"]["lowercase"], Value::Bool(false));
    assert_eq!(made["normalizer"]["strip_accents"], Value::Bool(false));
}

#[test]
fn tokenizers_must_fit_their_encoder() {
    let refused = |name: &str, bytes: &[u8]| {
        let mut files = own().without("bert-base-uncased/tokenizer.json");
        files.add(&format!("bert-base-uncased/{name}"), bytes.to_vec());
        tokenizer(&files, "chexbert.pth").unwrap_err().to_string()
    };
    let other = own().get("distilroberta-base/tokenizer.json");
    assert!(refused("tokenizer.json", &other).contains("WordPiece"));
    assert!(refused("tokenizer.json", b"{}").contains("tokenizer.json"));
    assert!(refused("vocab.txt", b"[PAD]\n[UNK]\n[CLS]\n[SEP]\n").contains("[MASK]"));
    let long = [own().get("bert-base-uncased/vocab.txt"), b"one\nmore\n".to_vec()].concat();
    assert!(refused("vocab.txt", &long).contains("302 ids"));
    assert!(refused("vocab.txt", b"\xff\n").contains("UTF-8"));
    assert!(refused("tokenizer_config.json", b"[").contains("tokenizer_config.json"));
}
