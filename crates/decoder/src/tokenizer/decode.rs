//! From ids to text, as the official code's tokenizers do it.

use super::sentencepiece::SPACE;

/// Removes the spaces that tokenization leaves before punctuation and English contractions.
///
/// Source: transformers, `clean_up_tokenization`.
pub fn clean_up(text: &str) -> String {
    const PAIRS: [(&str, &str); 10] = [
        (" .", "."),
        (" ?", "?"),
        (" !", "!"),
        (" ,", ","),
        (" ' ", "'"),
        (" n't", "n't"),
        (" 'm", "'m"),
        (" 's", "'s"),
        (" 've", "'ve"),
        (" 're", "'re"),
    ];
    PAIRS.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// What a token is to the slow tokenizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A piece of the vocabulary.
    Piece,
    /// One of `all_special_tokens`.
    Special,
    /// Added, and none of these.
    Added,
}

/// Joins tokens as the slow `LlamaTokenizer` does.
///
/// Source: transformers 4.40.0, `PreTrainedTokenizer._decode`,
/// `LlamaTokenizer.convert_tokens_to_string`; sentencepiece 0.2.0, `Decode`.
pub(super) fn sentencepiece(tokens: &[(&str, Kind)], legacy: bool) -> String {
    let mut texts = Vec::new();
    let mut run: Vec<(&str, Kind)> = Vec::new();
    for &(token, kind) in tokens {
        if kind == Kind::Added {
            if !run.is_empty() {
                let text = join(&run, legacy);
                if !text.is_empty() {
                    texts.push(text);
                }
                run.clear();
            }
            texts.push(token.to_owned());
        } else {
            run.push((token, kind));
        }
    }
    if !run.is_empty() {
        texts.push(join(&run, legacy));
    }
    texts.join(" ")
}

fn join(tokens: &[(&str, Kind)], legacy: bool) -> String {
    let mut text = String::new();
    let mut pieces: Vec<&str> = Vec::new();
    let mut after_special = false;
    for (at, &(token, kind)) in tokens.iter().enumerate() {
        let token = if at == 0 { token.strip_prefix(SPACE).unwrap_or(token) } else { token };
        if kind == Kind::Special {
            if !after_special && at != 0 && legacy {
                text.push(' ');
            }
            text += &of_pieces(&pieces, legacy);
            text += token;
            pieces.clear();
        } else {
            if after_special && at == 1 && !token.starts_with(SPACE) {
                text.push(' ');
            }
            pieces.push(token);
        }
        after_special = kind == Kind::Special;
    }
    text + &of_pieces(&pieces, legacy)
}

/// Pieces without special ones. With a dummy prefix (legacy) one "▁" at the start is dropped.
fn of_pieces(pieces: &[&str], legacy: bool) -> String {
    let mut text = String::new();
    let mut bytes: Vec<u8> = Vec::new();
    let mut at_start = legacy;
    for piece in pieces {
        if let Some(byte) = byte(piece) {
            bytes.push(byte);
            continue;
        }
        push_bytes(&mut text, &mut bytes);
        at_start &= text.is_empty();
        let stripped = piece.strip_prefix(SPACE).filter(|_| at_start);
        at_start &= stripped.is_none();
        text += &stripped.unwrap_or(piece).replace(SPACE, " ");
    }
    push_bytes(&mut text, &mut bytes);
    text
}

/// The byte of a byte piece, `<0x00>` to `<0xFF>`.
fn byte(piece: &str) -> Option<u8> {
    let digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    (digits.len() == 2).then(|| u8::from_str_radix(digits, 16).ok()).flatten()
}

/// Bytes as UTF-8; each one that belongs to no character becomes U+FFFD.
fn push_bytes(text: &mut String, bytes: &mut Vec<u8>) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    bytes.clear();
}
