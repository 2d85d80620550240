use crate::TextError;
use std::ops::Range;
use tokenizers::Decoder;

/// A tokenizer read from a `tokenizer.json` (the Hugging Face `tokenizers` format).
///
/// Truncation and padding that the file may ask for are switched off: they are settings of
/// whoever saved it (all-MiniLM-L6-v2's pads everything to 128), while a metric has its own.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    first: u32,
    last: u32,
}

/// A tokenized text, one entry per id in each list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Encoding {
    /// Token ids, special ones included.
    pub ids: Vec<u32>,
    /// The tokens as the vocabulary spells them, e.g. `##ural`; of an unknown one SentencePiece
    /// models tell the text itself.
    pub tokens: Vec<String>,
    /// Where each token stands in the text: a range of bytes, always at character boundaries;
    /// empty for tokens that the text does not hold.
    pub offsets: Vec<Range<usize>>,
    /// Whether ids were cut off.
    pub truncated: bool,
    /// Number of ids before truncation, without the two that frame the text.
    pub pieces_total: usize,
}

impl Tokenizer {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// When it is not one, or when it does not frame a text by one special token before and
    /// one after it, as those of BERT, RoBERTa, MPNet and DeBERTa do.
    pub fn from_json(json: &[u8]) -> Result<Tokenizer, TextError> {
        let bad = |reason: String| TextError::BadTokenizer { reason };
        let open = || -> Result<_, String> {
            let text = |error: tokenizers::Error| error.to_string();
            let mut inner = tokenizers::Tokenizer::from_bytes(json).map_err(text)?;
            inner.with_padding(None);
            inner.with_truncation(None).map_err(text)?;
            let empty = inner.encode("", true).map_err(text)?;
            Ok((inner, empty))
        };
        // The library panics over files that are none of a tokenizer.
        let opened = std::panic::catch_unwind(open)
            .unwrap_or_else(|_| Err("a part of it is of no known kind".to_owned()));
        let (inner, empty) = opened.map_err(bad)?;
        match empty.get_ids() {
            &[first, last] => Ok(Tokenizer { inner, first, last }),
            ids => Err(bad(format!("it frames a text by {} special tokens, not 2", ids.len()))),
        }
    }

    /// Tokenizes one text, framed by the special tokens. Of a text with more than `max_ids`
    /// ids the first `max_ids − 1` and the closing special token are kept, as official
    /// implementations do (spec: 511 ids and `[SEP]`). `max_ids` counts as 2 when lower.
    ///
    /// # Errors
    /// When the tokenizer's model fails, which a sound `tokenizer.json` does for no text.
    pub fn encode(&self, text: &str, max_ids: usize) -> Result<Encoding, TextError> {
        let encoded =
            self.inner.encode(text, true).map_err(|_| TextError::Encode { bytes: text.len() })?;
        let mut encoding = Encoding {
            ids: encoded.get_ids().to_vec(),
            tokens: encoded.get_tokens().to_vec(),
            offsets: encoded
                .get_offsets()
                .iter()
                .map(|&(start, end)| char_range(text, start, end))
                .collect(),
            truncated: false,
            pieces_total: encoded.get_ids().len().saturating_sub(2),
        };
        let max_ids = max_ids.max(2);
        if encoding.ids.len() > max_ids {
            cut(&mut encoding.ids, max_ids);
            cut(&mut encoding.tokens, max_ids);
            cut(&mut encoding.offsets, max_ids);
            encoding.truncated = true;
        }
        Ok(encoding)
    }

    /// The ids of a word that is tokenized by itself, without the framing special tokens; none
    /// for a word of characters that the tokenizer drops.
    ///
    /// # Errors
    /// As [`encode`](Tokenizer::encode).
    pub fn pieces(&self, word: &str) -> Result<Vec<u32>, TextError> {
        let encoded =
            self.inner.encode(word, false).map_err(|_| TextError::Encode { bytes: word.len() })?;
        Ok(encoded.get_ids().to_vec())
    }

    /// The tokens of ids (transformers, `convert_ids_to_tokens`). Other than in an
    /// [`Encoding`], an id of the unknown token is spelled as that token, whatever stood there.
    pub fn spelled(&self, ids: &[u32]) -> Vec<String> {
        ids.iter().map(|&id| self.inner.id_to_token(id).unwrap_or_default()).collect()
    }

    /// Joins tokens to text as `tokenizer.json` says (transformers,
    /// `convert_tokens_to_string` of the fast tokenizers): SentencePiece's `▁` becomes a space,
    /// and is dropped before the first token. Without such a rule they are joined by spaces.
    ///
    /// # Errors
    /// When the rule fails, which a sound `tokenizer.json`'s does for none of its tokens.
    pub fn join(&self, tokens: &[String]) -> Result<String, TextError> {
        let bytes = tokens.iter().map(String::len).sum();
        match self.inner.get_decoder() {
            Some(decoder) => {
                decoder.decode(tokens.to_vec()).map_err(|_| TextError::Encode { bytes })
            }
            None => Ok(tokens.join(" ")),
        }
    }

    /// The ids that open and close every text: `[CLS]` and `[SEP]`, or `<s>` and `</s>`.
    pub fn frame(&self) -> (u32, u32) {
        (self.first, self.last)
    }

    /// The id of a token of the vocabulary.
    pub fn id(&self, token: &str) -> Option<u32> {
        self.inner.token_to_id(token)
    }

    /// Number of ids, added tokens included; every id is below it in the tokenizers that the
    /// metrics use.
    pub fn vocabulary(&self) -> usize {
        self.inner.get_vocab_size(true)
    }
}

/// Keeps the first `max_ids − 1` entries and the last one.
fn cut<T>(entries: &mut Vec<T>, max_ids: usize) {
    if let Some(last) = entries.pop() {
        entries.truncate(max_ids - 1);
        entries.push(last);
    }
}

/// The range widened to character boundaries: byte-level tokens may be parts of a character.
fn char_range(text: &str, start: usize, end: usize) -> Range<usize> {
    let end = (end..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    let start = (0..=start.min(end)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    start..end
}
