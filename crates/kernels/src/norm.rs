//! Layer normalisation, with the residual sum before it.

use crate::error::{ShapeError, length};
use crate::isa::{Kernels, multiversion};
use crate::lanes::sum;

/// The weights of a layer normalisation over rows of N values.
#[derive(Debug, Clone, Copy)]
pub struct LayerNorm<'a> {
    /// Factor per column, N.
    pub gain: &'a [f32],
    /// Summand per column, N, or none.
    pub bias: Option<&'a [f32]>,
    /// Added to the variance.
    pub epsilon: f32,
}

impl Kernels {
    /// `out = (v − mean) · 1/√(variance + ε) · gain + bias` over each row of v = x, or of
    /// v = x + residual (Ba, Kiros and Hinton 2016; the variance is that of the population).
    ///
    /// All of `x`, `residual` and `out` are `[M, N]`. Sums are in 16 lanes and a fixed tree.
    ///
    /// # Errors
    /// A slice does not fit the others.
    pub fn layer_norm(
        self,
        x: &[f32],
        residual: Option<&[f32]>,
        norm: &LayerNorm<'_>,
        out: &mut [f32],
    ) -> Result<(), ShapeError> {
        length("output", out.len(), x.len())?;
        length("activations", x.len() % norm.gain.len().max(1), 0)?;
        residual.map_or(Ok(()), |residual| length("residual", residual.len(), x.len()))?;
        norm.bias.map_or(Ok(()), |bias| length("bias", bias.len(), norm.gain.len()))?;
        multiversion!(self.isa(), normalise, (
            x: &[f32], residual: Option<&[f32]>, norm: &LayerNorm<'_>, out: &mut [f32],
        ));
        Ok(())
    }
}

#[inline(always)]
fn normalise(x: &[f32], residual: Option<&[f32]>, norm: &LayerNorm<'_>, out: &mut [f32]) {
    let width = norm.gain.len().max(1);
    let count = width as f32;
    for (index, (row, out)) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)).enumerate() {
        match residual {
            Some(residual) => {
                let residual = &residual[index * width..][..width];
                for ((out, x), residual) in out.iter_mut().zip(row).zip(residual) {
                    *out = x + residual;
                }
            }
            None => out.copy_from_slice(row),
        }
        let mean = sum(out, |value| value) / count;
        let variance = sum(out, |value| (value - mean) * (value - mean)) / count;
        let inverse = 1.0 / (variance + norm.epsilon).sqrt();
        for (out, gain) in out.iter_mut().zip(norm.gain) {
            *out = (*out - mean) * inverse * gain;
        }
        if let Some(bias) = norm.bias {
            for (out, bias) in out.iter_mut().zip(bias) {
                *out += bias;
            }
        }
    }
}
