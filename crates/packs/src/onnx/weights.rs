//! The stored forms of linear weights and embedding tables, and the nodes that read them.
//!
//! | precision | linear weight | embedding table |
//! |---|---|---|
//! | f32 | `MatMul` | `Gather` |
//! | f16 | int16, `DequantizeLinear(axis 1)` → `MatMul` | `Gather` → `Cast` |
//! | int8 | `DequantizeLinear(axis 1)` → `MatMul`, in an encoder's layers the input `Mul` its scales | `Gather` of levels → `Cast` → `Mul` with the `Gather` of scales |
//!
//! All of it is standard ONNX, right in any runtime; the engine recognises these shapes and
//! runs them without widening the weights. Rows of a table are widened on look-up only.

use super::graph::{Attr, GraphBuilder, GraphValue};
use super::proto::DataType;
use crate::quant::{Scales, WideScales, row_levels, row_scales};
use crate::{PackError, Precision, Tensor};

/// `input · weight + bias`, with a weight of shape `[inputs, outputs]`.
///
/// `typical`, where it is known, is the mean of the layer's inputs. An int8 layer then has scales of
/// its inputs too, and its bias makes up for what rounding its weights takes from the mean of its
/// outputs (Nagel et al. 2019, arXiv:1906.04721, §4.2). Without that, scales of inputs may be for
/// the worse: they make the weights of some inputs coarser, perhaps of those that are large.
///
/// # Errors
/// When the weight is not a matrix.
pub fn linear(
    graph: &mut GraphBuilder,
    name: &str,
    input: &GraphValue,
    layer: (&Tensor, &[f32]),
    precision: Precision,
    typical: Option<&[f32]>,
) -> Result<GraphValue, PackError> {
    let (weight, bias) = layer;
    let stored = Stored { weight, precision, inputs_are_known: typical.is_some() };
    let (product, scales) = stored.product(graph, name, &format!("{name}.product"), input)?;
    let mut bias = bias.to_vec();
    if let (Some(scales), Some(typical)) = (scales, typical) {
        for (bias, lost) in bias.iter_mut().zip(scales.shortfall(&weight.values, typical)) {
            *bias += lost;
        }
    }
    let bias = graph.f32s(&format!("{name}.bias"), &[bias.len()], &bias);
    Ok(graph.node("Add", name, &[&product, &bias], &[]))
}

/// `input · weight`, with a weight of shape `[inputs, outputs]`.
///
/// # Errors
/// When the weight is not a matrix.
pub fn product(
    graph: &mut GraphBuilder,
    name: &str,
    input: &GraphValue,
    weight: &Tensor,
    precision: Precision,
) -> Result<GraphValue, PackError> {
    let stored = Stored { weight, precision, inputs_are_known: false };
    stored.product(graph, name, name, input).map(|(product, _)| product)
}

/// A matrix and the form in which it is stored.
struct Stored<'a> {
    weight: &'a Tensor,
    precision: Precision,
    inputs_are_known: bool,
}

impl Stored<'_> {
    /// The nodes that multiply, and the scales of an int8 weight.
    fn product(
        &self,
        graph: &mut GraphBuilder,
        name: &str,
        product: &str,
        input: &GraphValue,
    ) -> Result<(GraphValue, Option<Scales>), PackError> {
        let Stored { weight, precision, inputs_are_known } = self;
        let (rows, columns) = matrix(weight)?;
        let weight_name = format!("{name}.weight");
        let (input, weight, scales) = match precision {
            Precision::F32 => {
                (input.clone(), graph.f32s(&weight_name, &weight.shape, &weight.values), None)
            }
            Precision::F16 => {
                let scales = WideScales::of(&weight.values, columns);
                let levels = scales.levels(&weight.values);
                let levels = graph.i16s(&weight_name, &[rows, columns], levels);
                let outputs = graph.f32s(&format!("{name}.scale"), &[columns], &scales.outputs);
                (input.clone(), dequantized(graph, name, &levels, &outputs), None)
            }
            Precision::Int8 => {
                let values = &weight.values;
                let scales = if *inputs_are_known {
                    Scales::of(values, columns)
                } else {
                    Scales::of_outputs(values, columns)
                };
                let levels = graph.i8s(&weight_name, &[rows, columns], scales.levels(values));
                let outputs = graph.f32s(&format!("{name}.scale"), &[columns], &scales.outputs);
                let mut input = input.clone();
                if *inputs_are_known {
                    let inputs =
                        graph.f32s(&format!("{name}.input_scale"), &[rows], &scales.inputs);
                    // Rather of the inputs than of the weights, of which there are more.
                    input = graph.node("Mul", &format!("{name}.scaled"), &[&input, &inputs], &[]);
                }
                (input, dequantized(graph, name, &levels, &outputs), Some(scales))
            }
        };
        Ok((graph.node("MatMul", product, &[&input, &weight], &[]), scales))
    }
}

/// The weights of levels with a scale per output.
fn dequantized(
    graph: &mut GraphBuilder,
    name: &str,
    levels: &GraphValue,
    outputs: &GraphValue,
) -> GraphValue {
    let name = format!("{name}.dequantized");
    graph.node("DequantizeLinear", &name, &[levels, outputs], &[("axis", Attr::Int(1))])
}

/// The rows of a table of shape `[rows, width]` for some ids: shape of the ids, then `width`.
///
/// # Errors
/// When the table is not a matrix.
pub fn embedding(
    graph: &mut GraphBuilder,
    name: &str,
    ids: &GraphValue,
    table: &Tensor,
    precision: Precision,
) -> Result<GraphValue, PackError> {
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
) -> GraphValue {
    match precision {
        Precision::F32 => graph.f32s(name, &table.shape, &table.values),
        Precision::F16 | Precision::Int8 => graph.f16s(name, &table.shape, &table.values),
    }
}

/// Widens a value to f32; the identity for one that is f32 already.
pub fn to_f32(graph: &mut GraphBuilder, name: &str, value: &GraphValue) -> GraphValue {
    graph.node("Cast", name, &[value], &[("to", Attr::Int(DataType::Float as i64))])
}

fn matrix(tensor: &Tensor) -> Result<(usize, usize), PackError> {
    match tensor.shape.as_slice() {
        &[rows, columns] if rows > 0 && columns > 0 => Ok((rows, columns)),
        shape => Err(PackError::Graph { reason: format!("{shape:?} is not a matrix's shape") }),
    }
}
