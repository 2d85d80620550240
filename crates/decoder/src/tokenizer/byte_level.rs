//! Byte-level BPE from `vocab.json` and `merges.txt`, as Phi has it.
//! Source: transformers 4.40.0, `convert_slow_tokenizer.py` (`GPT2Converter`).

use super::added::AddedTokens;
use crate::DecoderError;
use rrgscore_packs::SourceFile;
use serde_json::{Map, Value, json};

/// Makes a `tokenizer.json` with the ids of `CodeGenTokenizer`.
pub(super) fn tokenizer_json(
    vocabulary: SourceFile<'_>,
    merges: SourceFile<'_>,
    added: &AddedTokens,
) -> Result<Vec<u8>, DecoderError> {
    let pieces: Map<String, Value> = serde_json::from_slice(&vocabulary.read_all()?)
        .map_err(|error| DecoderError::bad_file(vocabulary.file_name(), error))?;
    let bad = |reason: String| DecoderError::bad_file(merges.file_name(), reason);
    let rules = String::from_utf8(merges.read_all()?).map_err(|_| bad("no UTF-8".to_owned()))?;
    let rules: Vec<[&str; 2]> = rules
        .split('\n')
        .enumerate()
        .map(|(line, rule)| (line, rule.trim_end_matches('\r')))
        .filter(|(line, rule)| !(rule.is_empty() || *line == 0 && rule.starts_with("#version")))
        .map(|(line, rule)| match rule.split_once(' ') {
            Some((left, right)) if !right.contains(' ') => Ok([left, right]),
            _ => Err(bad(format!("line {} is no pair of pieces", line + 1))),
        })
        .collect::<Result<_, _>>()?;
    let level = |prefix: bool, trim: bool| {
        json!({
            "type": "ByteLevel",
            "add_prefix_space": prefix,
            "trim_offsets": trim,
            "use_regex": true,
        })
    };
    super::to_json(&json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": added.to_json(Vec::new()),
        "normalizer": null,
        "pre_tokenizer": level(false, true),
        "post_processor": level(true, false),
        "decoder": level(true, true),
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
