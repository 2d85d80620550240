//! Root-mean-square normalisation.

use crate::error::{ShapeError, length};
use crate::isa::{Kernels, multiversion};
use crate::lanes::sum;

impl Kernels {
    /// `out = gain · (x · 1/√(mean(x²) + ε))` over each row of N values, N being `gain.len()` (Zhang
    /// and Sennrich 2019, arXiv:1910.07467).
    ///
    /// `x` and `out` are `[M, N]`. Sums are in 16 lanes and a fixed tree.
    ///
    /// # Errors
    /// A slice does not fit the others.
    pub fn rms_norm(
        self,
        x: &[f32],
        gain: &[f32],
        epsilon: f32,
        out: &mut [f32],
    ) -> Result<(), ShapeError> {
        length("output", out.len(), x.len())?;
        length("activations", x.len() % gain.len().max(1), 0)?;
        multiversion!(self.isa(), normalise, (
            x: &[f32], gain: &[f32], epsilon: f32, out: &mut [f32],
        ));
        Ok(())
    }
}

#[inline(always)]
fn normalise(x: &[f32], gain: &[f32], epsilon: f32, out: &mut [f32]) {
    let width = gain.len().max(1);
    let count = width as f32;
    for (row, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        let mean = sum(row, |value| value * value) / count;
        let inverse = 1.0 / (mean + epsilon).sqrt();
        for ((out, x), gain) in out.iter_mut().zip(row).zip(gain) {
            *out = gain * (x * inverse);
        }
    }
}
