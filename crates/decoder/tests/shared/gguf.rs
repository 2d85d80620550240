//! A GGUF file of the Llama architecture: trained weights for tests, nothing that is published for a
//! judge. Rows of queries and keys are put back into the order of transformers' checkpoints.

use half::f16;
use rrgscore_decoder::{
    DecoderConfig, DecoderError, JudgeTokenizer, TensorRows, TokenizerKind, TokenizerRules,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::ops::Range;

pub(crate) struct Gguf {
    bytes: Vec<u8>,
    metadata: BTreeMap<String, Value>,
    /// By the name in a checkpoint.
    tensors: BTreeMap<String, Tensor>,
}

struct Tensor {
    shape: Vec<usize>,
    kind: u32,
    start: usize,
    /// Heads whose rows are permuted.
    heads: Option<usize>,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        self.at += N;
        self.bytes[self.at - N..self.at].try_into().unwrap()
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> usize {
        u64::from_le_bytes(self.take()) as usize
    }

    fn text(&mut self) -> String {
        let length = self.u64();
        self.at += length;
        String::from_utf8(self.bytes[self.at - length..self.at].to_vec()).unwrap()
    }

    fn value(&mut self, kind: u32) -> Value {
        match kind {
            0 | 7 => json!(self.take::<1>()[0]),
            4 => json!(self.u32()),
            5 => json!(i32::from_le_bytes(self.take())),
            6 => json!(f32::from_le_bytes(self.take())),
            8 => json!(self.text()),
            10 => json!(self.u64()),
            9 => {
                let (kind, length) = (self.u32(), self.u64());
                (0..length).map(|_| self.value(kind)).collect()
            }
            other => panic!("metadata of type {other}"),
        }
    }
}

impl Gguf {
    pub(crate) fn read(bytes: Vec<u8>) -> Gguf {
        let mut reader = Reader { bytes: &bytes, at: 0 };
        assert_eq!((&reader.take::<4>(), reader.u32()), (b"GGUF", 3));
        let (tensors, entries) = (reader.u64(), reader.u64());
        let metadata: BTreeMap<String, Value> = (0..entries)
            .map(|_| {
                let (key, kind) = (reader.text(), reader.u32());
                (key, reader.value(kind))
            })
            .collect();
        let listed: Vec<(String, Vec<usize>, u32, usize)> = (0..tensors)
            .map(|_| {
                let (name, dimensions) = (reader.text(), reader.u32());
                // Inputs first.
                let mut shape: Vec<usize> = (0..dimensions).map(|_| reader.u64()).collect();
                shape.reverse();
                (name, shape, reader.u32(), reader.u64())
            })
            .collect();
        let data = reader.at.next_multiple_of(32);
        let number = |key: &str| metadata[key].as_u64().unwrap() as usize;
        let heads = number("llama.attention.head_count");
        let kv_heads = number("llama.attention.head_count_kv");
        let tensors = listed
            .into_iter()
            .map(|(name, shape, kind, offset)| {
                let heads = match name.rsplit('.').nth(1) {
                    Some("attn_q") => Some(heads),
                    Some("attn_k") => Some(kv_heads),
                    _ => None,
                };
                (official(&name), Tensor { shape, kind, start: data + offset, heads })
            })
            .collect();
        Gguf { bytes, metadata, tensors }
    }

    pub(crate) fn config(&self) -> DecoderConfig {
        let number = |key: &str| self.metadata[&format!("llama.{key}")].clone();
        let config = json!({
            "architectures": ["LlamaForCausalLM"],
            "hidden_size": number("embedding_length"),
            "num_hidden_layers": number("block_count"),
            "num_attention_heads": number("attention.head_count"),
            "num_key_value_heads": number("attention.head_count_kv"),
            "intermediate_size": number("feed_forward_length"),
            "vocab_size": self.tensors["model.embed_tokens.weight"].shape[0],
            "rms_norm_eps": number("attention.layer_norm_rms_epsilon"),
            "rope_theta": number("rope.freq_base"),
            "max_position_embeddings": number("context_length"),
            "tie_word_embeddings": !self.tensors.contains_key("lm_head.weight"),
            "eos_token_id": self.metadata["tokenizer.ggml.eos_token_id"],
        });
        DecoderConfig::parse(config.to_string().as_bytes()).unwrap()
    }

    /// Its byte-level BPE: digits one by one, then GPT-2's pattern.
    pub(crate) fn tokenizer(&self) -> JudgeTokenizer {
        let list = |key: &str| self.metadata[&format!("tokenizer.ggml.{key}")].as_array().unwrap();
        let tokens = list("tokens");
        let vocabulary: Map<String, Value> = tokens
            .iter()
            .enumerate()
            .map(|(id, token)| (token.as_str().unwrap().to_owned(), json!(id)))
            .collect();
        let merges: Vec<Value> = list("merges")
            .iter()
            .map(|pair| json!(pair.as_str().unwrap().split_once(' ').unwrap()))
            .collect();
        // Type 3: control.
        let added: Vec<Value> = list("token_type")
            .iter()
            .enumerate()
            .filter(|(_, kind)| **kind == 3)
            .map(|(id, _)| {
                json!({"id": id, "content": tokens[id], "single_word": false, "lstrip": false,
                       "rstrip": false, "normalized": false, "special": true})
            })
            .collect();
        let level = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
                           "use_regex": true});
        let digits = json!({"type": "Digits", "individual_digits": true});
        let json = json!({
            "version": "1.0", "truncation": null, "padding": null, "added_tokens": added,
            "normalizer": null,
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [digits, level]},
            "post_processor": null, "decoder": level,
            "model": {"type": "BPE", "dropout": null, "unk_token": null,
                      "continuing_subword_prefix": null, "end_of_word_suffix": null,
                      "fuse_unk": false, "byte_fallback": false, "vocab": vocabulary,
                      "merges": merges},
        });
        let eos = self.metadata["tokenizer.ggml.eos_token_id"].as_u64().unwrap() as usize;
        let rules = TokenizerRules {
            kind: TokenizerKind::ByteLevel,
            special: Vec::new(),
            added: BTreeMap::new(),
            eos: tokens[eos].as_str().unwrap().to_owned(),
        };
        JudgeTokenizer::new(json.to_string().into_bytes(), rules).unwrap()
    }
}

