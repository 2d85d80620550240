//! WordPiece tokenizers from `vocab.txt`, one piece a line: BERT's and MPNet's.
//! Source: `transformers`' `convert_slow_tokenizer.py`, `BertConverter` and `MPNetConverter`.

use super::{added_token, to_json};
use crate::{PackError, SourceFile};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The special tokens of a family, and how they stand around a text.
struct Specials {
    first: &'static str,
    last: &'static str,
    unknown: &'static str,
    others: [&'static str; 2],
    /// Whether special tokens in a text are looked for after normalization.
    normalized: bool,
    /// The tokens between two texts.
    between: &'static [&'static str],
    second_type: u32,
}

const BERT: Specials = Specials {
    first: "[CLS]",
    last: "[SEP]",
    unknown: "[UNK]",
    others: ["[PAD]", "[MASK]"],
    normalized: false,
    between: &["[SEP]"],
    second_type: 1,
};

const MPNET: Specials = Specials {
    first: "<s>",
    last: "</s>",
    unknown: "[UNK]",
    others: ["<pad>", "<mask>"],
    normalized: true,
    between: &["</s>", "</s>"],
    second_type: 1,
};

/// The settings that a folder's `tokenizer_config.json` may change.
#[derive(Deserialize)]
struct Settings {
    #[serde(default = "yes")]
    do_lower_case: bool,
    #[serde(default)]
    strip_accents: Option<bool>,
    #[serde(default = "yes")]
    tokenize_chinese_chars: bool,
}

fn yes() -> bool {
    true
}

/// Makes a `tokenizer.json` with the ids of `BertTokenizer` or `MPNetTokenizer`.
pub(super) fn tokenizer(
    vocabulary: &SourceFile<'_>,
    settings: Option<&SourceFile<'_>>,
    model_type: &str,
) -> Result<Vec<u8>, PackError> {
    let bad = |file: &SourceFile<'_>, reason: String| PackError::BadSource {
        file: file.name.to_owned(),
        reason,
    };
    let settings: Settings = match settings {
        Some(file) => serde_json::from_slice(&file.read_all()?)
            .map_err(|error| bad(file, error.to_string()))?,
        None => Settings { do_lower_case: true, strip_accents: None, tokenize_chinese_chars: true },
    };
    let text = String::from_utf8(vocabulary.read_all()?)
        .map_err(|_| bad(vocabulary, "it is not UTF-8".to_owned()))?;
    let mut pieces = Map::new();
    for (id, line) in text.trim_end_matches('\n').split('\n').enumerate() {
        pieces.insert(line.trim_end_matches('\r').to_owned(), id.into());
    }
    let specials = if model_type == "mpnet" { MPNET } else { BERT };
    let id = |token: &str| match pieces.get(token).and_then(Value::as_u64) {
        Some(id) => Ok(id as usize),
        None => Err(bad(vocabulary, format!("it has no piece {token}"))),
    };
    let mut tokens = Vec::new();
    for token in
        [specials.first, specials.last, specials.unknown].into_iter().chain(specials.others)
    {
        let mask = token == "<mask>";
        tokens.push((id(token)?, added_token(token, id(token)?, mask, specials.normalized)));
    }
    tokens.sort_unstable_by_key(|(id, _)| *id);
    let tokens: Vec<Value> = tokens.into_iter().map(|(_, token)| token).collect();

    let special = |token: &str, kind: u32| json!({"SpecialToken": {"id": token, "type_id": kind}});
    let sequence = |name: &str, kind: u32| json!({"Sequence": {"id": name, "type_id": kind}});
    let single = vec![special(specials.first, 0), sequence("A", 0), special(specials.last, 0)];
    let mut pair = vec![special(specials.first, 0), sequence("A", 0)];
    pair.extend(specials.between.iter().map(|token| special(token, 0)));
    pair.extend([
        sequence("B", specials.second_type),
        special(specials.last, specials.second_type),
    ]);
    let framed = |token: &str| -> Result<Value, PackError> {
        Ok(json!({"id": token, "ids": [id(token)?], "tokens": [token]}))
    };
    to_json(&json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": tokens,
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": true,
            "handle_chinese_chars": settings.tokenize_chinese_chars,
            "strip_accents": settings.strip_accents,
            "lowercase": settings.do_lower_case,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": single,
            "pair": pair,
            "special_tokens": {
                specials.first: framed(specials.first)?,
                specials.last: framed(specials.last)?,
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {
            "type": "WordPiece",
            "unk_token": specials.unknown,
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": pieces,
        },
    }))
}
