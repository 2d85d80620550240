//! `rrgscore score` and `verify` with a judge's answers, as a user runs them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::{Folder, rrgscore, said};

const PAIRS: &str = concat!(
    "{\"id\":\"a\",\"prediction\":\"CANARY effusion.\",\"reference\":\"No effusion.\"}\n",
    "{\"id\":\"b\",\"prediction\":\"Clear lungs.\",\"reference\":\"Clear lungs.\"}\n",
    "{\"id\":\"c\",\"prediction\":\"Old scar.\",\"reference\":\"New scar.\"}\n",
);

fn green(significant: &str, matched: &str) -> String {
    format!(
        "[Explanation]:\\nCANARY.\\n\\n[Clinically Significant Errors]:\\n{significant}\\n\\n\
         [Clinically Insignificant Errors]:\\n(d) Slight: 2. p; q\\n\\n\
         [Matched Findings]:\\n{matched}"
    )
}

fn line(id: &str, response: &str) -> String {
    format!("{{\"id\":\"{id}\",\"response\":\"{response}\"}}\n")
}

fn edit(severity: &str) -> String {
    format!(
        "{{\\\"0\\\": {{\\\"corrections\\\": \\\"CANARY\\\", \\\"clinical severity\\\": \
         \\\"{severity}\\\", \\\"comments\\\": \\\"x\\\", \\\"error category\\\": []}}}}"
    )
}

fn answers(folder: &Folder) -> [String; 2] {
    let lines = line("a", &green("(a) False: 1. x\\n(b) Missing: 2. y; z", "1. w"))
        + &line("b", &green("No errors.", "2. u; v"))
        + &line("c", "No idea.");
    let fine = line("a", &edit("Urgent error")) + &line("b", "{}") + &line("c", &edit("grave"));
    [folder.file("green.jsonl", &lines), folder.file("fine.jsonl", &fine)]
}

#[test]
fn both_columns_stand_in_all_outputs_and_verify() {
    let folder = Folder::new("both");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let [green, fine] = answers(&folder);
    let out = folder.path("out");
    let given = ["--green-responses", &green, "--fineradscore-responses", &fine];
    let mut args = vec!["score", "--predictions", &pairs, "--metrics", "bleu2", "--out", &out];
    args.extend(given);
    let run = rrgscore(&args);
    let table = said(&run);
    assert_eq!(run.status.code(), Some(0), "{table}");
    assert!(!table.contains("CANARY"));
    for part in [
        "GREEN: answers that did not parse as intended: 1 (missing-part 1): c\n",
        "FineRadScore: answers that did not parse as intended: 1",
        "1/FineRadScore: not shown, because the confidence interval",
        "judge: not known; prompt: not known",
    ] {
        assert!(table.contains(part), "{part} in {table}");
    }

    let csv = folder.read("out/scores.csv");
    assert!(csv.starts_with("study_id,bleu_score,green_score,fineradscore\n"), "{csv}");
    assert!(csv.contains(",0.25,3\n") && csv.contains(",1,0\n") && csv.ends_with(",0,\n"), "{csv}");
    let judgements = folder.read("out/judgements.csv");
    let rows: Vec<&str> = judgements.lines().collect();
    assert_eq!(rows[1], "a,0.25,1,3,1,2,0,0,0,0,2,,3,1,0,0,1,0,0,");
    assert_eq!(rows[2], "b,1,2,0,0,0,0,0,0,0,2,,0,0,0,0,0,0,0,");
    assert_eq!(
        rows[3],
        "c,0,0,0,0,0,0,0,0,0,0,missing-part,,,,,,,,no-known-severity unknown-severity"
    );
    assert!(!judgements.contains("CANARY"));

    let text = folder.read("out/summary.json");
    assert!(!text.contains("CANARY"));
    let summary: serde_json::Value = serde_json::from_str(&text).unwrap();
    let [_, green_column, fine_column] = summary["metrics"].as_array().unwrap().as_slice() else {
        panic!("three columns");
    };
    let mean = green_column["mean"].as_f64().unwrap();
    assert!((mean - 1.25 / 3.0).abs() < 1e-12);
    assert_eq!(green_column["judge"]["not_as_intended"]["c"][0], "missing-part");
    assert_eq!((&fine_column["n"], &fine_column["failed"]), (&2.into(), &1.into()));
    let signature = summary["signature"].as_str().unwrap();
    assert!(signature.contains("green-answers:") && signature.contains("green-prompt:unknown"));

    let before = folder.path("out/summary.json");
    let verify = |given: &[&str]| {
        let mut args = vec!["verify", &before, "--predictions", &pairs];
        args.extend(given);
        rrgscore(&args)
    };
    assert_eq!(verify(&given).status.code(), Some(0), "{}", said(&verify(&given)));
    let without = verify(&given[..2]);
    assert_eq!(without.status.code(), Some(2));
    assert!(said(&without).contains("--fineradscore-responses"), "{}", said(&without));
    // The same answers by another judge are other answers.
    let other = fs::read_to_string(&green).unwrap().replace("2. u; v", "3. u; v; t");
    fs::write(&green, other).unwrap();
    let changed = verify(&given);
    assert_eq!(changed.status.code(), Some(1), "{}", said(&changed));
    args.push("--strict");
    assert_eq!(rrgscore(&args).status.code(), Some(1));
}

