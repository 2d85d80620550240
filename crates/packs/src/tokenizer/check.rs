//! What a `tokenizer.json` is, and whether it fits its encoder.

use crate::PackError;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
struct File {
    model: Model,
    #[serde(default)]
    added_tokens: Vec<Added>,
}

#[derive(Deserialize)]
struct Model {
    #[serde(rename = "type")]
    kind: String,
    vocab: Ids,
}

#[derive(Deserialize)]
struct Added {
    id: u64,
}

/// One past the largest id of a vocabulary: a map of pieces to ids, or a list of pieces.
struct Ids(u64);

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Count;

        impl<'de> Visitor<'de> for Count {
            type Value = Ids;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a vocabulary")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ids, A::Error> {
                let mut ids = 0;
                while let Some((_, id)) = map.next_entry::<IgnoredAny, u64>()? {
                    ids = ids.max(id.saturating_add(1));
                }
                Ok(Ids(ids))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut pieces: A) -> Result<Ids, A::Error> {
                let mut ids = 0;
                while pieces.next_element::<IgnoredAny>()?.is_some() {
                    ids += 1;
                }
                Ok(Ids(ids))
            }
        }
        deserializer.deserialize_any(Count)
    }
}

/// The family of a tokenizer, if it goes with an encoder of `vocabulary` ids.
///
/// The added tokens alone may go beyond the vocabulary when no text can hold them, as
/// DeBERTa-v3's `[MASK]` does; such ids are for the one who runs the encoder to refuse.
pub(super) fn family(
    name: &str,
    json: &[u8],
    model_type: &str,
    vocabulary: usize,
) -> Result<&'static str, PackError> {
    let bad = |reason: String| PackError::BadSource { file: name.to_owned(), reason };
    let File { model, added_tokens } =
        serde_json::from_slice(json).map_err(|error| bad(error.to_string()))?;
    let (kind, family) = match model_type {
        "bert" | "distilbert" => ("WordPiece", "bert-wordpiece"),
        "mpnet" => ("WordPiece", "mpnet-wordpiece"),
        "roberta" => ("BPE", "roberta-bpe"),
        "deberta-v2" => ("Unigram", "deberta-unigram"),
        "modernbert" => ("BPE", "modernbert-bpe"),
        other => return Err(bad(format!("no tokenizer of {other} is known"))),
    };
    if model.kind != kind {
        let found: String = model.kind.chars().take(40).collect();
        return Err(bad(format!("a {kind} model was expected beside a {model_type}, not {found}")));
    }
    let largest = added_tokens.iter().map(|token| token.id).filter(|id| *id < model.vocab.0).max();
    let ids = model.vocab.0.max(largest.map_or(0, |id| id + 1));
    if ids > vocabulary as u64 {
        return Err(bad(format!("it gives {ids} ids, but its encoder knows {vocabulary}")));
    }
    Ok(family)
}
