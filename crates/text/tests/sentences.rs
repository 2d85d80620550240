//! Sentences against PyRuSH: on synthetic texts with a rule file of the project's own, and on
//! public reports with the rule file of medspacy where both exist (neither is committed).
//!
//! spaCy can start a sentence only at one of its tokens; this project takes every boundary for a
//! token's. That is the only known difference, and the reason of every miss listed here: the
//! boundary that PyRuSH asks for lies inside a token.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests read goldens from disk and say when they cannot"
)]

use rrgscore_text::sentences::Rules;
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Record {
    text: String,
    sentences: Vec<String>,
}

fn split<'a>(rules: &Rules, text: &'a str) -> Vec<&'a str> {
    rules.split(text).into_iter().map(|range| &text[range]).collect()
}

/// The texts whose sentences are others than PyRuSH's.
fn misses<'a>(rules: &Rules, records: &'a [Record]) -> Vec<&'a Record> {
    records.iter().filter(|record| split(rules, &record.text) != record.sentences).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn goldens(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens").join(name)
}

/// Texts of the project's own goldens that are split otherwise: spaCy keeps what stands around a
/// zero-width space in one token.
const MISSES: [&str; 1] = ["Clear lungs.\u{200b}Normal heart."];

#[test]
fn synthetic_texts_by_our_own_rules() {
    let rules = Rules::parse(&read(&goldens("sentence_rules.tsv"))).unwrap();
    let records: Vec<Record> = serde_json::from_str(&read(&goldens("sentences.json"))).unwrap();
    assert!(records.len() > 180);
    let missed = misses(&rules, &records);
    assert_eq!(missed.iter().map(|record| record.text.as_str()).collect::<Vec<_>>(), MISSES);
}

/// medspacy's rule file where `cargo xtask setup` has put it.
fn official_rules() -> Option<Rules> {
    let cache = match std::env::var("RRGSCORE_CACHE") {
        Ok(cache) if !cache.is_empty() => PathBuf::from(cache),
        _ => PathBuf::from(std::env::var("HOME").ok()?).join(".cache/rrgscore"),
    };
    let path = cache.join("sources/medspacy/rush_rules.tsv");
    std::fs::read_to_string(path).ok().map(|text| Rules::parse(&text).unwrap())
}

/// None of the 185 texts is split otherwise (nor any of the 1055 findings, impressions and reports
/// of the IU X-ray test split, which were compared once).
#[test]
fn public_reports_by_medspacys_rules() {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/golden/dev");
    let path = Path::new(shared).join("ratescore_sentence_split.jsonl");
    let (Some(rules), Ok(text)) = (official_rules(), std::fs::read_to_string(path)) else {
        eprintln!("skipped: medspacy's rule file or the shared goldens are not here");
        return;
    };
    let records: Vec<Record> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(records.len() > 100);
    let missed = misses(&rules, &records);
    println!("{} of {} texts are split as by PyRuSH", records.len() - missed.len(), records.len());
    assert!(missed.is_empty());
}

#[test]
fn long_and_odd_texts_end_in_time() {
    let rules = Rules::parse(&read(&goldens("sentence_rules.tsv"))).unwrap();
    let long = "The 1.5 cm nodule is no longer seen. ".repeat(250);
    assert_eq!(rules.split(&long).len(), 250);
    for odd in ["\u{0}", "\u{10ffff}", ".", "!", "A", "\n", "\u{a0}", " ", "\\"] {
        let text = odd.repeat(2000);
        for range in rules.split(&text) {
            assert!(text.get(range).is_some());
        }
    }
}
