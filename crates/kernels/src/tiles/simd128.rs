//! The products with WebAssembly's 128-bit integers and floats: integer tiles of 3 rows × 8
//! channels, f32 tiles of 4 × 8, whose sums and operands fit the sixteen registers that engines
//! have on x86-64.
//!
//! Integer products are crossed (Winograd 1968, "A new algorithm for inner product"): of four steps
//! of k, `(x₀ + y₂)(x₂ + y₀) + (x₁ + y₃)(x₃ + y₁)` is one multiply-add of pairs instead of two, and
//! counts `x₀x₂ + x₁x₃ + y₀y₂ + y₁y₃` too much, which depends on the row or the channel alone and
//! is taken off before. Multiply-adds are what processors have fewest units for; in wrapping
//! arithmetic the sum is the same to the bit.
#![allow(unsafe_code, reason = "128-bit loads from slices whose length is checked before")]

use super::vectors::{self, Pair};
use super::{Activations, FLOAT_ROWS, Operand, PANEL, ROWS, Tiles, check};
use crate::math::Gelu;
use core::arch::wasm32::{
    f32x4_add, f32x4_convert_i32x4, f32x4_mul, f32x4_splat, i16x8_add, i16x8_load_extend_i8x8,
    i32x4_add, i32x4_dot_i16x8, i32x4_neg, i32x4_splat, i32x4_sub, v128, v128_load,
    v128_load32_splat, v128_store,
};
use core::ptr::{null, with_exposed_provenance, with_exposed_provenance_mut};
use core::slice::from_mut;

/// WebAssembly's fixed-width SIMD.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Simd128;

/// Calls a function with all whole tiles, and with the lower one that is left: `$a` and `$tiles` are
/// the activations and rows of each.
macro_rules! in_tiles {
    ($rows:expr, $activations:expr, |$a:ident, $tiles:ident| $call:expr) => {
        let (whole, rest) = $rows.as_chunks_mut::<ROWS>();
        let count = whole.len();
        if count > 0 {
            let ($a, $tiles) = ($activations, whole);
            $call
        }
        if let Some(tile) = rest.first_chunk_mut::<2>() {
            let ($a, $tiles) = ($activations.tile(count), from_mut(tile));
            $call
        } else if let Some(tile) = rest.first_chunk_mut::<1>() {
            let ($a, $tiles) = ($activations.tile(count), from_mut(tile));
            $call
        }
    };
}

impl Tiles for Simd128 {
    const HEIGHT: usize = 1;

    #[inline(always)]
    unsafe fn sums(
        activations: Activations<'_>,
        b: &[i16],
        excess: &[[i32; PANEL]],
        keep: bool,
        sums: &mut [[i32; PANEL]],
    ) {
        let panel = Panel::of(b);
        in_tiles!(sums, activations, |a, tiles| sums_tiles::<false, _>(
            a, panel, excess, keep, tiles
        ));
    }

    #[inline(always)]
    unsafe fn groups(
        activations: Activations<'_>,
        b: &[i16],
        group: usize,
        scales: &[[f32; PANEL]],
        excess: &[[i32; PANEL]],
        totals: &mut [[f32; PANEL]],
    ) {
        let panel = Panel::of(b);
        in_tiles!(totals, activations, |a, tiles| {
            groups_tiles::<false, _>(a, panel, group, scales, excess, tiles);
        });
    }

    #[inline(always)]
    unsafe fn sums_widening(
        activations: Activations<'_>,
        levels: &[i8],
        b: &mut [i16],
        excess: &[[i32; PANEL]],
        keep: bool,
        sums: &mut [[i32; PANEL]],
    ) {
        let b = &mut b[..levels.len()];
        let (first, rest) = sums.split_at_mut(ROWS.min(sums.len()));
        let panel = Panel::widening(levels, b);
        in_tiles!(first, activations, |a, tiles| {
            sums_tiles::<true, _>(a, panel, excess, keep, tiles);
        });
        if !rest.is_empty() {
            // SAFETY: simd128 is on for the whole crate.
            unsafe { Simd128::sums(activations.tile(1), b, excess, keep, rest) };
        }
    }

