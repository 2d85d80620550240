//! DyGIE++'s classifiers of spans and of pairs of spans (Wadden et al. 2019), as in
//! `dygie/models/{ner,relation,entity_beam_pruner}.py` of github.com/dwadden/dygiepp: what
//! RadGraph puts on its encoder.

use super::config::{check_sizes, from_json, unsupported};
use crate::PackError;
use serde::Deserialize;

pub use super::relations::relations;
pub use super::spans::spans;

/// Name of the input of [`spans`], `[words, hidden]` f32.
pub const WORDS: &str = "words";
/// Name of the input of [`spans`], `[spans]` i64: the first word of each span.
pub const STARTS: &str = "starts";
/// Name of the input of [`spans`], `[spans]` i64: the last word of each span.
pub const ENDS: &str = "ends";
/// Name of the output of [`spans`] and the input of [`relations`], `[spans, width]` f32.
pub const SPAN_VECTORS: &str = "span_vectors";
/// Name of the output of [`spans`], `[spans, labels]` f32, without the null label's 0.
pub const ENTITY_SCORES: &str = "entity_scores";
/// Name of the output of [`spans`] and the input of [`relations`], `[spans]` f32.
pub const MENTION_SCORES: &str = "mention_scores";
/// Name of the output of [`relations`], `[spans, spans, labels]` f32, without the null label's 0.
pub const RELATION_SCORES: &str = "relation_scores";

/// Name of the architecture in messages.
pub(super) const FAMILY: &str = "DyGIE++";

/// What the `config.json` of a DyGIE++ archive tells about the network.
#[derive(Debug, Clone, PartialEq)]
pub struct DygieConfig {
    /// Name of the encoder, under which its configuration and tokenizer are published.
    pub model_name: String,
    /// Most ids of one chunk, special ones included; `None` when the text is not cut.
    pub max_length: Option<usize>,
    /// Most words of a span.
    pub max_span_width: usize,
    /// Length of the vector that tells a span's width.
    pub feature_size: usize,
    /// Widths of the layers of every feed-forward network, one after the other.
    pub feed_forward: Vec<usize>,
    /// Share of the words that is kept as the number of candidate spans for relations.
    pub spans_per_word: f64,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    dataset_reader: Option<Reader>,
    model: Model,
}

#[derive(Deserialize)]
struct Reader {
    #[serde(default)]
    max_span_width: Option<usize>,
}

#[derive(Deserialize)]
struct Model {
    embedder: Embedder,
    feature_size: usize,
    feedforward_params: FeedForward,
    max_span_width: usize,
    modules: Modules,
}

#[derive(Deserialize)]
struct Embedder {
    token_embedders: TokenEmbedders,
}

#[derive(Deserialize)]
struct TokenEmbedders {
    bert: TokenEmbedder,
}

#[derive(Deserialize)]
struct TokenEmbedder {
    model_name: String,
    #[serde(default)]
    max_length: Option<usize>,
}

#[derive(Deserialize)]
struct FeedForward {
    num_layers: usize,
    hidden_dims: HiddenDims,
}

/// One width for all layers, or one for each.
#[derive(Deserialize)]
#[serde(untagged)]
enum HiddenDims {
    Same(usize),
    Each(Vec<usize>),
}

#[derive(Deserialize)]
struct Modules {
    relation: Relation,
}

#[derive(Deserialize)]
struct Relation {
    spans_per_word: f64,
}

impl DygieConfig {
    /// Reads the archive's `config.json`.
    ///
    /// # Errors
    /// When a field is missing, or asks for something that the graphs cannot express.
    pub fn parse(config_json: &[u8]) -> Result<DygieConfig, PackError> {
        let File { dataset_reader, model } = from_json(config_json)?;
        let FeedForward { num_layers, hidden_dims } = model.feedforward_params;
        check_sizes(&[
            ("model.max_span_width", model.max_span_width, 1_024),
            ("model.feature_size", model.feature_size, 4_096),
            ("model.feedforward_params.num_layers", num_layers, 16),
        ])?;
        let widths = match hidden_dims {
            HiddenDims::Same(width) => vec![width; num_layers],
            HiddenDims::Each(widths) => widths,
        };
        let field = "model.feedforward_params.hidden_dims";
        if widths.len() != num_layers {
            let needed = format!("one number, or as many as num_layers, {num_layers}");
            return Err(unsupported(field, format!("{} numbers", widths.len()), needed));
        }
        for &width in &widths {
            check_sizes(&[(field, width, 16_384)])?;
        }
        // The reader lists the spans, the model has a vector for each width.
        let widest = dataset_reader.and_then(|reader| reader.max_span_width);
        let max_span_width = widest.unwrap_or(model.max_span_width);
        if max_span_width != model.max_span_width {
            let needed = format!("model.max_span_width, {}", model.max_span_width);
            return Err(unsupported("dataset_reader.max_span_width", max_span_width, needed));
        }
        let spans_per_word = model.modules.relation.spans_per_word;
        if !(spans_per_word > 0.0 && spans_per_word.is_finite()) {
            let field = "model.modules.relation.spans_per_word";
            return Err(unsupported(field, spans_per_word, "above 0"));
        }
        let bert = model.embedder.token_embedders.bert;
        if let Some(length) = bert.max_length
            && length < 3
        {
            let field = "model.embedder.token_embedders.bert.max_length";
            return Err(unsupported(field, length, "at least 3"));
        }
        Ok(DygieConfig {
            model_name: bert.model_name,
            max_length: bert.max_length,
            max_span_width,
            feature_size: model.feature_size,
            feed_forward: widths,
            spans_per_word,
        })
    }

    /// Length of a span's vector: both end words and the width's vector.
    pub fn span_width(&self, hidden: usize) -> usize {
        2 * hidden + self.feature_size
    }

    /// Width of the first layer of a feed-forward network, and of its last.
    pub(super) fn first_and_last(&self) -> Result<(usize, usize), PackError> {
        let ends = self.feed_forward.first().zip(self.feed_forward.last());
        let (&first, &last) = ends.ok_or_else(|| PackError::Graph {
            reason: "a feed-forward network has no layers".to_owned(),
        })?;
        Ok((first, last))
    }
}