fn official(name: &str) -> String {
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        ["token_embd", _] => "model.embed_tokens.weight".to_owned(),
        ["output_norm", _] => "model.norm.weight".to_owned(),
        ["output", _] => "lm_head.weight".to_owned(),
        ["blk", layer, part, _] => {
            let part = match *part {
                "attn_norm" => "input_layernorm",
                "attn_q" => "self_attn.q_proj",
                "attn_k" => "self_attn.k_proj",
                "attn_v" => "self_attn.v_proj",
                "attn_output" => "self_attn.o_proj",
                "ffn_norm" => "post_attention_layernorm",
                "ffn_gate" => "mlp.gate_proj",
                "ffn_up" => "mlp.up_proj",
                "ffn_down" => "mlp.down_proj",
                other => panic!("tensor {other}"),
            };
            format!("model.layers.{layer}.{part}.weight")
        }
        other => panic!("tensor {other:?}"),
    }
}

impl TensorRows for Gguf {
    fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|tensor| tensor.shape.as_slice())
    }

    fn rows(&self, name: &str, rows: Range<usize>) -> Result<Vec<f32>, DecoderError> {
        let tensor = &self.tensors[name];
        let width: usize = tensor.shape[1..].iter().product();
        let mut values = Vec::with_capacity(rows.len() * width);
        for row in rows {
            // Within a head, row 2j + i here is row i·D/2 + j there.
            let row = tensor.heads.map_or(row, |heads| {
                let size = tensor.shape[0] / heads;
                let (head, at) = (row / size, row % size);
                head * size + 2 * (at % (size / 2)) + at / (size / 2)
            });
            dequantize(&self.bytes[tensor.start..], tensor.kind, row * width, width, &mut values);
        }
        Ok(values)
    }
}

fn dequantize(data: &[u8], kind: u32, from: usize, count: usize, values: &mut Vec<f32>) {
    let half = |bytes: &[u8]| f16::from_le_bytes([bytes[0], bytes[1]]).to_f32();
    match kind {
        0 => {
            let bytes = &data[4 * from..4 * (from + count)];
            values.extend(bytes.as_chunks::<4>().0.iter().copied().map(f32::from_le_bytes));
        }
        // Q4_1: d, m, then 32 nibbles, the low ones first.
        3 => {
            for block in data[from / 32 * 20..(from + count) / 32 * 20].chunks_exact(20) {
                let (d, m) = (half(block), half(&block[2..]));
                values.extend(block[4..].iter().map(|byte| f32::from(byte & 15) * d + m));
                values.extend(block[4..].iter().map(|byte| f32::from(byte >> 4) * d + m));
            }
        }
        // Q8_0: d, then 32 levels.
        8 => {
            for block in data[from / 32 * 34..(from + count) / 32 * 34].chunks_exact(34) {
                let d = half(block);
                values.extend(block[2..].iter().map(|&byte| f32::from(byte as i8) * d));
            }
        }
        other => panic!("a tensor of type {other}"),
    }
}
