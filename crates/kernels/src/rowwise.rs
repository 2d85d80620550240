//! Softmax and GELU over whole matrices, in place.

use crate::error::{ShapeError, length};
use crate::isa::{Kernels, multiversion};
use crate::lanes::{max, sum};
use crate::math::{Exp, Gelu};

impl Kernels {
    /// The softmax of each row of `[M, columns]`, after adding `mask` (one value per column; −∞
    /// takes a column out). A row of nothing but −∞ gives NaN.
    ///
    /// The largest value is subtracted first; the sum of [`crate::exp`] is in 16 lanes and a fixed
    /// tree, and each value is multiplied by its reciprocal.
    ///
    /// # Errors
    /// `x` has no whole number of rows, or `mask` another length than `columns`.
    pub fn softmax(
        self,
        x: &mut [f32],
        columns: usize,
        mask: Option<&[f32]>,
    ) -> Result<(), ShapeError> {
        length("scores", x.len() % columns.max(1), 0)?;
        mask.map_or(Ok(()), |mask| length("mask", mask.len(), columns))?;
        multiversion!(self.isa(), rows, (x: &mut [f32], columns: usize, mask: Option<&[f32]>));
        Ok(())
    }

    /// The exact GELU, [`crate::gelu`], of every value.
    pub fn gelu(self, x: &mut [f32]) {
        multiversion!(self.isa(), gelu_all, (x: &mut [f32]));
    }
}

#[inline(always)]
fn rows(x: &mut [f32], columns: usize, mask: Option<&[f32]>) {
    for row in x.chunks_exact_mut(columns.max(1)) {
        if let Some(mask) = mask {
            for (value, mask) in row.iter_mut().zip(mask) {
                *value += mask;
            }
        }
        softmax_row(row);
    }
}

/// The softmax of one row.
#[inline(always)]
pub(crate) fn softmax_row(row: &mut [f32]) {
    let most = max(row, f32::NEG_INFINITY);
    let exp = Exp::loaded();
    for value in &mut *row {
        *value = exp.of(*value - most);
    }
    let inverse = 1.0 / sum(row, |value| value);
    for value in row {
        *value *= inverse;
    }
}

#[inline(always)]
fn gelu_all(x: &mut [f32]) {
    let gelu = Gelu::loaded();
    for value in x {
        *value = gelu.of(*value);
    }
}
