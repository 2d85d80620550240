//! What replaces a group of nodes: one call of a kernel, as an operator of tract.

#[cfg(feature = "counters")]
use crate::counters::counted;
use crate::ops::Operator;
pub(crate) use crate::ops::elements;
use rrgscore_kernels::Scratch;
use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::Arc;
use tract_core::internal::*;

/// A computation with one f32 output.
pub(crate) trait Step: Debug + Send + Sync {
    /// Its name in messages.
    fn name(&self) -> &'static str;

    /// The output's shape for the first input's.
    fn shape(&self, first: &[TDim]) -> TractResult<TVec<TDim>>;

    /// Whether each row of the output comes of the same row of the inputs alone; the step then
    /// takes inputs with more rows than the first one has.
    fn is_by_rows(&self) -> bool {
        false
    }

    /// Whether it does several texts at once, whose rows follow one another: [`Buffers::texts`].
    fn takes_texts(&self) -> bool {
        self.is_by_rows()
    }

    /// Whether the output has one row for each text.
    fn gives_first_rows(&self) -> bool {
        false
    }

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
    /// Tokens of each text that the inputs hold one after the other; empty where it is one text.
    pub(crate) texts: Vec<usize>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// Runs a graph whose inputs hold texts of these numbers of tokens one after the other.
pub(crate) fn with_texts<T>(texts: Vec<usize>, run: impl FnOnce() -> T) -> T {
    /// Also where it panics: what runs next in this thread has one text.
    struct Over;
    impl Drop for Over {
        fn drop(&mut self) {
            BUFFERS.with_borrow_mut(|buffers| buffers.texts.clear());
        }
    }
    BUFFERS.with_borrow_mut(|buffers| buffers.texts = texts);
    let _over = Over;
    run()
}

/// Does a step without counting it.
#[cfg(not(feature = "counters"))]
fn counted<T>(_: (&'static str, usize, usize), run: impl FnOnce() -> T) -> T {
    run()
}

/// A shape with another last axis; `from` is what the last axis must be.
pub(crate) fn with_last(shape: &[TDim], from: usize, to: usize) -> TractResult<TVec<TDim>> {
    match shape.split_last() {
        Some((last, rest)) if *last == from.to_dim() => {
            Ok(rest.iter().cloned().chain([to.to_dim()]).collect())
        }
        _ => bail!("rows of {from} values are needed, the shape is {shape:?}"),
    }
}

/// A step as an operator.
#[derive(Debug)]
pub(crate) struct Fused(pub(crate) Arc<dyn Step>);

impl Operator for Fused {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let first = inputs.first().context("no input")?;
        Ok(tvec![f32::fact(self.0.shape(&first.shape.to_tvec())?)])
    }

    fn run(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let first = inputs.first().context("no input")?;
        let shape: TVec<TDim> = first.shape().iter().map(|length| length.to_dim()).collect();
        let shape = self.0.shape(&shape)?;
        let mut shape: TVec<usize> =
            shape.iter().map(DimLike::to_usize).collect::<Result<_, _>>()?;
        if let (true, Some(rows)) = (self.0.gives_first_rows(), shape.get_mut(1)) {
            *rows = BUFFERS.with_borrow(|buffers| buffers.texts.len()).max(1);
        }
        let mut out = Tensor::zero::<f32>(&shape)?;
        let width = |shape: &[usize]| shape.last().copied().unwrap_or(0);
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
