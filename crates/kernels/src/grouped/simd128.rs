//! The products in groups with WebAssembly's 128-bit integers: tiles of 4 rows × 8 outputs, whose
//! sums and operands fit the sixteen registers that engines have on x86-64; twice for a panel.
#![allow(unsafe_code, reason = "128-bit loads from slices whose length is checked before")]

use super::{GROUP, GroupTiles, LevelBits, LevelRows, PANEL, SCALE_BYTES, check};
use crate::tiles::Simd128;
use core::arch::wasm32::{
    f32x4_add, f32x4_convert_i32x4, f32x4_mul, i16x8_load_extend_i8x8, i16x8_shl, i16x8_shr,
    i32x4_add, i32x4_dot_i16x8, i32x4_shl, i32x4_splat, u32x4_load_extend_u16x4, v128, v128_load,
    v128_load32_splat, v128_store,
};

impl GroupTiles for Simd128 {
    const HEIGHT: usize = 4;

    #[inline(always)]
    unsafe fn tile<const R: usize, const FOUR: bool>(
        rows: LevelRows<'_>,
        panel: &[u8],
        totals: &mut [[f32; PANEL]; R],
    ) {
        let bits = if FOUR { LevelBits::Four } else { LevelBits::Eight };
        let groups = check::<R, FOUR>(rows, panel);
        for group in 0..groups {
            for half in 0..2 {
                // SAFETY: `check` saw that the panel has that many groups, and the rows as many
                // levels; the loads need no alignment.
                unsafe {
                    let scales = panel.as_ptr().add(group * bits.group_bytes());
                    let activations = rows.levels.as_ptr().add(group * GROUP);
                    half_group::<R, FOUR>(activations, rows.stride, scales, half, totals);
                }
            }
        }
    }
}

/// # Safety
/// A group must be readable from `scales`, and [`GROUP`] values from `activations` and from every
/// `stride` on, R times.
#[inline(always)]
unsafe fn half_group<const R: usize, const FOUR: bool>(
    activations: *const i16,
    stride: usize,
    scales: *const u8,
    half: usize,
    totals: &mut [[f32; PANEL]; R],
) {
    // SAFETY: inside of what the caller promises; totals have sixteen values, of which a half are two
    // vectors.
    unsafe {
        let levels = scales.add(SCALE_BYTES);
        let mut sums = [[i32x4_splat(0); 2]; R];
        if FOUR {
            for eight in 0..GROUP / 8 {
                let words = levels.add(eight * 64 + half * 32).cast::<v128>();
                let words = [v128_load(words), v128_load(words.add(1))];
                for place in 0..4 {
                    let weights =
                        words.map(|words| i16x8_shr(i16x8_shl(words, 12 - 4 * place), 12));
                    let at = activations.add(eight * 8 + 2 * place as usize);
                    add(at, stride, weights, &mut sums);
                }
            }
        } else {
            for pair in 0..GROUP / 2 {
                let bytes = levels.add(pair * 32 + half * 16).cast::<i8>();
                let weights = [i16x8_load_extend_i8x8(bytes), i16x8_load_extend_i8x8(bytes.add(8))];
                add(activations.add(pair * 2), stride, weights, &mut sums);
            }
        }
        for quarter in 0..2 {
            let at = 8 * half + 4 * quarter;
            let bits = u32x4_load_extend_u16x4(scales.cast::<u16>().add(at));
            let scale = i32x4_shl(bits, 16);
            for (totals, sums) in totals.iter_mut().zip(&sums) {
                let place = totals.as_mut_ptr().add(at).cast::<v128>();
                let scaled = f32x4_mul(f32x4_convert_i32x4(sums[quarter]), scale);
                v128_store(place, f32x4_add(v128_load(place), scaled));
            }
        }
    }
}

/// Adds the products of two steps of k.
///
/// # Safety
/// Two values must be readable from `activations` and from every `stride` on, R times.
#[inline(always)]
unsafe fn add<const R: usize>(
    activations: *const i16,
    stride: usize,
    weights: [v128; 2],
    sums: &mut [[v128; 2]; R],
) {
    for (row, sums) in sums.iter_mut().enumerate() {
        // SAFETY: inside of what the caller promises.
        let pair = unsafe { v128_load32_splat(activations.add(row * stride).cast()) };
        for (sum, weights) in sums.iter_mut().zip(weights) {
            *sum = i32x4_add(*sum, i32x4_dot_i16x8(pair, weights));
        }
    }
}
