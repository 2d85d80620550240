use crate::AnnotateError;
use crate::parts::{Parts, only};
use rrgscore_annotations::SpaceRuns;
use rrgscore_engine::Hidden;
use rrgscore_packs::{Pack, Purpose};
use rrgscore_text::Encoding;
use rrgscore_text::clean::{self, Cleaned};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A tokenizer and an encoder out of one pack: text in, one vector per token out.
///
/// The settings follow `bert_score`'s scorer as CXR-Report-Metric calls it
/// (`run_eval.py`, `add_bertscore_col`):
/// - text: runs of U+0020 joined, whitespace stripped ([`clean::bertscore`]). RadEval 2.2.1 keeps
///   the runs, in all its BERTScores ([`clean::bertscore_radeval`]): who calls says which;
/// - tokens: the pack's own, framed by its two special ones; at most 512 ids (the first 511 and
///   the closing one);
/// - weights: the framing tokens weigh 0, every other token 1, or its idf.
///
/// **BERTScore** with distilroberta-base: byte-level BPE of a space and the text
/// ([`clean::bertscore_roberta`]; an empty text is `<s></s>`), hidden states of layer 5, the last
/// in the pack; scores are rescaled by the layer's baseline.
///
/// **BERTScore (MiniLM)**: uncased WordPiece, 512 ids although the model's authors saved a limit
/// of 128 and trained with 256; the output of the last layer, not normalised, because `bert_score`
/// recommends a tuned layer per model and has none for MiniLM; no rescaling, as no baseline is
/// published.
///
/// **RadEval's BERTScore** with distilbert-base-uncased, layer 5, and **RadEval-BERTScore** with
/// RadEvalModernBERT, last layer: the latter's texts are cut where its tokenizer's settings say.
#[derive(Debug)]
pub struct TextEncoder {
    parts: Parts,
    /// Whether a text begins with a space of its own.
    prefixed: bool,
    max_ids: usize,
}

/// Most ids of a text.
const MAX_IDS: usize = 512;

/// What BERTScore needs to know of a text: one entry per token in each list.
///
/// Serialized without `hidden`, which is by far the largest part and can be computed again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenEmbeddings {
    /// Token ids, the framing special ones included.
    pub ids: Vec<u32>,
    /// The tokens as the vocabulary spells them.
    pub tokens: Vec<String>,
    /// Where each token stands in the text that was handed in: a range of bytes; empty for the
    /// framing tokens.
    pub offsets: Vec<Range<usize>>,
    /// Hidden states, `ids.len() × dim`, token by token; not normalised.
    #[serde(skip)]
    pub hidden: Vec<f32>,
    /// Length of each token's vector.
    pub dim: usize,
    /// Whether the token weighs nothing: its id is that of `[CLS]` or `[SEP]` (`<s>`, `</s>`),
    /// wherever it stands. It can still be matched.
    pub special: Vec<bool>,
    /// Whether the text had more ids than the model takes, and was cut.
    pub truncated: bool,
    /// Number of ids before truncation, without the two framing ones.
    pub pieces_total: usize,
}

impl TextEncoder {
    /// Loads the tokenizer and the encoder of a pack.
    ///
    /// # Errors
    /// When the pack serves another kind of metric, misses a file, or its tokenizer and graph
    /// do not belong together.
    pub fn from_pack(pack: &Pack) -> Result<TextEncoder, AnnotateError> {
        let purposes = [
            Purpose::BertscoreMinilm,
            Purpose::BertscoreDistilroberta,
            Purpose::BertscoreDistilbert,
            Purpose::BertscoreRadeval,
        ];
        let parts = Parts::open(pack, &purposes, "BERTScore's token embeddings")?;
        let prefixed = pack.manifest().purpose == Purpose::BertscoreDistilroberta;
        let max_ids = match pack.manifest().purpose {
            // The pack was built with its tokenizer's own limit.
            Purpose::BertscoreRadeval => parts.info.max_ids,
            _ => parts.info.max_ids.min(MAX_IDS),
        };
        Ok(TextEncoder { parts, prefixed, max_ids })
    }

    /// Length of each token's vector.
    pub fn dim(&self) -> usize {
        self.parts.info.hidden
    }

    fn cleaned(&self, text: &str, runs: SpaceRuns) -> Cleaned {
        let cleaned = match runs {
            SpaceRuns::Joined => clean::bertscore(text),
            SpaceRuns::Kept => clean::bertscore_radeval(text),
        };
        if self.prefixed { clean::bertscore_roberta(cleaned) } else { cleaned }
    }

    /// The token ids of one text as [`TextEncoder::annotate`] would encode them, truncation and
    /// special ids included: what idf tables are counted from.
    ///
    /// # Errors
    /// When the tokenizer fails, which a sound pack does for no text.
    pub fn token_ids(&self, text: &str, runs: SpaceRuns) -> Result<Vec<u32>, AnnotateError> {
        let cleaned = self.cleaned(text, runs);
        Ok(self.parts.tokenizer.encode(cleaned.text(), self.max_ids)?.ids)
    }

    /// Cleans, tokenizes and encodes one text. The result depends on the text and the pack
    /// only.
    ///
    /// # Errors
    /// When the tokenizer or the model fails, which a sound pack does for no text.
    pub fn annotate(&self, text: &str, runs: SpaceRuns) -> Result<TokenEmbeddings, AnnotateError> {
        only(self.annotate_all(&[text], runs))
    }

    /// The same of several texts, which is faster than one by one where they are short. Each
    /// result is that of [`annotate`](TextEncoder::annotate).
    pub fn annotate_all(
        &self,
        texts: &[&str],
        runs: SpaceRuns,
    ) -> Vec<Result<TokenEmbeddings, AnnotateError>> {
        let cleaned: Vec<Cleaned> = texts.iter().map(|text| self.cleaned(text, runs)).collect();
        let encode =
            |cleaned: &Cleaned| Ok(self.parts.tokenizer.encode(cleaned.text(), self.max_ids)?);
        let (first, last) = self.parts.tokenizer.frame();
        let encodings = cleaned.iter().map(encode).collect();
        let all = self.parts.encode_encodings(encodings);
        let embeddings = |(cleaned, encoded): (Cleaned, Result<_, _>)| {
            let (encoding, hidden): (Encoding, Hidden) = encoded?;
            Ok(TokenEmbeddings {
                special: encoding.ids.iter().map(|&id| id == first || id == last).collect(),
                ids: encoding.ids,
                tokens: encoding.tokens,
                offsets: encoding
                    .offsets
                    .into_iter()
                    .map(|range| cleaned.original(range))
                    .collect(),
                hidden: hidden.values,
                dim: hidden.dim,
                truncated: encoding.truncated,
                pieces_total: encoding.pieces_total,
            })
        };
        cleaned.into_iter().zip(all).map(embeddings).collect()
    }
}
