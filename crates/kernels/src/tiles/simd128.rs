//! The products with WebAssembly's 128-bit integers and floats: tiles of 4 rows × 8 channels, whose
//! sums and operands fit the sixteen registers that engines have on x86-64.
#![allow(unsafe_code, reason = "128-bit loads from slices whose length is checked before")]

use super::{PANEL, ROWS, check, tiles};
use core::arch::wasm32::{
    f32x4_add, f32x4_convert_i32x4, f32x4_mul, f32x4_splat, i32x4_add, i32x4_dot_i16x8,
    i32x4_splat, v128, v128_load, v128_load32_splat, v128_store,
};

use core::ptr::with_exposed_provenance;

/// WebAssembly's fixed-width SIMD.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Simd128;

tiles!(Simd128, [4]);

/// Calls `step` at `count` places that are `by_a` and `by_b` bytes apart.
///
/// The places are counted as integers, because the compiler otherwise rewrites the addresses
/// around them and loses that a constant offset is part of a WebAssembly load for free. And one
/// place a turn: of several it would load all first, and engines would spill registers.
#[inline(always)]
fn walk<A>(
    (a, by_a): (*const A, usize),
    (b, by_b): (*const A, usize),
    count: usize,
    mut step: impl FnMut(*const u32, *const v128),
) {
    let (mut a, mut b) = (a.expose_provenance(), b.expose_provenance());
    for _ in 0..count {
        step(with_exposed_provenance(a), with_exposed_provenance(b));
        a = a.wrapping_add(by_a);
        b = b.wrapping_add(by_b);
    }
}

/// Adds `steps` steps of k, an even number, to the sums.
///
/// # Safety
/// `a` must be readable for `steps · ROWS` values, `b` for `steps · PANEL`.
#[inline(always)]
unsafe fn add_steps(a: *const i16, b: *const i16, steps: usize, sums: &mut [[v128; 2]; ROWS]) {
    walk((a, 4 * ROWS), (b, 4 * PANEL), steps / 2, |a, b| {
        // SAFETY: inside of what the caller promises; the loads need no alignment.
        unsafe {
            let (left, right) = (v128_load(b), v128_load(b.add(1)));
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = v128_load32_splat(a.add(row));
                sums[0] = i32x4_add(sums[0], i32x4_dot_i16x8(value, left));
                sums[1] = i32x4_add(sums[1], i32x4_dot_i16x8(value, right));
            }
        }
    });
}

#[inline(never)]
fn sums_tile(a: &[i16], stride: usize, b: &[i16], sums: &mut [[i32; PANEL]; ROWS]) {
    let steps = check(a, stride, b, ROWS);
    let mut vectors = [[i32x4_splat(0); 2]; ROWS];
    // SAFETY: `check` saw that activations and panel are long enough.
    unsafe { add_steps(a.as_ptr(), b.as_ptr(), steps, &mut vectors) };
    for (sums, vectors) in sums.iter_mut().zip(vectors) {
        let at = sums.as_mut_ptr().cast::<v128>();
        // SAFETY: the row has eight 32-bit values: two vectors.
        unsafe {
            v128_store(at, i32x4_add(v128_load(at), vectors[0]));
            v128_store(at.add(1), i32x4_add(v128_load(at.add(1)), vectors[1]));
        }
    }
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
        let mut vectors = [[i32x4_splat(0); 2]; ROWS];
        // SAFETY: `check` saw that activations and panel are long enough for all groups.
        unsafe {
            let (a, b) = (a.as_ptr().add(start * ROWS), b.as_ptr().add(start * PANEL));
            add_steps(a, b, group, &mut vectors);
        }
        let mut scale = [f32x4_splat(1.0); 2];
        if SCALED {
            let at = scales[index].as_ptr().cast::<v128>();
            // SAFETY: a panel's scales are eight 32-bit values: two vectors.
            scale = unsafe { [v128_load(at), v128_load(at.add(1))] };
        }
        for (totals, vectors) in totals.iter_mut().zip(vectors) {
            let at = totals.as_mut_ptr().cast::<v128>();
            for (half, sums) in vectors.into_iter().enumerate() {
                let mut value = f32x4_convert_i32x4(sums);
                if SCALED {
                    value = f32x4_mul(value, scale[half]);
                }
                // SAFETY: the row has eight 32-bit values: two vectors.
                unsafe { v128_store(at.add(half), f32x4_add(v128_load(at.add(half)), value)) };
            }
        }
    }
}

#[inline(never)]
fn float_tile(a: &[f32], stride: usize, b: &[f32], totals: &mut [[f32; PANEL]; ROWS]) {
    let steps = check(a, stride, b, ROWS);
    let mut sums = [[f32x4_splat(0.0); 2]; ROWS];
    for (sums, totals) in sums.iter_mut().zip(&*totals) {
        let at = totals.as_ptr().cast::<v128>();
        // SAFETY: the row has eight 32-bit values: two vectors.
        *sums = unsafe { [v128_load(at), v128_load(at.add(1))] };
    }
    walk((a.as_ptr(), 4 * ROWS), (b.as_ptr(), 4 * PANEL), steps, |a, b| {
        // SAFETY: `check` saw that activations and panel are long enough.
        unsafe {
            let (left, right) = (v128_load(b), v128_load(b.add(1)));
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = v128_load32_splat(a.add(row));
                sums[0] = f32x4_add(sums[0], f32x4_mul(value, left));
                sums[1] = f32x4_add(sums[1], f32x4_mul(value, right));
            }
        }
    });
    for (totals, sums) in totals.iter_mut().zip(sums) {
        let at = totals.as_mut_ptr().cast::<v128>();
        // SAFETY: the row has eight 32-bit values: two vectors.
        unsafe {
            v128_store(at, sums[0]);
            v128_store(at.add(1), sums[1]);
        }
    }
}
