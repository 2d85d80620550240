//! ROUGE-1, -2 and -L and the stems behind them against rouge-score 0.1.2 and NLTK.

#![cfg(test)]

use std::collections::HashMap;

use rrgscore_metrics::porter::stem;
use rrgscore_metrics::rouge::{RougeKind, RougeToken, compare, tokens, unstemmed_tokens};
use rrgscore_parity::{Tally, number, records};
use rrgscore_stats::mean_estimate;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const KINDS: [(RougeKind, &str); 3] =
    [(RougeKind::One, "rouge1"), (RougeKind::Two, "rouge2"), (RougeKind::L, "rougeL")];

fn stems(tokens: &[RougeToken]) -> Vec<&str> {
    tokens.iter().map(|token| token.stem.as_str()).collect()
}

#[test]
fn equals_the_official_scores() {
    let mut tally = Tally::within("ROUGE", "ROUGE-1, -2 and -L", "rouge.jsonl", 1e-12);
    let mut scores: HashMap<(Value, &str), f64> = HashMap::new();
    for golden in records("rouge.jsonl") {
        tally.at(&golden);
        let record = &golden.value;
        if record["kind"] == "corpus" {
            for (_, name) in KINDS {
                let ids = record["ids"].as_array().unwrap();
                let values: Vec<f64> = ids.iter().map(|id| scores[&(id.clone(), name)]).collect();
                let mean = mean_estimate(&values).unwrap().mean;
                tally.close(mean, number(&record["aggregate"][name]));
            }
            continue;
        }
        let text = |field: &str| record[field].as_str().unwrap();
        for (field, tokens) in
            [("stemmed", tokens as fn(&str) -> _), ("unstemmed", unstemmed_tokens)]
        {
            let (reference, candidate) = (tokens(text("reference")), tokens(text("candidate")));
            if field == "stemmed" {
                for (side, ours) in [("reference", &reference), ("candidate", &candidate)] {
                    if let Some(official) = record.get(format!("{side}_tokens")) {
                        // Of long reports the first 400 are kept.
                        let ours = stems(ours);
                        tally.same(json!(ours[..ours.len().min(400)]), official.clone());
                    }
                }
            }
            for (kind, name) in KINDS {
                let official = &record[field][name];
                let (ours, matches) = compare(kind, &reference, &candidate);
                tally.close(ours.precision, number(&official["precision"]));
                tally.close(ours.recall, number(&official["recall"]));
                tally.close(ours.score, number(&official["fmeasure"]));
                let bit = if kind == RougeKind::Two { 2 } else { 1 };
                for side in [&matches.reference, &matches.candidate] {
                    let marked = side.iter().filter(|&&ngrams| ngrams & bit != 0).count();
                    tally.same(marked, ours.common as usize);
                }
                if field == "stemmed" {
                    scores.insert((record["id"].clone(), name), ours.score);
                }
            }
        }
    }
    tally.finish();
}

#[test]
fn stems_are_nltks() {
    let mut tally = Tally::identical("ROUGE", "stems of words", "rouge_stems.jsonl");
    for golden in records("rouge_stems.jsonl") {
        tally.at(&golden);
        let word = golden.value["word"].as_str().unwrap();
        let ours = tokens(word);
        tally.same(json!(stems(&ours)), golden.value["tokens"].clone());
        // The stemmer lowers the case itself; here only plain words come to it.
        if word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
            tally.same(json!(stem(word)), golden.value["porter"].clone());
        }
    }
    tally.finish();
}

#[test]
fn tokens_stand_where_they_stand_in_the_text() {
    let text = "Épanchement: \u{130}x, 12.5 \u{212a}g_clearing";
    let cut: Vec<(&str, &str)> = Vec::from_iter([
        ("panchement", "panchement"),
        // The dotted capital is two letters in lower case, of which the second divides words.
        ("i", "\u{130}"),
        ("x", "x"),
        ("12", "12"),
        ("5", "5"),
        ("kg", "\u{212a}g"),
        ("clearing", "clearing"),
    ]);
    let found = unstemmed_tokens(text);
    let ours: Vec<(&str, &str)> =
        found.iter().map(|token| (token.stem.as_str(), &text[token.span.clone()])).collect();
    assert_eq!(ours, cut);
    assert_eq!(compare(RougeKind::L, &[], &[]).0.score, 0.0);
}
