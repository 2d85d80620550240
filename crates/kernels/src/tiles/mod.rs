//! The innermost products: a few rows times one panel of weights.
//!
//! A panel is [`PANEL`] output channels wide. Integer panels hold two steps of k side by side for
//! each channel, `[k/2][channel][2]`, which is what every multiply-add instruction of pairs of
//! 16-bit integers reads; f32 panels are `[k][channel]`.

use crate::levels;
use crate::math::Gelu;

mod portable;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod vectors;

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

/// Rows of integer activations that lie interleaved, `[row / ROWS][k/2][row mod ROWS][2]`, so that a
/// tile walks through one piece of memory.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) const ROWS: usize = 4;
/// Rows of integer activations that lie interleaved, `[row / ROWS][k/2][row mod ROWS][2]`, so that a
/// tile walks through one piece of memory.
#[cfg(target_arch = "wasm32")]
pub(crate) const ROWS: usize = 3;

/// Rows of f32 activations that lie interleaved, `[row / FLOAT_ROWS][k][row mod FLOAT_ROWS]`.
pub(crate) const FLOAT_ROWS: usize = 4;

/// Whether the target has tiles that cross their products: see [`Activations::excess`].
pub(crate) const CROSSES: bool = cfg!(target_arch = "wasm32");

/// Interleaved rows of integer activations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Activations<'a> {
    /// Their levels; those of the next [`ROWS`] rows begin `stride` values later.
    pub(crate) levels: &'a [i16],
    /// From [`ROWS`] rows to the next.
    pub(crate) stride: usize,
    /// For each integer sum, what [`Tiles::excess`] says of its steps; the next [`ROWS`] rows begin
    /// `sums` later. Empty where no tile crosses its products.
    #[cfg_attr(not(target_arch = "wasm32"), expect(dead_code, reason = "no tile crosses"))]
    pub(crate) excess: &'a [[i32; ROWS]],
    /// Integer sums of a row.
    #[cfg_attr(not(target_arch = "wasm32"), expect(dead_code, reason = "no tile crosses"))]
    pub(crate) sums: usize,
}

#[cfg(target_arch = "wasm32")]
impl Activations<'_> {
    /// From the tile of that number on.
    #[inline(always)]
    fn tile(self, index: usize) -> Self {
        let excess = self.excess.get(index * self.sums..).unwrap_or_default();
        Activations { levels: &self.levels[index * self.stride..], excess, ..self }
    }
}

/// A quadrant of a matrix: which half of its rows or panels, and which of k.
pub(crate) type Quadrant = [usize; 2];

/// One quadrant, or two of which the other is added or taken off.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operand {
    One(Quadrant),
    Sum(Quadrant, Quadrant),
    Difference(Quadrant, Quadrant),
}

/// The products of one set of instructions. All add up in the same order.
///
/// Sums and totals are rows, a multiple of [`Tiles::HEIGHT`]. `excess` is that of a panel's
/// channels, for each integer sum: as [`Tiles::excess`] of rows, and empty where no tile crosses.
pub(crate) trait Tiles {
    /// Rows that a tile of integers has at the least.
    const HEIGHT: usize = ROWS;

    /// `sums[r][c] = Σₖ a[r][k] · b[k][c]`, or `+=` where what they hold is to be kept, in wrapping
    /// 32-bit arithmetic, over the `b.len() / PANEL` steps of an integer panel.
    ///
    /// # Safety
    /// The CPU must have the instructions of the implementor.
    unsafe fn sums(
        a: Activations<'_>,
        b: &[i16],
        excess: &[[i32; PANEL]],
        keep: bool,
        sums: &mut [[i32; PANEL]],
    );

    /// For each group of `group` steps in order: `totals[r][c] += f32(Σₖ a·b) · scales[g][c]`; an
    /// empty `scales` leaves the multiplication out.
    ///
    /// # Safety
    /// The CPU must have the instructions of the implementor.
    unsafe fn groups(
        a: Activations<'_>,
        b: &[i16],
        group: usize,
        scales: &[[f32; PANEL]],
        excess: &[[i32; PANEL]],
        totals: &mut [[f32; PANEL]],
    );

