//! Tokenizers of the published kinds: special tokens, characters, words of chest radiography,
//! and fillers up to the encoder's vocabulary.

use super::bert::{to_json, wordpiece_vocabulary};
use super::sizes::Sizes;
use crate::PackError;
use serde_json::{Map, Value, json};

const SPECIALS: usize = 5;

/// BERT's `vocab.txt`.
pub(super) fn bert(sizes: &Sizes) -> Vec<u8> {
    lines(filled(wordpiece_vocabulary(), sizes.vocabulary))
}

/// MPNet's `vocab.txt`: its own special tokens first, the mask last.
pub(super) fn mpnet(sizes: &Sizes) -> Vec<u8> {
    let pieces = ["<s>", "<pad>", "</s>", "<unk>", "[UNK]"].map(str::to_owned);
    let pieces: Vec<String> =
        pieces.into_iter().chain(wordpiece_vocabulary().into_iter().skip(SPECIALS)).collect();
    let mut pieces = filled(pieces, sizes.vocabulary - 1);
    pieces.push("<mask>".to_owned());
    lines(pieces)
}

fn lines(pieces: Vec<String>) -> Vec<u8> {
    let mut text = pieces.join("\n");
    text.push('\n');
    text.into_bytes()
}

fn filled(mut pieces: Vec<String>, count: usize) -> Vec<String> {
    pieces.truncate(count);
    for index in pieces.len()..count {
        pieces.push(format!("filler{index}"));
    }
    pieces
}

/// Plain words, without the continuations of WordPiece.
fn words() -> Vec<String> {
    let pieces = wordpiece_vocabulary();
    pieces
        .into_iter()
        .filter(|piece| !piece.starts_with('[') && piece.len() > 1)
        .filter(|piece| piece.chars().all(|c| c.is_ascii_lowercase()))
        .collect()
}

/// The characters that stand for the 256 bytes in byte-level BPE, and the merges that make a
/// space and each word one piece.
fn byte_level() -> (Vec<String>, Vec<[String; 2]>) {
    // Printable bytes stand for themselves, the others for characters from 256 on
    // (`bytes_to_unicode` of github.com/openai/gpt-2).
    let printable = |byte: &u32| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    let others = (0..256u32).filter(|byte| !printable(byte)).count() as u32;
    let alphabet = (0..256u32).filter(printable).chain(256..256 + others);
    let mut pieces: Vec<String> = alphabet.filter_map(char::from_u32).map(String::from).collect();
    let mut merges: Vec<[String; 2]> = Vec::new();
    for word in words() {
        let mut made = "\u{120}".to_owned();
        for c in word.chars() {
            let next = format!("{made}{c}");
            if !pieces.contains(&next) {
                merges.push([made, c.to_string()]);
                pieces.push(next.clone());
            }
            made = next;
        }
    }
    (pieces, merges)
}

fn ids(pieces: &[String]) -> Map<String, Value> {
    pieces.iter().enumerate().map(|(id, piece)| (piece.clone(), json!(id))).collect()
}

fn added(content: &str, id: usize) -> Value {
    json!({
        "id": id, "content": content, "single_word": false, "lstrip": content.contains("ask"),
        "rstrip": false, "normalized": false, "special": true,
    })
}

fn byte_level_file(
    pieces: &[String],
    merges: &[[String; 2]],
    specials: Vec<Value>,
    frame: (&str, &str),
) -> Result<Vec<u8>, PackError> {
    let byte_level = json!({
        "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
    });
    to_json(&json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": specials,
        "normalizer": null, "pre_tokenizer": byte_level,
        "post_processor": post_processor(pieces, frame), "decoder": byte_level,
        "model": {
            "type": "BPE", "dropout": null, "unk_token": null,
            "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false,
            "byte_fallback": false, "ignore_merges": false, "vocab": ids(pieces),
            "merges": merges,
        },
    }))
}

/// A text between two special tokens.
fn post_processor(pieces: &[String], (first, last): (&str, &str)) -> Value {
    let id = |token: &str| pieces.iter().position(|piece| piece == token).unwrap_or(0);
    let special = |token: &str| json!({"SpecialToken": {"id": token, "type_id": 0}});
    let sequence = |name: &str| json!({"Sequence": {"id": name, "type_id": 0}});
    let entry = |token: &str| json!({"id": token, "ids": [id(token)], "tokens": [token]});
    json!({
        "type": "TemplateProcessing",
        "single": [special(first), sequence("A"), special(last)],
        "pair": [special(first), sequence("A"), special(last), sequence("B"), special(last)],
        "special_tokens": {first: entry(first), last: entry(last)},
    })
}

/// RoBERTa's `tokenizer.json`.
pub(super) fn roberta(sizes: &Sizes) -> Result<Vec<u8>, PackError> {
    let (characters, merges) = byte_level();
    let pieces = ["<s>", "<pad>", "</s>", "<unk>"].map(str::to_owned);
    let mut pieces = filled(pieces.into_iter().chain(characters).collect(), sizes.vocabulary - 1);
    pieces.push("<mask>".to_owned());
    let specials = ["<s>", "<pad>", "</s>", "<unk>"].iter().enumerate();
    let mut specials: Vec<Value> = specials.map(|(id, token)| added(token, id)).collect();
    specials.push(added("<mask>", sizes.vocabulary - 1));
    byte_level_file(&pieces, &merges, specials, ("<s>", "</s>"))
}

/// ModernBERT's `tokenizer.json`.
pub(super) fn modernbert(sizes: &Sizes) -> Result<Vec<u8>, PackError> {
    let (characters, merges) = byte_level();
    let first = sizes.vocabulary - SPECIALS;
    let mut pieces = filled(characters, first);
    let specials = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"];
    pieces.extend(specials.map(str::to_owned));
    let specials = specials.iter().enumerate().map(|(id, token)| added(token, first + id));
    byte_level_file(&pieces, &merges, specials.collect(), ("[CLS]", "[SEP]"))
}

/// DeBERTa-v3's `tokenizer.json`: a unigram model whose words are likelier than the characters
/// that they are made of.
pub(super) fn deberta(sizes: &Sizes) -> Result<Vec<u8>, PackError> {
    let specials = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"];
    let mut pieces: Vec<(String, f64)> =
        specials.iter().map(|token| ((*token).to_owned(), 0.0)).collect();
    pieces.push(("\u{2581}".to_owned(), -3.0));
    pieces.extend(('!'..='~').map(|c| (c.to_string(), -9.0)));
    pieces.extend(words().into_iter().map(|word| (format!("\u{2581}{word}"), -6.0)));
    for index in pieces.len()..sizes.vocabulary {
        pieces.push((format!("\u{2581}filler{index}"), -14.0));
    }
    let names: Vec<String> = pieces.iter().map(|(piece, _)| piece.clone()).collect();
    let added: Vec<Value> = (0..).zip(specials).map(|(id, token)| added(token, id)).collect();
    let metaspace = json!({
        "type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "always", "split": true,
    });
    to_json(&json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": added,
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Strip", "strip_left": true, "strip_right": true},
            {"type": "NFKC"},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
        ]},
        "pre_tokenizer": metaspace, "post_processor": post_processor(&names, ("[CLS]", "[SEP]")),
        "decoder": metaspace,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": false},
    }))
}
