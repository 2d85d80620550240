//! A linear layer's weights, from the form in which they are stored to the form in which they
//! are multiplied.

use super::parts::{Parts, Refused, ensure, is_int};
use crate::constants::Constant;
use rrgscore_kernels::{Epilogue, Kernels, Order, PackedF32, PackedWeights, Scratch, ShapeError};

/// Packed weights of a linear layer.
#[derive(Debug)]
pub(crate) enum Weights {
    /// int8 or int16.
    Integers(PackedWeights),
    /// f32.
    Floats(PackedF32),
}

impl Weights {
    /// Takes the parts `weight`, where it is not f32, and `product`, of `x` and a stored matrix
    /// `[inputs, outputs]`; packs the matrix.
    ///
    /// int8 and int16 levels keep their bits and meet activations of as many levels as the sums
    /// allow. f32 stays as it is.
    pub(crate) fn take(parts: &mut Parts<'_>, x: &'static str) -> Result<Weights, Refused> {
        let order = Order::InputMajor;
        if !parts.has("weight") {
            parts.node("product", "MatMul", &[x, "#weight"])?;
            let stored = matrix(parts.constant("#weight")?, Constant::f32s);
            let (values, [inputs, outputs]) = stored.ok_or("has a weight that is no matrix")?;
            return PackedF32::new(&values, order, inputs, outputs)
                .map(Weights::Floats)
                .map_err(refuse);
        }
        let node = parts.node("weight", "DequantizeLinear", &["#levels", "#scale"])?;
        is_int(node, "axis", 1, 1)?;
        parts.node("product", "MatMul", &[x, "weight"])?;
        let levels = parts.constant("#levels")?;
        let (bytes, words) = (matrix(levels, Constant::i8s), matrix(levels, Constant::i16s));
        let shape = bytes.as_ref().map(|of| of.1).or(words.as_ref().map(|of| of.1));
        let [inputs, outputs] = shape.ok_or("has levels that are no matrix of int8 or int16")?;
        let scales = parts.vector("#scale", outputs)?;
        let packed = match (bytes, words) {
            (Some((levels, _)), _) => PackedWeights::int8(&levels, order, inputs, outputs, &scales),
            (None, Some((levels, _))) => {
                PackedWeights::int16(&levels, order, inputs, outputs, &scales)
            }
            (None, None) => return Err("has levels that are no matrix".to_owned()),
        };
        packed.map(Weights::Integers).map_err(refuse)
    }

    /// Has the kernel multiply the inputs by scales before it rounds them.
    pub(crate) fn scale_inputs(&mut self, scales: &[f32]) -> Result<(), Refused> {
        match self {
            Weights::Integers(weights) => weights.scale_inputs(scales).map_err(refuse),
            Weights::Floats(_) => ensure(false, || "scales the inputs of f32 weights".to_owned()),
        }
    }

    pub(crate) fn inputs(&self) -> usize {
        match self {
            Weights::Integers(weights) => weights.inputs(),
            Weights::Floats(weights) => weights.inputs(),
        }
    }

    pub(crate) fn outputs(&self) -> usize {
        match self {
            Weights::Integers(weights) => weights.outputs(),
            Weights::Floats(weights) => weights.outputs(),
        }
    }

    /// `out = epilogue(x · weights + bias)`.
    pub(crate) fn apply(
        &self,
        x: &[f32],
        bias: Option<&[f32]>,
        epilogue: Epilogue,
        out: &mut [f32],
        scratch: &mut Scratch,
    ) -> Result<(), ShapeError> {
        let kernels = Kernels::best();
        match self {
            Weights::Integers(weights) => kernels.linear(x, weights, bias, epilogue, out, scratch),
            Weights::Floats(weights) => {
                kernels.linear_f32(x, weights, bias, epilogue, out, scratch)
            }
        }
    }
}

/// The elements of a matrix and its shape.
fn matrix<'a, T>(
    stored: &Constant<'a>,
    read: fn(&Constant<'a>) -> Option<Vec<T>>,
) -> Option<(Vec<T>, [usize; 2])> {
    let values = read(stored)?;
    let shape = stored.shape(size_of::<T>())?;
    let shape: [usize; 2] = shape.try_into().ok()?;
    (!values.is_empty()).then_some((values, shape))
}

fn refuse(error: ShapeError) -> Refused {
    format!("has weights that do not fit: {error}")
}
