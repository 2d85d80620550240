//! `--annotations`: what models found is kept from one run to the next.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{Folder, rrgscore, stderr};

const PAIRS: &str = concat!(
    "{\"id\":\"a\",\"prediction\":\"no effusion\",\"reference\":\"no effusion today\"}\n",
    "{\"id\":\"b\",\"prediction\":\"clear lungs\",\"reference\":\"clear lungs\"}\n",
);

/// A folder with a CheXbert pack of the project's tiny checkpoint.
fn with_pack(name: &str) -> Folder {
    let folder = Folder::new(name);
    let from = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/checkpoints/chexbert.pth");
    let with = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/checkpoints/bert-base-uncased");
    let packs = folder.path("packs");
    let built = rrgscore(&[
        "packs",
        "build",
        "--from",
        from,
        "--with",
        with,
        "--precision",
        "f32",
        "--no-measure",
        "--out",
        &packs,
    ]);
    assert_eq!(built.status.code(), Some(0), "{}", stderr(&built));
    folder
}

/// Flips a byte of a pack's weights.
fn damage(packs: &str) {
    let pack = std::fs::read_dir(packs).unwrap().next().unwrap().unwrap().path();
    let weights = std::fs::read_dir(pack)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .max_by_key(|path| path.metadata().unwrap().len())
        .unwrap();
    let mut bytes = std::fs::read(&weights).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(weights, bytes).unwrap();
}

#[test]
fn a_second_run_gives_the_same_files_from_kept_annotations() {
    let folder = with_pack("annotations");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let (packs, kept) = (folder.path("packs"), folder.path("kept.bin"));
    let score = |out: &str, extra: &[&str]| {
        let out = folder.path(out);
        let mut args = vec![
            "score",
            "--predictions",
            &pairs,
            "--metrics",
            "semb",
            "--packs",
            &packs,
            "--out",
            &out,
        ];
        args.extend(extra);
        rrgscore(&args)
    };
    assert_eq!(score("plain", &[]).status.code(), Some(0));
    assert_eq!(score("first", &["--annotations", &kept]).status.code(), Some(0));
    let size = std::fs::metadata(&kept).unwrap().len();
    assert!(size > 100, "{size} bytes kept");
    // Whoever reads a report again cannot: the weights are damaged now.
    damage(&packs);
    let broken = score("broken", &[]);
    assert_eq!(broken.status.code(), Some(1), "{}", stderr(&broken));
    assert!(stderr(&broken).contains("error: "), "{}", stderr(&broken));
    assert!(folder.read("broken/scores.csv").lines().skip(1).all(|line| line.ends_with(',')));
    let second = score("second", &["--annotations", &kept]);
    assert_eq!(second.status.code(), Some(0), "{}", stderr(&second));
    for file in ["scores.csv", "summary.json", "labels.csv"] {
        let plain = folder.read(&format!("plain/{file}"));
        assert_eq!(plain, folder.read(&format!("first/{file}")), "{file}");
        assert_eq!(plain, folder.read(&format!("second/{file}")), "{file}");
    }
}

#[test]
fn a_file_that_holds_no_annotations_is_refused_and_left_as_it_is() {
    let folder = Folder::new("no-annotations");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let (other, out) = (folder.file("notes.txt", "precious"), folder.path("out"));
    let run = rrgscore(&["score", "--predictions", &pairs, "--annotations", &other, "--out", &out]);
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("notes.txt"), "{}", stderr(&run));
    assert_eq!(folder.read("notes.txt"), "precious");
}
