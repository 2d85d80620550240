//! The tensors and configurations of the encoders, named as `transformers` names them.

use super::bert::to_json;
use super::sizes::Sizes;
use super::weights::Weights;
use crate::PackError;
use serde_json::{Map, Value, json};

/// The parts of a post-norm layer that differ between the families.
struct Names {
    layers: &'static str,
    attention: [&'static str; 4],
    norm: &'static str,
    feed_forward: [&'static str; 2],
    last_norm: &'static str,
}

const BERT: Names = Names {
    layers: "encoder.layer",
    feed_forward: ["intermediate.dense", "output.dense"],
    last_norm: "output.LayerNorm",
    attention: [
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
    ],
    norm: "attention.output.LayerNorm",
};

const MPNET: Names = Names {
    attention: ["attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o"],
    norm: "attention.LayerNorm",
    ..BERT
};

const DEBERTA: Names = Names {
    attention: [
        "attention.self.query_proj",
        "attention.self.key_proj",
        "attention.self.value_proj",
        "attention.output.dense",
    ],
    ..BERT
};

const DISTILBERT: Names = Names {
    layers: "transformer.layer",
    attention: ["attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"],
    norm: "sa_layer_norm",
    feed_forward: ["ffn.lin1", "ffn.lin2"],
    last_norm: "output_layer_norm",
};

/// Gains (see [`Weights::matrix`]). Random layers mix tokens until all are alike, unless their
/// attention is sharp and what they add is small beside what they pass on.
const PLAIN: f32 = 1.1;
const SHARP: f32 = 1.6;
const BRANCH: f32 = 0.4;

fn embeddings(weights: &mut Weights, prefix: &str, sizes: &Sizes, positions: usize, types: usize) {
    let table = |name: &str| format!("{prefix}embeddings.{name}_embeddings.weight");
    weights.table(table("word"), sizes.vocabulary, sizes.hidden);
    if positions > 0 {
        weights.table(table("position"), positions, sizes.hidden);
    }
    if types > 0 {
        // The same for all tokens, so it must be small.
        weights.add(table("token_type"), &[types, sizes.hidden], 0.0, 0.01);
    }
    weights.norm(&format!("{prefix}embeddings.LayerNorm"), sizes.hidden);
}

fn layers(weights: &mut Weights, prefix: &str, sizes: &Sizes, names: &Names) {
    let (width, inner) = (sizes.hidden, sizes.intermediate);
    for layer in 0..sizes.layers {
        let layer = format!("{prefix}{}.{layer}", names.layers);
        let [first, second] = names.feed_forward.map(|part| format!("{layer}.{part}"));
        for (part, gain) in names.attention.into_iter().zip([SHARP, SHARP, PLAIN, BRANCH]) {
            weights.linear(&format!("{layer}.{part}"), width, width, gain);
        }
        weights.norm(&format!("{layer}.{}", names.norm), width);
        weights.linear(&first, width, inner, PLAIN);
        weights.linear(&second, inner, width, BRANCH);
        weights.norm(&format!("{layer}.{}", names.last_norm), width);
    }
}

pub(super) fn bert(weights: &mut Weights, prefix: &str, sizes: &Sizes) {
    embeddings(weights, prefix, sizes, 512, 2);
    layers(weights, prefix, sizes, &BERT);
    weights.linear(&format!("{prefix}pooler.dense"), sizes.hidden, sizes.hidden, PLAIN);
}

pub(super) fn roberta(weights: &mut Weights, prefix: &str, sizes: &Sizes) {
    embeddings(weights, prefix, sizes, 514, 1);
    layers(weights, prefix, sizes, &BERT);
}

pub(super) fn distilbert(weights: &mut Weights, prefix: &str, sizes: &Sizes) {
    embeddings(weights, prefix, sizes, 512, 0);
    layers(weights, prefix, sizes, &DISTILBERT);
}

pub(super) fn mpnet(weights: &mut Weights, prefix: &str, sizes: &Sizes) {
    embeddings(weights, prefix, sizes, 514, 0);
    layers(weights, prefix, sizes, &MPNET);
    let bias = format!("{prefix}encoder.relative_attention_bias.weight");
    weights.add(bias, &[32, sizes.heads], 0.0, 0.5);
}

pub(super) fn deberta(weights: &mut Weights, prefix: &str, sizes: &Sizes) {
    embeddings(weights, prefix, sizes, 0, 0);
    layers(weights, prefix, sizes, &DEBERTA);
    weights.table(format!("{prefix}encoder.rel_embeddings.weight"), 512, sizes.hidden);
    weights.norm(&format!("{prefix}encoder.LayerNorm"), sizes.hidden);
}

pub(super) fn modernbert(weights: &mut Weights, prefix: &str, sizes: &Sizes) {
    let (width, inner) = (sizes.hidden, sizes.intermediate);
    weights.table(format!("{prefix}embeddings.tok_embeddings.weight"), sizes.vocabulary, width);
    let norm = |weights: &mut Weights, name: &str| {
        weights.add(format!("{prefix}{name}.weight"), &[width], 1.0, 0.1);
    };
    norm(weights, "embeddings.norm");
    for layer in 0..sizes.layers {
        if layer > 0 {
            norm(weights, &format!("layers.{layer}.attn_norm"));
        }
        let from = format!("{prefix}layers.{layer}");
        weights.matrix(format!("{from}.attn.Wqkv.weight"), width, 3 * width, SHARP);
        weights.matrix(format!("{from}.attn.Wo.weight"), width, width, BRANCH);
        norm(weights, &format!("layers.{layer}.mlp_norm"));
        weights.matrix(format!("{from}.mlp.Wi.weight"), width, 2 * inner, PLAIN);
        weights.matrix(format!("{from}.mlp.Wo.weight"), inner, width, BRANCH);
    }
    norm(weights, "final_norm");
}

fn config(sizes: &Sizes, model_type: &str, class: &str, more: Value) -> Result<Vec<u8>, PackError> {
    let mut fields = json!({
        "architectures": [class],
        "hidden_size": sizes.hidden,
        "intermediate_size": sizes.intermediate,
        "model_type": model_type,
        "num_attention_heads": sizes.heads,
        "num_hidden_layers": sizes.layers,
        "vocab_size": sizes.vocabulary,
    });
    if let (Some(fields), Value::Object(more)) = (fields.as_object_mut(), more) {
        fields.extend(more);
    }
    to_json(&fields)
}

pub(super) fn bert_config(sizes: &Sizes) -> Result<Vec<u8>, PackError> {
    let more = json!({
        "hidden_act": "gelu", "layer_norm_eps": 1e-12, "max_position_embeddings": 512,
        "pad_token_id": 0, "type_vocab_size": 2,
    });
    config(sizes, "bert", "BertModel", more)
}

pub(super) fn roberta_config(sizes: &Sizes) -> Result<Vec<u8>, PackError> {
    let more = json!({
        "hidden_act": "gelu", "layer_norm_eps": 1e-5, "max_position_embeddings": 514,
        "pad_token_id": 1, "type_vocab_size": 1,
    });
    config(sizes, "roberta", "RobertaForMaskedLM", more)
}

pub(super) fn distilbert_config(sizes: &Sizes) -> Result<Vec<u8>, PackError> {
    to_json(&json!({
        "activation": "gelu", "architectures": ["DistilBertForMaskedLM"], "dim": sizes.hidden,
        "hidden_dim": sizes.intermediate, "max_position_embeddings": 512,
        "model_type": "distilbert", "n_heads": sizes.heads, "n_layers": sizes.layers,
        "vocab_size": sizes.vocabulary,
    }))
}

pub(super) fn mpnet_config(sizes: &Sizes) -> Result<Vec<u8>, PackError> {
    let more = json!({
        "hidden_act": "gelu", "layer_norm_eps": 1e-5, "max_position_embeddings": 514,
        "pad_token_id": 1, "relative_attention_num_buckets": 32,
    });
    config(sizes, "mpnet", "MPNetModel", more)
}

pub(super) fn deberta_config(sizes: &Sizes) -> Result<Vec<u8>, PackError> {
    let labels = rate_labels();
    let id2label: Map<String, Value> =
        labels.iter().enumerate().map(|(id, label)| (id.to_string(), json!(label))).collect();
    let more = json!({
        "hidden_act": "gelu", "id2label": id2label, "layer_norm_eps": 1e-7,
        "max_position_embeddings": 512, "max_relative_positions": -1,
        "norm_rel_ebd": "layer_norm", "pad_token_id": 0, "pos_att_type": ["p2c", "c2p"],
        "position_biased_input": false, "position_buckets": 256, "relative_attention": true,
        "share_att_key": true, "type_vocab_size": 0,
    });
    config(sizes, "deberta-v2", "DebertaV2ForTokenClassification", more)
}

pub(super) fn modernbert_config(sizes: &Sizes) -> Result<Vec<u8>, PackError> {
    let more = json!({
        "attention_bias": false, "global_attn_every_n_layers": 3, "global_rope_theta": 160000.0,
        "hidden_activation": "gelu", "local_attention": 128, "local_rope_theta": 10000.0,
        "max_position_embeddings": 8192, "mlp_bias": false, "norm_bias": false, "norm_eps": 1e-5,
    });
    config(sizes, "modernbert", "ModernBertModel", more)
}

/// RaTE-NER's labels.
pub(super) fn rate_labels() -> Vec<String> {
    ["ABNORMALITY", "NON-ABNORMALITY", "DISEASE", "NON-DISEASE", "ANATOMY"]
        .iter()
        .flat_map(|kind| [format!("B-{kind}"), format!("I-{kind}")])
        .chain(["O".to_owned()])
        .collect()
}
