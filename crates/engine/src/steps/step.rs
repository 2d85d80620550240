//! One call of a kernel in the place of a step's nodes, as an operator of tract.

#[cfg(feature = "counters")]
use crate::counters::counted;
use crate::ops::Operator;
pub(crate) use crate::ops::elements;
use rrgscore_kernels::Scratch;
use std::cell::RefCell;
use std::fmt::Debug;
use tract_core::internal::*;

/// A computation with one f32 output.
pub(crate) trait Step: Debug + Send + Sync {
    /// Its name in messages.
    fn name(&self) -> &'static str;

    /// The output's shape for those of the inputs.
    fn shape(&self, inputs: &[TVec<TDim>]) -> TractResult<TVec<TDim>>;

    /// Whether each row of the output comes of the same row of the inputs alone; the step then
    /// takes inputs with more rows than the first one has.
    fn is_by_rows(&self) -> bool {
        false
    }

    /// Whether it does several texts at once, whose rows follow one another.
    fn takes_texts(&self) -> bool {
        self.is_by_rows()
    }

    /// Whether the last of its inputs are the numbers of tokens of the texts, `[texts]` i64.
    fn takes_lengths(&self) -> bool {
        false
    }

    /// Has the step give the first row of each text alone, if it can leave out the others.
    fn give_first_rows(&mut self) {}

    /// Computes the output.
    fn run(&self, inputs: &[TValue], out: &mut [f32], buffers: &mut Buffers) -> TractResult<()>;
}

/// Memory that is kept between steps: one per thread.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    /// Of the kernels.
    pub(crate) scratch: Scratch,
    /// What a step needs beside its output.
    pub(crate) values: Vec<f32>,
    /// Queries and keys that are turned by their positions.
    pub(crate) turned: Vec<f32>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// Does a step without counting it.
#[cfg(not(feature = "counters"))]
fn counted<T>(_: (&'static str, usize, usize), run: impl FnOnce() -> T) -> T {
    run()
}

/// The shape of the first input.
pub(crate) fn first(inputs: &[TVec<TDim>]) -> TractResult<&TVec<TDim>> {
    inputs.first().context("no input")
}

/// The first input's shape with another last axis; `from` is what the last axis must be.
pub(crate) fn with_last(inputs: &[TVec<TDim>], from: usize, to: usize) -> TractResult<TVec<TDim>> {
    let shape = first(inputs)?;
    match shape.split_last() {
        Some((last, rest)) if *last == from.to_dim() => {
            Ok(rest.iter().cloned().chain([to.to_dim()]).collect())
        }
        _ => bail!("rows of {from} values are needed, the shape is {shape:?}"),
    }
}

/// The numbers of tokens of the texts, the last of the inputs of a step that takes them.
pub(crate) fn lengths(inputs: &[TValue]) -> TractResult<impl Iterator<Item = usize> + Clone + '_> {
    let last = inputs.len().checked_sub(1).context("no input")?;
    let lengths = elements::<i64>(inputs, last)?;
    ensure!(lengths.iter().all(|&tokens| usize::try_from(tokens).is_ok()), "a length below 0");
    Ok(lengths.iter().map(|&tokens| tokens as usize))
}

/// A step as an operator.
#[derive(Debug)]
pub(crate) struct StepOperator(pub(crate) Box<dyn Step>);

impl Operator for StepOperator {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let shapes: Vec<TVec<TDim>> = inputs.iter().map(|input| input.shape.to_tvec()).collect();
        Ok(tvec![f32::fact(self.0.shape(&shapes)?)])
    }

    fn run(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let shape = |input: &TValue| input.shape().iter().map(|length| length.to_dim()).collect();
        let shapes: Vec<TVec<TDim>> = inputs.iter().map(shape).collect();
        let shape = self.0.shape(&shapes)?;
        let shape: TVec<usize> = shape.iter().map(DimLike::to_usize).collect::<Result<_, _>>()?;
        let mut out = Tensor::zero::<f32>(&shape)?;
        let width = |shape: &[usize]| shape.last().copied().unwrap_or(0);
        let first = inputs.first().context("no input")?;
        let step = (self.0.name(), width(first.shape()), width(&shape));
        counted(step, || {
            BUFFERS.with_borrow_mut(|buffers| {
                let mut view = out.try_as_plain_ram_mut()?;
                self.0.run(&inputs, view.as_slice_mut::<f32>()?, buffers)
            })
        })?;
        Ok(tvec![out.into_tvalue()])
    }
}
