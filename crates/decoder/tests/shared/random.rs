//! Models of random weights, the same on every machine, and a tokenizer of bytes.

use rrgscore_decoder::{
    DecoderConfig, DecoderError, Family, JudgeTokenizer, TensorRows, TokenizerKind, TokenizerRules,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::ops::Range;

/// Tokens: bytes, and the end of a sequence.
pub(crate) const VOCABULARY: usize = 257;

pub(crate) struct RandomModel {
    pub(crate) config: DecoderConfig,
    /// Whether attention adds nothing: a token then follows from the one before it alone, and a text
    /// goes round in circles.
    pub(crate) forgetful: bool,
    shapes: BTreeMap<String, Vec<usize>>,
}

impl RandomModel {
    pub(crate) fn new(family: Family, layers: usize, tied: bool) -> RandomModel {
        let phi = family == Family::Phi;
        let (hidden, heads, head_size, intermediate) = (48, 4, 12, 80);
        let kv_heads = if family == Family::Mistral { 2 } else { 4 };
        let config = DecoderConfig {
            family,
            hidden,
            layers,
            heads,
            kv_heads,
            head_size,
            intermediate,
            vocabulary: VOCABULARY,
            epsilon: 1e-5,
            rope_theta: 1e4,
            rotary: if phi { 4 } else { head_size },
            max_positions: 512,
            tied,
            eos: 256,
        };
        let mut shapes = BTreeMap::new();
        let mut put = |name: &str, outputs: usize, inputs: usize| {
            shapes.insert(format!("{name}.weight"), vec![outputs, inputs]);
            shapes.insert(format!("{name}.bias"), vec![outputs]);
        };
        put("model.embed_tokens", VOCABULARY, hidden);
        put("lm_head", VOCABULARY, hidden);
        for layer in 0..layers {
            for (name, outputs, inputs) in [
                ("self_attn.q_proj", 48, 48),
                ("self_attn.k_proj", 12 * kv_heads, 48),
                ("self_attn.v_proj", 12 * kv_heads, 48),
                ("self_attn.o_proj", 48, 48),
                ("self_attn.dense", 48, 48),
                ("mlp.gate_proj", 80, 48),
                ("mlp.up_proj", 80, 48),
                ("mlp.down_proj", 48, 80),
                ("mlp.fc1", 80, 48),
                ("mlp.fc2", 48, 80),
            ] {
                put(&format!("model.layers.{layer}.{name}"), outputs, inputs);
            }
        }
        let norms = (0..layers).flat_map(|layer| {
            ["input_layernorm", "post_attention_layernorm"]
                .map(|name| format!("model.layers.{layer}.{name}"))
        });
        let ends = ["model.norm", "model.final_layernorm"].map(str::to_owned);
        for name in norms.chain(ends) {
            shapes.insert(format!("{name}.weight"), vec![hidden]);
            shapes.insert(format!("{name}.bias"), vec![hidden]);
        }
        RandomModel { config, forgetful: false, shapes }
    }
}

impl TensorRows for RandomModel {
    fn shape(&self, name: &str) -> Option<&[usize]> {
        self.shapes.get(name).map(Vec::as_slice)
    }

    fn rows(&self, name: &str, rows: Range<usize>) -> Result<Vec<f32>, DecoderError> {
        let width: usize = self.shapes[name][1..].iter().product();
        let seed = name.bytes().fold(7u64, |seed, byte| seed.wrapping_mul(31) + u64::from(byte));
        let gain = name.contains("norm") && name.ends_with("weight");
        if self.forgetful && name.ends_with("o_proj.weight") {
            return Ok(vec![0.0; rows.len() * width]);
        }
        Ok((rows.start * width..rows.end * width)
            .map(|at| {
                // SplitMix64 (Steele, Lea and Flood 2014).
                let mut z = seed.wrapping_add((at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                let value = ((z ^ (z >> 31)) >> 40) as f32 / 8_388_608.0 - 1.0;
                if gain { 1.0 + 0.2 * value } else { 0.3 * value }
            })
            .collect())
    }
}

/// Byte-level BPE without merges.
pub(crate) fn byte_tokenizer() -> JudgeTokenizer {
    // GPT-2's alphabet: printable bytes are themselves, the others follow from U+0100 on.
    let printable = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let mut next = 0x100;
    let mut vocabulary: Map<String, Value> = Map::new();
    for byte in 0..=255u8 {
        let letter = if printable(&byte) {
            char::from(byte)
        } else {
            next += 1;
            char::from_u32(next - 1).unwrap()
        };
        vocabulary.insert(letter.to_string(), json!(byte));
    }
    let level = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
                       "use_regex": true});
    let json = json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [{"id": 256, "content": "<|endoftext|>", "single_word": false,
            "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
        "normalizer": null, "pre_tokenizer": level, "post_processor": null, "decoder": level,
        "model": {"type": "BPE", "dropout": null, "unk_token": null,
            "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false,
            "byte_fallback": false, "vocab": vocabulary, "merges": []},
    });
    let rules = TokenizerRules {
        kind: TokenizerKind::ByteLevel,
        special: vec!["<|endoftext|>".to_owned()],
        added: BTreeMap::new(),
        eos: "<|endoftext|>".to_owned(),
    };
    JudgeTokenizer::new(json.to_string().into_bytes(), rules).unwrap()
}
