//! Tokens beside a vocabulary, from `tokenizer_config.json` and `added_tokens.json`.

use crate::DecoderError;
use rrgscore_packs::SourceFile;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Tokens that are cut out of a text before it is encoded, by id.
#[derive(Debug, Default)]
pub(super) struct AddedTokens {
    tokens: BTreeMap<u32, Added>,
}

#[derive(Debug)]
struct Added {
    content: String,
    normalized: bool,
    special: bool,
}

/// What is read of `tokenizer_config.json`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct TokenizerConfig {
    legacy: Option<bool>,
    #[serde(default)]
    added_tokens_decoder: BTreeMap<String, ConfigToken>,
    #[serde(default)]
    additional_special_tokens: Vec<Content>,
    bos_token: Option<Content>,
    eos_token: Option<Content>,
    unk_token: Option<Content>,
    pad_token: Option<Content>,
}

#[derive(Debug, Deserialize)]
struct ConfigToken {
    content: String,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
    #[serde(default)]
    single_word: bool,
    #[serde(default)]
    normalized: bool,
    #[serde(default)]
    special: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Token { content: String },
}

impl Content {
    fn text(&self) -> &str {
        match self {
            Content::Text(text) | Content::Token { content: text } => text,
        }
    }
}

const CONFIG: &str = "tokenizer_config.json";

impl TokenizerConfig {
    pub(super) fn read(file: SourceFile<'_>) -> Result<TokenizerConfig, DecoderError> {
        serde_json::from_slice(&file.read_all()?)
            .map_err(|error| DecoderError::bad_file(CONFIG, error))
    }

    /// `legacy`, which counts as set when it is null or absent: so do the hub's tokenizer class and
    /// transformers 4.40.
    pub(super) fn legacy(&self) -> bool {
        self.legacy != Some(false)
    }

    /// `all_special_tokens` of transformers, beginning-of-sequence first.
    pub(super) fn special(&self) -> Vec<String> {
        let named = [&self.bos_token, &self.eos_token, &self.unk_token, &self.pad_token];
        let mut special: Vec<String> = Vec::new();
        for token in named.into_iter().flatten().chain(&self.additional_special_tokens) {
            if !special.iter().any(|known| known == token.text()) {
                special.push(token.text().to_owned());
            }
        }
        special
    }

    /// The end-of-sequence token.
    pub(super) fn eos(&self) -> Option<&str> {
        self.eos_token.as_ref().map(Content::text)
    }
}

impl AddedTokens {
    /// The tokens of both files; where they contradict each other, an error.
    pub(super) fn read(
        config: &TokenizerConfig,
        beside: Option<SourceFile<'_>>,
    ) -> Result<AddedTokens, DecoderError> {
        let mut added = AddedTokens::default();
        for (id, token) in &config.added_tokens_decoder {
            let bad = |reason: &str| DecoderError::bad_file(CONFIG, format!("{reason}: {id}"));
            let number = id.parse().map_err(|_| bad("an added token's id is no number"))?;
            if token.lstrip || token.rstrip || token.single_word {
                return Err(bad("an added token takes spaces or whole words with it"));
            }
            let ConfigToken { content, normalized, special, .. } = token;
            let (content, normalized, special) = (content.clone(), *normalized, *special);
            added.tokens.insert(number, Added { content, normalized, special });
        }
        if let Some(file) = beside {
            let bad = |reason: String| DecoderError::bad_file("added_tokens.json", reason);
            let named: BTreeMap<String, u32> = serde_json::from_slice(&file.read_all()?)
                .map_err(|error| bad(error.to_string()))?;
            for (content, id) in named {
                match added.tokens.get(&id) {
                    Some(known) if known.content == content => {}
                    Some(_) => return Err(bad(format!("{CONFIG} has another token {id}"))),
                    None => {
                        let token = Added { content, normalized: true, special: false };
                        added.tokens.insert(id, token);
                    }
                }
            }
        }
        Ok(added)
    }

    /// The contents by id.
    pub(super) fn contents(&self) -> impl Iterator<Item = (u32, &str)> {
        self.tokens.iter().map(|(&id, token)| (id, token.content.as_str()))
    }

    /// As `added_tokens` of a `tokenizer.json`, together with tokens of the vocabulary.
    pub(super) fn to_json(&self, own: Vec<(usize, String)>) -> Value {
        let entry = |id: u64, content: &str, normalized: bool, special: bool| {
            json!({
                "id": id,
                "content": content,
                "single_word": false,
                "lstrip": false,
                "rstrip": false,
                "normalized": normalized,
                "special": special,
            })
        };
        let mut entries = BTreeMap::new();
        for (&id, token) in &self.tokens {
            let id = u64::from(id);
            entries.insert(id, entry(id, &token.content, token.normalized, token.special));
        }
        for (id, content) in own {
            entries.insert(id as u64, entry(id as u64, &content, false, true));
        }
        Value::Array(entries.into_values().collect())
    }
}
