//! Rotary positions.

use crate::error::{ShapeError, length};
use crate::isa::{Kernels, multiversion};

impl Kernels {
    /// Rotates the first R channels of each head of each row by the row's angles (Su et al. 2021,
    /// arXiv:2104.09864): channel j goes with channel j + R/2 ("rotate half", as transformers does it).
    ///
    /// `x` is `[M, heads · head_size]`, `cos` and `sin` are `[M, R/2]`.
    ///
    /// # Errors
    /// A slice does not fit the others, or R is more than `head_size`.
    pub fn rotate(
        self,
        x: &mut [f32],
        head_size: usize,
        heads: usize,
        cos: &[f32],
        sin: &[f32],
    ) -> Result<(), ShapeError> {
        let rows = x.len().checked_div(heads * head_size).unwrap_or(0);
        length("activations", x.len(), rows * heads * head_size)?;
        length("sines", sin.len(), cos.len())?;
        let half = cos.len().checked_div(rows).unwrap_or(0);
        length("cosines", cos.len(), rows * half)?;
        if 2 * half > head_size {
            return Err(ShapeError { what: "cosines", expected: head_size / 2, found: half });
        }
        if half > 0 {
            multiversion!(self.isa(), rotate_all, (
                x: &mut [f32], head_size: usize, heads: usize, half: usize, cos: &[f32], sin: &[f32],
            ));
        }
        Ok(())
    }
}

#[inline(always)]
fn rotate_all(
    x: &mut [f32],
    head_size: usize,
    heads: usize,
    half: usize,
    cos: &[f32],
    sin: &[f32],
) {
    let angles = cos.chunks_exact(half).zip(sin.chunks_exact(half));
    for (row, (cos, sin)) in x.chunks_exact_mut(heads * head_size).zip(angles) {
        for head in row.chunks_exact_mut(head_size) {
            let (low, high) = head.split_at_mut(half);
            for (((low, high), cos), sin) in low.iter_mut().zip(high).zip(cos).zip(sin) {
                let (x, y) = (*low, *high);
                *low = x * cos - y * sin;
                *high = y * cos + x * sin;
            }
        }
    }
}