    /// As [`Tiles::sums`] of int8 weights, which are left in `b` in 16 bits; `b` has place for all.
    ///
    /// # Safety
    /// The CPU must have the instructions of the implementor.
    #[inline(always)]
    unsafe fn sums_widening(
        a: Activations<'_>,
        levels: &[i8],
        b: &mut [i16],
        excess: &[[i32; PANEL]],
        keep: bool,
        sums: &mut [[i32; PANEL]],
    ) {
        // SAFETY: the caller promises a CPU that has the instructions.
        unsafe { Self::sums(a, widen(levels, b), excess, keep, sums) };
    }

    /// As [`Tiles::groups`] of int8 weights, which are left in `b` in 16 bits; `b` has place for
    /// all.
    ///
    /// # Safety
    /// The CPU must have the instructions of the implementor.
    #[inline(always)]
    unsafe fn groups_widening(
        a: Activations<'_>,
        levels: &[i8],
        b: &mut [i16],
        group: usize,
        scales: &[[f32; PANEL]],
        excess: &[[i32; PANEL]],
        totals: &mut [[f32; PANEL]],
    ) {
        // SAFETY: the caller promises a CPU that has the instructions.
        unsafe { Self::groups(a, widen(levels, b), group, scales, excess, totals) };
    }

    /// Operands of int8 quadrants, each as long as the others, in 16 bits.
    #[inline(always)]
    fn operands<const N: usize>(
        quadrants: [[&[i8]; 2]; 2],
        operands: [Operand; N],
        places: [&mut [i16]; N],
    ) {
        for (operand, places) in operands.into_iter().zip(places) {
            let of = |[half, k]: Quadrant| quadrants[half][k].iter().map(|&level| i16::from(level));
            match operand {
                Operand::One(q) => places.iter_mut().zip(of(q)).for_each(|(at, a)| *at = a),
                Operand::Sum(p, q) => {
                    places.iter_mut().zip(of(p).zip(of(q))).for_each(|(at, (a, b))| *at = a + b);
                }
                Operand::Difference(p, q) => {
                    places.iter_mut().zip(of(p).zip(of(q))).for_each(|(at, (a, b))| *at = a - b);
                }
            }
        }
    }

    /// What crossed products count too much of [`ROWS`] rows: of each four steps of k,
    /// `x₀x₂ + x₁x₃`, added up in wrapping 32-bit arithmetic. Asked for where [`CROSSES`] says so.
    #[inline(always)]
    fn excess(_levels: &[i16]) -> [i32; ROWS] {
        [0; ROWS]
    }

    /// A row's sums as floats: those of `plus` less those of `minus`, in wrapping arithmetic.
    #[inline(always)]
    fn floats<const P: usize, const M: usize>(
        plus: [&[i32; PANEL]; P],
        minus: [&[i32; PANEL]; M],
    ) -> [f32; PANEL] {
        std::array::from_fn(|channel| {
            let plus = plus.iter().fold(0i32, |sum, term| sum.wrapping_add(term[channel]));
            minus.iter().fold(plus, |sum, term| sum.wrapping_sub(term[channel])) as f32
        })
    }

    /// `total · scale · scale + bias` of each channel of a row, each operation rounded, in this order.
    #[inline(always)]
    fn scale(
        totals: &[f32; PANEL],
        scales: Option<[&[f32; PANEL]; 2]>,
        bias: &[f32; PANEL],
    ) -> [f32; PANEL] {
        let mut values = *totals;
        for scales in scales.into_iter().flatten() {
            for (value, scale) in values.iter_mut().zip(scales) {
                *value *= scale;
            }
        }
        for (value, bias) in values.iter_mut().zip(bias) {
            *value += bias;
        }
        values
    }

    /// The GELU of each value.
    #[inline(always)]
    fn gelu(gelu: &Gelu, values: &mut [f32; PANEL]) {
        for value in values {
            *value = gelu.of(*value);
        }
    }

    /// Writes a row's values to their place.
    #[inline(always)]
    fn store(values: &[f32; PANEL], place: &mut [f32; PANEL]) {
        *place = *values;
    }

