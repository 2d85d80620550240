//! Columns from a judge's answers: the official parser's values, honest counts, the missing
//! policy, and errors that say where and nothing of the text.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "a test")]

use std::fs;

use rrgscore_data::{Counts, MissingPolicy, StudyPair, Task};
use rrgscore_judge::{AnswerFileError, JudgeMetric as Judge, JudgedPair, Template, prepare};
use rrgscore_scoring::judged::{AnswerFiles, Judged, JudgedError, column_of, read};
use rrgscore_scoring::run::Cell;
use rrgscore_scoring::summary::{MetricSummary, Provenance};
use rrgscore_scoring::{Metric, Next, Profile, Run, Settings, Summary};
use serde_json::{Value, json};

/// The official parser's readings of invented answers: the project's own goldens.
fn goldens(name: &str) -> Vec<Value> {
    let path = format!("{}/../../tests/goldens/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn pairs(n: usize) -> Vec<StudyPair> {
    let pair = |i| StudyPair {
        id: format!("s{i}"),
        reference: "No effusion.".into(),
        candidate: "CANARY effusion. Clear lungs.".into(),
    };
    (0..n).map(pair).collect()
}

fn lines(answers: &[(&str, &str)]) -> String {
    let line = |(id, text): &(&str, &str)| json!({"id": id, "response": text}).to_string() + "\n";
    answers.iter().map(line).collect()
}

fn judged(
    judge: Judge,
    answers: &str,
    n: usize,
    missing: MissingPolicy,
) -> Result<Judged, JudgedError> {
    let files = AnswerFiles { answers: answers.as_bytes(), studies: None, cleaned: false };
    read(column_of(judge).unwrap(), files, &pairs(n), missing)
}

fn run(judged: Judged, n: usize, missing: MissingPolicy) -> (Run, MetricSummary, Summary) {
    let metrics = vec![judged.metric()];
    let settings = Settings {
        profile: Profile::Rexrank,
        task: Some(Task::Report),
        missing,
        cleaning: None,
        metrics,
    };
    let provenance = Provenance {
        counts: Counts { missing: 0, ..Counts::default() },
        answers: judged.inputs().to_vec(),
        ..Provenance::default()
    };
    let mut run = Run::new(settings, pairs(n)).with_answers(judged);
    assert!(matches!(run.next_job(), Next::Done), "answers need no work");
    assert!(run.is_complete());
    let summary = Summary::of(&run, &provenance);
    (run, summary.metrics[0].clone(), summary)
}

#[test]
fn green_is_the_official_parsers() {
    let goldens = goldens("green_parse.jsonl");
    let ids: Vec<String> = (0..goldens.len()).map(|i| format!("s{i}")).collect();
    let answers: Vec<(&str, &str)> = ids
        .iter()
        .zip(&goldens)
        .map(|(id, golden)| (id.as_str(), golden["raw"].as_str().unwrap()))
        .collect();
    let n = goldens.len();
    let judged = judged(Judge::Green, &lines(&answers), n, MissingPolicy::Refuse).unwrap();
    let (run, metric, _) = run(judged, n, MissingPolicy::Refuse);
    let mut sum = 0.0;
    for (cell, golden) in run.columns()[0].cells.iter().zip(&goldens) {
        let official = golden["green"].as_f64().unwrap();
        assert!((cell.value().unwrap() - official).abs() < 1e-12);
        sum += official;
    }
    assert!((metric.mean.unwrap() - sum / n as f64).abs() < 1e-12);
    assert_eq!((metric.n as usize, metric.failed, metric.missing), (n, 0, 0));
    let judge = metric.judge.unwrap();
    assert_eq!(judge.answered as usize, n);
    // What the goldens call well formed is in order; something among the rest is not.
    let noted = |id: &String| judge.not_as_intended.contains_key(id);
    let well = |golden: &Value| golden["kind"] == "well_formed";
    assert!(ids.iter().zip(&goldens).all(|(id, golden)| !(well(golden) && noted(id))));
    assert!(!judge.not_as_intended.is_empty());
    assert_eq!(metric.published_as.as_deref(), Some("GREEN"));
}

/// CRIMSON's two readings and RadEval's of GREEN: values where the packages have some, failures
/// where they stop.
#[test]
fn other_readings_are_the_packages_own() {
    for (id, file, field, score) in [
        ("crimson", "crimson.jsonl", "official", "crimson_score"),
        ("crimson-radeval", "crimson.jsonl", "radeval", "crimson_score"),
        ("green-radeval", "green_parse_radeval.jsonl", "radeval", "green"),
    ] {
        let goldens = goldens(file);
        let n = goldens.len();
        let line = |(i, golden): (usize, &Value)| {
            json!({"id": format!("s{i}"), "response": golden["raw"]}).to_string() + "\n"
        };
        let answers: String = goldens.iter().enumerate().map(line).collect();
        let column = Metric::named(id).unwrap();
        let files = AnswerFiles { answers: answers.as_bytes(), studies: None, cleaned: false };
        let judged = read(column, files, &pairs(n), MissingPolicy::Refuse).unwrap();
        assert_eq!(judged.metric(), column);
        let (run, metric, _) = run(judged, n, MissingPolicy::Refuse);
        for (i, (cell, golden)) in run.columns()[0].cells.iter().zip(&goldens).enumerate() {
            let official = golden[field].get(score).and_then(Value::as_f64);
            assert_eq!(cell.value(), official, "{id} {}", i + 1);
        }
        assert_eq!(metric.published_as, None);
    }
}

#[test]
fn fineradscore_is_the_worst_severity_and_its_corpus_score_the_reciprocal() {
    let goldens = goldens("fineradscore_parse.jsonl");
    let line = |(i, golden): (usize, &Value)| {
        let calls = golden["calls"].as_u64().unwrap() as usize;
        json!({
            "custom_id": format!("fineradscore-{i}"), "studies": [format!("s{i}")],
            "responses": golden["llm_responses"].as_array().unwrap()[..calls], "model": "m", "template": "given:0",
        })
        .to_string()
    };
    let answers: Vec<String> = goldens.iter().enumerate().map(line).collect();
    let n = goldens.len();
    let judged =
        judged(Judge::Fineradscore, &answers.join("\n"), n, MissingPolicy::Refuse).unwrap();
    let (run, metric, summary) = run(judged, n, MissingPolicy::Refuse);
    let mut values = Vec::new();
    for (i, (cell, golden)) in run.columns()[0].cells.iter().zip(&goldens).enumerate() {
        let read = &golden["aggregate_our_reading"];
        let official = if read == "no_edits" { Some(0.0) } else { read["max"].as_f64() };
        match official {
            Some(official) => {
                assert_eq!(cell.value(), Some(official), "s{i}");
                values.push(official);
            }
            None => assert!(matches!(cell, Cell::Failed(_)), "s{i}: {cell:?}"),
        }
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    assert!((metric.mean.unwrap() - mean).abs() < 1e-12);
    let reciprocal = metric.reciprocal.unwrap();
    assert_eq!(reciprocal.label, "1/FineRadScore");
    assert!((reciprocal.value.unwrap() - 1.0 / mean).abs() < 1e-12);
    assert_eq!(metric.failed as usize, n - values.len());
    assert_eq!(metric.judge.unwrap().models, ["m"]);
    let hash = &summary.inputs[0].sha256[..12];
    assert!(summary.signature.contains(&format!("fineradscore-answers:{hash}")));
    assert!(summary.signature.contains("fineradscore-prompt:given@0"), "{}", summary.signature);
}

const GOOD: &str = "[Explanation]:\nx\n\n[Clinically Significant Errors]:\n(a) False: 1. y\n\n\
    [Clinically Insignificant Errors]:\nNone\n\n[Matched Findings]:\n1. z";

#[test]
fn a_study_without_an_answer_is_refused_or_missing_and_never_0() {
    let answers = lines(&[("s1", GOOD), ("elsewhere", GOOD)]);
    let refused = judged(Judge::Green, &answers, 3, MissingPolicy::Refuse).unwrap_err();
    let JudgedError::Unanswered { of: 3, studies, .. } = &refused else { panic!("{refused}") };
    assert_eq!(studies, &["s0", "s2"]);
    for missing in [MissingPolicy::Empty, MissingPolicy::Exclude] {
        let judged = judged(Judge::Green, &answers, 3, missing).unwrap();
        let (run, metric, _) = run(judged, 3, missing);
        let values: Vec<_> = run.columns()[0].cells.iter().map(Cell::value).collect();
        assert_eq!(values, [None, Some(0.5), None]);
        assert_eq!((metric.n, metric.missing, metric.failed, metric.mean), (1, 2, 0, Some(0.5)));
        let judge = metric.judge.unwrap();
        assert_eq!((judge.answered, judge.unknown), (1, 1));
        assert_eq!(judge.unanswered, ["s0", "s2"]);
    }
}

#[test]
fn an_answer_that_cannot_be_read_has_the_official_0_and_is_listed() {
    let answers = lines(&[("s0", GOOD), ("s1", "They differ."), ("s2", "")]);
    let judged = judged(Judge::Green, &answers, 3, MissingPolicy::Refuse).unwrap();
    let (run, metric, _) = run(judged, 3, MissingPolicy::Refuse);
    let values: Vec<_> = run.columns()[0].cells.iter().map(Cell::value).collect();
    assert_eq!(values, [Some(0.5), Some(0.0), Some(0.0)]);
    let judge = metric.judge.unwrap();
    assert_eq!(judge.not_as_intended["s1"], ["missing-part"]);
    assert_eq!(judge.not_as_intended["s2"], ["empty", "missing-part"]);
    assert_eq!(judge.by_note["missing-part"], 2);
    assert_eq!(metric.flags.values().sum::<u32>(), 2);
}

#[test]
fn a_batch_needs_its_file_of_studies() {
    let reports = JudgedPair { study: "s0", reference: "a", candidate: "b", context: [None; 2] };
    let prepared = prepare(&Template::built_in(Judge::Green), &[reports], None);
    let id = &prepared.requests[0].custom_id;
    let batch = json!({"custom_id": id, "response": {"status_code": 200, "body": {
        "model": "m", "choices": [{"finish_reason": "stop", "message": {"content": GOOD}}]}}})
    .to_string();
    let studies = serde_json::to_vec(&prepared.studies).unwrap();
    let with = |judge, answers: &str, studies| {
        let files = AnswerFiles { answers: answers.as_bytes(), studies, cleaned: false };
        read(column_of(judge).unwrap(), files, &pairs(1), MissingPolicy::Refuse)
    };
    let judged = with(Judge::Green, &batch, Some(studies.as_slice())).unwrap();
    let (_, metric, summary) = run(judged, 1, MissingPolicy::Refuse);
    assert_eq!(metric.mean, Some(0.5));
    assert!(summary.signature.contains("green-prompt:rrgscore-green-1@"), "{}", summary.signature);
    let error = with(Judge::Green, &batch, None).unwrap_err();
    let source = AnswerFileError::NoStudies { line: 1 };
    assert_eq!(error, JudgedError::Answers { title: "GREEN", source });
    let other = JudgedError::OtherMetric { title: "FineRadScore", other: "GREEN" };
    assert_eq!(with(Judge::Fineradscore, &batch, Some(&studies)).unwrap_err(), other);
    let runner = json!({"custom_id": id, "studies": ["s0"], "responses": ["{}"]}).to_string();
    assert_eq!(with(Judge::Fineradscore, &runner, None).unwrap_err(), other);
    assert!(matches!(
        with(Judge::Green, &batch, Some(b"{}")).unwrap_err(),
        JudgedError::BadStudies { title: "GREEN" }
    ));
}

#[test]
fn what_is_wrong_is_placed_without_the_text() {
    let twice = lines(&[("s0", "CANARY one"), ("s0", "CANARY two")]);
    let strange = lines(&[("x", "CANARY")]);
    let cases = [
        ("CANARY", "line 1"),
        (twice.as_str(), "study s0"),
        (strange.as_str(), "for 1 studies, none of which"),
        ("{\"id\": \"s0\", \"response\": \"x\"}\n{\"id\": \"CANARY\"", "line 2"),
    ];
    for (answers, place) in cases {
        let error =
            judged(Judge::Green, answers, 1, MissingPolicy::Refuse).unwrap_err().to_string();
        assert!(error.contains(place) && !error.contains("CANARY"), "{error}");
    }
    let bytes = AnswerFiles { answers: &[0xff, 0xfe], studies: None, cleaned: false };
    let error = read(column_of(Judge::Green).unwrap(), bytes, &pairs(1), MissingPolicy::Refuse)
        .unwrap_err();
    assert_eq!(error, JudgedError::NotText { title: "GREEN" });
}

#[test]
fn a_run_without_answers_says_so_and_ends() {
    let settings = Settings {
        profile: Profile::Rexrank,
        task: Some(Task::Report),
        missing: MissingPolicy::Refuse,
        cleaning: None,
        metrics: vec![Metric::named("green").unwrap()],
    };
    let run = Run::new(settings, pairs(1));
    assert!(run.is_complete());
    assert!(matches!(&run.columns()[0].cells[0], Cell::Failed(_)));
}
