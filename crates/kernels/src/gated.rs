//! Activation functions of decoders, in place.

use crate::error::{ShapeError, length};
use crate::isa::{Kernels, multiversion};
use crate::math::Exp;

/// 2·√(2/π): e to the power of it times the cubic is all that tanh needs.
const TWO_ROOTS: f32 = 1.595_769_2;

/// The cubic's coefficient in the approximation of GELU by tanh.
const CUBIC: f32 = 0.044_715;

impl Kernels {
    /// SwiGLU's product (Shazeer 2020, arXiv:2002.05202): `gate = gate/(1 + e^−gate) · up`.
    ///
    /// # Errors
    /// The slices are not of one length.
    pub fn silu_product(self, gate: &mut [f32], up: &[f32]) -> Result<(), ShapeError> {
        length("up", up.len(), gate.len())?;
        multiversion!(self.isa(), silu_all, (gate: &mut [f32], up: &[f32]));
        Ok(())
    }

    /// GELU by tanh, `x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³)))`, of every value (transformers'
    /// `gelu_new`), computed as `x/(1 + e^(−2·√(2/π)·(x + 0.044715·x³)))`.
    pub fn gelu_tanh(self, x: &mut [f32]) {
        multiversion!(self.isa(), gelu_all, (x: &mut [f32]));
    }
}

#[inline(always)]
fn silu_all(gate: &mut [f32], up: &[f32]) {
    let exp = Exp::loaded();
    for (gate, up) in gate.iter_mut().zip(up) {
        *gate = *gate / (1.0 + exp.of(-*gate)) * up;
    }
}

#[inline(always)]
fn gelu_all(x: &mut [f32]) {
    let exp = Exp::loaded();
    for x in x {
        let inner = TWO_ROOTS * (*x + CUBIC * (*x * *x * *x));
        *x /= 1.0 + exp.of(-inner);
    }
}
