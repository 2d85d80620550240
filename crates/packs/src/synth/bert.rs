//! A BERT of any size for BERTScore (MiniLM): what the tests of the reader, the engine and the
//! page begin from. Its bytes are fixed: reference values were computed from them.

use super::SyntheticCheckpoint;
use super::random::SplitMix64;
use crate::PackError;
use crate::arch::bert::BertConfig;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::{Map, Value, json};

/// A BERT of toy size: 2 layers of width 32, 4 heads, 64 positions, over
/// [`wordpiece_vocabulary`].
pub fn tiny_bert_config() -> BertConfig {
    BertConfig {
        hidden_size: 32,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        intermediate_size: 64,
        vocab_size: wordpiece_vocabulary().len(),
        max_position_embeddings: 64,
        type_vocab_size: 2,
        layer_norm_eps: 1e-12,
        hidden_act: "gelu".to_owned(),
        position_embedding_type: None,
    }
}

/// A BERT checkpoint with `model.safetensors` (names as `transformers` writes them, pooler
/// included), `config.json` and `tokenizer.json` (WordPiece over [`wordpiece_vocabulary`]).
///
/// Weights are uniform with variance 1/inputs, from a generator seeded by `seed`; the same
/// arguments give the same bytes on every machine.
///
/// # Errors
/// When the sizes do not fit together.
pub fn bert_checkpoint(config: &BertConfig, seed: u64) -> Result<SyntheticCheckpoint, PackError> {
    let mut weights = Weights { random: SplitMix64::new(seed), tensors: Vec::new() };
    weights.bert(config);
    let mut checkpoint = SyntheticCheckpoint::default();
    checkpoint.add("config.json", to_json(&bert_config_json(config))?);
    checkpoint.add("model.safetensors", weights.serialize()?);
    checkpoint.add("tokenizer.json", to_json(&wordpiece_tokenizer())?);
    Ok(checkpoint)
}

/// The vocabulary of the synthetic WordPiece tokenizer: the special tokens, ASCII's printable
/// characters, letters and digits as continuations, and some words of chest radiography.
pub fn wordpiece_vocabulary() -> Vec<String> {
    const WORDS: [&str; 32] = [
        "the",
        "is",
        "are",
        "no",
        "of",
        "and",
        "in",
        "there",
        "heart",
        "lung",
        "lungs",
        "normal",
        "size",
        "clear",
        "left",
        "right",
        "small",
        "pleural",
        "effusion",
        "pneumo",
        "##thorax",
        "##ion",
        "##al",
        "##ed",
        "acute",
        "process",
        "silhouette",
        "consolidation",
        "edema",
        "within",
        "limits",
        "lobe",
    ];
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map(str::to_owned);
    let characters = ('!'..='~').filter(|c| !c.is_ascii_uppercase());
    let continued = ('0'..='9').chain('a'..='z').map(|c| format!("##{c}"));
    special
        .into_iter()
        .chain(characters.map(String::from))
        .chain(continued)
        .chain(WORDS.map(str::to_owned))
        .collect()
}

fn bert_config_json(config: &BertConfig) -> Value {
    json!({
        "architectures": ["BertModel"],
        "hidden_act": config.hidden_act,
        "hidden_size": config.hidden_size,
        "intermediate_size": config.intermediate_size,
        "layer_norm_eps": config.layer_norm_eps,
        "max_position_embeddings": config.max_position_embeddings,
        "model_type": "bert",
        "num_attention_heads": config.num_attention_heads,
        "num_hidden_layers": config.num_hidden_layers,
        "type_vocab_size": config.type_vocab_size,
        "vocab_size": config.vocab_size,
    })
}

