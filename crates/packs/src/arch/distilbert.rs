//! DistilBERT encoders, as in `transformers`' `DistilBertModel`: Sanh et al. 2019; BERT's layers
//! under other names, without token types.

use super::bert::{self, gelu};
use super::config::{
    MOST_IDS, MOST_INTERMEDIATE, MOST_LAYERS, MOST_POSITIONS, Sizes, check_layers, check_sizes,
    from_json,
};
use super::post_norm::{Layer, Names, plain_layers};
use super::writer::Writer;
use crate::PackError;
use crate::onnx::graph::GraphValue;
use serde::Deserialize;

/// The fields of a DistilBERT checkpoint's `config.json` that the graph depends on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DistilbertConfig {
    /// Width of a hidden state.
    pub dim: usize,
    /// Number of layers.
    pub n_layers: usize,
    /// Attention heads per layer.
    pub n_heads: usize,
    /// Width of the feed-forward layer.
    pub hidden_dim: usize,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Number of rows of the position table.
    pub max_position_embeddings: usize,
    /// Activation; only the exact (erf) `gelu` is supported.
    #[serde(default = "gelu")]
    pub activation: String,
}

/// The layer norms' epsilon, which is no field of the configuration.
const EPSILON: f64 = 1e-12;

impl DistilbertConfig {
    /// Reads DistilBERT's `config.json`.
    ///
    /// # Errors
    /// When a field is missing, or asks for something that the graph cannot express.
    pub fn parse(json: &[u8]) -> Result<DistilbertConfig, PackError> {
        let config: DistilbertConfig = from_json(json)?;
        check_sizes(&[
            ("n_layers", config.n_layers, MOST_LAYERS),
            ("hidden_dim", config.hidden_dim, MOST_INTERMEDIATE),
            ("vocab_size", config.vocab_size, MOST_IDS),
            ("max_position_embeddings", config.max_position_embeddings, MOST_POSITIONS),
        ])?;
        let activation = ("activation", config.activation.as_str());
        check_layers(config.dim, config.n_heads, ("layer_norm_eps", EPSILON), activation)?;
        Ok(config)
    }

    pub(super) fn sizes(&self) -> Sizes {
        Sizes {
            hidden: self.dim,
            layers: self.n_layers,
            heads: self.n_heads,
            intermediate: self.hidden_dim,
            vocabulary: self.vocab_size,
            max_ids: self.max_position_embeddings,
        }
    }
}

const NAMES: Names = Names {
    layers: "transformer.layer",
    query: "attention.q_lin",
    key: "attention.k_lin",
    value: "attention.v_lin",
    output: "attention.out_lin",
    norm: "sa_layer_norm",
    inner: "ffn.lin1",
    outer: "ffn.lin2",
    last_norm: "output_layer_norm",
};

/// The output of the first `layers` layers: `[batch, tokens, hidden]`.
pub(super) fn hidden(
    writer: &mut Writer<'_>,
    config: &DistilbertConfig,
    ids: &GraphValue,
    mask: &GraphValue,
    layers: usize,
) -> Result<GraphValue, PackError> {
    let sizes = Layer {
        width: config.dim,
        heads: config.n_heads,
        inner: config.hidden_dim,
        epsilon: EPSILON,
    };
    let rows = config.max_position_embeddings;
    let positions = bert::positions(writer, rows, config.dim, bert::FIRST_POSITION)?;
    let hidden = bert::embeddings(writer, ids, config.vocab_size, &positions, EPSILON)?;
    let mask = writer.additive_mask(mask);
    plain_layers(writer, &sizes, &NAMES, layers, hidden, &mask)
}
