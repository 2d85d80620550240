//! FineRadScore's line numbers and answers against the official drivers.

#![cfg(test)]

#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
use rrgscore_metrics::fineradscore::{
    AnswerError, CorrectionSeverity, FineRadScore, MAX_CALLS, number_lines, parse,
};
use rrgscore_parity::{Tally, records};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn lines_are_numbered_as_officially() {
    let mut tally = Tally::identical("FineRadScore", "numbered lines", "fineradscore_lines.jsonl");
    for golden in records("fineradscore_lines.jsonl") {
        tally.at(&golden);
        // Officially a report that is absent after the round trip through CSV ends the program.
        let Some(candidate) = golden.value["candidate_after_csv"].as_str() else {
            tally.leave_out();
            continue;
        };
        tally.same(json!(number_lines(candidate)), golden.value["numbered"].clone());
    }
    tally.finish();
}

/// Asks for answers as the official loop does.
fn ask(answers: &Value) -> (usize, Result<FineRadScore, AnswerError>) {
    let mut calls = 0;
    let mut last = Err(AnswerError::NotJson);
    for answer in answers.as_array().unwrap().iter().take(MAX_CALLS) {
        calls += 1;
        last = parse(answer.as_str().unwrap());
        if !last.as_ref().is_err_and(|error| error.is_asked_again()) {
            break;
        }
    }
    (calls, last)
}

#[test]
fn answers_are_accepted_as_officially() {
    let mut tally = Tally::identical("FineRadScore", "answers", "fineradscore_parse.jsonl");
    for golden in records("fineradscore_parse.jsonl") {
        tally.at(&golden);
        let record = &golden.value;
        let (calls, ours) = ask(&record["llm_responses"]);
        tally.same(&json!(calls), &record["calls"]);
        let stored = record["stored"].as_str();
        match ours {
            Err(AnswerError::NotEdits) => tally.same(stored, None::<&str>),
            Err(AnswerError::NotJson) => tally.same(stored, Some("{\"Failed\": null}")),
            // What the official code stores after its last call is not valid either.
            Err(error) => tally.same(parse(stored.unwrap()), Err(error)),
            Ok(score) => {
                tally.same(parse(stored.unwrap()).as_ref(), Ok(&score));
                tally.same(&aggregate(&score), &record["aggregate_our_reading"]);
            }
        }
    }
    tally.finish();
}

fn aggregate(score: &FineRadScore) -> Value {
    if score.edits.is_empty() {
        return json!("no_edits");
    }
    let lines: Vec<_> =
        score.edits.iter().map(|edit| edit.severity.map(CorrectionSeverity::value)).collect();
    json!({"per_line": lines, "max": score.worst().map(CorrectionSeverity::value)})
}

#[test]
fn an_edit_keeps_the_judges_words() {
    let answer = r#"{"2": {"corrections": "[delete]", "clinical severity": " URGENT error",
        "comments": "why", "error category": ["Omission of finding"]}}"#;
    let score = parse(answer).unwrap();
    let edit = &score.edits[0];
    assert_eq!((edit.line.as_str(), edit.severity), ("2", Some(CorrectionSeverity::Urgent)));
    assert_eq!(edit.correction.as_deref(), Some("[delete]"));
    assert_eq!(edit.comment.as_deref(), Some("why"));
    assert_eq!(edit.categories, ["Omission of finding"]);
    assert_eq!(score.unknown_severities(), 0);
}

#[test]
fn refusals_say_where() {
    let fields =
        r#"{"corrections": 1, "clinical severity": 1, "comments": 1, "error category": 1}"#;
    let of = |text: &str| parse(text).unwrap_err();
    assert_eq!(of("```json\n{}\n```"), AnswerError::NotJson);
    assert_eq!(
        of(&format!(r#"{{"1": {fields}, "x": {fields}}}"#)),
        AnswerError::BadLine { edit: 2 }
    );
    assert_eq!(of(r#"{"1": {"comments": ""}}"#), AnswerError::MissingField { edit: 1 });
    assert_eq!(of(r#"["1"]"#), AnswerError::NotEdits);
    assert_eq!(of(r#"["x"]"#), AnswerError::BadLine { edit: 1 });
    assert_eq!(parse("{}").unwrap().worst(), None);
}

#[test]
fn unknown_words_are_counted_not_scored() {
    let edit = |words: &str| json!({"corrections": "", "clinical severity": words, "comments": "", "error category": []});
    let answer = json!({"0": edit("Not actionable"), "1": edit("severe")}).to_string();
    let score = parse(&answer).unwrap();
    assert_eq!(
        (score.worst(), score.unknown_severities()),
        (Some(CorrectionSeverity::NotActionable), 1)
    );
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn plain_sentences_are_numbered_one_by_one(words in prop::collection::vec("[a-zA-Z]{1,8}", 1..9)) {
        let candidate: String = words.iter().map(|word| format!("{word}. ")).collect();
        let lines = words.iter().enumerate().map(|(i, word)| format!("[{i}] {word}."));
        prop_assert_eq!(number_lines(candidate.trim()), lines.collect::<Vec<_>>().join(" "));
    }

    #[test]
    fn no_text_panics(text in "[\\[{\"0-9:,.}\\] \\\\ aNI-]{0,60}|\\PC{0,40}") {
        let _ = parse(&text);
        number_lines(&text);
    }
}
