use super::probe::Probe;
use crate::onnx::graph::{Attr, GraphBuilder, GraphValue};
use crate::onnx::weights::{linear, product, to_f32};
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

    pub(super) fn linear(
        &mut self,
        name: &str,
        input: &GraphValue,
        layer: &Linear,
    ) -> Result<GraphValue, PackError> {
        let of = (&layer.weight, layer.bias.as_slice());
        linear(&mut self.graph, name, input, of, self.precision, None)
    }

    /// The same where `typical` is the mean of the layer's inputs.
    pub(super) fn linear_at(
        &mut self,
        name: &str,
        input: &GraphValue,
        layer: &Linear,
        typical: Option<&[f32]>,
    ) -> Result<GraphValue, PackError> {
        let of = (&layer.weight, layer.bias.as_slice());
        linear(&mut self.graph, name, input, of, self.precision, typical)
    }

    /// `input · weight`, with a weight of shape `[inputs, outputs]`.
    pub(super) fn product(
        &mut self,
        name: &str,
        input: &GraphValue,
        weight: &Tensor,
    ) -> Result<GraphValue, PackError> {
        product(&mut self.graph, name, input, weight, self.precision)
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
        let scale = self.graph.f32s(&format!("{name}.scale"), &[width], &scale.values);
        let attributes = [("axis", Attr::Int(-1)), ("epsilon", Attr::Float(epsilon as f32))];
        Ok(self.graph.node("LayerNormalization", name, &[input, &scale], &attributes))
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

    /// Layer norm over the last axis.
    pub(super) fn layer_norm(&mut self, norm: &Norm, name: &str, input: &GraphValue) -> GraphValue {
        let width = norm.scale.len();
        let scale = self.graph.f32s(&format!("{name}.scale"), &[width], &norm.scale);
        let bias = self.graph.f32s(&format!("{name}.bias"), &[width], &norm.bias);
        let attributes = [("axis", Attr::Int(-1)), ("epsilon", Attr::Float(norm.epsilon))];
        self.graph.node("LayerNormalization", name, &[input, &scale, &bias], &attributes)
    }

    /// The exact GELU, x·(1 + erf(x/√2))/2.
    pub(super) fn gelu(&mut self, name: &str, input: &GraphValue) -> GraphValue {
        let graph = &mut self.graph;
        let factor = graph.f32s(&format!("{name}.factor"), &[], &[std::f32::consts::FRAC_1_SQRT_2]);
        let scaled = graph.node("Mul", &format!("{name}.scaled"), &[input, &factor], &[]);
        let erf = graph.node("Erf", &format!("{name}.erf"), &[&scaled], &[]);
        let one = graph.f32s(&format!("{name}.one"), &[], &[1.0]);
        let shifted = graph.node("Add", &format!("{name}.shifted"), &[&erf, &one], &[]);
        let product = graph.node("Mul", &format!("{name}.product"), &[input, &shifted], &[]);
        let half = graph.f32s(&format!("{name}.half"), &[], &[0.5]);
        graph.node("Mul", name, &[&product, &half], &[])
    }

    /// 0 where the mask is 1, f32's lowest value where it is 0: `[batch, 1, 1, tokens]`.
    pub(super) fn additive_mask(&mut self, mask: &GraphValue) -> GraphValue {
        let graph = &mut self.graph;
        let kept = to_f32(graph, "mask.kept", mask);
        let one = graph.f32s("mask.one", &[], &[1.0]);
        let hidden = graph.node("Sub", "mask.hidden", &[&one, &kept], &[]);
        let lowest = graph.f32s("mask.lowest", &[], &[f32::MIN]);
        let flat = graph.node("Mul", "mask.flat", &[&hidden, &lowest], &[]);
        let axes = graph.i64s("mask.axes", &[1, 2]);
        graph.node("Unsqueeze", "mask", &[&flat, &axes], &[])
    }

    /// The first rows of a constant, as many as there are tokens.
    pub(super) fn first_rows(
        &mut self,
        name: &str,
        table: &GraphValue,
        ids: &GraphValue,
    ) -> GraphValue {
        let graph = &mut self.graph;
        let from = graph.i64s(&format!("{name}.from"), &[0]);
        let tokens = [("start", Attr::Int(1)), ("end", Attr::Int(2))];
        let to = graph.node("Shape", &format!("{name}.to"), &[ids], &tokens);
        let axis = graph.i64s(&format!("{name}.axis"), &[0]);
        graph.node("Slice", name, &[table, &from, &to, &axis], &[])
    }

    /// `i − j` for query token i and key token j of a text of at most `most` tokens:
    /// `[tokens, tokens]` i64.
    pub(super) fn distances(&mut self, ids: &GraphValue, most: usize) -> GraphValue {
        let counted: Vec<i64> = (0i64..).take(most).collect();
        let table = self.graph.i64s("distance.positions.table", &counted);
        let keys = self.first_rows("distance.positions", &table, ids);
        let graph = &mut self.graph;
        let axis = graph.i64s("distance.queries.axis", &[1]);
        let queries = graph.node("Unsqueeze", "distance.queries", &[&keys, &axis], &[]);
        graph.node("Sub", "distance", &[&queries, &keys], &[])
    }

    /// `[…, parts · part]` → `[batch, parts, tokens, part]`, or with the last two axes changed
    /// when `axes` say so.
    pub(super) fn split_heads(
        &mut self,
        name: &str,
        value: &GraphValue,
        parts: usize,
        part: usize,
        axes: [i64; 4],
    ) -> GraphValue {
        let graph = &mut self.graph;
        let shape = graph.i64s(&format!("{name}.shape"), &[0, 0, parts as i64, part as i64]);
        let split = graph.node("Reshape", &format!("{name}.heads"), &[value, &shape], &[]);
        graph.node("Transpose", name, &[&split], &[("perm", Attr::Ints(axes.to_vec()))])
    }

    /// Softmax of the scores, times the values, with the heads side by side again:
    /// `[batch, heads, tokens, tokens]` and `[batch, heads, tokens, part]` →
    /// `[batch, tokens, width]`.
    pub(super) fn weighted(
        &mut self,
        name: &str,
        scores: &GraphValue,
        values: &GraphValue,
        width: usize,
    ) -> GraphValue {
        let graph = &mut self.graph;
        let last = [("axis", Attr::Int(-1))];
        let weights = graph.node("Softmax", &format!("{name}.weights"), &[scores], &last);
        let context = graph.node("MatMul", &format!("{name}.context"), &[&weights, values], &[]);
        let order = [("perm", Attr::Ints(vec![0, 2, 1, 3]))];
        let context =
            graph.node("Transpose", &format!("{name}.context.tokens"), &[&context], &order);
        let shape = graph.i64s(&format!("{name}.merged.shape"), &[0, 0, width as i64]);
        graph.node("Reshape", &format!("{name}.merged"), &[&context, &shape], &[])
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
