//! A judge's tokenizer: made from the files that its authors publish, with the official rules around
//! special tokens.

mod added;
mod byte_level;
mod decode;
mod sentencepiece;

use crate::{Checkpoint, DecoderError};
use added::{AddedTokens, TokenizerConfig};
use decode::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use decode::clean_up;

/// What a `tokenizer.json` does not say about a judge's tokenizer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenizerRules {
    /// Which kind.
    pub kind: TokenizerKind,
    /// `all_special_tokens` of the official class.
    pub special: Vec<String>,
    /// Tokens beside the vocabulary that are none of these, by id.
    pub added: BTreeMap<u32, String>,
    /// The end-of-sequence token, which the conversation is divided by.
    pub eos: String,
}

/// The kinds of tokenizers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenizerKind {
    /// Sentencepiece, with "▁" before each text between special tokens.
    SentencepieceLegacy,
    /// Sentencepiece, with "▁" before the whole text alone.
    Sentencepiece,
    /// Byte-level BPE.
    ByteLevel,
}

/// A judge's tokenizer.
#[derive(Debug, Clone)]
pub struct JudgeTokenizer {
    json: Vec<u8>,
    rules: TokenizerRules,
    inner: tokenizers::Tokenizer,
    space: Option<u32>,
    special: Vec<u32>,
}

const JSON: &str = "tokenizer.json";

impl JudgeTokenizer {
    /// Makes the tokenizer of a checkpoint, from `tokenizer.model` or from `vocab.json` and
    /// `merges.txt`, and `tokenizer_config.json`.
    ///
    /// # Errors
    /// When a file is missing or not valid.
    pub fn of_checkpoint(checkpoint: &Checkpoint<'_>) -> Result<JudgeTokenizer, DecoderError> {
        let missing = |file: &str| DecoderError::MissingFile { file: file.to_owned() };
        let config = checkpoint.file("tokenizer_config.json");
        let config =
            TokenizerConfig::read(config.ok_or_else(|| missing("tokenizer_config.json"))?)?;
        let added = AddedTokens::read(&config, checkpoint.file("added_tokens.json"))?;
        let (json, kind) = match checkpoint.file("tokenizer.model") {
            Some(model) => {
                let json =
                    sentencepiece::tokenizer_json(&model.read_all()?, &added, config.legacy())?;
                let kind = match config.legacy() {
                    true => TokenizerKind::SentencepieceLegacy,
                    false => TokenizerKind::Sentencepiece,
                };
                (json, kind)
            }
            None => {
                let vocabulary = checkpoint.file("vocab.json");
                let vocabulary =
                    vocabulary.ok_or_else(|| missing("tokenizer.model (or vocab.json)"))?;
                let merges = checkpoint.file("merges.txt").ok_or_else(|| missing("merges.txt"))?;
                let json = byte_level::tokenizer_json(vocabulary, merges, &added)?;
                (json, TokenizerKind::ByteLevel)
            }
        };
        let special = config.special();
        let eos = config.eos().map(str::to_owned);
        let eos = eos.ok_or_else(|| {
            DecoderError::bad_file("tokenizer_config.json", "it names no eos_token")
        })?;
        // Additional special tokens beside the vocabulary are treated as added ones, too.
        let pieces = vocabulary_size(&json)?;
        let is_added = |(id, content): &(u32, &str)| {
            *id >= pieces || !special.iter().any(|special| special == content)
        };
        let added = added
            .contents()
            .filter(is_added)
            .map(|(id, content)| (id, content.to_owned()))
            .collect();
        JudgeTokenizer::new(json, TokenizerRules { kind, special, added, eos })
    }

    /// Reads a `tokenizer.json` with its rules, as a pack has them.
    ///
    /// # Errors
    /// When it is none, or the rules name a token that it does not have.
    pub fn new(json: Vec<u8>, rules: TokenizerRules) -> Result<JudgeTokenizer, DecoderError> {
        let bad = |reason: String| DecoderError::bad_file(JSON, reason);
        let mut inner =
            tokenizers::Tokenizer::from_bytes(&json).map_err(|error| bad(error.to_string()))?;
        inner.with_padding(None);
        inner.with_truncation(None).map_err(|error| bad(error.to_string()))?;
        let id = |token: &str| {
            inner.token_to_id(token).ok_or_else(|| bad(format!("it has no token {token}")))
        };
        id(&rules.eos)?;
        let special = rules.special.iter().map(|token| id(token)).collect::<Result<_, _>>()?;
        let space = inner.token_to_id(sentencepiece::SPACE);
        Ok(JudgeTokenizer { json, rules, inner, space, special })
    }

