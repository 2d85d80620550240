//! DeBERTa-v2 and v3 encoders, as in `transformers`' `DebertaV2Model`: He et al. 2021 and 2023;
//! post-layer-norm, disentangled attention over log-bucketed relative distances, no absolute
//! positions.
//!
//! What content is compared with, the projected relative embeddings, does not depend on the
//! text: it is computed when the graph is written and stored per layer, `[heads, rows, width]`,
//! f16 in the smaller precisions. For the base size that adds 19 MB to a pack of 184 MB, and
//! saves a product of 512 rows with two matrices per layer, at every load or at every run.
//!
//! A text of n tokens has 2n − 1 distances. Only their rows are looked up and multiplied, in
//! the order 0, −0, 1, −1, 2, −2, … that makes them the first 2n entries of one constant; the
//! score of a pair of tokens is then picked by its distance's place in that order.

use super::bert::gelu;
use super::config::{
    MOST_IDS, MOST_INTERMEDIATE, MOST_LAYERS, MOST_POSITIONS, Sizes, check_layers, check_sizes,
    from_json, unsupported,
};
use super::post_norm::{Attention, Layer, Names, Projected, layer};
use super::relative::Relative;
use super::writer::Writer;
use crate::PackError;
use crate::onnx::graph::{GraphValue, StepBuilder};
use crate::onnx::weights::embedding;
use serde::Deserialize;

/// The fields of a DeBERTa-v2 checkpoint's `config.json` that the graph depends on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DebertaConfig {
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
    /// Most tokens of a text.
    pub max_position_embeddings: usize,
    /// The layer norms' epsilon; 1e-7 when absent.
    #[serde(default = "epsilon")]
    pub layer_norm_eps: f64,
    /// Activation; only the exact (erf) `gelu` is supported.
    #[serde(default = "gelu")]
    pub hidden_act: String,
    /// Whether scores depend on distances; only `true` is supported.
    #[serde(default)]
    pub relative_attention: bool,
    /// Distances from here on are alike; −1 or absent for `max_position_embeddings`.
    #[serde(default = "unset")]
    pub max_relative_positions: i64,
    /// Buckets of distances in each direction; −1 or absent for one per distance.
    #[serde(default = "unset")]
    pub position_buckets: i64,
    /// `layer_norm` when the relative embeddings are normalised, else `none`.
    #[serde(default)]
    norm_rel_ebd: Option<String>,
    /// Whether content and distance share the query's and the key's weights.
    #[serde(default)]
    pub share_att_key: bool,
    #[serde(default)]
    pos_att_type: Option<Several>,
    #[serde(default = "yes")]
    position_biased_input: bool,
    #[serde(default)]
    type_vocab_size: usize,
    #[serde(default)]
    conv_kernel_size: i64,
    #[serde(default)]
    embedding_size: Option<usize>,
    #[serde(default)]
    attention_head_size: Option<usize>,
}

/// Names separated by `|`, or a list of them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
enum Several {
    Joined(String),
    Listed(Vec<String>),
}

fn epsilon() -> f64 {
    1e-7
}

fn unset() -> i64 {
    -1
}

fn yes() -> bool {
    true
}

impl Several {
    fn names(&self) -> Vec<String> {
        let names: Vec<&str> = match self {
            Several::Joined(names) => names.split('|').collect(),
            Several::Listed(names) => names.iter().map(String::as_str).collect(),
        };
        names.into_iter().map(|name| name.trim().to_ascii_lowercase()).collect()
    }
}

