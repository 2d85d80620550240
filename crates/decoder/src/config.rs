//! A decoder's sizes, from `config.json`.

use crate::DecoderError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Family of a decoder: which layers it has and what its tensors are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// `LlamaForCausalLM`.
    Llama,
    /// `MistralForCausalLM`: Llama's layers with a window that no prompt here reaches.
    Mistral,
    /// `PhiForCausalLM`: attention and feed-forward side by side, layer norms, biases.
    Phi,
}

/// The sizes of a decoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecoderConfig {
    /// Which layers.
    pub family: Family,
    /// Width of the hidden states.
    pub hidden: usize,
    /// Number of layers.
    pub layers: usize,
    /// Query heads.
    pub heads: usize,
    /// Heads of keys and values.
    pub kv_heads: usize,
    /// Values of a head.
    pub head_size: usize,
    /// Width within the feed-forward part.
    pub intermediate: usize,
    /// Rows of the table and of the head.
    pub vocabulary: usize,
    /// Added to the variance in norms.
    pub epsilon: f32,
    /// Base of the rotary angles.
    pub rope_theta: f64,
    /// Channels of a head that are rotated, the first ones.
    pub rotary: usize,
    /// Longest sequence.
    pub max_positions: usize,
    /// Whether the table is the head, too.
    pub tied: bool,
    /// The token that ends an answer.
    pub eos: u32,
}

const FILE: &str = "config.json";

/// Names of encoders and other architectures are short.
const MOST_LAYERS: u64 = 512;

#[derive(Deserialize)]
struct File {
    architectures: Option<Vec<String>>,
    hidden_size: u64,
    num_hidden_layers: u64,
    num_attention_heads: u64,
    num_key_value_heads: Option<u64>,
    head_dim: Option<u64>,
    intermediate_size: u64,
    vocab_size: u64,
    rms_norm_eps: Option<f64>,
    layer_norm_eps: Option<f64>,
    rope_theta: Option<f64>,
    partial_rotary_factor: Option<f64>,
    max_position_embeddings: u64,
    sliding_window: Option<u64>,
    tie_word_embeddings: Option<bool>,
    eos_token_id: Option<Value>,
    hidden_act: Option<String>,
    attention_bias: Option<bool>,
    mlp_bias: Option<bool>,
    qk_layernorm: Option<bool>,
    rope_scaling: Option<Value>,
    rope_parameters: Option<RopeParameters>,
    quantization_config: Option<Value>,
}

/// Where transformers 5 writes what 4 has beside the other settings.
#[derive(Debug, Default, Deserialize)]
struct RopeParameters {
    rope_type: Option<String>,
    rope_theta: Option<f64>,
    partial_rotary_factor: Option<f64>,
}

