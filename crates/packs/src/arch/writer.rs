use super::probe::Probe;
use crate::onnx::graph::{Attr, GraphBuilder, GraphValue, StepBuilder};
use crate::onnx::proto::DataType;
use crate::onnx::weights::{linear, product};
use crate::{PackError, Precision, Tensor, TensorSource};

/// Reads tensors of a checkpoint and writes the pieces of graphs that all encoders share.
pub(super) struct Writer<'a> {
    pub(super) graph: GraphBuilder,
    pub(super) precision: Precision,
    /// What runs along in an encoder whose weights are rounded to int8.
    pub(super) probe: Option<Probe>,
    tensors: &'a dyn TensorSource,
    prefix: &'a str,
    family: &'static str,
}

/// A linear layer as the graph wants it: weight `[inputs, outputs]` and bias.
pub(super) struct Linear {
    pub(super) weight: Tensor,
    pub(super) bias: Vec<f32>,
}

/// What follows a linear layer within its step.
#[derive(Debug, Clone, Copy)]
pub(super) enum Activation {
    None,
    Gelu,
    Relu,
}

/// The parameters of a layer norm.
pub(super) struct Norm {
    pub(super) scale: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) epsilon: f32,
}

impl<'a> Writer<'a> {
    /// `room` is the expected size of the file in bytes.
    pub(super) fn new(
        name: &str,
        tensors: &'a dyn TensorSource,
        prefix: &'a str,
        family: &'static str,
        precision: Precision,
        room: usize,
    ) -> Writer<'a> {
        Writer {
            graph: match precision {
                Precision::F16 => GraphBuilder::with_int16(name, room),
                Precision::F32 | Precision::Int8 => GraphBuilder::new(name, room),
            },
            precision,
            probe: None,
            tensors,
            prefix,
            family,
        }
    }

    /// Reads the tensor `prefix + name`.
    pub(super) fn read(&self, name: &str, shape: &[usize]) -> Result<Tensor, PackError> {
        self.tensors.shaped(&format!("{}{name}", self.prefix), shape, self.family)
    }

    /// Reads `name.weight` and `name.bias`, of torch's `Linear`.
    pub(super) fn read_linear(
        &self,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, PackError> {
        let weight = self.read(&format!("{name}.weight"), &[outputs, inputs])?.transposed()?;
        let bias = self.read(&format!("{name}.bias"), &[outputs])?.values;
        Ok(Linear { weight, bias })
    }

    /// A linear layer; `typical`, where it is known, is the mean of its inputs.
    pub(super) fn linear(
        &mut self,
        name: &str,
        input: &GraphValue,
        layer: &Linear,
        typical: Option<&[f32]>,
        then: Activation,
    ) -> Result<GraphValue, PackError> {
        let of = (&layer.weight, layer.bias.as_slice());
        let mut step = self.graph.step(name, "linear");
        let sum = linear(&mut step, input, of, self.precision, typical)?;
        Ok(match then {
            Activation::None => sum,
            Activation::Relu => step.node("Relu", "relu", &[&sum], &[]),
            Activation::Gelu => gelu(&mut step, &sum),
        })
    }

    /// `input · weight`, with a weight of shape `[inputs, outputs]`.
    pub(super) fn product(
        &mut self,
        name: &str,
        input: &GraphValue,
        weight: &Tensor,
    ) -> Result<GraphValue, PackError> {
        product(&mut self.graph.step(name, "linear"), input, weight, self.precision)
    }

    /// Layer norm over the last axis with the parameter `from.weight` and no bias.
    pub(super) fn scale_norm(
        &mut self,
        from: &str,
        name: &str,
        input: &GraphValue,
        width: usize,
        epsilon: f64,
    ) -> Result<GraphValue, PackError> {
        let scale = self.read(&format!("{from}.weight"), &[width])?;
        let mut step = self.graph.step(name, "norm");
        let scale = step.f32s("scale", &[width], &scale.values);
        let attributes = [("axis", Attr::Int(-1)), ("epsilon", Attr::Float(epsilon as f32))];
        Ok(step.node("LayerNormalization", "norm", &[input, &scale], &attributes))
    }

    /// Reads the parameters `from.weight` and `from.bias` of a layer norm.
    pub(super) fn read_norm(
        &self,
        from: &str,
        width: usize,
        epsilon: f64,
    ) -> Result<Norm, PackError> {
        let scale = self.read(&format!("{from}.weight"), &[width])?.values;
        let bias = self.read(&format!("{from}.bias"), &[width])?.values;
        Ok(Norm { scale, bias, epsilon: epsilon as f32 })
    }

    /// Layer norm over the last axis of a value, or of its sum with a residual.
    pub(super) fn layer_norm(
        &mut self,
        norm: &Norm,
        name: &str,
        input: &GraphValue,
        residual: Option<&GraphValue>,
    ) -> GraphValue {
        let width = norm.scale.len();
        let mut step = self.graph.step(name, "norm");
        let scale = step.f32s("scale", &[width], &norm.scale);
        let bias = step.f32s("bias", &[width], &norm.bias);
        let sum = residual.map(|residual| step.node("Add", "residual", &[input, residual], &[]));
        let input = sum.as_ref().unwrap_or(input);
        let attributes = [("axis", Attr::Int(-1)), ("epsilon", Attr::Float(norm.epsilon))];
        step.node("LayerNormalization", "norm", &[input, &scale, &bias], &attributes)
    }

    /// The exact GELU by itself.
    pub(super) fn gelu(&mut self, name: &str, input: &GraphValue) -> GraphValue {
        gelu(&mut self.graph.step(name, "gelu"), input)
    }

    /// 0 where the mask is 1, f32's lowest value where it is 0: `[batch, 1, 1, tokens]`.
    pub(super) fn additive_mask(&mut self, mask: &GraphValue) -> GraphValue {
        let mut step = self.graph.step("mask", "mask");
        let kept = to_f32(&mut step, "kept", mask);
        let one = step.f32s("one", &[], &[1.0]);
        let hidden = step.node("Sub", "hidden", &[&one, &kept], &[]);
        let lowest = step.f32s("lowest", &[], &[f32::MIN]);
        let flat = step.node("Mul", "flat", &[&hidden, &lowest], &[]);
        let axes = step.i64s("axes", &[1, 2]);
        step.node("Unsqueeze", "mask", &[&flat, &axes], &[])
    }

    /// The first rows of a constant, as many as there are tokens, as a step of its own.
    pub(super) fn first_rows(
        &mut self,
        name: &str,
        table: &GraphValue,
        ids: &GraphValue,
    ) -> GraphValue {
        first_rows(&mut self.graph.step(name, "first_rows"), table, ids)
    }

    /// `i − j` for query token i and key token j of a text of at most `most` tokens:
    /// `[tokens, tokens]` i64.
    pub(super) fn distances(&mut self, ids: &GraphValue, most: usize) -> GraphValue {
        let counted: Vec<i64> = (0i64..).take(most).collect();
        let mut step = self.graph.step("distance", "distance");
        let table = step.i64s("table", &counted);
        let keys = first_rows(&mut step, &table, ids);
        let axis = step.i64s("queries.axis", &[1]);
        let queries = step.node("Unsqueeze", "queries", &[&keys, &axis], &[]);
        step.node("Sub", "distance", &[&queries, &keys], &[])
    }

    pub(super) fn split<const N: usize>(
        &mut self,
        name: &str,
        value: &GraphValue,
        axis: i64,
        sizes: [usize; N],
    ) -> [GraphValue; N] {
        let sizes: Vec<i64> = sizes.iter().map(|&size| size as i64).collect();
        let sizes = self.graph.i64s(&format!("{name}.sizes"), &sizes);
        let axis = [("axis", Attr::Int(axis))];
        self.graph.node_with_outputs("Split", name, &[value, &sizes], &axis)
    }
}

