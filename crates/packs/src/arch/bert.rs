//! BERT and RoBERTa encoders, as in `transformers`' `BertModel` and `RobertaModel`: Devlin et
//! al. 2019, Liu et al. 2019; post-layer-norm, absolute positions.
//!
//! Token type 0 is folded into the positions.

use super::config::{
    MOST_IDS, MOST_INTERMEDIATE, MOST_LAYERS, MOST_POSITIONS, Sizes, check_layers, check_sizes,
    from_json, unsupported,
};
use super::post_norm::{Layer, Names, plain_layers};
use super::writer::{Writer, first_rows, to_f32};
use crate::PackError;
use crate::onnx::graph::GraphValue;
use crate::onnx::weights::{embedding, small_table};
use crate::{Precision, Tensor};
use serde::Deserialize;

/// The row of the position table that BERT's first token takes.
pub(super) const FIRST_POSITION: usize = 0;

/// The row of the position table that the first token takes in RoBERTa and MPNet: the one after
/// the padding's, which is 1 (`create_position_ids_from_input_ids`). The tokens of a text that
/// is padded on the right, or not at all, have consecutive positions.
pub(super) const FIRST_ROBERTA_POSITION: usize = 2;

/// The fields of a BERT or RoBERTa checkpoint's `config.json` that the graph depends on.
/// Nothing has a default but what `transformers` itself defaults to when the field is absent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BertConfig {
    /// Width of a hidden state.
    pub hidden_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Attention heads per layer.
    pub num_attention_heads: usize,
    /// Width of the feed-forward layer.
    pub intermediate_size: usize,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Number of rows of the position table.
    pub max_position_embeddings: usize,
    /// Number of token types; 2 when absent.
    #[serde(default = "two")]
    pub type_vocab_size: usize,
    /// The layer norms' epsilon; 1e-12 when absent, as in the first BERT checkpoints.
    #[serde(default = "bert_epsilon")]
    pub layer_norm_eps: f64,
    /// Activation; only the exact (erf) `gelu` is supported.
    #[serde(default = "gelu")]
    pub hidden_act: String,
    /// Kind of position embeddings; absent means `absolute`, the only supported one.
    #[serde(default)]
    pub position_embedding_type: Option<String>,
}

fn two() -> usize {
    2
}

fn bert_epsilon() -> f64 {
    1e-12
}

pub(super) fn gelu() -> String {
    "gelu".to_owned()
}

/// What RoBERTa's positions depend on beside the sizes.
#[derive(Deserialize)]
struct Padding {
    #[serde(default)]
    pad_token_id: Option<usize>,
}

impl BertConfig {
    /// Reads BERT's `config.json`.
    ///
    /// # Errors
    /// When a field is missing, or asks for something that the graph cannot express.
    pub fn parse(json: &[u8]) -> Result<BertConfig, PackError> {
        let config: BertConfig = from_json(json)?;
        config.check()?;
        Ok(config)
    }

    /// Reads RoBERTa's `config.json`.
    ///
    /// # Errors
    /// As [`parse`](BertConfig::parse), and when the padding's id is not 1.
    pub fn parse_roberta(json: &[u8]) -> Result<BertConfig, PackError> {
        let config = BertConfig::parse(json)?;
        let padding: Padding = from_json(json)?;
        match padding.pad_token_id {
            None | Some(1) => {}
            Some(other) => return Err(unsupported("pad_token_id", other, "1")),
        }
        if config.max_position_embeddings <= FIRST_ROBERTA_POSITION {
            let found = config.max_position_embeddings;
            return Err(unsupported("max_position_embeddings", found, "at least 3"));
        }
        Ok(config)
    }

