use crate::constants::Constants;
use crate::limits::{Limits, Sizes};
use crate::order::order;
use crate::steps::{self, EncoderInputs, StepCounts, Task};
use crate::translate::{self, Plan};
use crate::{EngineError, constants, ops};
use rrgscore_onnx::{Bytes, OnnxGraph};
use tract_core::internal::*;

/// A loaded encoder: token ids in, one vector per token out.
///
/// Every text runs at its exact length, without padding, and where several run at once their rows
/// follow one another: its result depends on its ids and the pack only, to the bit. An encoder
/// may be shared between threads.
#[derive(Debug)]
pub struct Encoder {
    plan: Plan,
    limits: Limits,
    dim: usize,
    first_only: bool,
    /// Whether it runs several texts at once.
    takes_texts: bool,
    counts: StepCounts,
}

/// Tokens that are run at once, if they belong to several texts: weights are then read once for
/// all of them. More would gain little, and take more memory.
const TOGETHER: usize = 384;

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
        order(&mut graph)?;
        let nodes = std::mem::take(&mut graph.node);
        let names: Vec<&str> = graph.input.iter().map(|input| input.name.as_str()).collect();
        let &[ids, mask] = names.as_slice() else {
            let reason = "it does not take token ids and a mask".to_owned();
            return Err(EngineError::NotAnEncoder { reason });
        };
        let inputs = EncoderInputs { ids, mask };
        let steps = steps::read(nodes, &constants, Some(inputs), first_only)?;
        let limits = Limits::of(&graph, &steps, sizes)?;
        // Of other operators it is not known; an Identity gives the output its name.
        let takes_texts = steps.tasks.iter().all(Task::takes_texts);
        let (plan, dim) = plan(&graph, steps.tasks, &constants)
            .map_err(|error| EngineError::Load { reason: format!("{error:#}") })?;
        Ok(Encoder { plan, limits, dim, first_only, takes_texts, counts: steps.counts })
    }

    /// What of the graph runs in the engine's own kernels.
    pub fn steps(&self) -> &StepCounts {
        &self.counts
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
        let mut hidden = self.run(&[ids])?;
        hidden.pop().ok_or_else(|| failed(&[ids], "no output"))
    }

    /// The hidden states of several texts, in their order; each the same, to the bit, as from
    /// [`encode`](Encoder::encode). Short texts are faster together than one by one.
    ///
    /// # Errors
    /// As [`encode`](Encoder::encode), of the first text that fails.
    pub fn encode_batch(&self, texts: &[&[u32]]) -> Result<Vec<Hidden>, EngineError> {
        texts.iter().try_for_each(|ids| self.limits.check(ids))?;
        let mut all = Vec::with_capacity(texts.len());
        for together in self.cut(texts) {
            all.extend(self.run(together)?);
        }
        Ok(all)
    }

    /// Cuts texts into runs of at most [`TOGETHER`] tokens, or of one text.
    fn cut<'t, 'i>(&self, texts: &'t [&'i [u32]]) -> Vec<&'t [&'i [u32]]> {
        let (mut runs, mut rest) = (Vec::new(), texts);
        while !rest.is_empty() {
            let mut tokens = 0;
            let fits = |ids: &&&[u32]| {
                tokens += ids.len();
                tokens <= TOGETHER
            };
            let count = if self.takes_texts { rest.iter().take_while(fits).count() } else { 1 };
            let (run, others) = rest.split_at(count.max(1));
            runs.push(run);
            rest = others;
        }
        runs
    }

    /// Runs texts at once, which are more than one only where the steps take that.
    fn run(&self, texts: &[&[u32]]) -> Result<Vec<Hidden>, EngineError> {
        self.hidden(texts).map_err(|error| failed(texts, &format!("{error:#}")))
    }

    fn hidden(&self, texts: &[&[u32]]) -> TractResult<Vec<Hidden>> {
        let wide: Vec<i64> = texts.iter().copied().flatten().map(|&id| i64::from(id)).collect();
        let shape = [1, wide.len()];
        let ids = Tensor::from_shape(&shape, &wide)?;
        let mask = Tensor::from_shape(&shape, &vec![1i64; wide.len()])?;
        let lengths: Vec<usize> = texts.iter().map(|ids| ids.len()).collect();
        let of_texts: Vec<i64> = lengths.iter().map(|&tokens| tokens as i64).collect();
        let of_texts = Tensor::from_shape(&[texts.len()], &of_texts)?;
        let outputs = self.plan.run(tvec![ids.into(), mask.into(), of_texts.into()])?;
        let mut rest = ops::elements::<f32>(&outputs, 0)?;
        let given_all = rest.len() == wide.len() * self.dim;
        let mut all = Vec::with_capacity(texts.len());
        for tokens in lengths {
            let given = if given_all { tokens } else { 1 };
            let rows = if self.first_only { 1 } else { tokens };
            let (values, others) =
                rest.split_at_checked(given * self.dim).context("a text's states are missing")?;
            let values = values.iter().take(rows * self.dim).copied().collect();
            all.push(Hidden { tokens: rows, dim: self.dim, values });
            rest = others;
        }
        Ok(all)
    }
}

fn failed(texts: &[&[u32]], reason: &str) -> EngineError {
    let tokens = texts.iter().map(|ids| ids.len()).sum();
    EngineError::Run { tokens, reason: reason.to_owned() }
}

/// One plan for every length: `tokens` stays a symbol. Measured against a plan per length, it is
/// as fast and needs neither the memory nor the time of a second packing of the weights
/// (docs/accuracy.md).
fn plan(
    graph: &OnnxGraph,
    tasks: Vec<Task>,
    constants: &Constants<'_>,
) -> TractResult<(Plan, usize)> {
    let tokens = |model: &TypedModel, _: &_| Ok(i64::fact(dims![1, model.symbols.sym("tokens")]));
    let plan = translate::plan(graph, tasks, constants, tokens, true)?;
    let dim = plan.model().output_fact(0)?.shape.last().context("no output shape")?.to_usize()?;
    Ok((plan, dim))
}