    #[inline(always)]
    unsafe fn groups_widening(
        activations: Activations<'_>,
        levels: &[i8],
        b: &mut [i16],
        group: usize,
        scales: &[[f32; PANEL]],
        excess: &[[i32; PANEL]],
        totals: &mut [[f32; PANEL]],
    ) {
        let b = &mut b[..levels.len()];
        let (first, rest) = totals.split_at_mut(ROWS.min(totals.len()));
        let panel = Panel::widening(levels, b);
        in_tiles!(first, activations, |a, tiles| {
            groups_tiles::<true, _>(a, panel, group, scales, excess, tiles);
        });
        if !rest.is_empty() {
            // SAFETY: simd128 is on for the whole crate.
            unsafe { Simd128::groups(activations.tile(1), b, group, scales, excess, rest) };
        }
    }

    #[inline(always)]
    fn operands<const N: usize>(
        quadrants: [[&[i8]; 2]; 2],
        operands: [Operand; N],
        places: [&mut [i16]; N],
    ) {
        vectors::operands(quadrants, operands, places);
    }

    #[inline(always)]
    fn excess(levels: &[i16]) -> [i32; ROWS] {
        row_excess(levels)
    }

    #[inline(always)]
    fn floats<const P: usize, const M: usize>(
        plus: [&[i32; PANEL]; P],
        minus: [&[i32; PANEL]; M],
    ) -> [f32; PANEL] {
        vectors::floats(plus, minus)
    }

    #[inline(always)]
    fn scale(
        totals: &[f32; PANEL],
        scales: Option<[&[f32; PANEL]; 2]>,
        bias: &[f32; PANEL],
    ) -> [f32; PANEL] {
        vectors::scale(totals, scales, bias)
    }

    #[inline(always)]
    fn gelu(gelu: &Gelu, values: &mut [f32; PANEL]) {
        vectors::gelu(gelu, values)
    }

    #[inline(always)]
    fn store(values: &[f32; PANEL], place: &mut [f32; PANEL]) {
        vectors::store(values, place)
    }

    #[inline(always)]
    fn largest(row: &[f32], scales: &[f32]) -> f32 {
        vectors::largest(row, scales)
    }

    #[inline(always)]
    fn levels(values: &[f32; 8], scales: Option<&[f32; 8]>, per_value: f32) -> [i16; 8] {
        vectors::levels(values, scales, per_value)
    }

    #[inline(always)]
    unsafe fn float(a: &[f32], stride: usize, b: &[f32], totals: &mut [[f32; PANEL]]) {
        for (index, tile) in totals.as_chunks_mut::<FLOAT_ROWS>().0.iter_mut().enumerate() {
            float_tile(&a[index * stride..], stride, b, tile);
        }
    }
}

