//! The products with AVX-512: tiles of 12 rows × 16 channels.
#![allow(unsafe_code, reason = "512-bit loads from slices whose length is checked before")]

use super::{FLOAT_ROWS, PANEL, ROWS, check, tiles};
use core::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_add_ps, _mm512_cvtepi32_ps, _mm512_loadu_ps,
    _mm512_loadu_si512, _mm512_madd_epi16, _mm512_mul_ps, _mm512_set1_epi32, _mm512_set1_ps,
    _mm512_setzero_ps, _mm512_setzero_si512, _mm512_storeu_ps, _mm512_storeu_si512,
};

/// x86-64 with AVX-512 F and BW.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx512;

tiles!(Avx512, integers: [12, 4], floats: [12, 4]);

/// Adds `steps` steps of k, an even number, to the sums.
///
/// # Safety
/// `a` must be readable for `steps · ROWS` values from every `stride` on, `b` for `steps · PANEL`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn add_steps<const R: usize>(
    a: *const i16,
    stride: usize,
    b: *const i16,
    steps: usize,
    sums: &mut [__m512i; R],
) {
    for pair in 0..steps / 2 {
        // SAFETY: inside of what the caller promises; the loads need no alignment.
        unsafe {
            let weights = _mm512_loadu_si512(b.add(pair * 2 * PANEL).cast());
            for (row, sum) in sums.iter_mut().enumerate() {
                let value = a
                    .add(row / ROWS * stride + (pair * ROWS + row % ROWS) * 2)
                    .cast::<i32>()
                    .read_unaligned();
                let products = _mm512_madd_epi16(_mm512_set1_epi32(value), weights);
                *sum = _mm512_add_epi32(*sum, products);
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn sums_tile<const R: usize>(a: &[i16], stride: usize, b: &[i16], sums: &mut [[i32; PANEL]; R]) {
    let steps = check::<ROWS>(a.len(), stride, b.len(), R);
    let mut vectors = [_mm512_setzero_si512(); R];
    // SAFETY: `check` saw that rows and panel are long enough.
    unsafe { add_steps(a.as_ptr(), stride, b.as_ptr(), steps, &mut vectors) };
    for (sums, vector) in sums.iter_mut().zip(vectors) {
        // SAFETY: the row has sixteen 32-bit values: one vector.
        unsafe {
            let before = _mm512_loadu_si512(sums.as_ptr().cast());
            _mm512_storeu_si512(sums.as_mut_ptr().cast(), _mm512_add_epi32(before, vector));
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
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
        let mut vectors = [_mm512_setzero_si512(); R];
        let (a, b) =
            (a.as_ptr().wrapping_add(start * ROWS), b.as_ptr().wrapping_add(start * PANEL));
        // SAFETY: `check` saw that rows and panel are long enough for all groups.
        unsafe { add_steps(a, stride, b, group, &mut vectors) };
        for (totals, sums) in totals.iter_mut().zip(vectors) {
            let mut value = _mm512_cvtepi32_ps(sums);
            // SAFETY: rows and scales have sixteen values each: one vector.
            unsafe {
                if SCALED {
                    value = _mm512_mul_ps(value, _mm512_loadu_ps(scales[index].as_ptr()));
                }
                let before = _mm512_loadu_ps(totals.as_ptr());
                _mm512_storeu_ps(totals.as_mut_ptr(), _mm512_add_ps(before, value));
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn float_tile<const R: usize>(a: &[f32], stride: usize, b: &[f32], totals: &mut [[f32; PANEL]; R]) {
    let steps = check::<FLOAT_ROWS>(a.len(), stride, b.len(), R);
    let mut sums = [_mm512_setzero_ps(); R];
    for (sum, totals) in sums.iter_mut().zip(&*totals) {
        // SAFETY: the row has sixteen values: one vector.
        *sum = unsafe { _mm512_loadu_ps(totals.as_ptr()) };
    }
    let (a, b) = (a.as_ptr(), b.as_ptr());
    for step in 0..steps {
        // SAFETY: `check` saw that rows and panel are long enough.
        unsafe {
            let weights = _mm512_loadu_ps(b.add(step * PANEL));
            for (row, sum) in sums.iter_mut().enumerate() {
                let value = _mm512_set1_ps(
                    *a.add(row / FLOAT_ROWS * stride + step * FLOAT_ROWS + row % FLOAT_ROWS),
                );
                *sum = _mm512_add_ps(*sum, _mm512_mul_ps(value, weights));
            }
        }
    }
    for (totals, sum) in totals.iter_mut().zip(sums) {
        // SAFETY: as above.
        unsafe { _mm512_storeu_ps(totals.as_mut_ptr(), sum) };
    }
}