    /// The largest absolute value of a row, multiplied by the scales of its places, of which there
    /// are as many or none; NaN is larger than all.
    #[inline(always)]
    fn largest(row: &[f32], scales: &[f32]) -> f32 {
        levels::largest(row, scales)
    }

    /// Eight values times scales, if there are any, and `per_value`, rounded to integers.
    #[inline(always)]
    fn levels(values: &[f32; 8], scales: Option<&[f32; 8]>, per_value: f32) -> [i16; 8] {
        std::array::from_fn(|i| {
            let value = scales.map_or(values[i], |scales| values[i] * scales[i]);
            levels::level(value, per_value)
        })
    }

    /// For each k in order: `totals[r][c] += a[r][k] · b[k][c]`, each product rounded before it is
    /// added. `a` holds interleaved rows; those of the next [`FLOAT_ROWS`] rows begin `stride` values
    /// later. Totals are a multiple of [`FLOAT_ROWS`].
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

/// The steps of k of a panel that has `panel` values; panics unless the activations of `rows` rows,
/// `N` of them interleaved, hold as many.
#[inline(always)]
fn check<const N: usize>(activations: usize, stride: usize, panel: usize, rows: usize) -> usize {
    let steps = panel / PANEL;
    let last = (rows.div_ceil(N) - 1) * stride;
    assert!(activations >= last + N * steps, "a tile's rows are too short");
    steps
}

/// Implements [`Tiles`] by functions `sums_tile`, `groups_tile` and `float_tile` of a fixed number of
/// rows: cuts all rows into tiles of the given heights, tallest first.
macro_rules! tiles {
    ($name:ident, integers: [$($rows:tt),*], floats: [$($float_rows:tt),*]) => {
        #[allow(unused_unsafe, reason = "the tiles of some instructions are safe to call")]
        #[allow(unsafe_code, reason = "the tiles of some instructions are not")]
        impl $crate::tiles::Tiles for $name {
            #[inline(always)]
            unsafe fn sums(
                a: $crate::tiles::Activations<'_>,
                b: &[i16],
                _excess: &[[i32; PANEL]],
                keep: bool,
                sums: &mut [[i32; PANEL]],
            ) {
                if !keep {
                    sums.fill([0; PANEL]);
                }
                let mut first = 0;
                $(while let Some(tile) = sums[first..].first_chunk_mut::<$rows>() {
                    let of_tile = &a.levels[first / $crate::tiles::ROWS * a.stride..];
                    // SAFETY: the caller promises a CPU that has the instructions.
                    unsafe { sums_tile(of_tile, a.stride, b, tile) };
                    first += $rows;
                })*
            }

            #[inline(always)]
            unsafe fn groups(
                a: $crate::tiles::Activations<'_>,
                b: &[i16],
                group: usize,
                scales: &[[f32; PANEL]],
                _excess: &[[i32; PANEL]],
                totals: &mut [[f32; PANEL]],
            ) {
                let mut first = 0;
                $(while let Some(tile) = totals[first..].first_chunk_mut::<$rows>() {
                    let of_tile = &a.levels[first / $crate::tiles::ROWS * a.stride..];
                    // SAFETY: the caller promises a CPU that has the instructions.
                    unsafe {
                        if scales.is_empty() {
                            groups_tile::<$rows, false>(of_tile, a.stride, b, group, scales, tile);
                        } else {
                            groups_tile::<$rows, true>(of_tile, a.stride, b, group, scales, tile);
                        }
                    }
                    first += $rows;
                })*
            }

            #[inline(always)]
            unsafe fn float(a: &[f32], stride: usize, b: &[f32], totals: &mut [[f32; PANEL]]) {
                let mut first = 0;
                $(while let Some(tile) = totals[first..].first_chunk_mut::<$float_rows>() {
                    let a = &a[first / $crate::tiles::FLOAT_ROWS * stride..];
                    // SAFETY: the caller promises a CPU that has the instructions.
                    unsafe { float_tile(a, stride, b, tile) };
                    first += $float_rows;
                })*
            }
        }
    };
}
use tiles;
