//! `tokenizer.model` of a sentencepiece BPE with byte fallback, as Llama and Mistral have it.
//!
//! Sources: sentencepiece's `sentencepiece_model.proto`; transformers 4.40.0,
//! `convert_slow_tokenizer.py` (`SentencePieceExtractor`, `LlamaConverter`).

use super::added::AddedTokens;
use crate::DecoderError;
use prost::Message;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Sentencepiece's mark of a word's start.
pub(crate) const SPACE: &str = "\u{2581}";

const FILE: &str = "tokenizer.model";

#[derive(Clone, PartialEq, Message)]
struct Model {
    #[prost(message, repeated, tag = "1")]
    pieces: Vec<Piece>,
    #[prost(message, optional, tag = "2")]
    trainer: Option<Trainer>,
    #[prost(message, optional, tag = "3")]
    normalizer: Option<Normalizer>,
}

#[derive(Clone, PartialEq, Message)]
struct Piece {
    #[prost(string, optional, tag = "1")]
    piece: Option<String>,
    #[prost(float, optional, tag = "2")]
    score: Option<f32>,
    #[prost(int32, optional, tag = "3")]
    kind: Option<i32>,
}

#[derive(Clone, PartialEq, Message)]
struct Trainer {
    #[prost(int32, optional, tag = "3")]
    model_type: Option<i32>,
    #[prost(bool, optional, tag = "35")]
    byte_fallback: Option<bool>,
}

#[derive(Clone, PartialEq, Message)]
struct Normalizer {
    #[prost(bytes = "vec", optional, tag = "2")]
    charsmap: Option<Vec<u8>>,
    #[prost(bool, optional, tag = "3")]
    add_dummy_prefix: Option<bool>,
    #[prost(bool, optional, tag = "4")]
    remove_extra_whitespaces: Option<bool>,
}

/// `TrainerSpec.ModelType.BPE`.
const BPE: i32 = 2;

/// Makes a `tokenizer.json`. In the legacy kind each text between special tokens gets a "▁" in front;
/// in the other one none does, the caller writes it.
pub(super) fn tokenizer_json(
    model: &[u8],
    added: &AddedTokens,
    legacy: bool,
) -> Result<Vec<u8>, DecoderError> {
    let model = Model::decode(model).map_err(|error| DecoderError::bad_file(FILE, error))?;
    check(&model)?;
    let pieces: Vec<(&str, f32)> = model
        .pieces
        .iter()
        .map(|piece| (piece.piece.as_deref().unwrap_or_default(), piece.score.unwrap_or(0.0)))
        .collect();
    let mut ids = BTreeMap::new();
    for (id, (piece, _)) in pieces.iter().enumerate() {
        if ids.insert(*piece, id).is_some() {
            return Err(DecoderError::bad_file(FILE, format!("piece {id} is there twice")));
        }
    }
    let special = |token: &str| {
        let missing = || DecoderError::bad_file(FILE, format!("it has no piece {token}"));
        ids.get(token).copied().ok_or_else(missing)
    };
    let frame = |id: &str, kind: u8| json!({"SpecialToken": {"id": id, "type_id": kind}});
    let text = |id: &str, kind: u8| json!({"Sequence": {"id": id, "type_id": kind}});
    let single = vec![frame("<s>", 0), text("A", 0), frame("</s>", 0)];
    let mut pair = single.clone();
    pair.extend([frame("<s>", 1), text("B", 1), frame("</s>", 1)]);
    let named = |token: &str| {
        Ok::<_, DecoderError>(json!({"id": token, "ids": [special(token)?], "tokens": [token]}))
    };
    let space = json!({"type": "Replace", "pattern": {"String": " "}, "content": SPACE});
    let prefix = json!({"type": "Prepend", "prepend": SPACE});
    let normalizers = if legacy { vec![prefix, space] } else { vec![space] };
    let vocabulary: Map<String, Value> = pieces
        .iter()
        .zip(0..)
        .map(|(&(piece, _), id)| (piece.to_owned(), Value::from(id)))
        .collect();
    super::to_json(&json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": added.to_json(["<unk>", "<s>", "</s>"].iter().map(|token| {
            Ok((special(token)?, (*token).to_owned()))
        }).collect::<Result<_, DecoderError>>()?),
        "normalizer": {"type": "Sequence", "normalizers": normalizers},
        "pre_tokenizer": null,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": single,
            "pair": pair,
            "special_tokens": {"<s>": named("<s>")?, "</s>": named("</s>")?},
        },
        "decoder": {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": SPACE}, "content": " "},
            {"type": "ByteFallback"},
            {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0},
        ]},
        "model": {
            "type": "BPE",
            "dropout": null,
            "unk_token": "<unk>",
            "continuing_subword_prefix": null,
            "end_of_word_suffix": null,
            "fuse_unk": true,
            "byte_fallback": true,
            "ignore_merges": false,
            "vocab": vocabulary,
            "merges": merges(&pieces, &ids),
        },
    }))
}

fn check(model: &Model) -> Result<(), DecoderError> {
    let refuse = |field: &'static str, found: String, supported: &str| {
        Err(DecoderError::Unsupported { file: FILE, field, found, supported: supported.to_owned() })
    };
    let trainer = model.trainer.clone().unwrap_or_default();
    // Proto2's default is UNIGRAM.
    let kind = trainer.model_type.unwrap_or(1);
    if kind != BPE {
        return refuse("trainer_spec.model_type", kind.to_string(), "2 (BPE)");
    }
    if trainer.byte_fallback != Some(true) {
        return refuse("trainer_spec.byte_fallback", "false".to_owned(), "true");
    }
    let normalizer = model.normalizer.clone().unwrap_or_default();
    if normalizer.charsmap.is_some_and(|map| !map.is_empty()) {
        return refuse("normalizer_spec.precompiled_charsmap", "set".to_owned(), "none");
    }
    if normalizer.remove_extra_whitespaces != Some(false) {
        return refuse("normalizer_spec.remove_extra_whitespaces", "true".to_owned(), "false");
    }
    if normalizer.add_dummy_prefix == Some(false) {
        return refuse("normalizer_spec.add_dummy_prefix", "false".to_owned(), "true");
    }
    Ok(())
}

/// Each way to make a piece of two others, those of the best scores first.
fn merges<'a>(pieces: &[(&'a str, f32)], ids: &BTreeMap<&'a str, usize>) -> Vec<[&'a str; 2]> {
    let mut merges = Vec::new();
    for &(piece, score) in pieces {
        let mut halves: Vec<[&str; 2]> = piece
            .char_indices()
            .skip(1)
            .map(|(at, _)| piece.split_at(at))
            .filter(|(left, right)| ids.contains_key(left) && ids.contains_key(right))
            .map(|(left, right)| [left, right])
            .collect();
        halves.sort_by_key(|halves| halves.map(|half| ids.get(half).copied()));
        merges.extend(halves.into_iter().map(|halves| (score, halves)));
    }
    merges.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    merges.into_iter().map(|(_, halves)| halves).collect()
}
