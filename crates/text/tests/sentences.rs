//! Sentences against PyRuSH: on synthetic texts with a rule file of the project's own, and on
//! public reports with the rule file of medspacy where both exist (neither is committed).
//!
//! spaCy can start a sentence only at one of its tokens; this project takes every boundary for a
//! token's. That is the only known difference, and the reason of every miss listed here: the
//! boundary that PyRuSH asks for lies inside a token.
//!
//! The tests run in a browser too, by way of `web_sentences.rs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rrgscore_parity::{Set, Tally, sentence_rules, shared_lines};
use rrgscore_text::sentences::Rules;
use serde::Deserialize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const RULES: &str = include_str!("goldens/sentence_rules.tsv");

#[derive(Deserialize)]
struct Record {
    text: String,
    sentences: Vec<String>,
}

fn split<'a>(rules: &Rules, text: &'a str) -> Vec<&'a str> {
    rules.split(text).into_iter().map(|range| &text[range]).collect()
}

/// Compares texts but the listed ones, of which each must differ.
fn compare(rules: &Rules, records: &[Record], mut tally: Tally, set: Set, misses: &[&str]) {
    for record in records {
        tally.fixture(set);
        let found = split(rules, &record.text);
        if misses.contains(&record.text.as_str()) {
            assert_ne!(found, record.sentences);
            tally.leave_out();
        } else {
            tally.same(&found, &record.sentences);
        }
    }
    tally.finish();
}

/// Texts of the project's own goldens that are split otherwise: spaCy keeps what stands around a
/// zero-width space in one token.
const MISSES: [&str; 1] = ["Clear lungs.\u{200b}Normal heart."];

#[test]
fn synthetic_texts_by_our_own_rules() {
    let rules = Rules::parse(RULES).unwrap();
    let records: Vec<Record> =
        serde_json::from_str(include_str!("goldens/sentences.json")).unwrap();
    assert!(records.len() > 180);
    let tally = Tally::identical("Sentences", "by rules of our own", "text/sentences.json");
    compare(&rules, &records, tally, Set::Own, &MISSES);
}

/// None of the 185 texts is split otherwise (nor any of the 1055 findings, impressions and reports
/// of the IU X-ray test split, which were compared once).
#[test]
fn public_reports_by_medspacys_rules() {
    let file = "ratescore_sentence_split.jsonl";
    let Some(rules) = sentence_rules() else { return };
    let rules = Rules::parse(std::str::from_utf8(&rules).unwrap()).unwrap();
    let tally = Tally::identical("Sentences", "by medspacy's rules", file);
    compare(&rules, &shared_lines(file), tally, Set::Official, &[]);
}

#[test]
fn long_and_odd_texts_end_in_time() {
    let rules = Rules::parse(RULES).unwrap();
    let long = "The 1.5 cm nodule is no longer seen. ".repeat(250);
    assert_eq!(rules.split(&long).len(), 250);
    for odd in ["\u{0}", "\u{10ffff}", ".", "!", "A", "\n", "\u{a0}", " ", "\\"] {
        let text = odd.repeat(2000);
        for range in rules.split(&text) {
            assert!(text.get(range).is_some());
        }
    }
}
