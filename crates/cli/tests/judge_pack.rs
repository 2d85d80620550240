//! `rrgscore judge` with a judge on this machine: a tiny checkpoint of random weights, beside what
//! transformers answers with it (`crates/decoder/tools/make_judge_goldens.py`).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::process::Output;

use common::{Folder, rrgscore, stderr, stdout};
use serde_json::{Value, json};

const GOLDEN: &str = include_str!("../../decoder/tests/goldens/tiny_judge.json");
const CHECKPOINT: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../decoder/tests/checkpoints/tiny-judge");

fn golden() -> Value {
    serde_json::from_str(GOLDEN).unwrap()
}

fn pack(folder: &Folder, precision: &str) -> (String, Output) {
    let out = folder.path(&format!("judge-{precision}"));
    let args = ["judge", "pack", "--from", CHECKPOINT, "--out", &out, "--precision", precision];
    let output = rrgscore(&args);
    (out, output)
}

/// Requests for the golden's pairs, and for the first one again under another study.
fn prepare(folder: &Folder, metric: &str, more: &[&str]) -> Output {
    let golden = golden();
    let records = golden["records"].as_array().unwrap();
    let pair = |(at, record): (usize, &Value)| {
        let (reference, prediction) = (&record["reference"], &record["candidate"]);
        json!({ "id": format!("s{at}"), "reference": reference, "prediction": prediction })
            .to_string()
    };
    let lines: Vec<String> = records.iter().chain(&records[..1]).enumerate().map(pair).collect();
    fs::write(folder.path("pairs.jsonl"), lines.join("\n")).unwrap();
    fs::write(folder.path("template.txt"), golden["template"].as_str().unwrap()).unwrap();
    let (pairs, template) = (folder.path("pairs.jsonl"), folder.path("template.txt"));
    let out = folder.path("requests.jsonl");
    let mut args = vec!["judge", "prepare", "--metric", metric, "--predictions", &pairs];
    args.extend(["--template", &template, "--out", &out]);
    args.extend(more);
    rrgscore(&args)
}

fn run(folder: &Folder, pack: &str, threads: &str) -> Output {
    let (requests, out) = (folder.path("requests.jsonl"), folder.path("answers.jsonl"));
    let mut args = vec!["judge", "run", "--pack", pack, "--requests", &requests, "--out", &out];
    args.extend(["--threads", threads]);
    rrgscore(&args)
}

fn answers(folder: &Folder) -> Vec<Value> {
    folder.read("answers.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_packed_checkpoint_answers_as_transformers_does() {
    let folder = Folder::new("judge-pack");
    let (packed, output) = pack(&folder, "f32");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("name       tiny-judge"), "{}", stdout(&output));
    assert!(stdout(&output).contains("class      PhiForCausalLM"));
    assert!(prepare(&folder, "green", &[]).status.success());

    let output = run(&folder, &packed, "2");
    let said = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(said.contains("all 3 answers are in "), "{said}");
    let answers = answers(&folder);
    assert_eq!(answers.len(), 3);
    let golden = golden();
    for (at, record) in golden["records"].as_array().unwrap().iter().enumerate() {
        let study = format!("s{at}");
        let of_study = |line: &&Value| line["studies"].as_array().unwrap().contains(&json!(study));
        let answer = answers.iter().find(of_study).unwrap();
        assert_eq!(answer["responses"], json!([record["answer"]]), "{study}");
        assert_eq!(answer["cut_off"], record["cut_off"], "{study}");
        let named = |field: &str| answer[field].as_str().unwrap();
        assert!(named("model").starts_with("tiny-judge f32 (judge pack "), "{}", named("model"));
        let template = named("template");
        assert!(template.starts_with("given:") && template.ends_with(":raw-phi"), "{template}");
    }
    // The two studies of the first pair share its answer.
    assert!(answers.iter().any(|line| line["studies"] == json!(["s0", "s3"])));

    // What is answered is not asked again, and one thread answers as two do.
    let before = folder.read("answers.jsonl");
    let output = run(&folder, &packed, "1");
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(folder.read("answers.jsonl"), before);
    let first_line = format!("{}\n", before.lines().next().unwrap());
    fs::write(folder.path("answers.jsonl"), &first_line).unwrap();
    assert!(run(&folder, &packed, "1").status.success());
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&folder.read("answers.jsonl")), sorted(&before));

    // No message holds a report.
    for text in [stdout(&output), stderr(&output), said] {
        assert!(!text.contains("effusion") && !text.contains("scar"), "{text}");
    }
}

#[test]
fn rounded_packs_answer_too_and_are_the_same_when_made_again() {
    let folder = Folder::new("judge-rounded");
    assert!(prepare(&folder, "green", &[]).status.success());
    for precision in ["int8", "q4"] {
        let (packed, output) = pack(&folder, precision);
        assert!(output.status.success(), "{}", stderr(&output));
        let manifest = fs::read(format!("{packed}/pack.json")).unwrap();
        let output = run(&folder, &packed, "2");
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(answers(&folder).len(), 3);
        fs::remove_file(folder.path("answers.jsonl")).unwrap();
        assert!(pack(&folder, precision).1.status.success());
        assert_eq!(fs::read(format!("{packed}/pack.json")).unwrap(), manifest, "{precision}");
    }
}

#[test]
fn what_a_pack_cannot_judge_is_refused_before_it_is_loaded() {
    let folder = Folder::new("judge-refused");
    let (packed, output) = pack(&folder, "q4");
    assert!(output.status.success(), "{}", stderr(&output));
    for (metric, more, words) in [
        ("crimson", &[][..], "a judge on this machine judges for GREEN"),
        ("green", &["--raw-prompt", "phi"][..], "prepared with --raw-prompt"),
    ] {
        assert!(prepare(&folder, metric, more).status.success());
        let output = run(&folder, &packed, "1");
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
        assert!(!fs::exists(folder.path("answers.jsonl")).unwrap());
    }
    let requests = folder.path("requests.jsonl");
    let out = folder.path("answers.jsonl");
    let output = rrgscore(&["judge", "run", "--requests", &requests, "--out", &out]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--endpoint"), "{}", stderr(&output));

    // Requests for a conversation are no raw prompts.
    assert!(prepare(&folder, "green", &[]).status.success());
    let server = ["--completions", "--endpoint", "http://127.0.0.1:9/v1"];
    let output = rrgscore(
        &[&["judge", "run", "--requests", &requests, "--out", &out], &server[..]].concat(),
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--raw-prompt"), "{}", stderr(&output));

    // A part that was cut short is found out.
    let layer = format!("{packed}/layer-001.bin");
    let bytes = fs::read(&layer).unwrap();
    fs::write(&layer, &bytes[..bytes.len() - 1]).unwrap();
    assert!(prepare(&folder, "green", &[]).status.success());
    let output = run(&folder, &packed, "2");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("layer-001.bin"), "{}", stderr(&output));
}
