//! Embedding look-up: rows are widened when they are read, the f32 table never exists.

use crate::error::{ShapeError, length};
use crate::isa::{Kernels, multiversion};

/// A table of embeddings, row after row.
#[derive(Debug, Clone, Copy)]
pub enum EmbeddingTable<'a> {
    /// int8 levels with one scale per row: value = level · scale.
    Int8 {
        /// `[rows, width]`.
        levels: &'a [i8],
        /// One per row.
        scales: &'a [f32],
    },
    /// Bits of IEEE half-precision numbers, `[rows, width]`.
    F16(&'a [u16]),
    /// `[rows, width]`.
    F32(&'a [f32]),
}

/// A table and the row of it for each token.
#[derive(Debug, Clone, Copy)]
pub struct Lookup<'a> {
    /// Where the rows are.
    pub table: EmbeddingTable<'a>,
    /// One row number per token.
    pub rows: &'a [u32],
}

impl Kernels {
    /// For each token, the sum of its row of each table (words, positions, segments), added in the
    /// order of `lookups`: `out` is `[tokens, width]`.
    ///
    /// # Errors
    /// The look-ups are of different lengths, a table has no such row, or `out` does not fit.
    pub fn embed(
        self,
        lookups: &[Lookup<'_>],
        width: usize,
        out: &mut [f32],
    ) -> Result<(), ShapeError> {
        let tokens = out.len().checked_div(width).unwrap_or(0);
        length("output", out.len(), tokens * width)?;
        for lookup in lookups {
            length("rows to look up", lookup.rows.len(), tokens)?;
            let rows = match lookup.table {
                EmbeddingTable::Int8 { levels, scales } => {
                    scales.len().min(levels.len() / width.max(1))
                }
                EmbeddingTable::F16(values) => values.len() / width.max(1),
                EmbeddingTable::F32(values) => values.len() / width.max(1),
            };
            if let Some(&row) = lookup.rows.iter().find(|&&row| row as usize >= rows) {
                let found = row as usize;
                return Err(ShapeError {
                    what: "rows of a table",
                    expected: found + 1,
                    found: rows,
                });
            }
        }
        out.fill(0.0);
        multiversion!(self.isa(), add_rows, (
            lookups: &[Lookup<'_>], width: usize, out: &mut [f32],
        ));
        Ok(())
    }
}

#[inline(always)]
fn add_rows(lookups: &[Lookup<'_>], width: usize, out: &mut [f32]) {
    for (token, out) in out.chunks_exact_mut(width.max(1)).enumerate() {
        for lookup in lookups {
            let row = lookup.rows[token] as usize;
            let at = row * width..(row + 1) * width;
            match lookup.table {
                EmbeddingTable::Int8 { levels, scales } => {
                    for (out, &level) in out.iter_mut().zip(&levels[at]) {
                        *out += f32::from(level) * scales[row];
                    }
                }
                EmbeddingTable::F16(values) => {
                    for (out, &bits) in out.iter_mut().zip(&values[at]) {
                        *out += widen(bits);
                    }
                }
                EmbeddingTable::F32(values) => {
                    for (out, &value) in out.iter_mut().zip(&values[at]) {
                        *out += value;
                    }
                }
            }
        }
    }
}

/// The value of a half-precision number, exactly.
#[inline(always)]
fn widen(bits: u16) -> f32 {
    // 2¹¹² moves the exponent's bias; the product also makes subnormals right.
    const BIAS: f32 = f32::from_bits((127 + 112) << 23);
    let bits = u32::from(bits);
    let magnitude = (bits & 0x7fff) << 13;
    let finite = (f32::from_bits(magnitude) * BIAS).to_bits();
    let special = magnitude | 0x7f80_0000;
    let magnitude = if magnitude >= 0x0f80_0000 { special } else { finite };
    f32::from_bits(magnitude | (bits & 0x8000) << 16)
}

#[cfg(test)]
mod tests {
    use super::widen;

    #[test]
    fn all_half_precision_numbers_by_their_definition() {
        for bits in 0..=u16::MAX {
            let fraction = f64::from(bits & 0x3ff) / 1024.0;
            let exponent = i32::from(bits >> 10 & 0x1f);
            let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
            let value = match exponent {
                0 => fraction * (-14f64).exp2(),
                31 if fraction > 0.0 => f64::NAN,
                31 => f64::INFINITY,
                _ => (1.0 + fraction) * f64::from(exponent - 15).exp2(),
            };
            let (found, expected) = (widen(bits), (sign * value) as f32);
            assert!(
                found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan(),
                "{bits:#06x}: {found} for {expected}"
            );
        }
    }
}
