use crate::fuse::{self, Fused, Rewritten, Tokens};
use crate::limits::{Limits, Sizes};
use crate::translate::{self, Plan};
use crate::{EngineError, constants, ops};
use rrgscore_onnx::{Bytes, Graph};
use tract_core::internal::*;

/// A loaded encoder: token ids in, one vector per token out.
///
/// Every text runs alone at its exact length, without padding: its result depends on its ids
/// and the pack only, to the bit. An encoder may be shared between threads.
#[derive(Debug)]
pub struct Encoder {
    plan: Plan,
    limits: Limits,
    dim: usize,
    first_only: bool,
    fused: Fused,
}

/// The hidden states of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Hidden {
    /// Number of tokens: the text's, or 1 where only the first is read.
    pub tokens: usize,
    /// Length of each token's vector.
    pub dim: usize,
    /// `tokens × dim` values, token by token.
    pub values: Vec<f32>,
}

impl Hidden {
    /// The vector of one token; `None` past the last.
    pub fn token(&self, index: usize) -> Option<&[f32]> {
        self.values.chunks_exact(self.dim.max(1)).nth(index)
    }
}

impl Encoder {
    /// Loads a pack's `model.onnx`: inputs `input_ids` and `attention_mask`
    /// `[batch, tokens]` i64, output `[batch, tokens, dim]` f32.
    ///
    /// # Errors
    /// When the bytes are not such a graph or hold an operator that cannot be run.
    pub fn load(onnx: &[u8]) -> Result<Encoder, EngineError> {
        Encoder::open(&onnx, None, false)
    }

    /// The same for a graph that may lie outside of memory, and whose bounds are known from
    /// elsewhere: a family without a table of positions does not show how long a text may be.
    ///
    /// # Errors
    /// As [`load`](Encoder::load), and when a table is smaller than the bounds say.
    pub fn load_sized(onnx: &dyn Bytes, sizes: Sizes) -> Result<Encoder, EngineError> {
        Encoder::open(onnx, Some(sizes), false)
    }

    /// The same for a metric that reads the first token's state alone: [`Hidden`] then has one
    /// row, equal to the bit, and the last layer computes no other.
    ///
    /// # Errors
    /// As [`load_sized`](Encoder::load_sized).
    pub fn load_first(onnx: &dyn Bytes, sizes: Sizes) -> Result<Encoder, EngineError> {
        Encoder::open(onnx, Some(sizes), true)
    }

    fn open(
        onnx: &dyn Bytes,
        sizes: Option<Sizes>,
        first_only: bool,
    ) -> Result<Encoder, EngineError> {
        let (mut graph, constants) = constants::read(onnx)?;
        let limits = Limits::of(&graph, &constants, sizes)?;
        let names: Vec<String> = graph.input.iter().map(|input| input.name.clone()).collect();
        let tokens = match names.as_slice() {
            [ids, mask] => Some(Tokens { ids, mask, first_only }),
            _ => None,
        };
        let rewritten = fuse::fuse(&mut graph, constants, tokens.as_ref())?;
        let (plan, dim) = plan(&graph, &rewritten)
            .map_err(|error| EngineError::Load { reason: format!("{error:#}") })?;
        Ok(Encoder { plan, limits, dim, first_only, fused: rewritten.fused })
    }

    /// What of the graph runs in the engine's own kernels.
    pub fn fused(&self) -> &Fused {
        &self.fused
    }

    /// Length of each token's vector.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// The hidden states of one text's token ids.
    ///
    /// # Errors
    /// [`EngineError::BadInput`] when there are no ids, more than the model has positions, or
    /// one that it has no embedding for; [`EngineError::Run`] when the graph itself fails.
    pub fn encode(&self, ids: &[u32]) -> Result<Hidden, EngineError> {
        self.limits.check(ids)?;
        self.run(ids)
            .map_err(|error| EngineError::Run { tokens: ids.len(), reason: format!("{error:#}") })
    }

    /// The hidden states of several texts, in their order; each the same, to the bit, as from
    /// [`encode`](Encoder::encode).
    ///
    /// # Errors
    /// As [`encode`](Encoder::encode), of the first text that fails.
    pub fn encode_batch(&self, texts: &[&[u32]]) -> Result<Vec<Hidden>, EngineError> {
        texts.iter().map(|ids| self.encode(ids)).collect()
    }

    fn run(&self, ids: &[u32]) -> TractResult<Hidden> {
        let shape = [1, ids.len()];
        let wide: Vec<i64> = ids.iter().map(|&id| i64::from(id)).collect();
        let ids_tensor = Tensor::from_shape(&shape, &wide)?;
        let mask = Tensor::from_shape(&shape, &vec![1i64; ids.len()])?;
        let outputs = self.plan.run(tvec![ids_tensor.into(), mask.into()])?;
        let hidden = ops::elements::<f32>(&outputs, 0)?;
        let rows = if self.first_only { 1 } else { ids.len() };
        let values: Vec<f32> = hidden.iter().take(rows * self.dim).copied().collect();
        Ok(Hidden { tokens: rows, dim: self.dim, values })
    }
}

/// One plan for every length: `tokens` stays a symbol. Measured against a plan per length, it is
/// as fast and needs neither the memory nor the time of a second packing of the weights
/// (docs/accuracy.md).
fn plan(graph: &Graph, rewritten: &Rewritten<'_>) -> TractResult<(Plan, usize)> {
    let plan = translate::plan(graph, rewritten, |model, _| {
        Ok(i64::fact(dims![1, model.symbols.sym("tokens")]))
    })?;
    let dim = plan.model().output_fact(0)?.shape.last().context("no output shape")?.to_usize()?;
    Ok((plan, dim))
}
