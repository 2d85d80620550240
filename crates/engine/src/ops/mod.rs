//! The standard operators of a pack's graph that belong to no step.
//!
//! They are written here, and not taken of tract, because each of tract's operators brings the
//! optimizer and every operator that it may become into the binary. tract plans and runs them.

mod arithmetic;
mod elementwise;
mod gather;
mod pieces;
mod reshape;

use crate::constants::Constants;
use crate::steps::int;
use arithmetic::Arithmetic;
use elementwise::Elementwise;
use gather::Gather;
pub(crate) use gather::row;
use pieces::{Concat, Split};
use reshape::Reshape;
use rrgscore_onnx::Node;
use std::fmt::Debug;
use std::sync::Arc;
use tract_core::internal::*;

/// What a node computes.
pub(crate) trait Operator: Debug + Send + Sync {
    /// Its name in messages.
    fn name(&self) -> &'static str;

    /// Types and shapes of the outputs, for those of the inputs.
    fn facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>>;

    /// Computes the outputs.
    fn run(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>>;
}

/// An operator that tract runs.
#[derive(Debug, Clone)]
pub(crate) struct TractOperator(pub(crate) Arc<dyn Operator>);

impl PartialEq for TractOperator {
    fn eq(&self, other: &TractOperator) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for TractOperator {}

impl Op for TractOperator {
    fn name(&self) -> StaticName {
        self.0.name().into()
    }

    op_as_typed_op!();
}

impl EvalOp for TractOperator {
    not_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        self.0.run(inputs)
    }
}

impl TypedOp for TractOperator {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        self.0.facts(inputs)
    }
}

/// The operator of a standard node, and how many of its inputs it takes as values; the others
/// are constants that it was made of.
///
/// # Errors
/// When there is no such operator here, or its attributes ask for more than packs do.
pub(crate) fn standard(
    node: &Node,
    constants: &Constants<'_>,
) -> TractResult<(Arc<dyn Operator>, usize)> {
    let axis = || int(node, "axis");
    let list = || {
        let constant = node.input.get(1).and_then(|name| constants.get(name));
        constant.and_then(|constant| constant.i64s()).context("its second input is no constant")
    };
    Ok(match node.op_type.as_str() {
        "Add" => (Arc::new(Arithmetic::Add), 2),
        "Concat" => {
            (Arc::new(Concat { axis: axis().context("it has no axis")? }), node.input.len())
        }
        "Gather" => {
            ensure!(matches!(axis(), None | Some(0)), "its axis is not the first");
            (Arc::new(Gather), 2)
        }
        "Identity" => (Arc::new(Reshape::Same), 1),
        "Mul" => (Arc::new(Arithmetic::Mul), 2),
        "Relu" => (Arc::new(Elementwise::Relu), 1),
        "Split" => (Arc::new(Split::new(axis().unwrap_or(0), &list()?)?), 1),
        "Squeeze" => (Arc::new(Reshape::Squeeze(list()?)), 1),
        "Sub" => (Arc::new(Arithmetic::Sub), 2),
        "Tanh" => (Arc::new(Elementwise::Tanh), 1),
        "Unsqueeze" => (Arc::new(Reshape::Unsqueeze(list()?)), 1),
        _ => bail!("the engine has no such operator"),
    })
}

/// An axis that may be counted from the end, of so many.
fn axis_of(axis: i64, axes: usize) -> TractResult<usize> {
    let from_start = if axis < 0 { axis.saturating_add_unsigned(axes as u64) } else { axis };
    let found = usize::try_from(from_start).ok().filter(|&found| found < axes);
    found.with_context(|| format!("the axis {axis} of {axes}"))
}

/// The elements of an input.
pub(crate) fn elements<T: Datum>(inputs: &[TValue], index: usize) -> TractResult<&[T]> {
    let input = inputs.get(index).with_context(|| format!("input {index} is missing"))?;
    input.try_as_plain_ram()?.as_slice::<T>()
}
