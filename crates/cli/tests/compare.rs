//! `rrgscore compare`, as a user runs it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{Folder, rrgscore, said, stderr, stdout};
use rrgscore_data::samples::{MODEL_A, MODEL_B};
use serde_json::Value;

/// A folder with the runs of both made-up models.
fn with_runs(name: &str) -> Folder {
    let folder = Folder::new(name);
    for (model, text) in [("a", MODEL_A.text), ("b", MODEL_B.text)] {
        score(&folder, model, text, &["--references", "sample", "--missing", "empty"]);
    }
    folder
}

fn score(folder: &Folder, name: &str, predictions: &str, more: &[&str]) {
    let file = folder.file(&format!("{name}.json"), predictions);
    let out = folder.path(name);
    let metrics = ["--metrics", "bleu2,bleu2-radeval"];
    let mut args = vec!["score", "--predictions", &file, "--out", &out];
    args.extend(metrics);
    args.extend(more);
    let run = rrgscore(&args);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
}

fn mean(folder: &Folder, run: &str) -> f64 {
    let summary: Value =
        serde_json::from_str(&folder.read(&format!("{run}/summary.json"))).unwrap();
    summary["metrics"][0]["mean"].as_f64().unwrap()
}

#[test]
fn two_runs_are_compared_study_by_study() {
    let folder = with_runs("compare");
    let (a, b) = (folder.path("a"), folder.path("b"));
    let run = rrgscore(&["compare", &a, &b, "--format", "json"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let found: Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!((&found[0]["first"], &found[0]["second"]), (&"a".into(), &"b".into()));
    assert_eq!(found[0]["studies"], 40);
    assert_eq!(found[0]["same_references"], true);
    let bleu = &found[0]["metrics"][0];
    assert_eq!(bleu["id"], "bleu2");
    let difference = bleu["difference"]["difference"].as_f64().unwrap();
    assert!((difference - (mean(&folder, "b") - mean(&folder, "a"))).abs() < 1e-12);
    let ends = bleu["difference"]["interval"].as_array().unwrap();
    assert!(ends[0].as_f64().unwrap() <= difference && difference <= ends[1].as_f64().unwrap());
    let counts = ["higher", "lower", "equal"].map(|key| bleu["difference"][key].as_u64().unwrap());
    assert_eq!(counts.iter().sum::<u64>(), 40);
    // Two p-values: the smaller one counts twice.
    let p = |at: usize, key: &Value| key[at].clone();
    let all = [p(0, &found[0]["metrics"]), p(1, &found[0]["metrics"])];
    let least = all.iter().map(|m| m["difference"]["p"].as_f64().unwrap()).fold(1.0, f64::min);
    let adjusted = all.iter().map(|m| m["p_holm"].as_f64().unwrap()).fold(1.0, f64::min);
    assert_eq!(adjusted, (2.0 * least).min(1.0));
    // The same seed gives the same bytes, another one other draws.
    let again = rrgscore(&["compare", &a, &b, "--format", "json"]);
    assert_eq!(stdout(&run), stdout(&again));
    let other = rrgscore(&["compare", &a, &b, "--format", "json", "--seed", "1"]);
    assert_ne!(stdout(&run), stdout(&other));
}

#[test]
fn a_run_beside_itself_differs_by_nothing() {
    let folder = with_runs("itself");
    let a = folder.path("a");
    let run = rrgscore(&["compare", &a, &a, "--format", "csv"]);
    let text = stdout(&run);
    let row: Vec<&str> = text.lines().nth(1).unwrap().split(',').collect();
    // Of one name in two places, whole paths tell them apart.
    assert_eq!(row[0], a);
    assert_eq!(row[6..14], ["0", "0", "0", "1", "1", "0", "0", "40"]);
}

#[test]
fn tables_for_people_and_papers() {
    let folder = with_runs("tables");
    let (a, b) = (folder.path("a"), folder.path("b"));
    let text = stdout(&rrgscore(&["compare", &a, &b]));
    assert!(text.starts_with("b beside a, 40 studies in both\n"), "{text}");
    assert!(text.contains("BLEU-2") && text.contains("p (Holm)"), "{text}");
    let markdown = stdout(&rrgscore(&["compare", &a, &b, "--format", "markdown"]));
    let lines: Vec<&str> = markdown.lines().collect();
    assert_eq!(lines[0], "|  | BLEU-2 | BLEU-2 (RadEval) |");
    let shown = |run: &str| format!("{:.3}", mean(&folder, run));
    assert!(lines[2].contains(&shown("a")) && lines[3].contains(&shown("b")), "{markdown}");
    assert_eq!(markdown.matches("**").count(), 4, "one best value in each column: {markdown}");
    let latex = stdout(&rrgscore(&["compare", &a, &b, "--format", "latex"]));
    for word in ["\\begin{tabular}{lrr}", "\\toprule", "\\textbf{", "\\bottomrule"] {
        assert!(latex.contains(word), "{latex}");
    }
}

#[test]
fn names_are_escaped() {
    let folder = with_runs("escape");
    score(&folder, "m_1 & 50%|x", MODEL_B.text, &["--references", "sample", "--missing", "empty"]);
    let (a, odd) = (folder.path("a"), folder.path("m_1 & 50%|x"));
    let latex = stdout(&rrgscore(&["compare", &a, &odd, "--format", "latex"]));
    assert!(latex.contains("m\\_1 \\& 50\\%|x & "), "{latex}");
    let markdown = stdout(&rrgscore(&["compare", &a, &odd, "--format", "markdown"]));
    assert!(markdown.contains("| m_1 & 50%\\|x |"), "{markdown}");
}

#[test]
fn references_that_cannot_be_compared_are_told() {
    let folder = Folder::new("pairs");
    for (name, reference) in [("one", "clear"), ("two", "no effusion")] {
        let pair = serde_json::json!([{"id": "a", "prediction": "clear", "reference": reference}]);
        score(&folder, name, &pair.to_string(), &[]);
    }
    let text = stdout(&rrgscore(&["compare", &folder.path("one"), &folder.path("two")]));
    assert!(text.contains("whether they are the same was not checked"), "{text}");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let folder = with_runs("refused");
    let a = folder.path("a");
    // Other references for the same studies.
    let sample = rrgscore_data::samples::SPLIT.text;
    let references = folder.file("other.json", &sample.replace("No ", "no "));
    let more = ["--references", &references, "--missing", "empty"];
    score(&folder, "other-references", MODEL_B.text, &more);
    // Another task.
    let more = ["--references", "sample", "--missing", "empty", "--task", "findings"];
    score(&folder, "findings", MODEL_B.text, &more);
    for (other, word) in [
        ("other-references", "different references"),
        ("findings", "different sections"),
        ("nowhere", "scores.csv"),
    ] {
        let run = rrgscore(&["compare", &a, &folder.path(other)]);
        assert_eq!(run.status.code(), Some(2), "{other}");
        assert!(stderr(&run).contains(word), "{other}: {}", stderr(&run));
    }
    // The scores of one run beside the summary of another.
    std::fs::copy(folder.path("a/summary.json"), folder.path("b/summary.json")).unwrap();
    let run = rrgscore(&["compare", &a, &folder.path("b")]);
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("they are of two runs"), "{}", said(&run));
}

#[test]
fn a_run_is_given_out_without_report_text_and_read_again() {
    let folder = with_runs("export");
    let a = folder.path("a");
    let export = |form: &str| {
        let run = rrgscore(&["export", &a, "--as", form]);
        assert_eq!(run.status.code(), Some(0), "{form}: {}", stderr(&run));
        stdout(&run)
    };
    let shared = export("share");
    assert!(!shared.to_lowercase().contains("effusion"), "a share file holds report text");
    let file = folder.file("a.share.json", &shared);
    // The same run: nothing differs, in any study.
    let run = rrgscore(&["compare", &a, &file, "--format", "json"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let found: Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!(found[0]["metrics"][0]["difference"]["equal"], 40);

    let summary: Value = serde_json::from_str(&folder.read("a/summary.json")).unwrap();
    let methods = export("methods");
    for part in [&summary["signature"], &summary["inputs"][0]["sha256"]] {
        assert!(methods.contains(part.as_str().unwrap()), "{methods}");
    }
    assert!(export("latex").contains("\\toprule") && export("markdown").contains("| BLEU-2 |"));
    // The sample has no published table, and a file of another version is refused.
    let row = rrgscore(&["export", &a, "--as", "leaderboard-row"]);
    assert_eq!(row.status.code(), Some(2), "{}", said(&row));
    let newer = shared.replace("\"format_version\":1", "\"format_version\":2");
    let newer = folder.file("newer.share.json", &newer);
    let run = rrgscore(&["export", &newer, "--as", "methods"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("version 2"), "{}", said(&run));
}
