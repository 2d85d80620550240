//! The products with WebAssembly's 128-bit integers and floats: tiles of 4 rows × 8 channels, whose
//! sums and operands fit the sixteen registers that engines have on x86-64.
#![allow(unsafe_code, reason = "128-bit loads from slices whose length is checked before")]

use super::{PANEL, ROWS, Tiles, check, tiles};
use core::arch::wasm32::{
    f32x4_add, f32x4_convert_i32x4, f32x4_mul, f32x4_splat, i16x8_load_extend_i8x8, i32x4_add,
    i32x4_dot_i16x8, i32x4_splat, v128, v128_load, v128_load32_splat, v128_store,
};
use core::ptr::{null, with_exposed_provenance, with_exposed_provenance_mut};

/// WebAssembly's fixed-width SIMD.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Simd128;

tiles!(Simd128, [4], {
    #[inline(always)]
    unsafe fn sums_widening(
        a: &[i16],
        stride: usize,
        levels: &[i8],
        b: &mut [i16],
        sums: &mut [[i32; PANEL]],
    ) {
        self::sums_widening(a, stride, levels, b, sums);
    }

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
        self::groups_widening(a, stride, levels, b, group, scales, totals);
    }
});

/// A row's sums, or the weights of one place: a panel's width.
type Pair = [v128; 2];

/// Places of a turn of [`walk`].
const TURN: usize = 4;

/// Multiplies and adds at `count` places, one at the least: there, `a` has 32 bits for each row and
/// `b` as many for each channel. Where `levels` is given, its int8 are widened into `b` on the way:
/// 16 bits for each channel's two.
///
/// A turn of the loop costs as much as a fifth of a place, and so takes several. Each place asks
/// whether it is the last: of several without anything between them the compiler would load all
/// first, and engines would spill registers. The addresses are counted as integers, because it
/// otherwise rewrites them and loses that a constant offset is part of a WebAssembly load for free.
///
/// # Safety
/// `a`, `b` and `levels` must be readable at all these places, and `b` writable where there are
/// `levels`. The loads need no alignment.
#[inline(always)]
unsafe fn walk<const WIDEN: bool>(
    a: *const u32,
    b: *mut v128,
    levels: *const i8,
    count: usize,
    sums: &mut [Pair; ROWS],
    multiply_add: impl Fn(v128, v128, v128) -> v128,
) {
    let (mut a, mut b, mut levels) =
        (a.expose_provenance(), b.expose_provenance(), levels.expose_provenance());
    let mut left = count;
    'walk: loop {
        for place in 0..TURN {
            // SAFETY: the place is one of those that the caller promises.
            unsafe {
                let a = with_exposed_provenance::<u32>(a).add(place * ROWS);
                let b = with_exposed_provenance_mut::<v128>(b).add(place * 2);
                let weights: Pair = if WIDEN {
                    let levels = with_exposed_provenance::<i8>(levels).add(place * 2 * PANEL);
                    let wide =
                        [i16x8_load_extend_i8x8(levels), i16x8_load_extend_i8x8(levels.add(8))];
                    v128_store(b, wide[0]);
                    v128_store(b.add(1), wide[1]);
                    wide
                } else {
                    [v128_load(b), v128_load(b.add(1))]
                };
                for (row, sums) in sums.iter_mut().enumerate() {
                    let value = v128_load32_splat(a.add(row));
                    sums[0] = multiply_add(value, weights[0], sums[0]);
                    sums[1] = multiply_add(value, weights[1], sums[1]);
                }
            }
            if left == place + 1 {
                break 'walk;
            }
        }
        a = a.wrapping_add(TURN * 4 * ROWS);
        b = b.wrapping_add(TURN * 4 * PANEL);
        levels = levels.wrapping_add(TURN * 2 * PANEL);
        left -= TURN;
    }
}

/// The sums over `steps` steps of k, a multiple of 8 as all panels have, each row's by channel. Inlined
/// into each kind of tile: to hand the sums over by memory costs more than it saves.
///
/// # Safety
/// As [`walk`]'s; a place is two steps.
#[inline(always)]
unsafe fn sums<const WIDEN: bool>(
    a: *const i16,
    b: *mut i16,
    levels: *const i8,
    steps: usize,
) -> [Pair; ROWS] {
    let mut sums = [[i32x4_splat(0); 2]; ROWS];
    if steps == 0 {
        return sums;
    }
    // SAFETY: what the caller promises.
    unsafe {
        walk::<WIDEN>(a.cast(), b.cast(), levels, steps / 2, &mut sums, |value, weight, sum| {
            i32x4_add(sum, i32x4_dot_i16x8(value, weight))
        });
    }
    sums
}

#[inline(never)]
fn sums_tile(a: &[i16], stride: usize, b: &[i16], sums: &mut [[i32; PANEL]; ROWS]) {
    let steps = check(a, stride, b, ROWS);
    // SAFETY: `check` saw that activations and panel are long enough; nothing is widened, and so
    // nothing written.
    let found = unsafe { self::sums::<false>(a.as_ptr(), b.as_ptr().cast_mut(), null(), steps) };
    add_sums(found, sums);
}