impl DecoderConfig {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// When it is not valid, or asks for an architecture or a setting that is not built here; the
    /// message names the field.
    pub fn parse(json: &[u8]) -> Result<DecoderConfig, DecoderError> {
        let file: File =
            serde_json::from_slice(json).map_err(|error| DecoderError::bad_file(FILE, error))?;
        let family = family(&file)?;
        refuse_unknown(&file, family)?;
        let size = |name: &'static str, value: u64, most: u64| {
            let found = usize::try_from(value).ok().filter(|_| (1..=most).contains(&value));
            found.ok_or_else(|| unsupported(name, value, format!("1 to {most}")))
        };
        let hidden = size("hidden_size", file.hidden_size, 1 << 16)?;
        let heads = size("num_attention_heads", file.num_attention_heads, 1 << 10)?;
        let kv_heads = file.num_key_value_heads.unwrap_or(file.num_attention_heads);
        let kv_heads = size("num_key_value_heads", kv_heads, 1 << 10)?;
        if !heads.is_multiple_of(kv_heads) {
            return Err(unsupported("num_key_value_heads", kv_heads, format!("a part of {heads}")));
        }
        let head_size =
            size("head_dim", file.head_dim.unwrap_or((hidden / heads) as u64), 1 << 12)?;
        if file.head_dim.is_none() && !hidden.is_multiple_of(heads) {
            return Err(unsupported("hidden_size", hidden, format!("a multiple of {heads}")));
        }
        let rope = file.rope_parameters.as_ref();
        let factor =
            file.partial_rotary_factor.or(rope.and_then(|rope| rope.partial_rotary_factor));
        let factor = factor.unwrap_or(if family == Family::Phi { 0.5 } else { 1.0 });
        // As Python's int(): towards zero.
        let rotary = (head_size as f64 * factor) as usize;
        if !(0.0..=1.0).contains(&factor) || !rotary.is_multiple_of(2) {
            return Err(unsupported(
                "partial_rotary_factor",
                factor,
                "0 to 1, an even number of channels",
            ));
        }
        let max_positions = size("max_position_embeddings", file.max_position_embeddings, 1 << 24)?;
        // Versions of the official code differ by one beyond the window: no context goes there.
        let window = file.sliding_window.filter(|_| family == Family::Mistral);
        let window =
            window.map_or(Ok(max_positions), |window| size("sliding_window", window, 1 << 24))?;
        let epsilon = match family {
            Family::Phi => file.layer_norm_eps.unwrap_or(1e-5),
            Family::Llama | Family::Mistral => file.rms_norm_eps.unwrap_or(1e-6),
        };
        Ok(DecoderConfig {
            family,
            hidden,
            layers: size("num_hidden_layers", file.num_hidden_layers, MOST_LAYERS)?,
            heads,
            kv_heads,
            head_size,
            intermediate: size("intermediate_size", file.intermediate_size, 1 << 18)?,
            vocabulary: size("vocab_size", file.vocab_size, 1 << 20)?,
            epsilon: epsilon as f32,
            rope_theta: file
                .rope_theta
                .or(rope.and_then(|rope| rope.rope_theta))
                .unwrap_or(10_000.0),
            rotary,
            max_positions: max_positions.min(window),
            tied: file.tie_word_embeddings.unwrap_or(false),
            eos: eos(file.eos_token_id)?,
        })
    }

    /// Values of all query heads.
    pub fn query_width(&self) -> usize {
        self.heads * self.head_size
    }

    /// Values of all heads of keys, or of values.
    pub fn kv_width(&self) -> usize {
        self.kv_heads * self.head_size
    }

    /// Weights of the matrices, the table and the head: what a pack's size is proportional to.
    pub fn parameters(&self) -> u64 {
        let attention = self.hidden * (2 * self.query_width() + 2 * self.kv_width());
        let matrices = if self.family == Family::Phi { 2 } else { 3 };
        let layer = attention + matrices * self.hidden * self.intermediate;
        let tables = if self.tied { 1 } else { 2 };
        (self.layers * layer) as u64 + (tables * self.vocabulary * self.hidden) as u64
    }

    /// The name of the official class, for messages.
    pub fn architecture(&self) -> &'static str {
        match self.family {
            Family::Llama => "LlamaForCausalLM",
            Family::Mistral => "MistralForCausalLM",
            Family::Phi => "PhiForCausalLM",
        }
    }
}

fn family(file: &File) -> Result<Family, DecoderError> {
    let named = file.architectures.as_deref().unwrap_or_default();
    match named {
        [name] if name == "LlamaForCausalLM" => Ok(Family::Llama),
        [name] if name == "MistralForCausalLM" => Ok(Family::Mistral),
        [name] if name == "PhiForCausalLM" => Ok(Family::Phi),
        other => {
            let found: String = other.join(", ").chars().take(100).collect();
            let known = "LlamaForCausalLM, MistralForCausalLM, PhiForCausalLM";
            Err(unsupported("architectures", format!("[{found}]"), known))
        }
    }
}

