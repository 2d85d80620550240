//! Functions of one value, in place where nothing else reads x.

use super::Operator;
use rrgscore_kernels::exp;
use tract_core::internal::*;

/// A function of each value of an f32 tensor of any shape.
#[derive(Debug, Clone, Copy)]
pub(super) enum Elementwise {
    /// max(x, 0); 0 for NaN, and never −0.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
}

impl Operator for Elementwise {
    fn name(&self) -> &'static str {
        match self {
            Elementwise::Relu => "Relu",
            Elementwise::Tanh => "Tanh",
        }
    }

    fn facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let [x] = inputs else { bail!("not one input") };
        ensure!(x.datum_type == f32::datum_type(), "not f32");
        Ok(tvec![x.without_value()])
    }

    fn run(&self, mut inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let mut x = inputs.pop().context("no input")?.into_tensor();
        let mut plain = x.try_as_plain_ram_mut()?;
        let values = plain.as_slice_mut::<f32>()?.iter_mut();
        match self {
            // Not `max`, whose zero has no defined sign.
            Elementwise::Relu => {
                values.for_each(|x| *x = if *x > 0.0 { *x } else { 0.0 });
            }
            Elementwise::Tanh => values.for_each(|x| *x = tanh(*x)),
        }
        Ok(tvec![x.into_tvalue()])
    }
}

/// tanh x = (1 − e⁻²ˣ)/(1 + e⁻²ˣ) for x ≥ 0, and odd. Absolute error under 2e-7.
fn tanh(x: f32) -> f32 {
    let small = exp(-2.0 * x.abs());
    ((1.0 - small) / (1.0 + small)).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::tanh;

    /// Python's `math.tanh`.
    const KNOWN: [(f32, f64); 15] = [
        (0.0, 0.0),
        (0.0001, 9.999999966666668e-05),
        (0.01, 0.00999966667999946),
        (0.1, 0.09966799462495582),
        (0.25, 0.24491866240370913),
        (0.5, 0.46211715726000974),
        (0.75, 0.6351489523872873),
        (1.0, 0.7615941559557649),
        (1.5, 0.9051482536448664),
        (2.0, 0.9640275800758169),
        (3.0, 0.9950547536867305),
        (4.5, 0.9997532108480275),
        (6.0, 0.9999877116507956),
        (9.0, 0.999999969540041),
        (12.0, 0.9999999999244973),
    ];

    #[test]
    fn it_is_the_tangent() {
        for (x, expected) in KNOWN {
            let off = (f64::from(tanh(x)) - expected).abs();
            assert!(off < 2e-7, "{x}: {off}");
            assert_eq!(tanh(-x).to_bits(), (-tanh(x)).to_bits());
        }
        assert_eq!(tanh(200.0), 1.0);
        assert_eq!(tanh(-200.0), -1.0);
        assert!(tanh(f32::NAN).is_nan());
    }
}