impl DebertaConfig {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// When a field is missing, or asks for something that the graph cannot express.
    pub fn parse(json: &[u8]) -> Result<DebertaConfig, PackError> {
        let config: DebertaConfig = from_json(json)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), PackError> {
        check_sizes(&[
            ("num_hidden_layers", self.num_hidden_layers, MOST_LAYERS),
            ("intermediate_size", self.intermediate_size, MOST_INTERMEDIATE),
            ("vocab_size", self.vocab_size, MOST_IDS),
            ("max_position_embeddings", self.max_position_embeddings, MOST_POSITIONS),
            ("max_relative_positions", self.farthest(), MOST_POSITIONS),
            ("position_buckets", self.span(), MOST_POSITIONS),
        ])?;
        if self.position_buckets > 0 && self.span() >= self.farthest() {
            let needed = format!("below the {} relative positions", self.farthest());
            return Err(unsupported("position_buckets", self.position_buckets, needed));
        }
        if !self.relative_attention {
            return Err(unsupported("relative_attention", false, true));
        }
        if self.position_biased_input {
            return Err(unsupported("position_biased_input", true, false));
        }
        if self.type_vocab_size != 0 {
            return Err(unsupported("type_vocab_size", self.type_vocab_size, 0));
        }
        if self.conv_kernel_size > 0 {
            return Err(unsupported("conv_kernel_size", self.conv_kernel_size, 0));
        }
        if let Some(size) = self.embedding_size.filter(|&size| size != self.hidden_size) {
            return Err(unsupported("embedding_size", size, self.hidden_size));
        }
        for name in self.kinds() {
            if !matches!(name.as_str(), "c2p" | "p2c") {
                return Err(unsupported("pos_att_type", name, "c2p, p2c"));
            }
        }
        check_layers(
            self.hidden_size,
            self.num_attention_heads,
            ("layer_norm_eps", self.layer_norm_eps),
            ("hidden_act", &self.hidden_act),
        )?;
        let part = self.hidden_size / self.num_attention_heads;
        match self.attention_head_size {
            Some(size) if size != part => Err(unsupported("attention_head_size", size, part)),
            _ => Ok(()),
        }
    }

    fn kinds(&self) -> Vec<String> {
        self.pos_att_type.as_ref().map(Several::names).unwrap_or_default()
    }

    pub(super) fn has_kind(&self, kind: &str) -> bool {
        self.kinds().iter().any(|found| found == kind)
    }

    pub(super) fn normalises_relative(&self) -> bool {
        let kinds = self.norm_rel_ebd.as_deref().unwrap_or("none").to_ascii_lowercase();
        kinds.split('|').any(|kind| kind.trim() == "layer_norm")
    }

    /// Distances from here on are alike.
    fn farthest(&self) -> usize {
        match usize::try_from(self.max_relative_positions) {
            Ok(most) if most > 0 => most,
            _ => self.max_position_embeddings,
        }
    }

    /// Half of the rows of the relative embeddings.
    pub(super) fn span(&self) -> usize {
        match usize::try_from(self.position_buckets) {
            Ok(buckets) if buckets > 0 => buckets,
            _ => self.farthest(),
        }
    }

    /// The row of the relative embeddings for a query that stands `distance` tokens after its
    /// key: `make_log_bucket_position` with its f32 arithmetic, moved to the table's middle.
    pub(super) fn row(&self, distance: i64) -> i64 {
        let span = self.span() as i64;
        let mid = span / 2;
        let apart = distance.abs();
        let bucket = if self.position_buckets <= 0 || apart <= mid {
            distance
        } else {
            let apart = libm::logf(apart as f32 / mid as f32);
            let whole = libm::logf(((self.farthest() as f64 - 1.0) / mid as f64) as f32);
            let bucket = libm::ceilf(apart / whole * (mid - 1) as f32) as i64 + mid;
            bucket * distance.signum()
        };
        (bucket + span).clamp(0, 2 * span - 1)
    }

    pub(super) fn sizes(&self) -> Sizes {
        Sizes {
            hidden: self.hidden_size,
            layers: self.num_hidden_layers,
            heads: self.num_attention_heads,
            intermediate: self.intermediate_size,
            vocabulary: self.vocab_size,
            max_ids: self.max_position_embeddings,
        }
    }

    pub(super) fn layer(&self) -> Layer {
        Layer {
            width: self.hidden_size,
            heads: self.num_attention_heads,
            inner: self.intermediate_size,
            epsilon: self.layer_norm_eps,
        }
    }
}

const NAMES: Names = Names {
    query: "attention.self.query_proj",
    key: "attention.self.key_proj",
    value: "attention.self.value_proj",
    output: "attention.output.dense",
    norm: "attention.output.LayerNorm",
    ..Names::BERT
};

