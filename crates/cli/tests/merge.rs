//! `rrgscore score --shard` and `rrgscore merge`: what is merged is what one run writes, to the byte.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::{Folder, rrgscore, said, stderr};

/// The files of one run, of which those of a merged one must be the same.
const FILES: [&str; 5] =
    ["scores.csv", "summary.json", "labels.csv", "judgements.csv", "reasons.jsonl"];

fn repository(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join(path).to_str().unwrap().to_owned()
}

/// Packs of the project's tiny checkpoints; gives the folder that holds them.
fn build_packs(folder: &Folder, checkpoints: &[&str]) -> String {
    let packs = folder.path("packs");
    for name in checkpoints {
        let from = repository(&format!("tests/checkpoints/{name}"));
        let build = ["packs", "build", "--from", &from, "--out", &packs];
        let built = rrgscore(&[&build[..], &["--precision", "f32", "--no-measure"]].concat());
        assert!(built.status.success(), "{}", stderr(&built));
    }
    packs
}

/// A set with what is seldom: pairs of the same texts, shared references, reports that are empty,
/// white space or not ASCII, and studies without a prediction.
fn odd_set(folder: &Folder) -> Vec<String> {
    let sentences = [
        "No pleural effusion.",
        "The heart is normal in size.",
        "Small left effusion, unchanged.",
        "Lungs are clear.",
        "",
        " ",
        "Température élevée, no opacity.",
    ];
    let report = |seed: usize| match seed % 5 {
        0 => sentences[seed % 7].to_owned(),
        n => (0..n).map(|more| sentences[(seed * 3 + more * 5) % 4]).collect::<Vec<_>>().join(" "),
    };
    let (mut predictions, mut references) = (Vec::new(), Vec::new());
    for study in 0..40 {
        references
            .push(serde_json::json!({ "id": format!("s{study}"), "report": report(study / 2) }));
        if study % 9 != 4 {
            let report = report(study * 7 % 23);
            predictions.push(serde_json::json!({ "id": format!("s{study}"), "report": report }));
        }
    }
    let lines = |all: &[serde_json::Value]| {
        all.iter().map(|line| line.to_string() + "\n").collect::<String>()
    };
    let answers: Vec<serde_json::Value> = (0..40)
        .filter(|study| study % 5 != 1)
        .map(|study| {
            let errors = study % 3;
            let response = format!(
                "[Explanation]:\nx.\n\n[Clinically Significant Errors]:\n(a) False: {errors}. y\n\n\
                 [Clinically Insignificant Errors]:\n\n[Matched Findings]:\n1. z"
            );
            serde_json::json!({ "id": format!("s{study}"), "response": response })
        })
        .collect();
    let predictions = folder.file("predictions.jsonl", &lines(&predictions));
    let references = folder.file("references.jsonl", &lines(&references));
    let answers = folder.file("answers.jsonl", &lines(&answers));
    ["--predictions", &predictions, "--references", &references, "--green-responses", &answers]
        .map(str::to_owned)
        .to_vec()
}

fn run(args: &[&str]) -> String {
    let output = rrgscore(args);
    assert!(output.status.success(), "{args:?}: {}", said(&output));
    said(&output)
}

/// Scores a set in one run, and in so many shards; gives the folder with the files of each.
fn scored(folder: &Folder, args: &[&str], cuts: &[u32]) -> (String, Vec<String>) {
    let score = |out: &str, more: &[&str]| {
        let args = [&["score"], args, &["--reasons", "--out", out], more].concat();
        run(&args)
    };
    let one = folder.path("one");
    score(&one, &[]);
    let merged = cuts.iter().map(|of| {
        let shards = folder.path(&format!("shards-{of}"));
        for number in 1..=*of {
            score(&shards, &["--shard", &format!("{number}/{of}")]);
        }
        let out = folder.path(&format!("merged-{of}"));
        run(&["merge", &shards, "--out", &out]);
        out
    });
    let merged = merged.collect();
    (one, merged)
}

fn assert_same(one: &str, merged: &[String], files: &[&str]) {
    for file in FILES {
        let path = Path::new(one).join(file);
        assert_eq!(path.exists(), files.contains(&file), "{file}");
        for other in merged {
            let other = Path::new(other).join(file);
            let same = fs::read(&path).ok() == fs::read(&other).ok();
            assert!(same, "{} is not {}", other.display(), path.display());
        }
    }
}