/// The exact GELU, x·(1 + erf(x/√2))/2: the parts `gelu.scaled` to `gelu`.
fn gelu(step: &mut StepBuilder<'_>, input: &GraphValue) -> GraphValue {
    let factor = step.f32s("gelu.factor", &[], &[std::f32::consts::FRAC_1_SQRT_2]);
    let scaled = step.node("Mul", "gelu.scaled", &[input, &factor], &[]);
    let erf = step.node("Erf", "gelu.erf", &[&scaled], &[]);
    let one = step.f32s("gelu.one", &[], &[1.0]);
    let shifted = step.node("Add", "gelu.shifted", &[&erf, &one], &[]);
    let product = step.node("Mul", "gelu.product", &[input, &shifted], &[]);
    let half = step.f32s("gelu.half", &[], &[0.5]);
    step.node("Mul", "gelu", &[&product, &half], &[])
}

/// The first rows of a constant, as many as there are tokens: the parts `to` and `rows`.
pub(super) fn first_rows(
    step: &mut StepBuilder<'_>,
    table: &GraphValue,
    ids: &GraphValue,
) -> GraphValue {
    let from = step.i64s("from", &[0]);
    let tokens = [("start", Attr::Int(1)), ("end", Attr::Int(2))];
    let to = step.node("Shape", "to", &[ids], &tokens);
    let axis = step.i64s("axis", &[0]);
    step.node("Slice", "rows", &[table, &from, &to, &axis], &[])
}

/// Widens a value to f32.
pub(super) fn to_f32(step: &mut StepBuilder<'_>, part: &str, value: &GraphValue) -> GraphValue {
    step.node("Cast", part, &[value], &[("to", Attr::Int(DataType::Float as i64))])
}