    /// The bytes of `tokenizer.json`.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// What stands beside it.
    pub fn rules(&self) -> &TokenizerRules {
        &self.rules
    }

    /// The end-of-sequence token as text.
    pub fn eos(&self) -> &str {
        &self.rules.eos
    }

    /// The ids of a text, in which special tokens may be written out. Sentencepiece's kinds put
    /// `<s>` in front and `</s>` behind, as green-score asks for (`add_eos_token`).
    ///
    /// Other than transformers' fast tokenizers these are the ids of the slow ones, which the official
    /// judges use.
    ///
    /// # Errors
    /// When the model fails, which a valid `tokenizer.json` does for no text.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, DecoderError> {
        let encode = |text: &str| {
            let failed = |error: tokenizers::Error| DecoderError::Tokenize {
                bytes: text.len(),
                // The library's messages name pieces of the vocabulary, not the text.
                reason: error.to_string().chars().take(80).collect(),
            };
            Ok::<_, DecoderError>(
                self.inner.encode_fast(text, true).map_err(failed)?.get_ids().to_vec(),
            )
        };
        if self.rules.kind != TokenizerKind::Sentencepiece || text.is_empty() {
            return encode(text);
        }
        let mut ids = encode(&format!("{}{text}", sentencepiece::SPACE))?;
        // A "▁" of its own before a special token is dropped.
        if let [_, first, second, ..] = ids.as_slice()
            && Some(*first) == self.space
            && ids.len() > 3
            && self.special.contains(second)
        {
            ids.remove(1);
        }
        Ok(ids)
    }

    /// The text of ids, as the official code decodes it (slow for sentencepiece, fast for byte-level
    /// BPE), before [`clean_up`].
    ///
    /// # Errors
    /// When an id has no token.
    pub fn decode(&self, ids: &[u32], skip_special: bool) -> Result<String, DecoderError> {
        if self.rules.kind == TokenizerKind::ByteLevel {
            let failed = |error: tokenizers::Error| DecoderError::bad_file(JSON, error);
            return self.inner.decode(ids, skip_special).map_err(failed);
        }
        let mut tokens = Vec::with_capacity(ids.len());
        for &id in ids {
            let kind = match (self.rules.added.contains_key(&id), self.special.contains(&id)) {
                (_, true) if skip_special => continue,
                (true, _) => Kind::Added,
                (false, true) => Kind::Special,
                (false, false) => Kind::Piece,
            };
            let token = self.inner.id_to_token(id);
            tokens.push((
                token.ok_or(DecoderError::UnknownToken { id, vocabulary: self.size() })?,
                kind,
            ));
        }
        let tokens: Vec<(&str, Kind)> =
            tokens.iter().map(|(token, kind)| (token.as_str(), *kind)).collect();
        Ok(decode::sentencepiece(&tokens, self.rules.kind == TokenizerKind::SentencepieceLegacy))
    }

    fn size(&self) -> usize {
        self.inner.get_vocab_size(true)
    }
}

/// Pieces of the vocabulary of a `tokenizer.json`.
fn vocabulary_size(json: &[u8]) -> Result<u32, DecoderError> {
    #[derive(Deserialize)]
    struct File {
        model: Model,
    }
    #[derive(Deserialize)]
    struct Model {
        vocab: BTreeMap<String, u32>,
    }
    let file: File =
        serde_json::from_slice(json).map_err(|error| DecoderError::bad_file(JSON, error))?;
    Ok(file.model.vocab.len() as u32)
}

fn to_json(value: &serde_json::Value) -> Result<Vec<u8>, DecoderError> {
    serde_json::to_vec(value).map_err(|error| DecoderError::bad_file(JSON, error))
}
