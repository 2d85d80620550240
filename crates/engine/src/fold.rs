//! Widens stored weights to f32 once, before tract sees the graph.
//!
//! A pack keeps its linear weights int8 behind `DequantizeLinear` or f16 behind `Cast`. tract
//! folds constants only where the result is not larger than its inputs, so it would widen every
//! weight again at every forward. Small tables that are read whole are widened too; what follows
//! from constants alone (relative positions) tract then computes once itself. Embedding tables
//! that are looked up by id are not touched: of them only the rows that a text uses are widened.

use crate::EngineError;
use half::f16;
use std::collections::BTreeMap;
use tract_onnx::pb::{GraphProto, ModelProto};
use tract_onnx::pb::{NodeProto, TensorProto, tensor_proto::DataType};

/// Replaces every `DequantizeLinear` and every `Cast` to f32 whose inputs are all constants by
/// an f32 constant, and drops constants that nothing takes any more.
pub(crate) fn widen_weights(model: &mut ModelProto) -> Result<(), EngineError> {
    let Some(graph) = model.graph.as_mut() else {
        return Err(EngineError::Load { reason: "it holds no graph".to_owned() });
    };
    let mut constants: BTreeMap<String, TensorProto> =
        graph.initializer.drain(..).map(|tensor| (tensor.name.clone(), tensor)).collect();
    let mut uses = count_uses(graph);
    let mut kept = Vec::with_capacity(graph.node.len());
    for node in graph.node.drain(..) {
        let Some(widened) = widened(&node, &constants)? else {
            kept.push(node);
            continue;
        };
        for input in &node.input {
            let left = uses.get_mut(input).map_or(0, |uses| {
                *uses -= 1;
                *uses
            });
            if left == 0 {
                constants.remove(input);
            }
        }
        constants.insert(widened.name.clone(), widened);
    }
    graph.node = kept;
    graph.initializer = constants.into_values().collect();
    Ok(())
}

fn count_uses(graph: &GraphProto) -> BTreeMap<String, usize> {
    let mut uses = BTreeMap::new();
    for input in graph.node.iter().flat_map(|node| &node.input) {
        *uses.entry(input.clone()).or_insert(0) += 1;
    }
    uses
}

fn widened(
    node: &NodeProto,
    constants: &BTreeMap<String, TensorProto>,
) -> Result<Option<TensorProto>, EngineError> {
    let Some(name) = node.output.first() else { return Ok(None) };
    let inputs: Option<Vec<&TensorProto>> =
        node.input.iter().map(|input| constants.get(input)).collect();
    let values = match (node.op_type.as_str(), inputs.as_deref()) {
        ("Cast", Some([stored])) if stored.data_type == DataType::Float16 as i32 => stored
            .raw_data
            .as_chunks::<2>()
            .0
            .iter()
            .flat_map(|&bytes| f16::from_le_bytes(bytes).to_f32().to_le_bytes())
            .collect(),
        ("DequantizeLinear", Some([levels, scales, rest @ ..]))
            if levels.data_type == DataType::Int8 as i32 =>
        {
            dequantized(node, levels, scales, rest.first().copied())?
        }
        _ => return Ok(None),
    };
    let dims = inputs.and_then(|inputs| inputs.first().map(|t| t.dims.clone()));
    Ok(Some(TensorProto {
        dims: dims.unwrap_or_default(),
        data_type: DataType::Float as i32,
        name: name.clone(),
        raw_data: values,
        ..TensorProto::default()
    }))
}

/// `level · scale`, with one scale in all or one per index of an axis; the zero points that a
/// file may list must be 0, as those of symmetric quantization are.
fn dequantized(
    node: &NodeProto,
    levels: &TensorProto,
    scales: &TensorProto,
    zero_points: Option<&TensorProto>,
) -> Result<Vec<u8>, EngineError> {
    let refuse =
        |reason: &str| EngineError::Load { reason: format!("its node {} has {reason}", node.name) };
    if zero_points.is_some_and(|zeros| zeros.raw_data.iter().any(|&byte| byte != 0)) {
        return Err(refuse("zero points that are not 0"));
    }
    let dims: Option<Vec<usize>> =
        levels.dims.iter().map(|&length| usize::try_from(length).ok()).collect();
    let dims = dims.ok_or_else(|| refuse("a negative length"))?;
    let count = dims.iter().try_fold(1usize, |product, &length| product.checked_mul(length));
    let scales: Vec<f32> =
        scales.raw_data.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
    let axis = node.attribute.iter().find(|a| a.name == "axis").map_or(1, |a| a.i);
    let axis = if axis < 0 { axis.saturating_add_unsigned(dims.len() as u64) } else { axis };
    let axis = usize::try_from(axis).ok().filter(|&axis| axis < dims.len());
    // How many levels that stand side by side share a scale.
    let run = match (scales.len(), axis) {
        (1, _) => levels.raw_data.len(),
        (found, Some(axis)) if dims.get(axis) == Some(&found) => {
            dims.iter().skip(axis + 1).product()
        }
        _ => return Err(refuse("levels that are not int8 with one scale in all or per index")),
    };
    if count != Some(levels.raw_data.len()) || run == 0 || scales.is_empty() {
        return Err(refuse("another number of int8 levels than its shape"));
    }
    let scales = scales.iter().flat_map(|&scale| std::iter::repeat_n(scale, run)).cycle();
    Ok(levels
        .raw_data
        .iter()
        .zip(scales)
        .flat_map(|(&level, scale)| (f32::from(level.cast_signed()) * scale).to_le_bytes())
        .collect())
}