/// Settings that would give other numbers than those computed here.
fn refuse_unknown(file: &File, family: Family) -> Result<(), DecoderError> {
    let activation = if family == Family::Phi { "gelu_new" } else { "silu" };
    if let Some(found) = file.hidden_act.as_deref().filter(|found| *found != activation) {
        let found: String = found.chars().take(40).collect();
        return Err(unsupported("hidden_act", found, activation));
    }
    for (field, value) in [
        ("attention_bias", file.attention_bias),
        ("mlp_bias", file.mlp_bias),
        ("qk_layernorm", file.qk_layernorm),
    ] {
        if value == Some(true) {
            return Err(unsupported(field, true, "false"));
        }
    }
    let given = |value: &Option<Value>| value.as_ref().is_some_and(|value| !value.is_null());
    if given(&file.rope_scaling) {
        return Err(unsupported("rope_scaling", "set", "null"));
    }
    let scaled = file.rope_parameters.as_ref().and_then(|rope| rope.rope_type.as_deref());
    if let Some(found) = scaled.filter(|found| *found != "default") {
        let found: String = found.chars().take(40).collect();
        return Err(unsupported("rope_parameters.rope_type", found, "default"));
    }
    if given(&file.quantization_config) {
        return Err(unsupported("quantization_config", "set", "unquantized weights"));
    }
    Ok(())
}

fn eos(value: Option<Value>) -> Result<u32, DecoderError> {
    let value = value.unwrap_or(Value::Null);
    let id = value.as_u64().and_then(|id| u32::try_from(id).ok());
    id.ok_or_else(|| unsupported("eos_token_id", value, "one token's id"))
}

fn unsupported(
    field: &'static str,
    found: impl ToString,
    supported: impl Into<String>,
) -> DecoderError {
    DecoderError::Unsupported {
        file: FILE,
        field,
        found: found.to_string(),
        supported: supported.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(changes: &[(&str, Value)]) -> Vec<u8> {
        let mut json = serde_json::json!({
            "architectures": ["LlamaForCausalLM"], "hidden_size": 4096, "num_hidden_layers": 32,
            "num_attention_heads": 32, "intermediate_size": 11008, "vocab_size": 32000,
            "rms_norm_eps": 1e-5, "max_position_embeddings": 4096, "eos_token_id": 2,
            "hidden_act": "silu",
        });
        for (field, value) in changes {
            json[*field] = value.clone();
        }
        serde_json::to_vec(&json).unwrap()
    }

    /// The number of weights of Llama-2-7b as published: 6,738,415,616, of which 266,240 in norms.
    #[test]
    fn sizes_of_llama_2_7b() {
        let config = DecoderConfig::parse(&file(&[])).unwrap();
        assert_eq!(config.parameters(), 6_738_415_616 - (2 * 32 + 1) * 4096);
        assert_eq!((config.head_size, config.kv_heads, config.rotary), (128, 32, 128));
        assert_eq!((config.epsilon, config.rope_theta, config.tied), (1e-5, 1e4, false));
    }

    #[test]
    fn what_is_not_built_is_refused_by_its_name() {
        for (field, value) in [
            ("architectures", serde_json::json!(["GPT2LMHeadModel"])),
            ("architectures", Value::Null),
            ("hidden_act", "gelu".into()),
            ("attention_bias", true.into()),
            ("rope_scaling", serde_json::json!({"type": "linear", "factor": 2.0})),
            ("quantization_config", serde_json::json!({"bits": 4})),
            ("num_key_value_heads", 5.into()),
            ("num_hidden_layers", 0.into()),
            ("eos_token_id", serde_json::json!([1, 2])),
            ("partial_rotary_factor", 1.5.into()),
            ("rope_parameters.rope_type", "linear".into()),
        ] {
            let (field, value) = match field.split_once('.') {
                Some((outer, inner)) => (outer, serde_json::json!({ inner: value })),
                None => (field, value),
            };
            match DecoderConfig::parse(&file(&[(field, value)])) {
                Err(DecoderError::Unsupported { field: named, .. }) => {
                    assert!(named.starts_with(field))
                }
                other => panic!("{field}: {other:?}"),
            }
        }
        assert!(matches!(DecoderConfig::parse(b"{}"), Err(DecoderError::BadFile { .. })));
    }
}