/// Runs a block of code at `$count` places, one at the least, with the addresses `$a`, `$b` and
/// `$levels`, which are those of the first place before: from one place to the next, `$A` 32-bit
/// values of activations, `$B` vectors of weights, and half as many bytes of levels.
///
/// A turn of the loop costs as much as a fifth of a place, and so takes four. Each place asks
/// whether it is the last: of several without anything between them the compiler would load all
/// first, and engines would spill registers. So would they do within a place of many loads:
/// `$never` gives the block conditions to stop on that never hold, which compilers do not see. The
/// addresses are counted as integers, because the compiler otherwise rewrites them and loses that a
/// constant offset is part of a WebAssembly load for free.
///
/// A macro, because four copies of a function are not put into each other's place.
macro_rules! walk {
    ($walk:lifetime, $A:expr, $B:expr, $count:expr, |$a:ident, $b:ident, $levels:ident, $never:ident| $place:block) => {
        let mut addresses =
            ($a.expose_provenance(), $b.expose_provenance(), $levels.expose_provenance());
        let count: usize = $count;
        // Volatile, so that nothing is known of it.
        let mut left = core::ptr::read_volatile(&raw const count);
        $walk: loop {
            walk!(@ $walk, 0, $A, $B, addresses, left, |$a, $b, $levels, $never| $place);
            walk!(@ $walk, 1, $A, $B, addresses, left, |$a, $b, $levels, $never| $place);
            walk!(@ $walk, 2, $A, $B, addresses, left, |$a, $b, $levels, $never| $place);
            walk!(@ $walk, 3, $A, $B, addresses, left, |$a, $b, $levels, $never| $place);
            addresses.1 = addresses.1.wrapping_add(4 * $B * 16);
            addresses.2 = addresses.2.wrapping_add(4 * $B * 8);
            left -= 4;
        }
    };
    (@ $walk:lifetime, $number:literal, $A:expr, $B:expr, $addresses:ident, $left:ident,
     |$a:ident, $b:ident, $levels:ident, $never:ident| $place:block) => {
        let $a = with_exposed_provenance::<u32>($addresses.0);
        let $b = with_exposed_provenance_mut::<v128>($addresses.1).add($number * $B);
        let $levels = with_exposed_provenance::<i8>($addresses.2).add($number * $B * 8);
        let $never = |index: usize| $left == usize::MAX - (8 * $number + index);
        $place
        $addresses.0 = $addresses.0.wrapping_add($A * 4);
        if $left == $number + 1 {
            break $walk;
        }
    };
}

/// A panel's weights in 16 bits, or int8 levels and the place where they are left in 16 bits.
#[derive(Clone, Copy)]
struct Panel {
    b: *mut i16,
    levels: *const i8,
    length: usize,
}

impl Panel {
    fn of(b: &[i16]) -> Panel {
        Panel { b: b.as_ptr().cast_mut(), levels: null(), length: b.len() }
    }

    fn widening(levels: &[i8], b: &mut [i16]) -> Panel {
        assert!(b.len() >= levels.len(), "a panel has no place");
        Panel { b: b.as_mut_ptr(), levels: levels.as_ptr(), length: levels.len() }
    }

    /// From a step of k on.
    fn from(self, step: usize) -> Panel {
        let at = step * PANEL;
        Panel { b: self.b.wrapping_add(at), levels: self.levels.wrapping_add(at), ..self }
    }
}

/// The sums over `steps` steps of k, a multiple of 8 as all panels have, each row's by channel.
/// Inlined into each kind of tile: to hand the sums over by memory costs more than it saves.
///
/// # Safety
/// `a` and the panel must be readable at these steps. The loads need no alignment. With `WIDEN`,
/// the panel must be one of [`Panel::widening`].
#[inline(always)]
unsafe fn crossed<const WIDEN: bool, const R: usize>(
    a: *const i16,
    panel: Panel,
    steps: usize,
    row_excess: &[i32; ROWS],
    less_channel_excess: Pair,
) -> [Pair; R] {
    let mut sums = [less_channel_excess; R];
    for (sums, &of_row) in sums.iter_mut().zip(row_excess) {
        *sums = sums.map(|of_channels| i32x4_sub(of_channels, i32x4_splat(of_row)));
    }
    if steps == 0 {
        return sums;
    }
    let (a, b, levels): (*const u32, *mut v128, _) = (a.cast(), panel.b.cast(), panel.levels);
    // SAFETY: all places are those that the caller promises.
    unsafe {
        walk!('steps, 2 * ROWS, 4, steps / 4, |a, b, levels, never| {
            let weights: [v128; 4] = if WIDEN {
                let wide = std::array::from_fn(|at| i16x8_load_extend_i8x8(levels.add(8 * at)));
                for (at, &wide) in wide.iter().enumerate() {
                    v128_store(b.add(at), wide);
                }
                wide
            } else {
                std::array::from_fn(|at| v128_load(b.add(at)))
            };
            for (row, sums) in sums.iter_mut().enumerate() {
                if row == 1 && never(row) {
                    break 'steps;
                }
                let early = v128_load32_splat(a.add(row));
                let late = v128_load32_splat(a.add(row).add(ROWS));
                for (half, sum) in sums.iter_mut().enumerate() {
                    let product = i32x4_dot_i16x8(
                        i16x8_add(early, weights[2 + half]),
                        i16x8_add(late, weights[half]),
                    );
                    *sum = i32x4_add(*sum, product);
                }
            }
        });
    }
    sums
}

