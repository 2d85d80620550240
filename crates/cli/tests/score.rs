//! The binary as a user runs it: files in, files out, exit codes and messages.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{Folder, rrgscore, said, stderr, stdout};

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
    // All of two words matched, of three: what is left is the penalty for being short.
    let expected = (1.0_f64 - 3.0 / 2.0).exp();
    let (id, value) = lines[1].split_once(',').unwrap();
    assert_eq!(id, "a");
    assert!((value.parse::<f64>().unwrap() - expected).abs() < 1e-12, "{value}");

    let summary: serde_json::Value =
        serde_json::from_str(&folder.read("out/summary.json")).unwrap();
    assert_eq!(summary["n"], 2);
    assert_eq!(summary["profile"], "rexrank");
    assert_eq!(summary["metrics"][0]["column"], "bleu_score");
    let mean = summary["metrics"][0]["mean"].as_f64().unwrap();
    assert!((mean - (expected + 1.0) / 2.0).abs() < 1e-12);
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
    let orders = &first["scores"][0]["reasons"]["counts"]["orders"];
    assert_eq!((&orders[0]["matched"], &orders[1]["matched"]), (&2.into(), &1.into()));
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
fn check_exits_with_2_whenever_score_would_refuse() {
    let folder = Folder::new("refused");
    let alone = folder.file("p.csv", "study_id,report\na,no effusion\n");
    let other = folder.file("r.csv", "study_id,report\nb,clear\n");
    let empty = folder.file("e.csv", "study_id,report\n");
    let out = folder.path("out");
    for files in [vec![&alone], vec![&alone, &other], vec![&empty, &other]] {
        let mut score = vec!["score", "--out", &out, "--predictions", files[0]];
        score.extend(files.get(1).into_iter().flat_map(|file| ["--references", file.as_str()]));
        assert_eq!(rrgscore(&score).status.code(), Some(2), "{files:?}");
        let mut check = vec!["check"];
        check.extend(files.iter().map(|file| file.as_str()));
        let run = rrgscore(&check);
        assert_eq!(run.status.code(), Some(2), "{files:?}");
        let said = said(&run);
        assert!(said.contains("error: "), "{said}");
        assert!(!said.contains("--references "), "check has no such option: {said}");
    }
}

#[test]
fn a_place_that_cannot_be_written_is_refused_before_the_work() {
    let folder = Folder::new("places");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let file = folder.file("file", "");
    let (in_file, out) = (folder.path("file/out"), folder.path("out"));
    let kept = folder.path("file/kept.bin");
    let place = ["score", "--predictions", &pairs, "--out", &in_file];
    let annotations = ["score", "--predictions", &pairs, "--out", &out, "--annotations", &kept];
    for args in [&place[..], &annotations[..]] {
        let run = rrgscore(args);
        assert_eq!(run.status.code(), Some(2), "{args:?}");
        assert!(stderr(&run).contains(&file), "{}", stderr(&run));
        assert!(!stdout(&run).contains("BLEU"), "{}", stdout(&run));
    }
}

/// What papers print of BLEU is the set's value: beside the mean in the table and in the summary.
#[test]
fn the_profile_coco_gives_values_of_the_whole_set() {
    let folder = Folder::new("coco");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let out = folder.path("out");
    let run = rrgscore(&["score", "--profile", "coco", "--predictions", &pairs, "--out", &out]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let summary: serde_json::Value =
        serde_json::from_str(&folder.read("out/summary.json")).unwrap();
    for metric in summary["metrics"].as_array().unwrap() {
        let of_set = metric["of_set"].as_f64();
        assert_eq!(of_set.is_none(), metric["id"] == "coco-rouge-l", "{metric}");
        if let Some(value) = of_set {
            let line =
                format!("{} of the whole set: {value:.4}", metric["label"].as_str().unwrap());
            assert!(stdout(&run).contains(&line), "{line}");
        }
    }
    let csv = folder.read("out/scores.csv");
    let columns = "coco_bleu1,coco_bleu2,coco_bleu3,coco_bleu4,coco_rouge_l,coco_cider";
    assert!(csv.starts_with(&format!("study_id,{columns}\n")), "{csv}");
}

#[test]
fn verify_scores_the_columns_of_the_summary_under_any_profile() {
    let folder = Folder::new("verify");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let out = folder.path("out");
    // Under this profile the name `bleu2` means `bleu2-radeval`; the id means itself.
    let names = ["--profile", "radeval", "--metrics", "bleu2"];
    let mut args = vec!["score", "--predictions", &pairs, "--out", &out];
    args.extend(names);
    assert_eq!(rrgscore(&args).status.code(), Some(0));
    let summary = folder.path("out/summary.json");
    let run = rrgscore(&["verify", &summary, "--predictions", &pairs]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    // The leaderboard's BLEU-2 in a run of the other profile's definitions.
    let mut both: serde_json::Value =
        serde_json::from_str(&folder.read("out/summary.json")).unwrap();
    both["metrics"][0]["id"] = "bleu2".into();
    let both = folder.file("both.json", &both.to_string());
    let run = rrgscore(&["verify", &both, "--predictions", &pairs]);
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    assert!(stdout(&run).contains("NOT verified"), "{}", stdout(&run));
}

#[test]
#[cfg(unix)]
fn what_holds_words_of_reports_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("owner");
    let pairs = folder.file("pairs.jsonl", PAIRS);
    let (out, kept) = (folder.path("out"), folder.path("kept.bin"));
    let args = ["--reasons", "--annotations", &kept, "--out", &out, "--predictions", &pairs];
    let run = rrgscore(&[&["score"], &args[..]].concat());
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    for file in ["kept.bin", "out/reasons.jsonl"] {
        let mode = std::fs::metadata(folder.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file}");
    }
    assert!(std::fs::read_dir(folder.path("out")).unwrap().count() > 2);
    assert!(!std::path::Path::new(&folder.path("kept.bin.part")).exists());
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
