//! Token ids and words against the official tokenizers' outputs, on public report text that may
//! not be committed: read from the shared folder where it exists. The same tests run in a browser
//! by way of `web_tokenization.rs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rrgscore_parity::{Set, Tally, document, shared_file, shared_lines};
use rrgscore_text::{Tokenizer, clean, python, words};
use serde::Deserialize;
use std::collections::BTreeMap;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

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

const FILE: &str = "tokenization.jsonl";

/// The official tokenizer of a tiny checkpoint.
fn tokenizer(model: &str) -> Option<Tokenizer> {
    let file = shared_file(&format!("golden/tiny_models/{model}/tokenizer.json"))?;
    Some(Tokenizer::from_json(&file).unwrap())
}

/// Compares each record.
fn each(what: &'static str, mut check: impl FnMut(&mut Tally, Record)) {
    let mut tally = Tally::identical("Tokenizers and words", what, FILE);
    for record in shared_lines(FILE) {
        tally.fixture(Set::Official);
        check(&mut tally, record);
    }
    tally.finish();
}

#[test]
fn bert() {
    let Some(tokenizer) = tokenizer("bert-base-uncased") else { return };
    each("BERT ids", |tally, record| {
        tally.same(tokenizer.encode(&record.text, 512).unwrap().ids, record.bert_ids);
    });
}

#[test]
fn roberta_for_bertscore() {
    let Some(tokenizer) = tokenizer("distilroberta-base") else { return };
    each("RoBERTa ids of BERTScore", |tally, record| {
        // The golden's ids are of the text before spaces are collapsed.
        let stripped = python::strip(&record.text);
        let prefixed = if stripped.is_empty() { String::new() } else { format!(" {stripped}") };
        let encoding = tokenizer.encode(&prefixed, 512).unwrap();
        tally.same(encoding.ids, record.roberta_bertscore_ids);
        let kept = clean::bertscore_roberta(clean::bertscore_radeval(&record.text));
        tally.same(kept.text(), prefixed);
        // The golden is the collapsed text before the encoder strips it.
        let stripped = python::strip(&record.bertscore_collapsed);
        tally.same(clean::bertscore(&record.text).text(), stripped);
    });
}

#[test]
fn mpnet_of_30_ids() {
    let Some(tokenizer) = tokenizer("BioLORD-2023-C") else { return };
    each("MPNet ids, 30 at most", |tally, record| {
        tally.same(tokenizer.encode(&record.text, 30).unwrap().ids, record.mpnet_ids_max30);
    });
}

#[test]
fn deberta() {
    let Some(tokenizer) = tokenizer("RaTE-NER-Deberta") else { return };
    each("DeBERTa ids", |tally, record| {
        tally.same(tokenizer.encode(&record.text, 512).unwrap().ids, record.deberta_ids);
    });
}

#[test]
fn radgraph_words() {
    each("words of radgraph and radgraph-xl", |tally, record| {
        let found: Vec<_> = words::radgraph(&record.text).into_iter().map(|w| w.text).collect();
        tally.same(found, record.radgraph_words);
        let found: Vec<_> = words::radgraph_xl(&record.text).into_iter().map(|w| w.text).collect();
        tally.same(found, record.radgraph_xl_words);
    });
}

/// Texts of an end-to-end run of the official scorer: cleaned, tokenized and truncated.
#[test]
fn end_to_end_ids() {
    let Some(run) = document::<Run>("e2e_tokens.json") else { return };
    let mut tally =
        Tally::identical("Tokenizers and words", "ids of cleaned texts", "e2e_tokens.json");
    let roberta = tokenizer("distilroberta-base").unwrap();
    for (text, ids) in run.roberta_token_ids {
        tally.fixture(Set::Official);
        let cleaned = clean::bertscore_roberta(clean::bertscore(&text));
        tally.same(roberta.encode(cleaned.text(), 512).unwrap().ids, ids);
    }
    let bert = tokenizer("bert-base-uncased").unwrap();
    for (text, ids) in run.chexbert_token_ids {
        tally.fixture(Set::Official);
        tally.same(bert.encode(clean::chexbert(&text).text(), 512).unwrap().ids, ids);
    }
    tally.finish();
}

#[derive(Deserialize)]
struct Run {
    roberta_token_ids: BTreeMap<String, Vec<u32>>,
    chexbert_token_ids: BTreeMap<String, Vec<u32>>,
}