#[inline(never)]
fn groups_tile<const R: usize, const SCALED: bool>(
    a: &[i16],
    stride: usize,
    b: &[i16],
    group: usize,
    scales: &[[f32; PANEL]],
    totals: &mut [[f32; PANEL]; ROWS],
) {
    let groups = check(a, stride, b, ROWS) / group;
    for (index, start) in (0..groups * group).step_by(group).enumerate() {
        // SAFETY: `check` saw that activations and panel are long enough for all groups; nothing
        // is widened, and so nothing written.
        let found = unsafe {
            let (a, b) = (a.as_ptr().add(start * ROWS), b.as_ptr().add(start * PANEL));
            sums::<false>(a, b.cast_mut(), null(), group)
        };
        add_group(found, SCALED.then(|| &scales[index]), totals);
    }
}

/// As `sums` of the first [`ROWS`] rows, while the panel is widened; then of all others.
fn sums_widening(
    a: &[i16],
    stride: usize,
    levels: &[i8],
    b: &mut [i16],
    rows: &mut [[i32; PANEL]],
) {
    let b = &mut b[..levels.len()];
    let Some((first, rest)) = rows.split_first_chunk_mut::<ROWS>() else { return };
    let steps = check(a, stride, b, ROWS);
    // SAFETY: `check` saw that activations and panel are long enough, and there are as many levels.
    let found = unsafe { sums::<true>(a.as_ptr(), b.as_mut_ptr(), levels.as_ptr(), steps) };
    add_sums(found, first);
    if !rest.is_empty() {
        // SAFETY: simd128 is on for the whole crate.
        unsafe { Simd128::sums(&a[stride..], stride, b, rest) };
    }
}

/// As `groups` of the first [`ROWS`] rows, while the panel is widened; then of all others.
fn groups_widening(
    a: &[i16],
    stride: usize,
    levels: &[i8],
    b: &mut [i16],
    group: usize,
    scales: &[[f32; PANEL]],
    rows: &mut [[f32; PANEL]],
) {
    let b = &mut b[..levels.len()];
    let Some((first, rest)) = rows.split_first_chunk_mut::<ROWS>() else { return };
    let groups = check(a, stride, b, ROWS) / group;
    for (index, start) in (0..groups * group).step_by(group).enumerate() {
        // SAFETY: `check` saw that activations and panel are long enough for all groups, and there
        // are as many levels.
        let found = unsafe {
            let (a, b) = (a.as_ptr().add(start * ROWS), b.as_mut_ptr().add(start * PANEL));
            sums::<true>(a, b, levels.as_ptr().add(start * PANEL), group)
        };
        add_group(found, scales.get(index), first);
    }
    if !rest.is_empty() {
        // SAFETY: simd128 is on for the whole crate.
        unsafe { Simd128::groups(&a[stride..], stride, b, group, scales, rest) };
    }
}

#[inline(always)]
fn add_sums(found: [Pair; ROWS], sums: &mut [[i32; PANEL]; ROWS]) {
    for (sums, found) in sums.iter_mut().zip(found) {
        let at = sums.as_mut_ptr().cast::<v128>();
        // SAFETY: the row has eight 32-bit values: two vectors.
        unsafe {
            v128_store(at, i32x4_add(v128_load(at), found[0]));
            v128_store(at.add(1), i32x4_add(v128_load(at.add(1)), found[1]));
        }
    }
}

#[inline(always)]
fn add_group(
    found: [Pair; ROWS],
    scales: Option<&[f32; PANEL]>,
    totals: &mut [[f32; PANEL]; ROWS],
) {
    let scales = scales.map(|scales| {
        let at = scales.as_ptr().cast::<v128>();
        // SAFETY: a panel's scales are eight 32-bit values: two vectors.
        unsafe { [v128_load(at), v128_load(at.add(1))] }
    });
    for (totals, found) in totals.iter_mut().zip(found) {
        let at = totals.as_mut_ptr().cast::<v128>();
        for (half, sums) in found.into_iter().enumerate() {
            let mut value = f32x4_convert_i32x4(sums);
            if let Some(scales) = scales {
                value = f32x4_mul(value, scales[half]);
            }
            // SAFETY: the row has eight 32-bit values: two vectors.
            unsafe { v128_store(at.add(half), f32x4_add(v128_load(at.add(half)), value)) };
        }
    }
}

#[inline(never)]
fn float_tile(a: &[f32], stride: usize, b: &[f32], totals: &mut [[f32; PANEL]; ROWS]) {
    let steps = check(a, stride, b, ROWS);
    if steps == 0 {
        return;
    }
    let mut sums = [[f32x4_splat(0.0); 2]; ROWS];
    for (sums, totals) in sums.iter_mut().zip(&*totals) {
        let at = totals.as_ptr().cast::<v128>();
        // SAFETY: the row has eight 32-bit values: two vectors.
        *sums = unsafe { [v128_load(at), v128_load(at.add(1))] };
    }
    let (a, b) = (a.as_ptr().cast(), b.as_ptr().cast_mut().cast());
    // SAFETY: `check` saw that activations and panel are long enough; nothing is widened, and so
    // nothing written.
    unsafe {
        walk::<false>(a, b, null(), steps, &mut sums, |value, weight, sum| {
            f32x4_add(sum, f32x4_mul(value, weight))
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
