//! Widens stored weights to f32 once, when a graph is loaded.
//!
//! A pack's linear weights and tables are not met here: they were fused before, and are never
//! widened.

use crate::EngineError;
use crate::constants::{Constant, Constants, Elements};
use half::f16;
use rrgscore_onnx::{DataType, Node, OnnxGraph};

/// Replaces every `DequantizeLinear` and every `Cast` to f32 whose inputs are all constants by
/// an f32 constant.
pub(crate) fn widen_weights(
    graph: &mut OnnxGraph,
    constants: &mut Constants<'_>,
) -> Result<(), EngineError> {
    let mut kept = Vec::with_capacity(graph.node.len());
    for node in graph.node.drain(..) {
        match (widened(&node, constants)?, node.output.first()) {
            (Some(widened), Some(name)) => {
                constants.insert(name.clone(), widened);
            }
            _ => kept.push(node),
        }
    }
    graph.node = kept;
    Ok(())
}

fn widened(
    node: &Node,
    constants: &Constants<'_>,
) -> Result<Option<Constant<'static>>, EngineError> {
    let inputs: Option<Vec<&Constant<'_>>> =
        node.input.iter().map(|input| constants.get(input)).collect();
    let bytes: Vec<u8> = match (node.op_type.as_str(), inputs.as_deref()) {
        ("Cast", Some([stored])) if stored.data_type == DataType::Float16 as i32 => stored
            .bytes()
            .as_chunks::<2>()
            .0
            .iter()
            .flat_map(|&bytes| f16::from_le_bytes(bytes).to_f32().to_le_bytes())
            .collect(),
        ("DequantizeLinear", Some([levels, scales, rest @ ..]))
            if [DataType::Int8 as i32, DataType::Int16 as i32].contains(&levels.data_type) =>
        {
            dequantized(node, levels, scales, rest.first().copied())?
        }
        _ => return Ok(None),
    };
    let dims = inputs.and_then(|inputs| inputs.first().map(|stored| stored.dims.clone()));
    let data_type = DataType::Float as i32;
    Ok(Some(Constant {
        dims: dims.unwrap_or_default(),
        data_type,
        elements: Elements::Made(bytes),
    }))
}

/// `level · scale`, with one scale in all or one per index of an axis; the zero points that a
/// file may list must be 0, as those of symmetric quantization are.
fn dequantized(
    node: &Node,
    levels: &Constant<'_>,
    scales: &Constant<'_>,
    zero_points: Option<&Constant<'_>>,
) -> Result<Vec<u8>, EngineError> {
    let refuse =
        |reason: &str| EngineError::Load { reason: format!("its node {} has {reason}", node.name) };
    if zero_points.is_some_and(|zeros| zeros.bytes().iter().any(|&byte| byte != 0)) {
        return Err(refuse("zero points that are not 0"));
    }
    let dims: Option<Vec<usize>> =
        levels.dims.iter().map(|&length| usize::try_from(length).ok()).collect();
    let dims = dims.ok_or_else(|| refuse("a negative length"))?;
    let bytes = levels.i8s().map(|levels| levels.into_iter().map(f32::from).collect());
    let words = || Some(levels.i16s()?.into_iter().map(f32::from).collect());
    let levels: Vec<f32> =
        bytes.or_else(words).ok_or_else(|| refuse("another number of levels than its shape"))?;
    let scales: Vec<f32> =
        scales.bytes().as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
    let axis = node.attribute.iter().find(|a| a.name == "axis").map_or(1, |a| a.i);
    let axis = if axis < 0 { axis.saturating_add_unsigned(dims.len() as u64) } else { axis };
    let axis = usize::try_from(axis).ok().filter(|&axis| axis < dims.len());
    // How many levels that stand side by side share a scale.
    let run = match (scales.len(), axis) {
        (1, _) => levels.len(),
        (found, Some(axis)) if dims.get(axis) == Some(&found) => {
            dims.iter().skip(axis + 1).product()
        }
        _ => return Err(refuse("levels without one scale in all or per index")),
    };
    if run == 0 || scales.is_empty() {
        return Err(refuse("no levels or no scales"));
    }
    let scales = scales.iter().flat_map(|&scale| std::iter::repeat_n(scale, run)).cycle();
    Ok(levels.iter().zip(scales).flat_map(|(level, scale)| (level * scale).to_le_bytes()).collect())
}
