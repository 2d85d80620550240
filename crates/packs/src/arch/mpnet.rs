//! MPNet encoders, as in `transformers`' `MPNetModel`: Song et al. 2020; post-layer-norm,
//! absolute positions and a bias per head and bucket of relative distance, the same in all
//! layers.
//!
//! The bias is stored per distance instead of per bucket, so that a text's biases are one
//! look-up.

use super::bert::{self, FIRST_ROBERTA_POSITION, gelu};
use super::config::{
    MOST_IDS, MOST_INTERMEDIATE, MOST_LAYERS, MOST_POSITIONS, Sizes, check_layers, check_sizes,
    from_json, unsupported,
};
use super::post_norm::{Layer, Names, plain_layers};
use super::writer::Writer;
use crate::PackError;
use crate::onnx::graph::{Attr, GraphValue};
use serde::Deserialize;

/// The fields of an MPNet checkpoint's `config.json` that the graph depends on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct MpnetConfig {
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
    /// Buckets of relative distances; 32, the only number that the model class computes with.
    #[serde(default = "buckets")]
    pub relative_attention_num_buckets: usize,
    /// The layer norms' epsilon; 1e-12 when absent.
    #[serde(default = "epsilon")]
    pub layer_norm_eps: f64,
    /// Activation; only the exact (erf) `gelu` is supported.
    #[serde(default = "gelu")]
    pub hidden_act: String,
}

fn buckets() -> usize {
    BUCKETS
}

fn epsilon() -> f64 {
    1e-12
}

/// Buckets of distances, half of them for each direction.
const BUCKETS: usize = 32;
/// Distances up to here, without it, have a bucket of their own.
const EXACT: usize = BUCKETS / 4;
/// From this distance on all are in one bucket.
const FAR: f32 = 128.0;

impl MpnetConfig {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// When a field is missing, or asks for something that the graph cannot express.
    pub fn parse(json: &[u8]) -> Result<MpnetConfig, PackError> {
        let config: MpnetConfig = from_json(json)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), PackError> {
        check_sizes(&[
            ("num_hidden_layers", self.num_hidden_layers, MOST_LAYERS),
            ("intermediate_size", self.intermediate_size, MOST_INTERMEDIATE),
            ("vocab_size", self.vocab_size, MOST_IDS),
            ("max_position_embeddings", self.max_position_embeddings, MOST_POSITIONS),
        ])?;
        if self.max_position_embeddings <= FIRST_ROBERTA_POSITION {
            let found = self.max_position_embeddings;
            return Err(unsupported("max_position_embeddings", found, "at least 3"));
        }
        if self.relative_attention_num_buckets != BUCKETS {
            let found = self.relative_attention_num_buckets;
            return Err(unsupported("relative_attention_num_buckets", found, BUCKETS));
        }
        check_layers(
            self.hidden_size,
            self.num_attention_heads,
            ("layer_norm_eps", self.layer_norm_eps),
            ("hidden_act", &self.hidden_act),
        )
    }

    pub(super) fn sizes(&self) -> Sizes {
        Sizes {
            hidden: self.hidden_size,
            layers: self.num_hidden_layers,
            heads: self.num_attention_heads,
            intermediate: self.intermediate_size,
            vocabulary: self.vocab_size,
            max_ids: self.max_position_embeddings - FIRST_ROBERTA_POSITION,
        }
    }
}

const NAMES: Names = Names {
    query: "attention.attn.q",
    key: "attention.attn.k",
    value: "attention.attn.v",
    output: "attention.attn.o",
    norm: "attention.LayerNorm",
    ..Names::BERT
};

/// The output of the first `layers` layers: `[batch, tokens, hidden]`.
pub(super) fn hidden(
    writer: &mut Writer<'_>,
    config: &MpnetConfig,
    ids: &GraphValue,
    mask: &GraphValue,
    layers: usize,
) -> Result<GraphValue, PackError> {
    let width = config.hidden_size;
    let sizes = Layer {
        width,
        heads: config.num_attention_heads,
        inner: config.intermediate_size,
        epsilon: config.layer_norm_eps,
    };
    let rows = config.max_position_embeddings;
    let positions = bert::positions(writer, rows, width, FIRST_ROBERTA_POSITION)?;
    let vocabulary = config.vocab_size;
    let hidden = bert::embeddings(writer, ids, vocabulary, &positions, sizes.epsilon)?;
    let mask = writer.additive_mask(mask);
    let bias = relative_bias(writer, config, ids, &mask)?;
    plain_layers(writer, &sizes, &NAMES, layers, hidden, &bias)
}

/// The bias of each head for each pair of tokens, and the mask: `[batch, heads, tokens, tokens]`.
fn relative_bias(
    writer: &mut Writer<'_>,
    config: &MpnetConfig,
    ids: &GraphValue,
    mask: &GraphValue,
) -> Result<GraphValue, PackError> {
    let heads = config.num_attention_heads;
    let most = config.sizes().max_ids;
    let by_bucket = writer.read("encoder.relative_attention_bias.weight", &[BUCKETS, heads])?;
    // Column `most − 1 + d` is for a query d tokens after its key.
    let distances = 2 * most - 1;
    let mut by_distance = Vec::with_capacity(heads * distances);
    for head in 0..heads {
        for column in 0..distances {
            let bucket = bucket(column as i64 - (most as i64 - 1));
            by_distance.extend(by_bucket.values.get(bucket * heads + head));
        }
    }
    let distance = writer.distances(ids, most);
    let mut step = writer.graph.step("bias", "relative_bias");
    let table = step.f32s("table", &[heads, distances], &by_distance);
    let middle = step.i64s("middle", &[most as i64 - 1]);
    let columns = step.node("Add", "columns", &[&distance, &middle], &[]);
    let bias = step.node("Gather", "bias", &[&table, &columns], &[("axis", Attr::Int(1))]);
    Ok(step.node("Add", "masked", &[&bias, mask], &[]))
}

/// The bucket of a query that stands `distance` tokens after its key, as in
/// `MPNetEncoder.relative_position_bucket`, whose arithmetic is in f32.
fn bucket(distance: i64) -> usize {
    let before = if distance < 0 { BUCKETS / 2 } else { 0 };
    let apart = distance.unsigned_abs() as usize;
    if apart < EXACT {
        return before + apart;
    }
    let exact = EXACT as f32;
    // The logarithm of the largest ratio is a Python float there.
    let whole = libm::log(f64::from(FAR / exact)) as f32;
    let share = libm::logf(apart as f32 / exact) / whole * (BUCKETS / 2 - EXACT) as f32;
    before + (EXACT + share as usize).min(BUCKETS / 2 - 1)
}

#[cfg(test)]
mod tests {
    use super::bucket;

    /// The first distance of each bucket, as `MPNetEncoder.relative_position_bucket` of
    /// transformers 5.23 printed them.
    #[test]
    fn buckets_begin_where_transformers_has_them() {
        let firsts: Vec<i64> = (1..512).filter(|&d| bucket(d) != bucket(d - 1)).collect();
        assert_eq!(firsts, [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91]);
        for distance in 0..512 {
            assert_eq!(bucket(distance) + if distance == 0 { 0 } else { 16 }, bucket(-distance));
        }
        assert_eq!((bucket(0), bucket(511), bucket(-511)), (0, 15, 31));
    }
}