    fn check(&self) -> Result<(), PackError> {
        if let Some(kind) = self.position_embedding_type.as_deref()
            && kind != "absolute"
        {
            return Err(unsupported("position_embedding_type", kind, "absolute"));
        }
        check_sizes(&[
            ("num_hidden_layers", self.num_hidden_layers, MOST_LAYERS),
            ("intermediate_size", self.intermediate_size, MOST_INTERMEDIATE),
            ("vocab_size", self.vocab_size, MOST_IDS),
            ("max_position_embeddings", self.max_position_embeddings, MOST_POSITIONS),
            ("type_vocab_size", self.type_vocab_size, 1_024),
        ])?;
        check_layers(
            self.hidden_size,
            self.num_attention_heads,
            ("layer_norm_eps", self.layer_norm_eps),
            ("hidden_act", &self.hidden_act),
        )
    }

    pub(super) fn sizes(&self, first_position: usize) -> Sizes {
        Sizes {
            hidden: self.hidden_size,
            layers: self.num_hidden_layers,
            heads: self.num_attention_heads,
            intermediate: self.intermediate_size,
            vocabulary: self.vocab_size,
            max_ids: self.max_position_embeddings.saturating_sub(first_position),
        }
    }

    fn layer(&self) -> Layer {
        Layer {
            width: self.hidden_size,
            heads: self.num_attention_heads,
            inner: self.intermediate_size,
            epsilon: self.layer_norm_eps,
        }
    }
}

const NAMES: Names = Names::BERT;

/// The output of the first `layers` layers: `[batch, tokens, hidden]`.
pub(super) fn hidden(
    writer: &mut Writer<'_>,
    config: &BertConfig,
    first_position: usize,
    ids: &GraphValue,
    mask: &GraphValue,
    layers: usize,
) -> Result<GraphValue, PackError> {
    let width = config.hidden_size;
    let types = "embeddings.token_type_embeddings.weight";
    let types = writer.read(types, &[config.type_vocab_size, width])?;
    let mut positions = positions(writer, config.max_position_embeddings, width, first_position)?;
    for row in positions.values.chunks_exact_mut(width) {
        for (value, of_type) in row.iter_mut().zip(&types.values) {
            *value += of_type;
        }
    }
    let sizes = config.layer();
    let hidden = embeddings(writer, ids, config.vocab_size, &positions, sizes.epsilon)?;
    let mask = writer.additive_mask(mask);
    plain_layers(writer, &sizes, &NAMES, layers, hidden, &mask)
}

/// The table of positions, from the first token's on.
pub(super) fn positions(
    writer: &Writer<'_>,
    rows: usize,
    width: usize,
    first: usize,
) -> Result<Tensor, PackError> {
    let mut table = writer.read("embeddings.position_embeddings.weight", &[rows, width])?;
    table.values.drain(..first * width);
    Ok(Tensor { shape: vec![rows - first, width], values: table.values })
}

/// Word + position, then layer norm: `[batch, tokens, hidden]`. `positions` is
/// `[max_ids, hidden]`.
pub(super) fn embeddings(
    writer: &mut Writer<'_>,
    ids: &GraphValue,
    vocabulary: usize,
    positions: &Tensor,
    epsilon: f64,
) -> Result<GraphValue, PackError> {
    let width = positions.shape.last().copied().unwrap_or(0);
    let words = writer.read("embeddings.word_embeddings.weight", &[vocabulary, width])?;
    let norm = writer.read_norm("embeddings.LayerNorm", width, epsilon)?;
    if let Some(probe) = &mut writer.probe {
        probe.embed(&words, Some(positions), &norm);
    }
    let precision = writer.precision;
    let mut step = writer.graph.step("embeddings", "embedding");
    let words = embedding(&mut step, ids, &words, precision)?;
    let table = small_table(step.graph, "embeddings.positions", positions, precision);
    let rows = first_rows(&mut step, &table, ids);
    let rows = match precision {
        Precision::F32 => rows,
        Precision::F16 | Precision::Int8 => to_f32(&mut step, "positions", &rows),
    };
    let sum = step.node("Add", "sum", &[&words, &rows], &[]);
    Ok(writer.layer_norm(&norm, "embeddings.norm", &sum, None))
}
