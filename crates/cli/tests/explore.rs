//! `rrgscore score --group-by`, `explore` and `sanity`, as a user runs them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{Folder, rrgscore, stderr, stdout};
use serde_json::Value;

const PREDICTIONS: &str =
    "study_id,prediction\na,no effusion\nb,the lungs are clear\nc,normal heart\n";
const REFERENCES: &str = "study_id,report,view\na,no pleural effusion,PA\nb,the lungs are clear,AP\nc,the \
                          heart is normal,PA\n";

fn score(folder: &Folder, more: &[&str]) -> std::process::Output {
    let predictions = folder.file("predictions.csv", PREDICTIONS);
    let references = folder.file("references.csv", REFERENCES);
    let out = folder.path("out");
    let mut args = vec!["score", "--predictions", &predictions, "--references", &references];
    args.extend(["--metrics", "bleu2,rouge1", "--out", &out]);
    args.extend(more);
    rrgscore(&args)
}

#[test]
fn groups_are_printed_and_written() {
    let folder = Folder::new("groups");
    let run = score(&folder, &["--group-by", "VIEW"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    assert!(stdout(&run).contains("Studies by view"), "{}", stdout(&run));
    let csv = folder.read("out/groups.csv");
    let scores = folder.read("out/scores.csv");
    let of = |id: &str| -> f64 {
        let row = scores.lines().find(|line| line.starts_with(id)).unwrap();
        row.split(',').nth(1).unwrap().parse().unwrap()
    };
    let row = csv.lines().find(|line| line.starts_with("view,PA,2,bleu2,2,")).unwrap();
    let mean: f64 = row.split(',').nth(5).unwrap().parse().unwrap();
    assert!((mean - (of("a") + of("c")) / 2.0).abs() < 1e-15);
}

#[test]
fn an_unknown_field_is_refused_before_anything_is_scored() {
    let folder = Folder::new("groups-unknown");
    let run = score(&folder, &["--group-by", "sex"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("there are: view"), "{}", stderr(&run));
    assert!(!std::path::Path::new(&folder.path("out/scores.csv")).exists());
    let run = score(&folder, &["--group-by", "chexbert"]);
    assert_eq!(run.status.code(), Some(2), "no column reads labels");
}

#[test]
fn a_run_is_explored() {
    let folder = Folder::new("explore");
    assert_eq!(score(&folder, &[]).status.code(), Some(0));
    assert!(!std::path::Path::new(&folder.path("out/groups.csv")).exists());
    let out = folder.path("out");
    let run = rrgscore(&["explore", &out, "--correlation", "pearson", "--studies", "1"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let text = stdout(&run);
    assert!(text.contains("b (1.0000)") && text.contains("Pearson's r, n = 3"), "{text}");
    let run = rrgscore(&["explore", &out, "--json"]);
    let found: Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!(found["correlations"]["method"], "spearman");
    assert_eq!(found["extremes"][0]["best"][0]["id"], "b");
    let unknown = rrgscore(&["explore", &out, "--correlation", "phi"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn sanity_says_what_bleu_sees() {
    let run = rrgscore(&["sanity", "--metrics", "bleu2"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let text = stdout(&run);
    let row = text.lines().find(|line| line.starts_with("BLEU-2")).unwrap();
    assert!(row.contains("1.000") && row.contains("(-0."), "{row}");
}
