//! A text that runs through the unrounded layers while they are converted.

use crate::model::Angles;
use crate::{DecoderConfig, DecoderError, JudgeTokenizer, TensorRows};
use rrgscore_kernels::{CacheFormat, CacheRows, CachedAttention, Kernels, LayerNorm, ShapeError};
use serde::{Deserialize, Serialize};

/// This project's own words, in the form of a judge's prompt and answer.
const TEXT: &str = include_str!("probe.txt");

/// Tokens of the text that are taken: each costs as many products as the model has weights.
const TOKENS: usize = 160;

/// Gain, bias and epsilon of a norm.
pub(super) type NormWeights = (Vec<f32>, Option<Vec<f32>>, f32);

/// The states of the text's tokens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Probe {
    tokens: Vec<u32>,
    /// `[tokens, hidden]`.
    states: Vec<f32>,
}

impl Probe {
    /// No text.
    pub(super) fn none() -> Probe {
        Probe { tokens: Vec::new(), states: Vec::new() }
    }

    pub(super) fn new(
        tokenizer: &JudgeTokenizer,
        config: &DecoderConfig,
    ) -> Result<Probe, DecoderError> {
        let mut tokens = tokenizer.encode(TEXT)?;
        tokens.retain(|&id| (id as usize) < config.vocabulary);
        tokens.truncate(TOKENS.min(config.max_positions));
        Ok(Probe { tokens, states: Vec::new() })
    }

    pub(super) fn embed(
        &mut self,
        tensors: &dyn TensorRows,
        table: &str,
        hidden: usize,
    ) -> Result<(), DecoderError> {
        self.states = Vec::with_capacity(self.tokens.len() * hidden);
        for &token in &self.tokens {
            self.states.extend(tensors.rows(table, token as usize..token as usize + 1)?);
        }
        Ok(())
    }

    pub(super) fn normed(
        &self,
        (gain, bias, epsilon): &NormWeights,
    ) -> Result<Vec<f32>, DecoderError> {
        let mut out = vec![0.0; self.states.len()];
        let (kernels, states) = (Kernels::best(), &self.states);
        match bias {
            None => kernels.rms_norm(states, gain, *epsilon, &mut out),
            Some(bias) => {
                let norm = LayerNorm { gain, bias: Some(bias), epsilon: *epsilon };
                kernels.layer_norm(states, None, &norm, &mut out)
            }
        }
        .map_err(shape)?;
        Ok(out)
    }

    /// The context of each token, of its query, and all keys and values.
    pub(super) fn attention(
        &self,
        config: &DecoderConfig,
        mut query: Vec<f32>,
        mut key: Vec<f32>,
        value: &[f32],
    ) -> Result<Vec<f32>, DecoderError> {
        let queries = self.tokens.len();
        let mut out = vec![0.0; query.len()];
        if queries == 0 {
            return Ok(out);
        }
        let (kernels, size) = (Kernels::best(), config.head_size);
        let mut angles = Angles::new(config);
        let [cos, sin] = angles.of(0..queries);
        kernels.rotate(&mut query, size, config.heads, cos, sin).map_err(shape)?;
        kernels.rotate(&mut key, size, config.kv_heads, cos, sin).map_err(shape)?;
        let mut cache = CacheRows::new(CacheFormat::F32, config.kv_heads, size);
        cache.push(&key, value).map_err(shape)?;
        let attention = CachedAttention {
            query: &query,
            queries,
            heads: config.heads,
            scale: 1.0 / (size as f32).sqrt(),
            cache: &[&cache],
        };
        kernels.cached_attention(&attention, &mut out, &mut Vec::new()).map_err(shape)?;
        Ok(out)
    }

    pub(super) fn gelu(&self, wide: &mut [f32]) {
        Kernels::best().gelu_tanh(wide);
    }

    pub(super) fn silu_product(&self, gate: &mut [f32], up: &[f32]) -> Result<(), DecoderError> {
        Kernels::best().silu_product(gate, up).map_err(shape)
    }

    /// Adds to the states, as a residual.
    pub(super) fn add(&mut self, more: &[f32]) {
        for (state, more) in self.states.iter_mut().zip(more) {
            *state += more;
        }
    }
}

fn shape(error: ShapeError) -> DecoderError {
    DecoderError::bad_file("the checkpoint", error)
}
