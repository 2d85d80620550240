//! ModernBERT encoders, as in `transformers`' `ModernBertModel`: Warner et al. 2024;
//! pre-layer-norm without biases, rotary positions, gated feed-forward layers, and attention
//! that in most layers reaches a window of neighbours only.

use super::bert::gelu;
use super::config::{
    MOST_IDS, MOST_INTERMEDIATE, MOST_LAYERS, MOST_POSITIONS, Sizes, check_layers, check_sizes,
    from_json, unsupported,
};
use super::rotary::{Rotary, Turn};
use super::writer::{Writer, split, split_heads, to_f32, weighted};
use crate::PackError;
use crate::onnx::graph::{Attr, GraphValue};
use crate::onnx::weights::embedding;
use serde::Deserialize;
use serde_json::Value as Json;

/// The fields of a ModernBERT checkpoint's `config.json` that the graph depends on, as
/// transformers 4.48 and 5 write them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ModernbertConfig {
    /// Width of a hidden state.
    pub hidden_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Attention heads per layer.
    pub num_attention_heads: usize,
    /// Width of the feed-forward layer behind its gate.
    pub intermediate_size: usize,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Most tokens of a text.
    pub max_position_embeddings: usize,
    /// Width of the window of local attention, both sides together; 128 when absent.
    #[serde(default = "window")]
    pub local_attention: usize,
    /// The layer norms' epsilon; 1e-5 when absent.
    #[serde(default = "epsilon")]
    pub norm_eps: f64,
    /// Activation; only the exact (erf) `gelu` is supported.
    #[serde(default = "gelu")]
    pub hidden_activation: String,
    #[serde(default)]
    layer_types: Option<Vec<String>>,
    #[serde(default)]
    global_attn_every_n_layers: Option<usize>,
    #[serde(default)]
    rope_parameters: Option<RopeParameters>,
    #[serde(default)]
    rope_scaling: Option<Json>,
    #[serde(default = "global_theta")]
    global_rope_theta: f64,
    #[serde(default = "local_theta")]
    local_rope_theta: Option<f64>,
    #[serde(default)]
    head_dim: Option<usize>,
    #[serde(default)]
    norm_bias: bool,
    #[serde(default)]
    attention_bias: bool,
    #[serde(default)]
    mlp_bias: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct RopeParameters {
    #[serde(default)]
    full_attention: Option<Rope>,
    #[serde(default)]
    sliding_attention: Option<Rope>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Rope {
    #[serde(default)]
    rope_type: Option<String>,
    #[serde(default)]
    rope_theta: Option<f64>,
}

fn window() -> usize {
    128
}

fn epsilon() -> f64 {
    1e-5
}

fn global_theta() -> f64 {
    160_000.0
}

fn local_theta() -> Option<f64> {
    Some(10_000.0)
}

impl ModernbertConfig {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// When a field is missing, or asks for something that the graph cannot express.
    pub fn parse(json: &[u8]) -> Result<ModernbertConfig, PackError> {
        let config: ModernbertConfig = from_json(json)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), PackError> {
        check_sizes(&[
            ("num_hidden_layers", self.num_hidden_layers, MOST_LAYERS),
            ("intermediate_size", self.intermediate_size, MOST_INTERMEDIATE),
            ("vocab_size", self.vocab_size, MOST_IDS),
            ("max_position_embeddings", self.max_position_embeddings, MOST_POSITIONS),
            ("local_attention", self.local_attention, MOST_POSITIONS),
        ])?;
        let biases = [
            ("norm_bias", self.norm_bias),
            ("attention_bias", self.attention_bias),
            ("mlp_bias", self.mlp_bias),
        ];
        if let Some((field, _)) = biases.into_iter().find(|(_, present)| *present) {
            return Err(unsupported(field, true, false));
        }
        if self.rope_scaling.is_some() {
            return Err(unsupported("rope_scaling", "present", "none"));
        }
        for rope in self.ropes().into_iter().flatten() {
            if let Some(kind) = rope.rope_type.as_deref().filter(|&kind| kind != "default") {
                return Err(unsupported("rope_type", kind, "default"));
            }
        }
        for global in [true, false] {
            let theta = self.theta(global);
            if !(theta > 1.0 && theta.is_finite()) {
                return Err(unsupported("rope_theta", theta, "above 1"));
            }
        }
        if let Some(types) = &self.layer_types {
            if types.len() != self.num_hidden_layers {
                let needed = format!("one per layer, {}", self.num_hidden_layers);
                return Err(unsupported("layer_types", types.len(), needed));
            }
            if let Some(other) = types.iter().find(|kind| !matches!(kind.as_str(), FULL | SLIDING))
            {
                return Err(unsupported("layer_types", other, format!("{FULL}, {SLIDING}")));
            }
        }
        if self.global_attn_every_n_layers == Some(0) {
            return Err(unsupported("global_attn_every_n_layers", 0, "at least 1"));
        }
        check_layers(
            self.hidden_size,
            self.num_attention_heads,
            ("norm_eps", self.norm_eps),
            ("hidden_activation", &self.hidden_activation),
        )?;
        let part = self.hidden_size / self.num_attention_heads;
        if !part.is_multiple_of(2) {
            let needed = format!("such that hidden_size, {}, has even parts", self.hidden_size);
            return Err(unsupported("num_attention_heads", self.num_attention_heads, needed));
        }
        match self.head_dim {
            Some(size) if size != part => Err(unsupported("head_dim", size, part)),
            _ => Ok(()),
        }
    }

    fn ropes(&self) -> [Option<&Rope>; 2] {
        let ropes = self.rope_parameters.as_ref();
        [
            ropes.and_then(|ropes| ropes.full_attention.as_ref()),
            ropes.and_then(|ropes| ropes.sliding_attention.as_ref()),
        ]
    }

    /// The base of the rotary frequencies of layers with global or local attention.
    fn theta(&self, global: bool) -> f64 {
        let [full, sliding] = self.ropes();
        let written = |rope: Option<&Rope>| rope.and_then(|rope| rope.rope_theta);
        let full = written(full).unwrap_or(self.global_rope_theta);
        if global {
            return full;
        }
        // A null stands for the global one.
        written(sliding).or(self.local_rope_theta).unwrap_or(full)
    }

    fn is_global(&self, layer: usize) -> bool {
        match &self.layer_types {
            Some(types) => types.get(layer).is_some_and(|kind| kind == FULL),
            None => layer.is_multiple_of(self.global_attn_every_n_layers.unwrap_or(3)),
        }
    }

    pub(super) fn sizes(&self) -> Sizes {
        Sizes {
            hidden: self.hidden_size,
            layers: self.num_hidden_layers,
            heads: self.num_attention_heads,
            intermediate: self.intermediate_size,
            vocabulary: self.vocab_size,
            max_ids: self.max_position_embeddings.min(MOST_TOKENS),
        }
    }
}

const FULL: &str = "full_attention";
const SLIDING: &str = "sliding_attention";

/// Most tokens of one text, whatever the configuration says: the published models' own limit.
/// The tables of rotations take 1 KB per token.
const MOST_TOKENS: usize = 8_192;

/// What layers with global, or with local attention share.
struct Reach {
    turn: Turn,
    mask: GraphValue,
}

/// The output of the first `layers` layers behind the final layer norm, as of a model that has
/// no others: `[batch, tokens, hidden]`.
pub(super) fn hidden(
    writer: &mut Writer<'_>,
    config: &ModernbertConfig,
    ids: &GraphValue,
    mask: &GraphValue,
    layers: usize,
) -> Result<GraphValue, PackError> {
    let (width, epsilon) = (config.hidden_size, config.norm_eps);
    let table = "embeddings.tok_embeddings.weight";
    let words = writer.read(table, &[config.vocab_size, width])?;
    let precision = writer.precision;
    let words =
        embedding(&mut writer.graph.step("embeddings", "embedding"), ids, &words, precision)?;
    let norm = "embeddings.norm";
    let mut hidden = writer.scale_norm(norm, norm, &words, width, epsilon)?;

    let mask = writer.additive_mask(mask);
    let part = width / config.num_attention_heads;
    let rotary = Rotary { half: part / 2, positions: config.sizes().max_ids };
    let used = |global: bool| (0..layers).any(|layer| config.is_global(layer) == global);
    let global = if used(true) {
        let turn = rotary.turn(writer, "rotary.global", ids, config.theta(true));
        Some(Reach { turn, mask: mask.clone() })
    } else {
        None
    };
    let local = if used(false) {
        let turn = rotary.turn(writer, "rotary.local", ids, config.theta(false));
        Some(Reach { turn, mask: window_mask(writer, config, ids, &mask) })
    } else {
        None
    };
    for index in 0..layers {
        let reach = if config.is_global(index) { &global } else { &local };
        let Some(reach) = reach else { continue };
        hidden = layer(writer, config, index, &hidden, reach)?;
    }
    writer.scale_norm("final_norm", "final_norm", &hidden, width, epsilon)
}

fn layer(
    writer: &mut Writer<'_>,
    config: &ModernbertConfig,
    index: usize,
    hidden: &GraphValue,
    reach: &Reach,
) -> Result<GraphValue, PackError> {
    let (width, inner) = (config.hidden_size, config.intermediate_size);
    let (heads, epsilon) = (config.num_attention_heads, config.norm_eps);
    let from = format!("layers.{index}");
    let name = format!("layer.{index}.attention");

    // The embeddings are normalised already.
    let input = if index == 0 {
        hidden.clone()
    } else {
        let norm = format!("{from}.attn_norm");
        writer.scale_norm(&norm, &format!("{name}.norm"), hidden, width, epsilon)?
    };
    let part = width / heads;
    let mut merged = writer.read(&format!("{from}.attn.Wqkv.weight"), &[3 * width, width])?;
    let scale = 1.0 / (part as f32).sqrt();
    merged.values.iter_mut().take(width * width).for_each(|value| *value *= scale);
    let merged = writer.product(&format!("{name}.qkv"), &input, &merged.transposed()?)?;
    let step = &mut writer.graph.step(&name, "attention");
    let [turned, value] = split(step, "split", &merged, 2, [2 * width, width]);
    // Queries and keys are turned alike, as heads of one.
    let both = split_heads(step, "both", &turned, 2 * heads, part, [0, 2, 1, 3]);
    let both = reach.turn.apply(step, &both);
    let [query, key] = split(step, "turned.split", &both, 1, [heads; 2]);
    let value = split_heads(step, "value", &value, heads, part, [0, 2, 1, 3]);
    let last = [("perm", Attr::Ints(vec![0, 1, 3, 2]))];
    let key = step.node("Transpose", "key", &[&key], &last);
    let scores = step.node("MatMul", "scores", &[&query, &key], &[]);
    let scores = step.node("Add", "masked", &[&scores, &reach.mask], &[]);
    let context = weighted(step, &scores, &value, width);
    let output = writer.read(&format!("{from}.attn.Wo.weight"), &[width, width])?.transposed()?;
    let output = writer.product(&format!("{name}.output"), &context, &output)?;
    let residual = format!("{name}.residual");
    let hidden = writer.graph.node("Add", &residual, &[&output, hidden], &[]);

    let name = format!("layer.{index}.feed_forward");
    let norm = format!("{from}.mlp_norm");
    let input = writer.scale_norm(&norm, &format!("{name}.norm"), &hidden, width, epsilon)?;
    let both = writer.read(&format!("{from}.mlp.Wi.weight"), &[2 * inner, width])?.transposed()?;
    let both = writer.product(&format!("{name}.in"), &input, &both)?;
    let [active, gate] = writer.split(&format!("{name}.split"), &both, 2, [inner; 2]);
    let active = writer.gelu(&format!("{name}.gelu"), &active);
    let gated = writer.graph.node("Mul", &format!("{name}.gated"), &[&active, &gate], &[]);
    let output = writer.read(&format!("{from}.mlp.Wo.weight"), &[width, inner])?.transposed()?;
    let output = writer.product(&format!("{name}.out"), &gated, &output)?;
    Ok(writer.graph.node("Add", &format!("{name}.residual"), &[&output, &hidden], &[]))
}

/// The mask of padding and of tokens outside of the window: `[batch, 1, tokens, tokens]`.
fn window_mask(
    writer: &mut Writer<'_>,
    config: &ModernbertConfig,
    ids: &GraphValue,
    mask: &GraphValue,
) -> GraphValue {
    let distance = writer.distances(ids, config.sizes().max_ids);
    let mut step = writer.graph.step("window", "window");
    let apart = step.node("Abs", "apart", &[&distance], &[]);
    let reach = step.i64s("reach", &[(config.local_attention / 2) as i64]);
    let outside = step.node("Greater", "outside", &[&apart, &reach], &[]);
    let outside = to_f32(&mut step, "number", &outside);
    let lowest = step.f32s("lowest", &[], &[f32::MIN]);
    let outside = step.node("Mul", "low", &[&outside, &lowest], &[]);
    // Not a sum: twice the lowest value would be infinite.
    step.node("Min", "window", &[&outside, mask], &[])
}