/// What the sums of a panel's channels begin with.
#[inline(always)]
fn less(channel_excess: &[i32; PANEL]) -> Pair {
    let at = channel_excess.as_ptr().cast::<v128>();
    // SAFETY: a panel's channels are eight 32-bit values: two vectors.
    let of_channels = unsafe { [v128_load(at), v128_load(at.add(1))] };
    of_channels.map(|of_channels| i32x4_neg(of_channels))
}

#[inline(never)]
fn sums_tiles<const WIDEN: bool, const R: usize>(
    a: Activations<'_>,
    panel: Panel,
    excess: &[[i32; PANEL]],
    keep: bool,
    tiles: &mut [[[i32; PANEL]; R]],
) {
    let rows = tiles.len().saturating_sub(1) * ROWS + R;
    let steps = check::<ROWS>(a.levels.len(), a.stride, panel.length, rows);
    // Tiles without would be passed over below, and keep what they held.
    assert!(a.excess.len().div_ceil(a.sums) >= tiles.len(), "rows without their excess");
    let less_channel_excess = less(&excess[0]);
    let mut levels = a.levels.as_ptr();
    for (sums, of_rows) in tiles.iter_mut().zip(a.excess.chunks(a.sums)) {
        // SAFETY: `check` saw that activations and panel are long enough.
        let found: [Pair; R] =
            unsafe { crossed::<WIDEN, R>(levels, panel, steps, &of_rows[0], less_channel_excess) };
        levels = levels.wrapping_add(a.stride);
        for (sums, mut found) in sums.iter_mut().zip(found) {
            let at = sums.as_mut_ptr().cast::<v128>();
            // SAFETY: the row has eight 32-bit values: two vectors.
            unsafe {
                if keep {
                    let kept = [v128_load(at), v128_load(at.add(1))];
                    found = [i32x4_add(kept[0], found[0]), i32x4_add(kept[1], found[1])];
                }
                v128_store(at, found[0]);
                v128_store(at.add(1), found[1]);
            }
        }
    }
}

#[inline(always)]
fn groups_of<const WIDEN: bool, const R: usize>(
    a: Activations<'_>,
    panel: Panel,
    group: usize,
    scales: &[[f32; PANEL]],
    excess: &[[i32; PANEL]],
    totals: &mut [[f32; PANEL]; R],
) {
    let groups = check::<ROWS>(a.levels.len(), a.stride, panel.length, R) / group;
    for (index, (of_rows, of_channels)) in a.excess.iter().zip(excess).take(groups).enumerate() {
        let start = index * group;
        // SAFETY: `check` saw that activations and panel are long enough for all groups.
        let found: [Pair; R] = unsafe {
            let a = a.levels.as_ptr().add(start * ROWS);
            crossed::<WIDEN, R>(a, panel.from(start), group, of_rows, less(of_channels))
        };
        add_group(&found, scales.get(index), totals);
    }
}

