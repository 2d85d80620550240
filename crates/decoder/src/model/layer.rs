//! One layer of a decoder.
//!
//! Source: transformers 4.40.0, `modeling_llama.py`, `modeling_mistral.py`, `modeling_phi.py`.

use super::angles::Angles;
use super::matrix::{Linear, LinearScratch, Norm};
use super::sequence::Sequence;
use crate::pack::{FileReader, JudgePrecision};
use crate::{DecoderConfig, DecoderError, Family};
use rrgscore_kernels::{CachedAttention, Kernels, ShapeError};

/// The weights of a layer.
#[derive(Debug)]
pub(crate) struct Layer {
    norm: Norm,
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    feed: FeedForward,
}

#[derive(Debug)]
enum FeedForward {
    /// After the attention's residual: `down(silu(gate(h)) · up(h))` of the normed states.
    Gated { norm: Norm, gate: Linear, up: Linear, down: Linear },
    /// Beside the attention: `second(gelu(first(h)))` of the same normed states.
    Parallel { first: Linear, second: Linear },
}

/// What the layers of a stage compute with: instructions, angles, and buffers that are kept.
#[derive(Debug)]
pub(crate) struct Workspace {
    kernels: Kernels,
    angles: Angles,
    normed: Vec<f32>,
    query: Vec<f32>,
    key: Vec<f32>,
    value: Vec<f32>,
    context: Vec<f32>,
    wide: Vec<f32>,
    up: Vec<f32>,
    out: Vec<f32>,
    scores: Vec<f32>,
    linear: LinearScratch,
}

impl Workspace {
    pub(crate) fn new(config: &DecoderConfig, kernels: Kernels) -> Workspace {
        Workspace {
            kernels,
            angles: Angles::new(config),
            normed: Vec::new(),
            query: Vec::new(),
            key: Vec::new(),
            value: Vec::new(),
            context: Vec::new(),
            wide: Vec::new(),
            up: Vec::new(),
            out: Vec::new(),
            scores: Vec::new(),
            linear: LinearScratch::default(),
        }
    }

    pub(crate) fn linear(&mut self) -> &mut LinearScratch {
        &mut self.linear
    }
}

/// Consecutive rows of a pass that belong to one sequence.
pub(crate) struct SequenceRows<'a> {
    pub(crate) sequence: &'a mut Sequence,
    /// Position of the first row.
    pub(crate) start: usize,
    pub(crate) rows: usize,
}

impl Layer {
    /// Reads a layer's file of a pack.
    pub(crate) fn read(
        file: &mut FileReader<'_>,
        config: &DecoderConfig,
        precision: JudgePrecision,
    ) -> Result<Layer, DecoderError> {
        let (hidden, wide) = (config.hidden, config.intermediate);
        let linear = |file: &mut FileReader<'_>, inputs, outputs| {
            Linear::read(file, config, precision, inputs, outputs)
        };
        let norm = Norm::read(file, config)?;
        let query = linear(file, hidden, config.query_width())?;
        let key = linear(file, hidden, config.kv_width())?;
        let value = linear(file, hidden, config.kv_width())?;
        let output = linear(file, config.query_width(), hidden)?;
        let feed = match config.family {
            Family::Llama | Family::Mistral => FeedForward::Gated {
                norm: Norm::read(file, config)?,
                gate: linear(file, hidden, wide)?,
                up: linear(file, hidden, wide)?,
                down: linear(file, wide, hidden)?,
            },
            Family::Phi => FeedForward::Parallel {
                first: linear(file, hidden, wide)?,
                second: linear(file, wide, hidden)?,
            },
        };
        file.finish()?;
        Ok(Layer { norm, query, key, value, output, feed })
    }

    /// Takes the hidden states of a pass, `[rows, hidden]`, through the layer. `index` is the layer's
    /// place in its stage.
    pub(crate) fn forward(
        &self,
        config: &DecoderConfig,
        index: usize,
        hidden: &mut [f32],
        sequences: &mut [SequenceRows<'_>],
        work: &mut Workspace,
    ) -> Result<(), ShapeError> {
        let kernels = work.kernels;
        let rows = hidden.len() / config.hidden.max(1);
        self.norm.apply(kernels, hidden, &mut work.normed)?;
        self.query.apply(kernels, &work.normed, rows, &mut work.query, &mut work.linear)?;
        self.key.apply(kernels, &work.normed, rows, &mut work.key, &mut work.linear)?;
        self.value.apply(kernels, &work.normed, rows, &mut work.value, &mut work.linear)?;
        work.context.resize(work.query.len(), 0.0);
        let mut first = 0;
        for part in sequences.iter_mut() {
            attend(config, index, first, part, work)?;
            first += part.rows;
        }
        self.output.apply(kernels, &work.context, rows, &mut work.out, &mut work.linear)?;
        match &self.feed {
            FeedForward::Gated { norm, gate, up, down } => {
                add(hidden, &work.out);
                norm.apply(kernels, hidden, &mut work.normed)?;
                gate.apply(kernels, &work.normed, rows, &mut work.wide, &mut work.linear)?;
                up.apply(kernels, &work.normed, rows, &mut work.up, &mut work.linear)?;
                kernels.silu_product(&mut work.wide, &work.up)?;
                down.apply(kernels, &work.wide, rows, &mut work.out, &mut work.linear)?;
                add(hidden, &work.out);
            }
            FeedForward::Parallel { first, second } => {
                first.apply(kernels, &work.normed, rows, &mut work.wide, &mut work.linear)?;
                kernels.gelu_tanh(&mut work.wide);
                second.apply(kernels, &work.wide, rows, &mut work.up, &mut work.linear)?;
                for ((hidden, attention), feed) in hidden.iter_mut().zip(&work.out).zip(&work.up) {
                    *hidden += attention + feed;
                }
            }
        }
        Ok(())
    }
}

/// One sequence's attention: its new keys and values go to the cache, then its queries read it.
fn attend(
    config: &DecoderConfig,
    index: usize,
    first: usize,
    part: &mut SequenceRows<'_>,
    work: &mut Workspace,
) -> Result<(), ShapeError> {
    let kernels = work.kernels;
    let (size, heads, kv_heads) = (config.head_size, config.heads, config.kv_heads);
    let queries = first * heads * size..(first + part.rows) * heads * size;
    let keys = first * kv_heads * size..(first + part.rows) * kv_heads * size;
    let [cos, sin] = work.angles.of(part.start..part.start + part.rows);
    kernels.rotate(&mut work.query[queries.clone()], size, heads, cos, sin)?;
    kernels.rotate(&mut work.key[keys.clone()], size, kv_heads, cos, sin)?;
    let own = part.sequence.own(index);
    let own = own.ok_or(ShapeError { what: "caches", expected: index + 1, found: index })?;
    own.push(&work.key[keys.clone()], &work.value[keys])?;
    let attention = CachedAttention {
        query: &work.query[queries.clone()],
        queries: part.rows,
        heads,
        scale: 1.0 / (size as f32).sqrt(),
        cache: &part.sequence.pieces(index),
    };
    kernels.cached_attention(&attention, &mut work.context[queries], &mut work.scores)
}

fn add(hidden: &mut [f32], more: &[f32]) {
    for (hidden, more) in hidden.iter_mut().zip(more) {
        *hidden += more;
    }
}