/// The output of the first `layers` layers: `[batch, tokens, hidden]`.
pub(super) fn hidden(
    writer: &mut Writer<'_>,
    config: &DebertaConfig,
    ids: &GraphValue,
    mask: &GraphValue,
    layers: usize,
) -> Result<GraphValue, PackError> {
    let sizes = config.layer();
    let width = sizes.width;
    let table = "embeddings.word_embeddings.weight";
    let words = writer.read(table, &[config.vocab_size, width])?;
    let norm = writer.read_norm("embeddings.LayerNorm", width, sizes.epsilon)?;
    if let Some(probe) = &mut writer.probe {
        probe.embed(&words, None, &norm);
    }
    let precision = writer.precision;
    let words =
        embedding(&mut writer.graph.step("embeddings", "embedding"), ids, &words, precision)?;
    let mut hidden = writer.layer_norm(&norm, "embeddings.norm", &words, None);
    let mask = writer.additive_mask(mask);
    let relative = Relative::new(writer, config, ids)?;
    // Content and each kind of distance add one term to a score's variance.
    let terms = 1 + usize::from(config.has_kind("c2p")) + usize::from(config.has_kind("p2c"));
    let scale = 1.0 / ((sizes.head_width() * terms) as f32).sqrt();
    for index in 0..layers {
        let attention = Attention::read(writer, &sizes, &NAMES, index, scale)?;
        let tables = relative.tables(writer, config, &attention, index, scale)?;
        let scores = |step: &mut StepBuilder<'_>, projected: &Projected| {
            relative.scores(step, config, precision, projected, &tables, &mask)
        };
        hidden = layer(writer, &sizes, &NAMES, index, &attention, &hidden, scores)?;
    }
    Ok(hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v3() -> DebertaConfig {
        DebertaConfig::parse(
            br#"{"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
                "intermediate_size": 3072, "vocab_size": 128100, "max_position_embeddings": 512,
                "relative_attention": true, "position_buckets": 256, "norm_rel_ebd": "layer_norm",
                "share_att_key": true, "pos_att_type": "p2c|c2p", "max_relative_positions": -1,
                "position_biased_input": false, "type_vocab_size": 0}"#,
        )
        .unwrap()
    }

    /// The last distance of every 16th bucket, and of the last ones, as
    /// `make_log_bucket_position(d, 256, 512)` of transformers 5.23 printed them.
    #[test]
    fn buckets_end_where_transformers_has_them() {
        let config = v3();
        let lasts: Vec<(i64, i64)> = (1..512)
            .filter(|&d| d == 511 || config.row(d) != config.row(d + 1))
            .map(|d| (config.row(d) - 256, d))
            .filter(|(bucket, _)| bucket % 16 == 0 || *bucket > 252)
            .collect();
        assert_eq!(lasts, LASTS);
        assert!((0..512).all(|d| config.row(d) - 256 == 256 - config.row(-d)));
    }

    const LASTS: [(i64, i64); 18] = [
        (16, 16),
        (32, 32),
        (48, 48),
        (64, 64),
        (80, 80),
        (96, 96),
        (112, 112),
        (128, 128),
        (144, 152),
        (160, 181),
        (176, 215),
        (192, 257),
        (208, 306),
        (224, 364),
        (240, 433),
        (253, 499),
        (254, 505),
        (255, 511),
    ];

    #[test]
    fn what_the_graph_cannot_express_is_refused() {
        let refused = |from: &str, to: &str| {
            let json = r#"{"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
                "intermediate_size": 8, "vocab_size": 9, "max_position_embeddings": 512,
                "relative_attention": true, "position_buckets": 256, "pos_att_type": ["c2p"],
                "position_biased_input": false, "conv_kernel_size": 0}"#;
            assert!(DebertaConfig::parse(json.as_bytes()).is_ok());
            DebertaConfig::parse(json.replace(from, to).as_bytes()).unwrap_err().to_string()
        };
        assert!(refused("\"c2p\"", "\"p2p\"").contains("pos_att_type is p2p"));
        assert!(refused("kernel_size\": 0", "kernel_size\": 3").contains("conv_kernel_size is 3"));
        assert!(refused("input\": false", "input\": true").contains("position_biased_input"));
        assert!(refused("\"relative_attention\": true", "\"a\": 1").contains("relative_attention"));
    }
}