/// `[…, heads · size]` → `[batch, heads, tokens, size]`, or with the last two axes changed when
/// `axes` say so: the parts `part.heads` and `part`.
pub(super) fn split_heads(
    step: &mut StepBuilder<'_>,
    part: &str,
    value: &GraphValue,
    heads: usize,
    size: usize,
    axes: [i64; 4],
) -> GraphValue {
    let shape = step.i64s(&format!("{part}.shape"), &[0, 0, heads as i64, size as i64]);
    let split = step.node("Reshape", &format!("{part}.heads"), &[value, &shape], &[]);
    step.node("Transpose", part, &[&split], &[("perm", Attr::Ints(axes.to_vec()))])
}

/// Softmax of the scores, times the values, with the heads side by side again:
/// `[batch, heads, tokens, tokens]` and `[batch, heads, tokens, size]` →
/// `[batch, tokens, width]`: the parts `weights`, `context`, `context.tokens` and `merged`.
pub(super) fn weighted(
    step: &mut StepBuilder<'_>,
    scores: &GraphValue,
    values: &GraphValue,
    width: usize,
) -> GraphValue {
    let weights = step.node("Softmax", "weights", &[scores], &[("axis", Attr::Int(-1))]);
    let context = step.node("MatMul", "context", &[&weights, values], &[]);
    let order = [("perm", Attr::Ints(vec![0, 2, 1, 3]))];
    let context = step.node("Transpose", "context.tokens", &[&context], &order);
    let shape = step.i64s("merged.shape", &[0, 0, width as i64]);
    step.node("Reshape", "merged", &[&context, &shape], &[])
}

/// Cuts a value into pieces along an axis.
pub(super) fn split<const N: usize>(
    step: &mut StepBuilder<'_>,
    part: &str,
    value: &GraphValue,
    axis: i64,
    sizes: [usize; N],
) -> [GraphValue; N] {
    let sizes: Vec<i64> = sizes.iter().map(|&size| size as i64).collect();
    let sizes = step.i64s(&format!("{part}.sizes"), &sizes);
    step.node_with_outputs("Split", part, &[value, &sizes], &[("axis", Attr::Int(axis))])
}

impl Linear {
    /// Multiplies the layer's output.
    pub(super) fn scale(&mut self, factor: f32) {
        for value in self.weight.values.iter_mut().chain(&mut self.bias) {
            *value *= factor;
        }
    }

    /// The layer's outputs for rows that do not depend on the text: `[rows, inputs]` →
    /// `[rows, outputs]`. Every sum runs over the inputs in their order, in f32.
    pub(super) fn apply(&self, rows: &[f32]) -> Vec<f32> {
        // So many rows are worked on together that a weight is read from the cache.
        const TOGETHER: usize = 8;
        let outputs = self.bias.len().max(1);
        let inputs = (self.weight.values.len() / outputs).max(1);
        let mut results = Vec::with_capacity(rows.len() / inputs * outputs);
        for rows in rows.chunks(TOGETHER * inputs) {
            let from = results.len();
            for _ in rows.chunks_exact(inputs) {
                results.extend_from_slice(&self.bias);
            }
            let sums = results.get_mut(from..).unwrap_or_default();
            for (input, weights) in self.weight.values.chunks_exact(outputs).enumerate() {
                let column = rows.iter().skip(input).step_by(inputs);
                for (sums, &value) in sums.chunks_exact_mut(outputs).zip(column) {
                    for (sum, &weight) in sums.iter_mut().zip(weights) {
                        *sum += value * weight;
                    }
                }
            }
        }
        results
    }

    /// Layers on the same input as one, their outputs side by side.
    ///
    /// # Errors
    /// When one is not a matrix with as many rows as the others.
    pub(super) fn side_by_side(layers: &[&Linear]) -> Result<Linear, PackError> {
        let mut widths = Vec::with_capacity(layers.len());
        let mut inputs = None;
        for layer in layers {
            let &[rows, columns] = layer.weight.shape.as_slice() else {
                return Err(PackError::Graph { reason: "a weight is not a matrix".to_owned() });
            };
            if *inputs.get_or_insert(rows) != rows || columns == 0 {
                return Err(PackError::Graph { reason: "merged weights do not fit".to_owned() });
            }
            widths.push(columns);
        }
        let inputs = inputs.unwrap_or(0);
        let outputs: usize = widths.iter().sum();
        let mut values = Vec::with_capacity(inputs * outputs);
        let mut rows: Vec<_> = layers
            .iter()
            .zip(&widths)
            .map(|(layer, &width)| layer.weight.values.chunks_exact(width))
            .collect();
        for _ in 0..inputs {
            for part in &mut rows {
                values.extend_from_slice(part.next().unwrap_or_default());
            }
        }
        let bias = layers.iter().flat_map(|layer| layer.bias.iter().copied()).collect();
        Ok(Linear { weight: Tensor { shape: vec![inputs, outputs], values }, bias })
    }
}
