//! The stored forms of linear weights and embedding tables, and the nodes that read them.
//!
//! | precision | linear weight | embedding table |
//! |---|---|---|
//! | f32 | `MatMul` | `Gather` |
//! | f16 | `Cast` → `MatMul` | `Gather` → `Cast` |
//! | int8 | `DequantizeLinear(axis 1)` → `MatMul` | `Gather` of levels → `Cast` → `Mul` with the `Gather` of scales |
//!
//! All of it is standard ONNX, right in any runtime; the engine recognises these shapes and
//! runs them without widening the weights. Rows of a table are widened on look-up only.

use super::graph::{Attr, GraphBuilder, Value};
use super::proto::DataType;
use crate::quant::{column_levels, column_scales, row_levels, row_scales};
use crate::{PackError, Precision, Tensor};

/// `input · weight + bias`, with a weight of shape `[inputs, outputs]`.
///
/// # Errors
/// When the weight is not a matrix.
pub fn linear(
    graph: &mut GraphBuilder,
    name: &str,
    input: &Value,
    weight: &Tensor,
    bias: &[f32],
    precision: Precision,
) -> Result<Value, PackError> {
    let product = weighted(graph, name, &format!("{name}.product"), input, weight, precision)?;
    let bias = graph.f32s(&format!("{name}.bias"), &[bias.len()], bias);
    Ok(graph.node("Add", name, &[&product, &bias], &[]))
}

/// `input · weight`, with a weight of shape `[inputs, outputs]`.
///
/// # Errors
/// When the weight is not a matrix.
pub fn product(
    graph: &mut GraphBuilder,
    name: &str,
    input: &Value,
    weight: &Tensor,
    precision: Precision,
) -> Result<Value, PackError> {
    weighted(graph, name, name, input, weight, precision)
}

fn weighted(
    graph: &mut GraphBuilder,
    name: &str,
    product: &str,
    input: &Value,
    weight: &Tensor,
    precision: Precision,
) -> Result<Value, PackError> {
    let (rows, columns) = matrix(weight)?;
    let weight_name = format!("{name}.weight");
    let weight = match precision {
        Precision::F32 => graph.f32s(&weight_name, &weight.shape, &weight.values),
        Precision::F16 => {
            let stored = graph.f16s(&weight_name, &weight.shape, &weight.values);
            to_f32(graph, &format!("{name}.widened"), &stored)
        }
        Precision::Int8 => {
            let scales = column_scales(&weight.values, columns);
            let levels = column_levels(&weight.values, &scales);
            let levels = graph.i8s(&weight_name, &[rows, columns], levels);
            let scales = graph.f32s(&format!("{name}.scale"), &[columns], &scales);
            graph.node(
                "DequantizeLinear",
                &format!("{name}.dequantized"),
                &[&levels, &scales],
                &[("axis", Attr::Int(1))],
            )
        }
    };
    Ok(graph.node("MatMul", product, &[input, &weight], &[]))
}

/// The rows of a table of shape `[rows, width]` for some ids: shape of the ids, then `width`.
///
/// # Errors
/// When the table is not a matrix.
pub fn embedding(
    graph: &mut GraphBuilder,
    name: &str,
    ids: &Value,
    table: &Tensor,
    precision: Precision,
) -> Result<Value, PackError> {
    let (rows, width) = matrix(table)?;
    let table_name = format!("{name}.weight");
    let first_axis = [("axis", Attr::Int(0))];
    Ok(match precision {
        Precision::F32 => {
            let stored = graph.f32s(&table_name, &table.shape, &table.values);
            graph.node("Gather", name, &[&stored, ids], &first_axis)
        }
        Precision::F16 => {
            let stored = graph.f16s(&table_name, &table.shape, &table.values);
            let rows = graph.node("Gather", &format!("{name}.rows"), &[&stored, ids], &first_axis);
            to_f32(graph, name, &rows)
        }
        Precision::Int8 => {
            let scales = row_scales(&table.values, width);
            let levels = row_levels(&table.values, &scales, width);
            let levels = graph.i8s(&table_name, &[rows, width], levels);
            // One column, so that a gathered scale broadcasts over its row.
            let scales = graph.f32s(&format!("{name}.scale"), &[rows, 1], &scales);
            let levels =
                graph.node("Gather", &format!("{name}.rows"), &[&levels, ids], &first_axis);
            let scales =
                graph.node("Gather", &format!("{name}.scales"), &[&scales, ids], &first_axis);
            let levels = to_f32(graph, &format!("{name}.widened"), &levels);
            graph.node("Mul", name, &[&levels, &scales], &[])
        }
    })
}

/// A small table that is read whole or by slices, in f32 or, for the smaller precisions, f16.
pub fn small_table(
    graph: &mut GraphBuilder,
    name: &str,
    table: &Tensor,
    precision: Precision,
) -> Value {
    match precision {
        Precision::F32 => graph.f32s(name, &table.shape, &table.values),
        Precision::F16 | Precision::Int8 => graph.f16s(name, &table.shape, &table.values),
    }
}

/// Widens a value to f32; the identity for one that is f32 already.
pub fn to_f32(graph: &mut GraphBuilder, name: &str, value: &Value) -> Value {
    graph.node("Cast", name, &[value], &[("to", Attr::Int(DataType::Float as i64))])
}

fn matrix(tensor: &Tensor) -> Result<(usize, usize), PackError> {
    match tensor.shape.as_slice() {
        &[rows, columns] if rows > 0 && columns > 0 => Ok((rows, columns)),
        shape => Err(PackError::Graph { reason: format!("{shape:?} is not a matrix's shape") }),
    }
}
