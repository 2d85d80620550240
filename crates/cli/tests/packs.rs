//! `rrgscore packs` and scoring with packs, as a user runs them, on the project's own tiny
//! checkpoints in the official formats.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Output;

use common::{Folder, rrgscore, stderr, stdout};

fn checkpoint(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/checkpoints");
    folder.join(name).to_str().unwrap().to_owned()
}

fn build(from: &str, out: &str, more: &[&str]) -> Output {
    let from = checkpoint(from);
    let mut args = vec!["packs", "build", "--from", &from, "--out", out];
    args.extend(more);
    let output = rrgscore(&args);
    assert!(output.status.success(), "{from}: {}", stderr(&output));
    output
}

/// Every kind of checkpoint, from its file or its folder, with what lies beside it.
#[test]
fn every_official_format_is_built_listed_and_verified() {
    let folder = Folder::new("all");
    let packs = folder.path("packs");
    let checkpoints = [
        ("chexbert.pth", "chexbert"),
        ("radgraph.tar.gz", "radgraph"),
        ("radgraph-xl.tar.gz", "radgraph-xl"),
        ("modern-radgraph-xl.tar.gz", "modern-radgraph-xl"),
        ("distilroberta-base", "bertscore-distilroberta"),
        ("RaTE-NER-Deberta", "ratescore-entities"),
        ("BioLORD-2023-C/model.safetensors", "ratescore-synonyms"),
    ];
    for (from, purpose) in checkpoints {
        let said = stdout(&build(from, &packs, &[]));
        assert!(said.contains(purpose), "{from}: {said}");
        assert!(said.contains("measured   against f32 on"), "{from}: {said}");
    }
    let list = stdout(&rrgscore(&["packs", "list", &packs]));
    for (_, purpose) in checkpoints {
        assert!(list.lines().any(|line| line.starts_with(purpose)), "{purpose}: {list}");
    }
    assert!(rrgscore(&["packs", "verify", "--packs", &packs]).status.success());
    assert!(stdout(&rrgscore(&["packs", "info", &packs])).contains("licence"));

    // One flipped byte.
    let damaged = fs::read_dir(&packs)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().to_lowercase().contains("chexbert"))
        .unwrap()
        .join("model.onnx");
    let mut bytes = fs::read(&damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&damaged, bytes).unwrap();
    let output = rrgscore(&["packs", "verify", &packs]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("model.onnx is damaged"), "{}", stdout(&output));
}

#[test]
fn the_leaderboards_columns_come_out_of_packs_and_can_be_verified() {
    let folder = Folder::new("score");
    let packs = folder.path("packs");
    for from in ["chexbert.pth", "model.tar.gz", "distilroberta-base"] {
        build(from, &packs, &["--precision", "f32", "--no-measure", "--single-file"]);
    }
    let pairs = folder.path("pairs.jsonl");
    let lines = [
        r#"{"id":"a","prediction":"No pleural effusion.","reference":"Small pleural effusion."}"#,
        r#"{"id":"b","prediction":"","reference":"The heart is normal in size."}"#,
        r#"{"id":"c","prediction":"Lungs are clear.","reference":"Lungs are clear."}"#,
    ];
    fs::write(&pairs, lines.join("\n")).unwrap();
    let out = folder.path("out");
    let score = ["score", "--predictions", &pairs, "--packs", &packs, "--missing", "empty"];
    let output =
        rrgscore(&[&score[..], &["--metrics", "radcliq-v0,radcliq-v1", "--out", &out]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    // What the leaderboard is sorted by, or why it is not shown.
    assert!(stdout(&output).contains("\n1/RadCliQ-v1: "), "{}", stdout(&output));
    let csv = fs::read_to_string(Path::new(&out).join("scores.csv")).unwrap();
    let heading = csv.lines().next().unwrap();
    assert_eq!(
        heading,
        "study_id,radgraph_combined,bertscore,semb_score,bleu_score,RadCliQ-v0,RadCliQ-v1"
    );
    let fields = |row: usize| -> Vec<f64> {
        csv.lines().nth(row).unwrap().split(',').skip(1).map(|f| f.parse().unwrap()).collect()
    };
    // An empty prediction: no graph, no common word, only special tokens.
    let empty = fields(2);
    assert_eq!((empty[0], empty[3]), (0.0, 0.0));
    assert!((empty[1] - -5.550156).abs() < 1e-5, "{}", empty[1]);
    // Identical reports: the embedding is the same.
    assert!((fields(3)[2] - 1.0).abs() < 1e-6);
    let labels = fs::read_to_string(Path::new(&out).join("labels.csv")).unwrap();
    assert_eq!(labels.lines().count(), 1 + 2 * 3);

    // The components' table gives the same RadCliQ, and the corpus values beside it.
    let scores = Path::new(&out).join("scores.csv");
    let again = rrgscore(&["radcliq", "--components", scores.to_str().unwrap()]);
    assert!(again.status.success(), "{}", stderr(&again));
    for (line, original) in stdout(&again).lines().skip(1).zip(csv.lines().skip(1)) {
        let (line, original): (Vec<&str>, Vec<&str>) =
            (line.split(',').collect(), original.split(',').collect());
        assert_eq!(line[7..], original[5..]);
    }
    let corpus = stderr(&again);
    let column = |at: usize| (1..=3).map(|row| fields(row)[at]).sum::<f64>() / 3.0;
    for (name, at) in [("RadCliQ-v0", 4), ("RadCliQ-v1", 5)] {
        assert!(corpus.contains(&format!("{name}: mean {:.4} (95 % CI ", column(at))), "{corpus}");
    }
    assert!(corpus.contains("\n1/RadCliQ-v1: "), "{corpus}");

    let summary = Path::new(&out).join("summary.json");
    let summary = summary.to_str().unwrap();
    let verify = ["verify", summary, "--predictions", &pairs, "--packs", &packs];
    let output = rrgscore(&verify);
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
    let changed = fs::read_to_string(&pairs).unwrap().replace("clear", "opaque");
    fs::write(&pairs, changed).unwrap();
    assert_eq!(rrgscore(&verify).status.code(), Some(1));
}

#[test]
fn what_is_missing_is_named() {
    let folder = Folder::new("missing");
    let alone = folder.path("somewhere");
    fs::create_dir_all(&alone).unwrap();
    let from = Path::new(&alone).join("chexbert.pth");
    fs::copy(checkpoint("chexbert.pth"), &from).unwrap();
    let out = folder.path("packs");
    let args = ["packs", "build", "--from", from.to_str().unwrap(), "--out", &out];
    let output = rrgscore(&args);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("bert-base-uncased"), "{}", stderr(&output));
    let with = checkpoint("bert-base-uncased");
    assert!(rrgscore(&[&args[..], &["--with", &with]].concat()).status.success());
    assert_eq!(rrgscore(&["packs", "synth", "poetry", "--out", &out]).status.code(), Some(2));
}
