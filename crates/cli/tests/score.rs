//! The binary as a user runs it: files in, files out, exit codes and messages.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{Folder, rrgscore, stderr};
use rrgscore_metrics::bleu::{bleu2, tokens};

const PAIRS: &str = concat!(
    "{\"id\":\"a\",\"prediction\":\"no effusion\",\"reference\":\"no effusion today\"}\n",
    "{\"id\":\"b\",\"prediction\":\"clear lungs\",\"reference\":\"clear lungs\"}\n",
);

#[test]
fn a_pair_list_gives_scores_with_every_digit() {
    let folder = Folder::new("pairs");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let run = rrgscore(&["score", "--predictions", &pairs, "--out", &folder.path("out")]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));

    let csv = folder.read("out/scores.csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "study_id,bleu_score");
    let direct = bleu2(&tokens("no effusion today"), &tokens("no effusion")).score;
    let (id, value) = lines[1].split_once(',').unwrap();
    assert_eq!((id, value.parse::<f64>().unwrap().to_bits()), ("a", direct.to_bits()));

    let summary: serde_json::Value =
        serde_json::from_str(&folder.read("out/summary.json")).unwrap();
    assert_eq!(summary["n"], 2);
    assert_eq!(summary["profile"], "rexrank");
    assert_eq!(summary["metrics"][0]["column"], "bleu_score");
    let mean = summary["metrics"][0]["mean"].as_f64().unwrap();
    assert!((mean - (direct + 1.0) / 2.0).abs() < 1e-12);
}

#[test]
fn reasons_and_ranks_are_given_when_asked_for() {
    let folder = Folder::new("reasons");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let out = folder.path("out");
    let run = rrgscore(&["score", "--predictions", &pairs, "--reasons", "--rank", "--out", &out]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let printed = String::from_utf8(run.stdout).unwrap();
    assert!(printed.contains("BLEU-2: not ranked: these are not the studies"), "{printed}");
    let reasons = folder.read("out/reasons.jsonl");
    let first: serde_json::Value = serde_json::from_str(reasons.lines().next().unwrap()).unwrap();
    assert_eq!((&first["id"], &first["scores"][0]["metric"]), (&"a".into(), &"bleu2".into()));
    // "no effusion" of "no effusion today": two words and one pair of words, all matched.
    assert_eq!(first["scores"][0]["reasons"]["counts"]["matched"], serde_json::json!([2, 1]));
    assert_eq!(reasons.lines().count(), 2);
    assert!(!reasons.contains("effusion"), "reasons hold no report");
}

#[test]
fn the_sample_split_is_known_by_name() {
    let folder = Folder::new("sample");
    let predictions = folder.file("model.csv", rrgscore_data::samples::MODEL_B.text);
    let (out, metrics) = (folder.path("out"), "bleu2");
    let run = rrgscore(&[
        "score",
        "--predictions",
        &predictions,
        "--references",
        "sample",
        "--metrics",
        metrics,
        "--missing",
        "empty",
        "--out",
        &out,
    ]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let summary: serde_json::Value =
        serde_json::from_str(&folder.read("out/summary.json")).unwrap();
    assert_eq!(summary["split"]["key"], "sample");
    assert_eq!(folder.read("out/scores.csv").lines().count(), 41);
}

#[test]
fn missing_predictions_are_refused_until_the_user_decides() {
    let folder = Folder::new("missing");
    let predictions = folder.file("p.csv", "study_id,report\na,no effusion\nb,\n");
    let references = folder.file("r.csv", "study_id,report\na,no effusion\nb,clear\nc,clear\n");
    let score = |missing: &[&str]| {
        let out = folder.path("out");
        let mut args = vec!["score", "--predictions", &predictions, "--references", &references];
        args.extend(["--out", &out]);
        args.extend(missing);
        rrgscore(&args)
    };
    let refused = score(&[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("b"), "{}", stderr(&refused));

    assert_eq!(score(&["--missing", "empty"]).status.code(), Some(0));
    assert_eq!(folder.read("out/scores.csv").lines().count(), 4);
    assert_eq!(score(&["--missing", "exclude"]).status.code(), Some(0));
    assert_eq!(folder.read("out/scores.csv").lines().count(), 2);
    assert_eq!(score(&["--missing", "exclude", "--strict"]).status.code(), Some(1));
}

#[test]
fn a_metric_without_its_pack_is_refused_and_never_replaced() {
    let folder = Folder::new("pack");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    for metrics in ["bleu2,bertscore", "bertscore-minilm"] {
        let out = folder.path("out");
        let run =
            rrgscore(&["score", "--predictions", &pairs, "--metrics", metrics, "--out", &out]);
        assert_eq!(run.status.code(), Some(2));
        assert!(stderr(&run).contains("pack"), "{}", stderr(&run));
    }
}

#[test]
fn bad_input_and_usage_exit_with_2_and_say_why() {
    let folder = Folder::new("bad");
    let broken = folder.file("broken.json", "{\"a\": ");
    let out = folder.path("out");
    for (args, word) in [
        (vec!["score", "--predictions", &broken, "--out", &out], "broken.json"),
        (vec!["score", "--predictions", "no-such-file", "--out", &out], "no-such-file"),
        (vec!["score", "--out", &out], "--predictions"),
        (vec!["score", "--predictions", &broken, "--task", "x", "--out", &out], "task"),
        (vec!["check", "no-such-file"], "no-such-file"),
    ] {
        let run = rrgscore(&args);
        assert_eq!(run.status.code(), Some(2), "{args:?}");
        assert!(stderr(&run).contains(word), "{args:?}: {}", stderr(&run));
    }
}

#[test]
fn no_message_holds_report_text() {
    let folder = Folder::new("canary");
    let canary = "CANARYword";
    let predictions =
        folder.file("p.csv", &format!("study_id,report\na,{canary}\na,{canary} two\n"));
    let references = folder.file("r.csv", &format!("study_id,report\nb,{canary}\n"));
    let broken = folder.file("b.jsonl", &format!("{{\"id\":\"a\",\"prediction\":\"{canary}\n"));
    let out = folder.path("out");
    for args in [
        vec!["score", "--predictions", &predictions, "--references", &references, "--out", &out],
        vec!["check", &predictions, &references],
        vec!["score", "--predictions", &broken, "--out", &out],
    ] {
        let run = rrgscore(&args);
        assert_eq!(run.status.code(), Some(2), "{args:?}");
        let said = stderr(&run) + &String::from_utf8(run.stdout).unwrap();
        assert!(!said.contains(canary), "{said}");
    }
}
