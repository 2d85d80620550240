//! The innermost products: a few rows times one panel of weights.
//!
//! A panel is [`PANEL`] output channels wide. Integer panels hold two steps of k side by side for
//! each channel, `[k/2][channel][2]`, which is what every multiply-add instruction of pairs of
//! 16-bit integers reads; f32 panels are `[k][channel]`.

mod portable;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;

pub(crate) use portable::Portable;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::Avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) use neon::Neon;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) use simd128::Simd128;

/// Output channels of a panel: what the widest tile of the target's instructions takes at once.
/// It changes where a weight lies in memory and no result.
#[cfg(target_arch = "x86_64")]
pub(crate) const PANEL: usize = 16;
/// Output channels of a panel: what the widest tile of the target's instructions takes at once.
/// It changes where a weight lies in memory and no result.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) const PANEL: usize = 8;

/// Rows of activations that lie interleaved, `[row / ROWS][k][row mod ROWS]` (integers: `[k/2]`,
/// `[row mod ROWS]`, `[2]`), so that a tile walks through one piece of memory.
pub(crate) const ROWS: usize = 4;

/// The products of one set of instructions. All add up in the same order.
///
/// `a` holds interleaved rows; those of the next [`ROWS`] rows begin `stride` values later. Sums and
/// totals are rows, a multiple of [`ROWS`].
pub(crate) trait Tiles {
    /// `sums[r][c] += Σₖ a[r][k] · b[k][c]` in wrapping 32-bit arithmetic, over the
    /// `b.len() / PANEL` steps of an integer panel.
    ///
    /// # Safety
    /// The CPU must have the instructions of the implementor.
    unsafe fn sums(a: &[i16], stride: usize, b: &[i16], sums: &mut [[i32; PANEL]]);

    /// For each group of `group` steps in order: `totals[r][c] += f32(Σₖ a·b) · scales[g][c]`; an
    /// empty `scales` leaves the multiplication out.
    ///
    /// # Safety
    /// The CPU must have the instructions of the implementor.
    unsafe fn groups(
        a: &[i16],
        stride: usize,
        b: &[i16],
        group: usize,
        scales: &[[f32; PANEL]],
        totals: &mut [[f32; PANEL]],
    );

    /// As [`Tiles::sums`] of int8 weights, which are left in `b` in 16 bits; `b` has place for all.
    ///
    /// # Safety
    /// The CPU must have the instructions of the implementor.
    #[inline(always)]
    unsafe fn sums_widening(
        a: &[i16],
        stride: usize,
        levels: &[i8],
        b: &mut [i16],
        sums: &mut [[i32; PANEL]],
    ) {
        // SAFETY: the caller promises a CPU that has the instructions.
        unsafe { Self::sums(a, stride, widen(levels, b), sums) };
    }

    /// As [`Tiles::groups`] of int8 weights, which are left in `b` in 16 bits; `b` has place for
    /// all.
    ///
    /// # Safety
    /// The CPU must have the instructions of the implementor.
    #[inline(always)]
    unsafe fn groups_widening(
        a: &[i16],
        stride: usize,
        levels: &[i8],
        b: &mut [i16],
        group: usize,
        scales: &[[f32; PANEL]],
        totals: &mut [[f32; PANEL]],
    ) {
        // SAFETY: the caller promises a CPU that has the instructions.
        unsafe { Self::groups(a, stride, widen(levels, b), group, scales, totals) };
    }

    /// For each k in order: `totals[r][c] += a[r][k] · b[k][c]`, each product rounded before it is
    /// added.
    ///
    /// # Safety
    /// The CPU must have the instructions of the implementor.
    unsafe fn float(a: &[f32], stride: usize, b: &[f32], totals: &mut [[f32; PANEL]]);
}

#[inline(always)]
fn widen<'a>(levels: &[i8], widened: &'a mut [i16]) -> &'a [i16] {
    let widened = &mut widened[..levels.len()];
    debug_assert!(levels.len().is_multiple_of(64), "steps are padded to 8, panels to 8");
    // Blocks, which compilers turn into more than one register a turn.
    for (wide, levels) in widened.as_chunks_mut::<64>().0.iter_mut().zip(levels.as_chunks::<64>().0)
    {
        for (wide, &level) in wide.iter_mut().zip(levels) {
            *wide = i16::from(level);
        }
    }
    widened
}

/// The steps of k of a panel; panics unless the activations of `rows` rows hold as many.
#[inline(always)]
fn check<A, B>(a: &[A], stride: usize, b: &[B], rows: usize) -> usize {
    let steps = b.len() / PANEL;
    let last = (rows / ROWS - 1) * stride;
    assert!(a.len() >= last + ROWS * steps, "a tile's rows are too short");
    steps
}

/// Implements [`Tiles`] by functions `sums_tile`, `groups_tile` and `float_tile` of a fixed number of
/// rows: cuts all rows into tiles of the given heights, tallest first. Functions of the trait that
/// the instructions have better ones for may follow.
macro_rules! tiles {
    ($name:ident, [$($rows:literal),*] $(, { $($better:item)* })?) => {
        #[allow(unused_unsafe, reason = "the tiles of some instructions are safe to call")]
        #[allow(unsafe_code, reason = "the tiles of some instructions are not")]
        impl $crate::tiles::Tiles for $name {
            $($($better)*)?

            #[inline(always)]
            unsafe fn sums(a: &[i16], stride: usize, b: &[i16], sums: &mut [[i32; PANEL]]) {
                let mut first = 0;
                $(while let Some(tile) = sums[first..].first_chunk_mut::<$rows>() {
                    let a = &a[first / $crate::tiles::ROWS * stride..];
                    // SAFETY: the caller promises a CPU that has the instructions.
                    unsafe { sums_tile(a, stride, b, tile) };
                    first += $rows;
                })*
            }

            #[inline(always)]
            unsafe fn groups(
                a: &[i16],
                stride: usize,
                b: &[i16],
                group: usize,
                scales: &[[f32; PANEL]],
                totals: &mut [[f32; PANEL]],
            ) {
                let mut first = 0;
                $(while let Some(tile) = totals[first..].first_chunk_mut::<$rows>() {
                    let a = &a[first / $crate::tiles::ROWS * stride..];
                    // SAFETY: the caller promises a CPU that has the instructions.
                    unsafe {
                        if scales.is_empty() {
                            groups_tile::<$rows, false>(a, stride, b, group, scales, tile);
                        } else {
                            groups_tile::<$rows, true>(a, stride, b, group, scales, tile);
                        }
                    }
                    first += $rows;
                })*
            }

            #[inline(always)]
            unsafe fn float(a: &[f32], stride: usize, b: &[f32], totals: &mut [[f32; PANEL]]) {
                let mut first = 0;
                $(while let Some(tile) = totals[first..].first_chunk_mut::<$rows>() {
                    let a = &a[first / $crate::tiles::ROWS * stride..];
                    // SAFETY: the caller promises a CPU that has the instructions.
                    unsafe { float_tile(a, stride, b, tile) };
                    first += $rows;
                })*
            }
        }
    };
}
use tiles;
