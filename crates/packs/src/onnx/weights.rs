//! The stored forms of linear weights and embedding tables, and the nodes that read them.
//!
//! | precision | linear weight | embedding table |
//! |---|---|---|
//! | f32 | `MatMul` | `Gather` |
//! | f16 | int16, `DequantizeLinear(axis 1)` → `MatMul` | `Gather` → `Cast` |
//! | int8 | `DequantizeLinear(axis 1)` → `MatMul`, in an encoder's layers the input `Mul` its scales | `Gather` of levels → `Cast` → `Mul` with the `Gather` of scales |
//!
//! All of it is standard ONNX, right in any runtime; the engine runs the steps of the kinds `linear`
//! and `embedding` without widening the weights. Rows of a table are widened on look-up only.

use super::graph::{Attr, GraphBuilder, GraphValue, StepBuilder};
use super::proto::DataType;
use crate::quant::{Scales, WideScales, row_levels, row_scales};
use crate::{PackError, Precision, Tensor};

/// `input · weight + bias`, with a weight of shape `[inputs, outputs]`: the parts `scaled` (of an
/// int8 layer whose inputs are known), `weight` (where it is not f32), `product` and `sum`.
///
/// `typical`, where it is known, is the mean of the layer's inputs. An int8 layer then has scales of
/// its inputs too, and its bias makes up for what rounding its weights takes from the mean of its
/// outputs (Nagel et al. 2019, arXiv:1906.04721, §4.2). Without that, scales of inputs may be for
/// the worse: they make the weights of some inputs coarser, perhaps of those that are large.
///
/// # Errors
/// When the weight is not a matrix.
pub fn linear(
    step: &mut StepBuilder<'_>,
    input: &GraphValue,
    layer: (&Tensor, &[f32]),
    precision: Precision,
    typical: Option<&[f32]>,
) -> Result<GraphValue, PackError> {
    let (weight, bias) = layer;
    let stored = Stored { weight, precision, inputs_are_known: typical.is_some() };
    let (product, scales) = stored.product(step, input)?;
    let mut bias = bias.to_vec();
    if let (Some(scales), Some(typical)) = (scales, typical) {
        for (bias, lost) in bias.iter_mut().zip(scales.shortfall(&weight.values, typical)) {
            *bias += lost;
        }
    }
    let bias = step.f32s("bias", &[bias.len()], &bias);
    Ok(step.node("Add", "sum", &[&product, &bias], &[]))
}

/// `input · weight`, with a weight of shape `[inputs, outputs]`: the parts `weight` (where it is not
/// f32) and `product`.
///
/// # Errors
/// When the weight is not a matrix.
pub fn product(
    step: &mut StepBuilder<'_>,
    input: &GraphValue,
    weight: &Tensor,
    precision: Precision,
) -> Result<GraphValue, PackError> {
    let stored = Stored { weight, precision, inputs_are_known: false };
    stored.product(step, input).map(|(product, _)| product)
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
        step: &mut StepBuilder<'_>,
        input: &GraphValue,
    ) -> Result<(GraphValue, Option<Scales>), PackError> {
        let Stored { weight, precision, inputs_are_known } = self;
        let (rows, columns) = matrix(weight)?;
        let name = step.constant("weight");
        let (input, weight, scales) = match precision {
            Precision::F32 => {
                (input.clone(), step.graph.f32s(&name, &weight.shape, &weight.values), None)
            }
            Precision::F16 => {
                let scales = WideScales::of(&weight.values, columns);
                let levels = scales.levels(&weight.values);
                let levels = step.graph.i16s(&name, &[rows, columns], levels);
                let outputs = step.f32s("scale", &[columns], &scales.outputs);
                (input.clone(), dequantized(step, &levels, &outputs), None)
            }
            Precision::Int8 => {
                let values = &weight.values;
                let scales = if *inputs_are_known {
                    Scales::of(values, columns)
                } else {
                    Scales::of_outputs(values, columns)
                };
                let levels = step.graph.i8s(&name, &[rows, columns], scales.levels(values));
                let outputs = step.f32s("scale", &[columns], &scales.outputs);
                let mut input = input.clone();
                if *inputs_are_known {
                    let inputs = step.f32s("input_scale", &[rows], &scales.inputs);
                    // Rather of the inputs than of the weights, of which there are more.
                    input = step.node("Mul", "scaled", &[&input, &inputs], &[]);
                }
                (input, dequantized(step, &levels, &outputs), Some(scales))
            }
        };
        Ok((step.node("MatMul", "product", &[&input, &weight], &[]), scales))
    }
}

/// The weights of levels with a scale per output.
fn dequantized(
    step: &mut StepBuilder<'_>,
    levels: &GraphValue,
    outputs: &GraphValue,
) -> GraphValue {
    step.node("DequantizeLinear", "weight", &[levels, outputs], &[("axis", Attr::Int(1))])
}

/// The rows of a table of shape `[rows, width]` for some ids, as shape of the ids, then `width`: the
/// parts `word.rows`, `word.scales` and `word.widened` (where the table is not f32) and `words`.
///
/// # Errors
/// When the table is not a matrix.
pub fn embedding(
    step: &mut StepBuilder<'_>,
    ids: &GraphValue,
    table: &Tensor,
    precision: Precision,
) -> Result<GraphValue, PackError> {
    let (rows, width) = matrix(table)?;
    let name = step.constant("weight");
    let first_axis = [("axis", Attr::Int(0))];
    let to_f32 = [("to", Attr::Int(DataType::Float as i64))];
    Ok(match precision {
        Precision::F32 => {
            let stored = step.graph.f32s(&name, &table.shape, &table.values);
            step.node("Gather", "words", &[&stored, ids], &first_axis)
        }
        Precision::F16 => {
            let stored = step.graph.f16s(&name, &table.shape, &table.values);
            let rows = step.node("Gather", "word.rows", &[&stored, ids], &first_axis);
            step.node("Cast", "words", &[&rows], &to_f32)
        }
        Precision::Int8 => {
            let scales = row_scales(&table.values, width);
            let levels = row_levels(&table.values, &scales, width);
            let levels = step.graph.i8s(&name, &[rows, width], levels);
            // One column, so that a gathered scale broadcasts over its row.
            let scales = step.f32s("scale", &[rows, 1], &scales);
            let levels = step.node("Gather", "word.rows", &[&levels, ids], &first_axis);
            let scales = step.node("Gather", "word.scales", &[&scales, ids], &first_axis);
            let levels = step.node("Cast", "word.widened", &[&levels], &to_f32);
            step.node("Mul", "words", &[&levels, &scales], &[])
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

fn matrix(tensor: &Tensor) -> Result<(usize, usize), PackError> {
    match tensor.shape.as_slice() {
        &[rows, columns] if rows > 0 && columns > 0 => Ok((rows, columns)),
        shape => Err(PackError::Graph { reason: format!("{shape:?} is not a matrix's shape") }),
    }
}
