//! Token ids and texts against transformers 4.40.0's tokenizers.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shared;

use rrgscore_decoder::{Checkpoint, JudgeTokenizer, clean_up};
use rrgscore_parity::{Set, Tally, shared_file, shared_lines};
use serde::Deserialize;
use serde_json::Value;
use shared::{files, sources};
use std::collections::BTreeMap;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn tokenizer(model: &str) -> Option<JudgeTokenizer> {
    let files = files(model)?;
    let sources = sources(&files);
    Some(JudgeTokenizer::of_checkpoint(&Checkpoint::open(&sources).unwrap()).unwrap())
}

const MODELS: [(&str, &str); 3] = [
    ("tiny-green-llama", "llama_legacy"),
    ("tiny-green-mistral", "llama_non_legacy"),
    ("tiny-green-phi", "phi"),
];

#[derive(Deserialize)]
struct Text {
    id: String,
    text: String,
    #[serde(flatten)]
    ids: BTreeMap<String, Value>,
}

/// The non-legacy ids are those of tiny-green-llama's files, which have added tokens; so the Mistral
/// checkpoint, which has none, is compared where no text spells one.
#[test]
fn ids() {
    for (model, kind) in MODELS {
        let Some(mut tokenizer) = tokenizer(model) else { return };
        if kind == "llama_non_legacy" {
            let mut files = files("tiny-green-llama").unwrap();
            for (name, bytes) in &mut files {
                if name.ends_with("tokenizer_config.json") {
                    let mut config: Value = serde_json::from_slice(bytes).unwrap();
                    config["legacy"] = Value::Bool(false);
                    *bytes = serde_json::to_vec(&config).unwrap();
                }
            }
            let sources = sources(&files);
            tokenizer =
                JudgeTokenizer::of_checkpoint(&Checkpoint::open(&sources).unwrap()).unwrap();
        }
        let what: &'static str = match kind {
            "llama_legacy" => "ids of a judge's tokenizer, sentencepiece legacy",
            "llama_non_legacy" => "ids of a judge's tokenizer, sentencepiece",
            _ => "ids of a judge's tokenizer, byte-level BPE",
        };
        let mut tally = Tally::identical("GREEN", what, "llm_tokenize.jsonl");
        for record in shared_lines::<Text>("llm_tokenize.jsonl") {
            tally.fixture(Set::Official);
            let expected: Vec<u32> = serde_json::from_value(record.ids[kind].clone()).unwrap();
            let found = tokenizer.encode(&record.text).unwrap();
            tally.same((record.id.as_str(), found), (record.id.as_str(), expected));
        }
        tally.finish();
    }
}

#[derive(Deserialize)]
struct Ids {
    ids: Vec<u32>,
    #[serde(flatten)]
    texts: BTreeMap<String, Value>,
}

#[test]
fn texts() {
    for (model, kind, what) in [
        ("tiny-green-llama", "legacy", "text of a judge's ids, sentencepiece legacy"),
        ("tiny-green-mistral", "non_legacy", "text of a judge's ids, sentencepiece"),
        ("tiny-green-phi", "phi_fast_4_40", "text of a judge's ids, byte-level BPE"),
    ] {
        let Some(tokenizer) = tokenizer(model) else { return };
        let mut tally = Tally::identical("GREEN", what, "llm_decode.jsonl");
        for record in shared_lines::<Ids>("llm_decode.jsonl") {
            let Some(expected) = record.texts.get(kind) else { continue };
            // Added tokens of the other checkpoint.
            if kind == "non_legacy" && record.ids.iter().any(|&id| id >= 1500) {
                continue;
            }
            tally.fixture(Set::Official);
            for (field, skip) in [("skip", true), ("keep", false)] {
                let text = tokenizer.decode(&record.ids, skip).unwrap();
                tally.same(text.as_str(), expected[field].as_str().unwrap());
                let cleaned = expected[&format!("{field}_clean")].as_str().unwrap();
                tally.same(clean_up(&text), cleaned);
            }
        }
        tally.finish();
    }
}

/// `tokenizer.json` as transformers 4.40.0 converts it.
#[test]
fn tokenizer_files() {
    let mut tally = Tally::identical("GREEN", "a judge's tokenizer.json", "llm_tokenizer_json");
    for (model, file) in [("tiny-green-llama", "llama_legacy"), ("tiny-green-phi", "phi")] {
        let path = format!("golden/tiny_models/llm_tokenizer_json/{file}.json");
        let (Some(expected), Some(tokenizer)) = (shared_file(&path), tokenizer(model)) else {
            return;
        };
        let mut expected: Value = serde_json::from_slice(&expected).unwrap();
        // Pairs are written as one text in older versions.
        for merge in expected["model"]["merges"].as_array_mut().unwrap() {
            if let Some((left, right)) = merge.as_str().and_then(|pair| pair.split_once(' ')) {
                *merge = serde_json::json!([left, right]);
            }
        }
        tally.fixture(Set::Official);
        let found: Value = serde_json::from_slice(tokenizer.json()).unwrap();
        for (key, expected) in expected.as_object().unwrap() {
            assert!(found[key] == *expected, "{file}: {key}");
        }
        tally.same(found.as_object().unwrap().len(), expected.as_object().unwrap().len());
    }
    tally.finish();
}