/// As saved for all-MiniLM-L6-v2, truncation and padding to a fixed length included, which a
/// reader must not follow.
fn wordpiece_tokenizer() -> Value {
    let vocabulary = wordpiece_vocabulary();
    let special: Vec<Value> = (0..5)
        .zip(&vocabulary)
        .map(|(id, content)| {
            json!({
                "id": id, "content": content, "special": true, "single_word": false,
                "lstrip": false, "rstrip": false, "normalized": false,
            })
        })
        .collect();
    let ids: Map<String, Value> =
        vocabulary.iter().enumerate().map(|(id, token)| (token.clone(), json!(id))).collect();
    json!({
        "version": "1.0",
        "truncation": {"max_length": 16, "strategy": "LongestFirst", "stride": 0},
        "padding": {
            "strategy": {"Fixed": 16}, "direction": "Right", "pad_to_multiple_of": null,
            "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]",
        },
        "added_tokens": special,
        "normalizer": {
            "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
            ],
            "pair": [
                {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 1}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 1}},
            ],
            "special_tokens": {
                "[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]},
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": ids,
        },
    })
}

pub(super) fn to_json(value: &Value) -> Result<Vec<u8>, PackError> {
    serde_json::to_vec(value).map_err(|error| PackError::Graph { reason: error.to_string() })
}

struct Weights {
    random: SplitMix64,
    tensors: Vec<(String, Vec<usize>, Vec<u8>)>,
}

impl Weights {
    fn bert(&mut self, config: &BertConfig) {
        let (width, inner) = (config.hidden_size, config.intermediate_size);
        let tables = [
            ("word", config.vocab_size),
            ("position", config.max_position_embeddings),
            ("token_type", config.type_vocab_size),
        ];
        for (table, rows) in tables {
            self.add(format!("embeddings.{table}_embeddings.weight"), &[rows, width], 0.0, 1.0);
        }
        self.layer_norm("embeddings.LayerNorm", width);
        for layer in 0..config.num_hidden_layers {
            let layer = format!("encoder.layer.{layer}");
            for part in ["query", "key", "value"] {
                self.linear(&format!("{layer}.attention.self.{part}"), width, width);
            }
            self.linear(&format!("{layer}.attention.output.dense"), width, width);
            self.layer_norm(&format!("{layer}.attention.output.LayerNorm"), width);
            self.linear(&format!("{layer}.intermediate.dense"), width, inner);
            self.linear(&format!("{layer}.output.dense"), inner, width);
            self.layer_norm(&format!("{layer}.output.LayerNorm"), width);
        }
        self.linear("pooler.dense", width, width);
    }

    fn linear(&mut self, name: &str, inputs: usize, outputs: usize) {
        let spread = (3.0 / inputs as f32).sqrt();
        self.add(format!("{name}.weight"), &[outputs, inputs], 0.0, spread);
        self.add(format!("{name}.bias"), &[outputs], 0.0, 0.1);
    }

    fn layer_norm(&mut self, name: &str, width: usize) {
        self.add(format!("{name}.weight"), &[width], 1.0, 0.2);
        self.add(format!("{name}.bias"), &[width], 0.0, 0.1);
    }

    /// A tensor of values uniform in `middle ± spread`.
    fn add(&mut self, name: String, shape: &[usize], middle: f32, spread: f32) {
        let count: usize = shape.iter().product();
        let bytes = (0..count)
            .flat_map(|_| (middle + spread * self.random.next_signed()).to_le_bytes())
            .collect();
        self.tensors.push((name, shape.to_vec(), bytes));
    }

    fn serialize(&self) -> Result<Vec<u8>, PackError> {
        let failed = |error: safetensors::SafeTensorError| PackError::Graph {
            reason: format!("the synthetic checkpoint cannot be written: {error}"),
        };
        let mut views = Vec::with_capacity(self.tensors.len());
        for (name, shape, bytes) in &self.tensors {
            let view = TensorView::new(Dtype::F32, shape.clone(), bytes).map_err(failed)?;
            views.push((name.as_str(), view));
        }
        safetensors::serialize(views, None).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vocabulary_has_no_duplicates() {
        let vocabulary = wordpiece_vocabulary();
        let distinct: std::collections::BTreeSet<&String> = vocabulary.iter().collect();
        assert_eq!(distinct.len(), vocabulary.len());
    }
}