#[test]
fn unanswered_studies_are_refused_until_the_user_decides() {
    let folder = Folder::new("unanswered");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let some = folder.file("some.jsonl", &line("b", &green("None.", "1. u")));
    let out = folder.path("out");
    let args = ["score", "--predictions", &pairs, "--green-responses", &some, "--out", &out];
    let refused = rrgscore(&args);
    assert_eq!(refused.status.code(), Some(2));
    let why = said(&refused);
    assert!(why.contains("--green-responses: 2 of 3 studies have no GREEN answer: a, c."), "{why}");
    let run = rrgscore(&[args.as_slice(), &["--missing", "exclude"]].concat());
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    assert!(said(&run).contains("GREEN: no answer for 2: a, c"), "{}", said(&run));
    assert!(
        folder.read("out/scores.csv").contains("\na,")
            && folder.read("out/scores.csv").contains(",\n")
    );
}

#[test]
fn what_is_wrong_with_answers_is_said_by_line_and_option() {
    let folder = Folder::new("wrong");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let out = folder.path("out");
    let broken = folder.file("broken.jsonl", "{\"id\": \"a\", \"response\": \"CANARY\"}\nCANARY\n");
    let three = format!("{broken},{broken},{broken}");
    let cases: [(&[&str], &str); 4] = [
        (&["--green-responses", &broken], "--green-responses: GREEN answers: line 2 is not"),
        (&["--fineradscore-responses", "no-such-file"], "no-such-file"),
        (&["--green-responses", &three], "takes one file of answers"),
        (&["--metrics", "green"], "Give --green-responses FILE"),
    ];
    for (more, message) in cases {
        let args = [&["score", "--predictions", &pairs, "--out", &out], more].concat();
        let run = rrgscore(&args);
        assert_eq!(run.status.code(), Some(2), "{more:?}");
        assert!(said(&run).contains(message), "{}", said(&run));
        assert!(!said(&run).contains("CANARY"), "{}", said(&run));
    }
}

/// Answers of models that think aloud, or put a fence around: read as they are, they score what the
/// official code makes of them; cleaned, what they say inside, and the result says that they were.
#[test]
fn answers_are_cleaned_when_asked_for() {
    let folder = Folder::new("cleaned");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let fenced = format!("Here:\\n```json\\n{}\\n```", edit("Urgent error"));
    let lines = line("a", &fenced) + &line("b", "{}") + &line("c", &edit("Emergent error"));
    let answers = folder.file("fine.jsonl", &lines);
    let out = folder.path("out");
    let score = |more: &[&str]| {
        let base = ["score", "--predictions", &pairs, "--metrics", "bleu2", "--out", &out];
        let run = rrgscore(&[&base[..], &["--fineradscore-responses", &answers], more].concat());
        assert_eq!(run.status.code(), Some(0), "{}", said(&run));
        (folder.read("out/scores.csv"), folder.read("out/summary.json"))
    };
    let (csv, summary) = score(&[]);
    assert!(csv.lines().nth(1).unwrap().ends_with(','), "{csv}");
    assert!(!summary.contains("rrgscore-answers-1") && !summary.contains("\"cleaned\""));
    let (csv, summary) = score(&["--clean-answers"]);
    assert!(csv.lines().nth(1).unwrap().ends_with(",3"), "{csv}");
    assert!(summary.contains("|fineradscore-cleaned:rrgscore-answers-1|"), "{summary}");
    assert!(summary.contains("\"cleaned\": 1"), "{summary}");
    let verified = rrgscore(&[
        "verify",
        &folder.path("out/summary.json"),
        "--predictions",
        &pairs,
        "--fineradscore-responses",
        &answers,
    ]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
}

/// R2Gen's cleaning of both reports, which stands in the signature and is done again by `verify`.
#[test]
fn reports_are_cleaned_when_asked_for() {
    let folder = Folder::new("reports-cleaned");
    let pairs = folder.file(
        "pairs.jsonl",
        "{\"id\":\"a\",\"prediction\":\"heart is normal\",\"reference\":\"1. Heart is Normal.\"}\n",
    );
    let out = folder.path("out");
    let base = ["score", "--predictions", &pairs, "--metrics", "coco-rouge-l", "--out", &out];
    let run = rrgscore(&[&base[..], &["--clean", "r2gen-iu-xray"]].concat());
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    assert!(said(&run).contains("<unk>"), "{}", said(&run));
    assert!(folder.read("out/scores.csv").ends_with("a,1\n"), "{}", folder.read("out/scores.csv"));
    assert!(folder.read("out/summary.json").contains("|reports:r2gen-iu-xray|"));
    let summary = folder.path("out/summary.json");
    let verified = rrgscore(&["verify", &summary, "--predictions", &pairs]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
    let run = rrgscore(&[&base[..], &["--clean", "r2gen"]].concat());
    assert_eq!(run.status.code(), Some(2));
    assert!(said(&run).contains("there are: r2gen-iu-xray, r2gen-mimic-cxr"), "{}", said(&run));
}
