//! RoBERTa's byte-level BPE from `vocab.json` and `merges.txt`.
//! Source: `transformers`' `convert_slow_tokenizer.py`, `RobertaConverter`.

use super::{added_token, to_json};
use crate::{PackError, SourceFile};
use serde_json::{Map, Value, json};

/// Makes a `tokenizer.json` with the ids of `RobertaTokenizer`. It adds no space before a text;
/// BERTScore, which wants one, writes it into the text.
pub(super) fn tokenizer(
    vocabulary: &SourceFile<'_>,
    merges: &SourceFile<'_>,
) -> Result<Vec<u8>, PackError> {
    let bad = |file: &SourceFile<'_>, reason: String| PackError::BadSource {
        file: file.name.to_owned(),
        reason,
    };
    let pieces: Map<String, Value> = serde_json::from_slice(&vocabulary.read_all()?)
        .map_err(|error| bad(vocabulary, error.to_string()))?;
    let rules = String::from_utf8(merges.read_all()?)
        .map_err(|_| bad(merges, "it is not UTF-8".to_owned()))?;
    let rules: Vec<[&str; 2]> = rules
        .split('\n')
        .enumerate()
        .map(|(line, rule)| (line, rule.trim_end_matches('\r')))
        .filter(|(line, rule)| !(rule.is_empty() || *line == 0 && rule.starts_with("#version")))
        .map(|(line, rule)| match rule.split_once(' ') {
            Some((left, right)) if !right.contains(' ') => Ok([left, right]),
            _ => Err(bad(merges, format!("line {} is no pair of pieces", line + 1))),
        })
        .collect::<Result<_, _>>()?;
    let id = |token: &str| match pieces.get(token).and_then(Value::as_u64) {
        Some(id) => Ok(id as usize),
        None => Err(bad(vocabulary, format!("it has no piece {token}"))),
    };
    let mut tokens = Vec::new();
    for token in ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] {
        let mask = token == "<mask>";
        tokens.push((id(token)?, added_token(token, id(token)?, mask, !mask)));
    }
    tokens.sort_unstable_by_key(|(id, _)| *id);
    let tokens: Vec<Value> = tokens.into_iter().map(|(_, token)| token).collect();
    to_json(&json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": tokens,
        "normalizer": null,
        "pre_tokenizer": {
            "type": "ByteLevel",
            "add_prefix_space": false,
            "trim_offsets": true,
            "use_regex": true,
        },
        "post_processor": {
            "type": "RobertaProcessing",
            "sep": ["</s>", id("</s>")?],
            "cls": ["<s>", id("<s>")?],
            "trim_offsets": true,
            "add_prefix_space": false,
        },
        "decoder": {
            "type": "ByteLevel",
            "add_prefix_space": true,
            "trim_offsets": true,
            "use_regex": true,
        },
        "model": {
            "type": "BPE",
            "dropout": null,
            "unk_token": null,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": false,
            "byte_fallback": false,
            "ignore_merges": false,
            "vocab": pieces,
            "merges": rules,
        },
    }))
}