#[test]
fn the_sample_in_shards_gives_the_files_of_one_run() {
    let folder = Folder::new("merge-sample");
    let checkpoints = [
        "chexbert.pth",
        "radgraph.tar.gz",
        "distilroberta-base",
        "RaTE-NER-Deberta",
        "BioLORD-2023-C",
    ];
    let packs = build_packs(&folder, &checkpoints);
    let predictions = repository("crates/data/samples/model-a.json");
    let args = ["--predictions", &predictions, "--references", "sample", "--packs", &packs];
    let args = [&args[..], &["--metrics", "all-available"]].concat();
    let (one, merged) = scored(&folder, &args, &[1, 2, 3, 7]);
    assert_same(&one, &merged, &["scores.csv", "summary.json", "labels.csv", "reasons.jsonl"]);
    let summary = fs::read_to_string(Path::new(&one).join("summary.json")).unwrap();
    for part in ["\"radcliq-v1\"", "\"ratescore\"", "\"chexbert_f1\"", "\"sentences\""] {
        assert!(summary.contains(part), "{part}");
    }
}

#[test]
fn weights_of_all_references_and_missing_predictions_are_those_of_one_run() {
    let folder = Folder::new("merge-radeval");
    let packs = build_packs(&folder, &["chexbert.pth", "distilroberta-base", "radgraph-xl.tar.gz"]);
    let set = odd_set(&folder);
    let set: Vec<&str> = set.iter().map(String::as_str).collect();
    let metrics = "all-available,bertscore-idf,fineradscore";
    let given = ["--packs", &packs, "--profile", "radeval", "--missing", "empty"];
    let answers = ["--metrics", metrics, "--fineradscore-responses", set[5]];
    let args = [&set[..], &given, &answers].concat();
    let (one, merged) = scored(&folder, &args, &[1, 2, 3, 7]);
    assert_same(&one, &merged, &FILES);
    let summary = fs::read_to_string(Path::new(&one).join("summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    let metrics = summary["metrics"].as_array().unwrap();
    let metric = |id: &str| metrics.iter().find(|metric| metric["id"] == id).unwrap();
    assert_eq!(metric("bertscore-idf-radeval")["n"], 38);
    assert_eq!(metric("green-radeval")["judge"]["unanswered"].as_array().unwrap().len(), 7);
    // Those are no answers for FineRadScore.
    assert_eq!(metric("fineradscore")["failed"], 31);
}

#[test]
fn values_of_the_whole_set_are_those_of_one_run() {
    let folder = Folder::new("merge-coco");
    let set = odd_set(&folder);
    let set: Vec<&str> = set.iter().map(String::as_str).collect();
    let given = ["--profile", "coco", "--missing", "exclude", "--metrics"];
    let args = [&set[..], &given, &["all-available"]].concat();
    let (one, merged) = scored(&folder, &args, &[1, 2, 3, 7]);
    assert_same(&one, &merged, &["scores.csv", "summary.json", "judgements.csv", "reasons.jsonl"]);
    let summary = fs::read_to_string(Path::new(&one).join("summary.json")).unwrap();
    for part in ["\"coco-cider\"", "\"coco-bleu4\"", "\"of_set\""] {
        assert!(summary.contains(part), "{part}");
    }
    // More shards than studies: some have nothing to do.
    let (_, merged) = scored(&folder, &args, &[60]);
    assert_same(&one, &merged, &["scores.csv", "summary.json", "judgements.csv", "reasons.jsonl"]);
}

#[test]
fn a_shard_holds_no_report() {
    let folder = Folder::new("merge-private");
    let line = r#"{"id":"a","prediction":"CANARY effusion","reference":"CANARY lungs"}"#;
    let pairs = folder.file("pairs.jsonl", line);
    let args = ["score", "--predictions", &pairs, "--profile", "coco", "--shard", "1/1"];
    let more = ["--metrics", "all-available,bleu2", "--out", &folder.path("shards")];
    run(&[&args[..], &more].concat());
    let shard = folder.read("shards/shard-1-of-1.jsonl");
    assert!(shard.contains("\"coco-cider\"") && !shard.contains("CANARY"), "{shard}");
}

const PAIRS: &str = concat!(
    "{\"id\":\"a\",\"prediction\":\"no effusion\",\"reference\":\"no effusion today\"}\n",
    "{\"id\":\"b\",\"prediction\":\"clear lungs\",\"reference\":\"lungs are clear\"}\n",
    "{\"id\":\"c\",\"prediction\":\"a nodule\",\"reference\":\"no nodule\"}\n",
);

/// Writes one shard of a set into a folder of its name.
fn shard(folder: &Folder, (pairs, metrics): (&str, &str), shard: &str, out: &str) -> String {
    let out = folder.path(out);
    let args = ["score", "--predictions", pairs, "--metrics", metrics, "--shard", shard];
    run(&[&args[..], &["--out", &out]].concat());
    out
}

#[test]
fn what_is_not_all_of_one_run_is_refused_by_name() {
    let folder = Folder::new("merge-refused");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let bleu = (pairs.as_str(), "bleu2");
    let first = shard(&folder, bleu, "1/3", "first");
    let second = shard(&folder, bleu, "2/3", "second");
    let third = shard(&folder, bleu, "3/3", "third");
    let out = folder.path("out");
    let refused = |shards: &[&str], parts: &[&str]| {
        let output = rrgscore(&[&["merge"], shards, &["--out", &out]].concat());
        assert_eq!(output.status.code(), Some(2));
        for part in parts {
            assert!(stderr(&output).contains(part), "{part}: {}", stderr(&output));
        }
        assert!(!Path::new(&out).join("scores.csv").exists());
    };
    refused(&[&first, &third], &["of 3 shards one is missing: 2/3", "--shard"]);
    refused(&[&first], &["of 3 shards 2 are missing: 2/3, 3/3"]);
    let copy = shard(&folder, bleu, "2/3", "copy");
    refused(&[&first, &second, &copy, &third], &["shard 2/3 is there twice: ", "second", "copy"]);
    let other = shard(&folder, (&pairs, "bleu2,coco-rouge-l"), "2/3", "metrics");
    refused(&[&first, &other, &third], &["metrics/shard-2-of-3.jsonl", "the metrics are not"]);
    let changed = folder.file("changed.jsonl", &PAIRS.replace("nodule", "mass"));
    let other = shard(&folder, (&changed, "bleu2"), "2/3", "reports");
    refused(&[&first, &other, &third], &["reports/shard-2-of-3.jsonl", "the input files are not"]);
    let other = shard(&folder, bleu, "2/2", "cut");
    refused(
        &[&first, &other, &third],
        &["is one of 3, and ", "cut/shard-2-of-2.jsonl is one of 2"],
    );
    refused(&[&first, &folder.path("."), &third], &["holds no shard"]);

    let whole = folder.read("second/shard-2-of-3.jsonl");
    let kept = Path::new(&second).join("shard-2-of-3.jsonl");
    let all = [first.as_str(), &second, &third];
    fs::write(&kept, whole.lines().next().unwrap()).unwrap();
    refused(&all, &["second/shard-2-of-3.jsonl", "line 2 is damaged"]);
    fs::write(&kept, whole.replace(env!("CARGO_PKG_VERSION"), "0.0.1")).unwrap();
    refused(&all, &["second/shard-2-of-3.jsonl", "version 0.0.1"]);
    fs::write(&kept, "{\"id\":\"a\"}\n").unwrap();
    refused(&all, &["second/shard-2-of-3.jsonl", "no file of a shard"]);
    fs::write(&kept, whole.replace("\"place\":", "\"place\":1")).unwrap();
    refused(&all, &["other studies than its share"]);
    fs::write(&kept, whole).unwrap();
    let merged = rrgscore(&[&["merge"], &all[..], &["--out", &out]].concat());
    assert!(merged.status.success(), "{}", stderr(&merged));
}

#[test]
fn a_shard_is_one_of_so_many_and_has_no_rank() {
    let folder = Folder::new("merge-usage");
    let (pairs, out) = (folder.file("pairs.jsonl", PAIRS), folder.path("out"));
    let score = ["score", "--predictions", &pairs, "--out", &out, "--shard"];
    let zero = rrgscore(&[&score[..], &["0/3"]].concat());
    assert_eq!(zero.status.code(), Some(2));
    assert!(stderr(&zero).contains("with K from 1 to N"), "{}", stderr(&zero));
    let ranked = rrgscore(&[&score[..], &["1/3", "--rank"]].concat());
    assert_eq!(ranked.status.code(), Some(2));
}

#[test]
fn a_shard_that_is_not_scored_to_its_end_is_not_written() {
    let folder = Folder::new("merge-broken");
    let packs = build_packs(&folder, &["chexbert.pth"]);
    let pack = fs::read_dir(&packs).unwrap().next().unwrap().unwrap().path();
    let weights = pack.join("model.onnx");
    let mut bytes = fs::read(&weights).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&weights, bytes).unwrap();
    let (pairs, out) = (folder.file("pairs.jsonl", PAIRS), folder.path("shards"));
    let args = ["score", "--predictions", &pairs, "--packs", &packs, "--metrics", "semb"];
    let output = rrgscore(&[&args[..], &["--shard", "1/2", "--out", &out]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("shard 1/2 is not scored to its end"), "{}", stderr(&output));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_shard_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new("merge-owner");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let out = shard(&folder, (&pairs, "bleu2"), "1/2", "shards");
    let file = fs::metadata(Path::new(&out).join("shard-1-of-2.jsonl")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

#[test]
fn reasons_of_another_run_are_refused() {
    let folder = Folder::new("merge-reasons");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let shards = folder.path("shards");
    let args = ["score", "--predictions", &pairs, "--metrics", "bleu2", "--reasons"];
    for number in ["1/2", "2/2"] {
        run(&[&args[..], &["--out", &shards, "--shard", number]].concat());
    }
    let path = Path::new(&shards).join("shard-1-of-2.reasons.jsonl");
    fs::write(&path, "{\"id\":\"x\"}\n").unwrap();
    let output = rrgscore(&["merge", &shards, "--out", &folder.path("out")]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("shard-1-of-2.reasons.jsonl: its reasons are not"), "{said}");
}
