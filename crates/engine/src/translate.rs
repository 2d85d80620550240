//! Hands a rewritten graph over to tract, one operator per node.

use crate::constants::Constants;
use crate::fuse::{FusedStep, Rewritten};
use crate::ops::{self, Operator, Run};
use rrgscore_onnx::{DataType, DimensionValue, Node, OnnxGraph, ValueInfo};
use std::collections::BTreeMap;
use std::sync::Arc;
use tract_core::internal::*;

/// A plan that tract runs: it orders the nodes, hands values on, drops them when they are read,
/// and knows shapes by symbols.
pub(crate) type Plan = Arc<TypedSimplePlan>;

/// Plans a graph whose nodes are in order. Inputs are as the graph describes them, unless `inputs`
/// says otherwise.
///
/// # Errors
/// When there is an operator that is not known, or one does not fit the shapes.
pub(crate) fn plan(
    graph: &OnnxGraph,
    rewritten: &Rewritten<'_>,
    inputs: impl Fn(&TypedModel, &ValueInfo) -> TractResult<TypedFact>,
) -> TractResult<Plan> {
    let mut model = TypedModel::default();
    let mut values = BTreeMap::new();
    for input in &graph.input {
        let fact = inputs(&model, input)?;
        values.insert(input.name.as_str(), model.add_source(&input.name, fact)?);
    }
    for node in &graph.node {
        let named = || format!("the node {}, {}", node.name, node.op_type);
        let (operator, count) = operator(node, rewritten).with_context(named)?;
        let mut taken: TVec<OutletId> = tvec![];
        for name in node.input.iter().take(count) {
            let value = value(&mut model, &mut values, &rewritten.constants, name);
            taken.push(value.with_context(named)?);
        }
        let first = node.output.first().with_context(named)?;
        let made = model.wire_node(first, Run(operator), &taken).with_context(named)?;
        ensure!(made.len() >= node.output.len(), "{} gives {} values", named(), made.len());
        values.extend(node.output.iter().map(String::as_str).zip(made));
    }
    let outputs: TVec<OutletId> = graph
        .output
        .iter()
        .map(|output| value(&mut model, &mut values, &rewritten.constants, &output.name))
        .collect::<TractResult<_>>()?;
    model.select_output_outlets(&outputs)?;
    model.into_runnable()
}

/// What a node computes, and how many of its inputs it takes as values.
fn operator(node: &Node, rewritten: &Rewritten<'_>) -> TractResult<(Arc<dyn Operator>, usize)> {
    match rewritten.steps.of(node) {
        Some(step) => Ok((Arc::new(FusedStep(step)), node.input.len())),
        None => ops::standard(node, &rewritten.constants),
    }
}

/// A value that was made before, or a constant.
fn value<'a>(
    model: &mut TypedModel,
    values: &mut BTreeMap<&'a str, OutletId>,
    constants: &Constants<'_>,
    name: &'a str,
) -> TractResult<OutletId> {
    if let Some(&found) = values.get(name) {
        return Ok(found);
    }
    let constant =
        constants.get(name).with_context(|| format!("nothing makes the value {name}"))?;
    let found = model.add_const(name, constant.tensor().with_context(|| name.to_owned())?)?;
    values.insert(name, found);
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
