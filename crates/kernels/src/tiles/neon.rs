//! The products with NEON: tiles of 8 rows × 8 channels, in the 32 registers of AArch64.
#![allow(unsafe_code, reason = "128-bit loads from slices whose length is checked before")]

use super::{FLOAT_ROWS, PANEL, ROWS, check, tiles};
use core::arch::aarch64::{
    int32x4_t, vaddq_f32, vaddq_s32, vcvtq_f32_s32, vdupq_n_f32, vdupq_n_s32, vget_low_s16,
    vld1q_f32, vld1q_s16, vld1q_s32, vmull_high_s16, vmull_s16, vmulq_f32, vpaddq_s32,
    vreinterpretq_s16_s32, vst1q_f32, vst1q_s32,
};

/// AArch64, which always has NEON.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Neon;

tiles!(Neon, integers: [8, 4], floats: [8, 4]);

/// Adds `steps` steps of k, an even number, to the sums.
///
/// # Safety
/// `a` must be readable for `steps · ROWS` values from every `stride` on, `b` for `steps · PANEL`.
#[inline(always)]
unsafe fn add_steps<const R: usize>(
    a: *const i16,
    stride: usize,
    b: *const i16,
    steps: usize,
    sums: &mut [[int32x4_t; 2]; R],
) {
    for pair in 0..steps / 2 {
        // SAFETY: inside of what the caller promises; the loads need no alignment.
        unsafe {
            let weights = b.add(pair * 2 * PANEL);
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = a
                    .add(row / ROWS * stride + (pair * ROWS + row % ROWS) * 2)
                    .cast::<i32>()
                    .read_unaligned();
                let value = vreinterpretq_s16_s32(vdupq_n_s32(value));
                for (half, sum) in sums.iter_mut().enumerate() {
                    let weights = vld1q_s16(weights.add(8 * half));
                    let low = vmull_s16(vget_low_s16(value), vget_low_s16(weights));
                    let high = vmull_high_s16(value, weights);
                    *sum = vaddq_s32(*sum, vpaddq_s32(low, high));
                }
            }
        }
    }
}

#[inline(never)]
fn sums_tile<const R: usize>(a: &[i16], stride: usize, b: &[i16], sums: &mut [[i32; PANEL]; R]) {
    let steps = check::<ROWS>(a.len(), stride, b.len(), R);
    // SAFETY: NEON is always there, and `check` saw that rows and panel are long enough; a row of
    // sums has eight values: two vectors.
    unsafe {
        let mut vectors = [[vdupq_n_s32(0); 2]; R];
        add_steps(a.as_ptr(), stride, b.as_ptr(), steps, &mut vectors);
        for (sums, vectors) in sums.iter_mut().zip(vectors) {
            for (half, vector) in vectors.into_iter().enumerate() {
                let at = sums.as_mut_ptr().add(4 * half);
                vst1q_s32(at, vaddq_s32(vld1q_s32(at), vector));
            }
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
    totals: &mut [[f32; PANEL]; R],
) {
    let groups = check::<ROWS>(a.len(), stride, b.len(), R) / group;
    for (index, start) in (0..groups * group).step_by(group).enumerate() {
        let (a, b) =
            (a.as_ptr().wrapping_add(start * ROWS), b.as_ptr().wrapping_add(start * PANEL));
        // SAFETY: NEON is always there, and `check` saw that rows and panel are long enough for
        // all groups; rows and scales have eight values: two vectors.
        unsafe {
            let mut vectors = [[vdupq_n_s32(0); 2]; R];
            add_steps(a, stride, b, group, &mut vectors);
            for (totals, vectors) in totals.iter_mut().zip(vectors) {
                for (half, sums) in vectors.into_iter().enumerate() {
                    let mut value = vcvtq_f32_s32(sums);
                    if SCALED {
                        value = vmulq_f32(value, vld1q_f32(scales[index].as_ptr().add(4 * half)));
                    }
                    let at = totals.as_mut_ptr().add(4 * half);
                    vst1q_f32(at, vaddq_f32(vld1q_f32(at), value));
                }
            }
        }
    }
}

#[inline(never)]
fn float_tile<const R: usize>(a: &[f32], stride: usize, b: &[f32], totals: &mut [[f32; PANEL]; R]) {
    let steps = check::<FLOAT_ROWS>(a.len(), stride, b.len(), R);
    let (a, b) = (a.as_ptr(), b.as_ptr());
    // SAFETY: NEON is always there, and `check` saw that rows and panel are long enough; a row of
    // totals has eight values: two vectors.
    unsafe {
        let mut sums = [[vdupq_n_f32(0.0); 2]; R];
        for (sums, totals) in sums.iter_mut().zip(&*totals) {
            *sums = [vld1q_f32(totals.as_ptr()), vld1q_f32(totals.as_ptr().add(4))];
        }
        for step in 0..steps {
            let weights = b.add(step * PANEL);
            let (left, right) = (vld1q_f32(weights), vld1q_f32(weights.add(4)));
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = vdupq_n_f32(
                    *a.add(row / FLOAT_ROWS * stride + step * FLOAT_ROWS + row % FLOAT_ROWS),
                );
                sums[0] = vaddq_f32(sums[0], vmulq_f32(value, left));
                sums[1] = vaddq_f32(sums[1], vmulq_f32(value, right));
            }
        }
        for (totals, sums) in totals.iter_mut().zip(sums) {
            vst1q_f32(totals.as_mut_ptr(), sums[0]);
            vst1q_f32(totals.as_mut_ptr().add(4), sums[1]);
        }
    }
}
