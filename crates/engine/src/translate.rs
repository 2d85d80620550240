//! Hands a graph's steps over to tract, one operator for each.

use crate::constants::Constants;
use crate::ops::{self, Operator, TractOperator};
use crate::steps::{Run, StepOperator, Task};
use rrgscore_onnx::{DataType, DimensionValue, OnnxGraph, ValueInfo};
use std::collections::BTreeMap;
use std::sync::Arc;
use tract_core::internal::*;

/// A plan that tract runs: it orders the nodes, hands values on, drops them when they are read,
/// and knows shapes by symbols.
pub(crate) type Plan = Arc<TypedSimplePlan>;

/// Name of the input that tells the texts' numbers of tokens, `[texts]` i64; no ONNX value of ours
/// is called so.
const LENGTHS: &str = "rrgscore.lengths";

/// Plans a graph by its tasks, which are in order. Its inputs are those that the graph describes,
/// as `inputs` says; with `of_texts`, the texts' numbers of tokens are one more.
///
/// # Errors
/// When there is an operator that is not known, or one does not fit the shapes.
pub(crate) fn plan(
    graph: &OnnxGraph,
    tasks: Vec<Task>,
    constants: &Constants<'_>,
    inputs: impl Fn(&TypedModel, &ValueInfo) -> TractResult<TypedFact>,
    of_texts: bool,
) -> TractResult<Plan> {
    let mut model = TypedModel::default();
    let mut values = BTreeMap::new();
    for input in &graph.input {
        let fact = inputs(&model, input)?;
        values.insert(input.name.clone(), model.add_source(&input.name, fact)?);
    }
    if of_texts {
        let fact = i64::fact(dims![model.symbols.sym("texts")]);
        values.insert(LENGTHS.to_owned(), model.add_source(LENGTHS, fact)?);
    }
    for task in tasks {
        let output = task.outputs.first().context("a node without an output")?.clone();
        let named = || format!("the value {output}");
        let (operator, taken) = operator(task.run, &task.inputs, constants)
            .with_context(|| format!("what makes {output}"))?;
        let taken: TVec<OutletId> = taken
            .iter()
            .map(|name| value(&mut model, &mut values, constants, name).with_context(named))
            .collect::<TractResult<_>>()?;
        let made = model.wire_node(&output, TractOperator(operator), &taken).with_context(named)?;
        ensure!(made.len() >= task.outputs.len(), "{} is one of {}", named(), made.len());
        values.extend(task.outputs.into_iter().zip(made));
    }
    let outputs: TVec<OutletId> = graph
        .output
        .iter()
        .map(|output| value(&mut model, &mut values, constants, &output.name))
        .collect::<TractResult<_>>()?;
    model.select_output_outlets(&outputs)?;
    model.into_runnable()
}

/// What a task computes, and the inputs that it takes as values.
fn operator<'t>(
    run: Run,
    inputs: &'t [String],
    constants: &Constants<'_>,
) -> TractResult<(Arc<dyn Operator>, Vec<&'t str>)> {
    let inputs = inputs.iter().map(String::as_str);
    match run {
        Run::Step(step) => {
            let lengths = step.takes_lengths().then_some(LENGTHS);
            Ok((Arc::new(StepOperator(step)), inputs.chain(lengths).collect()))
        }
        Run::Node(node) => {
            let named = || format!("the node {}, {}", node.name, node.op_type);
            let (operator, count) = ops::standard(&node, constants).with_context(named)?;
            Ok((operator, inputs.take(count).collect()))
        }
    }
}

/// A value that was made before, or a constant.
fn value(
    model: &mut TypedModel,
    values: &mut BTreeMap<String, OutletId>,
    constants: &Constants<'_>,
    name: &str,
) -> TractResult<OutletId> {
    if let Some(&found) = values.get(name) {
        return Ok(found);
    }
    let constant =
        constants.get(name).with_context(|| format!("nothing makes the value {name}"))?;
    let found = model.add_const(name, constant.tensor().with_context(|| name.to_owned())?)?;
    values.insert(name.to_owned(), found);
    Ok(found)
}

/// An input as the graph describes it: f32 or i64, of named and of known lengths.
pub(crate) fn described(model: &TypedModel, input: &ValueInfo) -> TractResult<TypedFact> {
    let tensor = input.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
    let shape = tensor.and_then(|tensor| tensor.shape.as_ref());
    let (Some(tensor), Some(shape)) = (tensor, shape) else {
        bail!("the input {} has no shape", input.name);
    };
    let dims = shape.dim.iter().map(|dim| match &dim.value {
        Some(DimensionValue::Length(length)) => Ok(length.to_dim()),
        Some(DimensionValue::Symbol(symbol)) => Ok(model.symbols.sym(symbol).to_dim()),
        None => bail!("the input {} has an axis of no length", input.name),
    });
    let dims: TVec<TDim> = dims.collect::<TractResult<_>>()?;
    match tensor.elem_type {
        kind if kind == DataType::Float as i32 => Ok(f32::fact(dims)),
        kind if kind == DataType::Int64 as i32 => Ok(i64::fact(dims)),
        _ => bail!("the input {} is neither of f32 nor of i64", input.name),
    }
}
