//! The products with AVX2: tiles of 4 rows × 16 channels.
#![allow(unsafe_code, reason = "256-bit loads from slices whose length is checked before")]

use super::{FLOAT_ROWS, PANEL, ROWS, check, tiles};
use core::arch::x86_64::{
    __m256, __m256i, _mm256_add_epi32, _mm256_add_ps, _mm256_cvtepi32_ps, _mm256_loadu_ps,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_mul_ps, _mm256_set1_epi32, _mm256_set1_ps,
    _mm256_setzero_ps, _mm256_setzero_si256, _mm256_storeu_ps, _mm256_storeu_si256,
};

/// x86-64 with AVX2.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx2;

tiles!(Avx2, integers: [4], floats: [4]);

/// Adds `steps` steps of k, an even number, to the sums.
///
/// # Safety
/// `a` must be readable for `steps · ROWS` values from every `stride` on, `b` for `steps · PANEL`.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn add_steps<const R: usize>(
    a: *const i16,
    stride: usize,
    b: *const i16,
    steps: usize,
    sums: &mut [[__m256i; 2]; R],
) {
    for pair in 0..steps / 2 {
        // SAFETY: inside of what the caller promises; the loads need no alignment.
        unsafe {
            let weights = b.add(pair * 2 * PANEL).cast::<__m256i>();
            let left = _mm256_loadu_si256(weights);
            let right = _mm256_loadu_si256(weights.add(1));
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = a
                    .add(row / ROWS * stride + (pair * ROWS + row % ROWS) * 2)
                    .cast::<i32>()
                    .read_unaligned();
                let value = _mm256_set1_epi32(value);
                sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(value, left));
                sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(value, right));
            }
        }
    }
}

#[target_feature(enable = "avx2")]
fn sums_tile<const R: usize>(a: &[i16], stride: usize, b: &[i16], sums: &mut [[i32; PANEL]; R]) {
    let steps = check::<ROWS>(a.len(), stride, b.len(), R);
    let mut vectors = [[_mm256_setzero_si256(); 2]; R];
    // SAFETY: `check` saw that rows and panel are long enough.
    unsafe { add_steps(a.as_ptr(), stride, b.as_ptr(), steps, &mut vectors) };
    for (sums, vectors) in sums.iter_mut().zip(vectors) {
        let at = sums.as_mut_ptr().cast::<__m256i>();
        for (half, vector) in vectors.into_iter().enumerate() {
            // SAFETY: the row has sixteen 32-bit values: two vectors.
            unsafe {
                let before = _mm256_loadu_si256(at.add(half));
                _mm256_storeu_si256(at.add(half), _mm256_add_epi32(before, vector));
            }
        }
    }
}

#[target_feature(enable = "avx2")]
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
        let mut vectors = [[_mm256_setzero_si256(); 2]; R];
        let (a, b) =
            (a.as_ptr().wrapping_add(start * ROWS), b.as_ptr().wrapping_add(start * PANEL));
        // SAFETY: `check` saw that rows and panel are long enough for all groups.
        unsafe { add_steps(a, stride, b, group, &mut vectors) };
        for (totals, vectors) in totals.iter_mut().zip(vectors) {
            for (half, sums) in vectors.into_iter().enumerate() {
                let mut value = _mm256_cvtepi32_ps(sums);
                // SAFETY: rows and scales have sixteen values each: two vectors.
                unsafe {
                    if SCALED {
                        value = _mm256_mul_ps(
                            value,
                            _mm256_loadu_ps(scales[index].as_ptr().add(8 * half)),
                        );
                    }
                    let at = totals.as_mut_ptr().add(8 * half);
                    _mm256_storeu_ps(at, _mm256_add_ps(_mm256_loadu_ps(at), value));
                }
            }
        }
    }
}

#[target_feature(enable = "avx2")]
fn float_tile<const R: usize>(a: &[f32], stride: usize, b: &[f32], totals: &mut [[f32; PANEL]; R]) {
    let steps = check::<FLOAT_ROWS>(a.len(), stride, b.len(), R);
    let mut sums: [[__m256; 2]; R] = [[_mm256_setzero_ps(); 2]; R];
    for (sums, totals) in sums.iter_mut().zip(&*totals) {
        for (half, sum) in sums.iter_mut().enumerate() {
            // SAFETY: the row has sixteen values: two vectors.
            *sum = unsafe { _mm256_loadu_ps(totals.as_ptr().add(8 * half)) };
        }
    }
    let (a, b) = (a.as_ptr(), b.as_ptr());
    for step in 0..steps {
        // SAFETY: `check` saw that rows and panel are long enough.
        unsafe {
            let weights = b.add(step * PANEL);
            let (left, right) = (_mm256_loadu_ps(weights), _mm256_loadu_ps(weights.add(8)));
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = _mm256_set1_ps(
                    *a.add(row / FLOAT_ROWS * stride + step * FLOAT_ROWS + row % FLOAT_ROWS),
                );
                sums[0] = _mm256_add_ps(sums[0], _mm256_mul_ps(value, left));
                sums[1] = _mm256_add_ps(sums[1], _mm256_mul_ps(value, right));
            }
        }
    }
    for (totals, sums) in totals.iter_mut().zip(sums) {
        for (half, sum) in sums.into_iter().enumerate() {
            // SAFETY: as above.
            unsafe { _mm256_storeu_ps(totals.as_mut_ptr().add(8 * half), sum) };
        }
    }
}
