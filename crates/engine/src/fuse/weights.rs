//! A linear layer's weights, from the form in which they are stored to the form in which they
//! are multiplied.

use super::wiring::{Wiring, input, int};
use crate::EngineError;
use crate::constants::Constant;
use half::f16;
use rrgscore_kernels::{Epilogue, Kernels, Order, PackedF32, PackedWeights, Scratch, ShapeError};

/// Packed weights of a linear layer.
#[derive(Debug)]
pub(crate) enum Weights {
    /// int8, int16, or f16 as 13-bit integers.
    Integers(PackedWeights),
    /// f32.
    Floats(PackedF32),
}

impl Weights {
    /// Packs the weight that a `MatMul` takes, `[inputs, outputs]`; `None` where it is not one
    /// that is stored.
    ///
    /// int8 and int16 levels keep their bits and meet activations of as many levels as the sums
    /// allow. f16 is rounded to ±4,095 levels per output channel, f32 stays as it is.
    pub(crate) fn read(wiring: &Wiring<'_>, value: &str) -> Result<Option<Weights>, EngineError> {
        if let Some(node) = wiring.made_by(value, "DequantizeLinear") {
            let constant = |at| input(node, at).map(|name| wiring.constant(name));
            let (Some(Some(levels)), Some(Some(scales))) = (constant(0), constant(1)) else {
                return Ok(None);
            };
            let zeros = constant(2).is_none_or(|zeros| {
                zeros.is_some_and(|zeros| zeros.bytes().iter().all(|&byte| byte == 0))
            });
            let by_output = matches!(int(node, "axis"), None | Some(1 | -1));
            let (bytes, words) = (matrix(levels, Constant::i8s), matrix(levels, Constant::i16s));
            let shape = bytes.as_ref().map(|of| of.1).or(words.as_ref().map(|of| of.1));
            let Some([inputs, outputs]) = shape else { return Ok(None) };
            let scales = match scales.f32s() {
                Some(one) if one.len() == 1 => one.repeat(outputs),
                Some(scales) if by_output && scales.len() == outputs => scales,
                _ => return Ok(None),
            };
            if !zeros {
                return Ok(None);
            }
            let order = Order::InputMajor;
            let packed = match (bytes, words) {
                (Some((levels, _)), _) => {
                    PackedWeights::int8(&levels, order, inputs, outputs, &scales)
                }
                (None, Some((levels, _))) => {
                    PackedWeights::int16(&levels, order, inputs, outputs, &scales)
                }
                (None, None) => return Ok(None),
            };
            return packed.map(Weights::Integers).map(Some).map_err(load_error);
        }
        if let Some(node) = wiring.made_by(value, "Cast") {
            let stored = input(node, 0).and_then(|name| wiring.constant(name));
            let Some((bits, [inputs, outputs])) =
                stored.and_then(|stored| matrix(stored, Constant::f16_bits))
            else {
                return Ok(None);
            };
            let values: Vec<f32> =
                bits.into_iter().map(|bits| f16::from_bits(bits).to_f32()).collect();
            let packed = PackedWeights::wide(&values, Order::InputMajor, inputs, outputs);
            return packed.map(Weights::Integers).map(Some).map_err(load_error);
        }
        let Some((values, [inputs, outputs])) =
            wiring.constant(value).and_then(|stored| matrix(stored, Constant::f32s))
        else {
            return Ok(None);
        };
        let packed = PackedF32::new(&values, Order::InputMajor, inputs, outputs);
        packed.map(Weights::Floats).map(Some).map_err(load_error)
    }

    /// Has the kernel multiply the inputs by scales before it rounds them; whether it can.
    pub(crate) fn scale_inputs(&mut self, scales: &[f32]) -> Result<bool, EngineError> {
        let Weights::Integers(weights) = self else { return Ok(false) };
        weights.scale_inputs(scales).map_err(load_error)?;
        Ok(true)
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

fn load_error(error: ShapeError) -> EngineError {
    EngineError::Load { reason: error.to_string() }
}
