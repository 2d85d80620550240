//! What the innermost products could do if all operands were near: the limit that the benchmarks
//! compare with.

use crate::isa::{Kernels, multiversion};
use crate::tiles::{Activations, FLOAT_ROWS, PANEL, ROWS, Tiles};

/// Steps of a panel that stays in the first-level cache.
const STEPS: usize = 64;

impl Kernels {
    /// Runs the innermost product on operands that stay in the first-level cache, without anything
    /// around it, `tiles` times; returns the number of additions and multiplications.
    #[must_use]
    pub fn peak(self, float: bool, tiles: usize) -> usize {
        let mut operations = 0;
        let count = &mut operations;
        multiversion!(self.isa(), repeat::<_>, (float: bool, tiles: usize, count: &mut usize));
        operations
    }
}

#[inline(always)]
#[allow(unsafe_code, reason = "the tiles' instructions")]
fn repeat<T: Tiles>(float: bool, tiles: usize, count: &mut usize) {
    const HEIGHT: usize = 12;
    let (mut sums, mut totals) = ([[0i32; PANEL]; HEIGHT], [[0f32; PANEL]; HEIGHT]);
    let (levels, b) = ([1i16; HEIGHT * STEPS], [1i16; STEPS * PANEL]);
    let (of_rows, excess) = ([[0; ROWS]; HEIGHT / ROWS], [[0; PANEL]]);
    let a = Activations { levels: &levels, stride: ROWS * STEPS, excess: &of_rows, sums: 1 };
    let (x, w) = ([1f32; HEIGHT * STEPS], [1f32; STEPS * PANEL]);
    for _ in 0..tiles {
        // SAFETY: T's instructions are those that `Kernels` found on this CPU.
        unsafe {
            if float {
                T::float(&x, FLOAT_ROWS * STEPS, &w, &mut totals);
            } else {
                T::sums(a, &b, &excess, true, &mut sums);
            }
        }
        core::hint::black_box((&mut sums, &mut totals));
        *count += 2 * HEIGHT * STEPS * PANEL;
    }
}
