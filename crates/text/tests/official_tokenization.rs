//! Token ids and words against the official tokenizers' outputs, on public report text that may
//! not be committed: read from the shared folder where it exists.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests read goldens from disk and say when they cannot"
)]

use rrgscore_text::{Tokenizer, clean, python, words};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/golden");

#[derive(Deserialize)]
struct Record {
    text: String,
    bert_ids: Vec<u32>,
    roberta_bertscore_ids: Vec<u32>,
    mpnet_ids_max30: Vec<u32>,
    deberta_ids: Vec<u32>,
    radgraph_words: Vec<String>,
    radgraph_xl_words: Vec<String>,
    bertscore_collapsed: String,
}

fn records() -> Option<Vec<Record>> {
    let path = Path::new(SHARED).join("dev/tokenization.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: the shared tokenization goldens are not here");
        return None;
    };
    let records: Vec<Record> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(records.len() > 100);
    Some(records)
}

fn tokenizer(model: &str) -> Tokenizer {
    let path = Path::new(SHARED).join("tiny_models").join(model).join("tokenizer.json");
    Tokenizer::from_json(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn bert() {
    let Some(records) = records() else { return };
    let tokenizer = tokenizer("bert-base-uncased");
    for record in records {
        assert_eq!(tokenizer.encode(&record.text, 512).unwrap().ids, record.bert_ids);
    }
}

#[test]
fn roberta_for_bertscore() {
    let Some(records) = records() else { return };
    let tokenizer = tokenizer("distilroberta-base");
    for record in records {
        // The golden's ids are of the text before spaces are collapsed.
        let stripped = python::strip(&record.text);
        let prefixed = if stripped.is_empty() { String::new() } else { format!(" {stripped}") };
        let encoding = tokenizer.encode(&prefixed, 512).unwrap();
        assert_eq!(encoding.ids, record.roberta_bertscore_ids);
        if !record.text.contains("  ") {
            assert_eq!(clean::bertscore_roberta(&record.text).text(), prefixed);
        }
        // The golden is the collapsed text before the encoder strips it.
        let stripped = python::strip(&record.bertscore_collapsed);
        assert_eq!(clean::bertscore(&record.text).text(), stripped);
    }
}

#[test]
fn mpnet_of_30_ids() {
    let Some(records) = records() else { return };
    let tokenizer = tokenizer("BioLORD-2023-C");
    for record in records {
        assert_eq!(tokenizer.encode(&record.text, 30).unwrap().ids, record.mpnet_ids_max30);
    }
}

#[test]
fn deberta() {
    let Some(records) = records() else { return };
    let tokenizer = tokenizer("RaTE-NER-Deberta");
    for record in records {
        assert_eq!(tokenizer.encode(&record.text, 512).unwrap().ids, record.deberta_ids);
    }
}

#[test]
fn radgraph_words() {
    let Some(records) = records() else { return };
    for record in records {
        let found: Vec<_> = words::radgraph(&record.text).into_iter().map(|w| w.text).collect();
        assert_eq!(found, record.radgraph_words);
        let found: Vec<_> = words::radgraph_xl(&record.text).into_iter().map(|w| w.text).collect();
        assert_eq!(found, record.radgraph_xl_words);
    }
}

/// Texts of an end-to-end run of the official scorer: cleaned, tokenized and truncated.
#[test]
fn end_to_end_ids() {
    let Some(_) = records() else { return };
    let path = Path::new(SHARED).join("dev/e2e_tokens.json");
    let run: Run = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let roberta = tokenizer("distilroberta-base");
    for (text, ids) in run.roberta_token_ids {
        let cleaned = clean::bertscore_roberta(&text);
        assert_eq!(roberta.encode(cleaned.text(), 512).unwrap().ids, ids);
    }
    let bert = tokenizer("bert-base-uncased");
    for (text, ids) in run.chexbert_token_ids {
        assert_eq!(bert.encode(clean::chexbert(&text).text(), 512).unwrap().ids, ids);
    }
}

#[derive(Deserialize)]
struct Run {
    roberta_token_ids: BTreeMap<String, Vec<u32>>,
    chexbert_token_ids: BTreeMap<String, Vec<u32>>,
}