#[inline(never)]
fn groups_tiles<const WIDEN: bool, const R: usize>(
    a: Activations<'_>,
    panel: Panel,
    group: usize,
    scales: &[[f32; PANEL]],
    excess: &[[i32; PANEL]],
    tiles: &mut [[[f32; PANEL]; R]],
) {
    for (index, totals) in tiles.iter_mut().enumerate() {
        groups_of::<WIDEN, R>(a.tile(index), panel, group, scales, excess, totals);
    }
}

#[inline(always)]
fn add_group<const R: usize>(
    found: &[Pair; R],
    scales: Option<&[f32; PANEL]>,
    totals: &mut [[f32; PANEL]; R],
) {
    let scales = scales.map(|scales| {
        let at = scales.as_ptr().cast::<v128>();
        // SAFETY: a panel's scales are eight 32-bit values: two vectors.
        unsafe { [v128_load(at), v128_load(at.add(1))] }
    });
    for (totals, found) in totals.iter_mut().zip(found) {
        let at = totals.as_mut_ptr().cast::<v128>();
        for (half, &sums) in found.iter().enumerate() {
            let mut value = f32x4_convert_i32x4(sums);
            if let Some(scales) = scales {
                value = f32x4_mul(value, scales[half]);
            }
            // SAFETY: the row has eight 32-bit values: two vectors.
            unsafe { v128_store(at.add(half), f32x4_add(v128_load(at.add(half)), value)) };
        }
    }
}

/// `Σ x₀x₂ + x₁x₃` of each row over the steps of `levels`, four at a time.
#[inline(always)]
fn row_excess(levels: &[i16]) -> [i32; ROWS] {
    let mut sums = i32x4_splat(0);
    let places = levels.as_chunks::<{ 4 * ROWS }>().0;
    for place in places {
        let (early, late) = place.split_at(2 * ROWS);
        let vector = |half: &[i16]| {
            let mut eight = [0i16; 8];
            eight[..2 * ROWS].copy_from_slice(half);
            // SAFETY: eight 16-bit values are a vector.
            unsafe { v128_load(eight.as_ptr().cast()) }
        };
        sums = i32x4_add(sums, i32x4_dot_i16x8(vector(early), vector(late)));
    }
    let mut lanes = [0i32; 4];
    // SAFETY: four 32-bit values are a vector.
    unsafe { v128_store(lanes.as_mut_ptr().cast(), sums) };
    std::array::from_fn(|row| lanes[row])
}

#[inline(never)]
fn float_tile(a: &[f32], stride: usize, b: &[f32], totals: &mut [[f32; PANEL]; FLOAT_ROWS]) {
    let steps = check::<FLOAT_ROWS>(a.len(), stride, b.len(), FLOAT_ROWS);
    if steps == 0 {
        return;
    }
    let mut sums = [[f32x4_splat(0.0); 2]; FLOAT_ROWS];
    for (sums, totals) in sums.iter_mut().zip(&*totals) {
        let at = totals.as_ptr().cast::<v128>();
        // SAFETY: the row has eight 32-bit values: two vectors.
        *sums = unsafe { [v128_load(at), v128_load(at.add(1))] };
    }
    let (a, b): (*const u32, *mut v128) = (a.as_ptr().cast(), b.as_ptr().cast_mut().cast());
    let levels = null::<i8>();
    // SAFETY: `check` saw that activations and panel are long enough; there are no levels.
    unsafe {
        walk!('steps, FLOAT_ROWS, 2, steps, |a, b, levels, never| {
            let _ = (levels, never);
            let weights = [v128_load(b), v128_load(b.add(1))];
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = v128_load32_splat(a.add(row));
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum = f32x4_add(*sum, f32x4_mul(value, weights));
                }
            }
        });
    }
    for (totals, sums) in totals.iter_mut().zip(sums) {
        let at = totals.as_mut_ptr().cast::<v128>();
        // SAFETY: the row has eight 32-bit values: two vectors.
        unsafe {
            v128_store(at, sums[0]);
            v128_store(at.add(1), sums[1]);
        }
    }
}
