//! `tokenizer.json`: taken as it is published, or made from the vocabulary where only that is.

mod byte_level;
mod check;
pub(crate) mod probe;
mod wordpiece;

use crate::recognise::Folder;
use crate::{PackError, SourceFile};

/// A tokenizer for a pack.
#[derive(Debug)]
pub(crate) struct PackTokenizer<'a> {
    /// The bytes of `tokenizer.json`.
    pub(crate) json: Vec<u8>,
    /// Its family, e.g. `bert-wordpiece`.
    pub(crate) family: &'static str,
    /// The files that it comes from.
    pub(crate) sources: Vec<SourceFile<'a>>,
}

/// The files of a tokenizer in a folder.
#[derive(Debug)]
pub(crate) enum TokenizerFiles<'a> {
    /// `tokenizer.json`.
    Whole(SourceFile<'a>),
    /// `vocab.txt` and, if it is there, `tokenizer_config.json`.
    WordPiece(SourceFile<'a>, Option<SourceFile<'a>>),
    /// `vocab.json` and `merges.txt`.
    ByteLevel(SourceFile<'a>, SourceFile<'a>),
}

impl<'a> TokenizerFiles<'a> {
    /// Looks for a tokenizer that fits a family of encoders.
    pub(crate) fn find(folder: &Folder<'a>, model_type: &str) -> Option<TokenizerFiles<'a>> {
        if let Some(file) = folder.file("tokenizer.json") {
            return Some(TokenizerFiles::Whole(file));
        }
        match model_type {
            "bert" | "distilbert" | "mpnet" => {
                let settings = folder.file("tokenizer_config.json");
                Some(TokenizerFiles::WordPiece(folder.file("vocab.txt")?, settings))
            }
            "roberta" => Some(TokenizerFiles::ByteLevel(
                folder.file("vocab.json")?,
                folder.file("merges.txt")?,
            )),
            _ => None,
        }
    }

    /// The files, the vocabulary first.
    pub(crate) fn files(&self) -> Vec<SourceFile<'a>> {
        match self {
            TokenizerFiles::Whole(file) => vec![*file],
            TokenizerFiles::WordPiece(file, settings) => {
                std::iter::once(*file).chain(*settings).collect()
            }
            TokenizerFiles::ByteLevel(vocabulary, merges) => vec![*vocabulary, *merges],
        }
    }

    /// What [`find`](TokenizerFiles::find) looks for, in words.
    pub(crate) fn needed(model_type: &str) -> &'static str {
        match model_type {
            "bert" | "distilbert" | "mpnet" => "tokenizer.json or vocab.txt",
            "roberta" => "tokenizer.json, or vocab.json and merges.txt",
            _ => "tokenizer.json",
        }
    }

    /// Reads the files, and checks that the tokenizer is of the encoder's family and gives no
    /// id that the encoder does not know.
    pub(crate) fn read(
        self,
        model_type: &str,
        vocabulary: usize,
    ) -> Result<PackTokenizer<'a>, PackError> {
        let sources = self.files();
        let json = match self {
            TokenizerFiles::Whole(file) => file.read_all()?,
            TokenizerFiles::WordPiece(vocabulary, settings) => {
                wordpiece::tokenizer(&vocabulary, settings.as_ref(), model_type)?
            }
            TokenizerFiles::ByteLevel(vocabulary, merges) => {
                byte_level::tokenizer(&vocabulary, &merges)?
            }
        };
        let name = sources.first().map_or("tokenizer.json", |file| file.name);
        let family = check::family(name, &json, model_type, vocabulary)?;
        Ok(PackTokenizer { json, family, sources })
    }
}

/// The entry of a special token in `added_tokens`.
fn added_token(content: &str, id: usize, lstrip: bool, normalized: bool) -> serde_json::Value {
    serde_json::json!({
        "id": id,
        "content": content,
        "single_word": false,
        "lstrip": lstrip,
        "rstrip": false,
        "normalized": normalized,
        "special": true,
    })
}

fn to_json(value: &serde_json::Value) -> Result<Vec<u8>, PackError> {
    serde_json::to_vec(value).map_err(|error| PackError::Graph { reason: error.to_string() })
}
