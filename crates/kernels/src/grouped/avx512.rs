//! The products in groups with AVX-512: tiles of 8 rows × 16 outputs.
#![allow(unsafe_code, reason = "512-bit loads from slices whose length is checked before")]

use super::{GROUP, GroupTiles, LevelBits, LevelRows, PANEL, SCALE_BYTES, check};
use crate::tiles::Avx512;
use core::arch::x86_64::{
    __m256i, __m512i, _mm256_loadu_si256, _mm512_add_epi32, _mm512_add_ps, _mm512_castsi512_ps,
    _mm512_cvtepi8_epi16, _mm512_cvtepi32_ps, _mm512_cvtepu16_epi32, _mm512_loadu_ps,
    _mm512_loadu_si512, _mm512_madd_epi16, _mm512_mul_ps, _mm512_set1_epi32, _mm512_setzero_si512,
    _mm512_slli_epi16, _mm512_slli_epi32, _mm512_srai_epi16, _mm512_storeu_ps,
};

impl GroupTiles for Avx512 {
    const HEIGHT: usize = 8;

    #[inline(always)]
    unsafe fn tile<const R: usize, const FOUR: bool>(
        rows: LevelRows<'_>,
        panel: &[u8],
        totals: &mut [[f32; PANEL]; R],
    ) {
        // SAFETY: the caller promises a CPU that has AVX-512 F and BW.
        unsafe { tile::<R, FOUR>(rows, panel, totals) };
    }
}

#[target_feature(enable = "avx2,avx512f,avx512bw")]
fn tile<const R: usize, const FOUR: bool>(
    rows: LevelRows<'_>,
    panel: &[u8],
    totals: &mut [[f32; PANEL]; R],
) {
    let bits = if FOUR { LevelBits::Four } else { LevelBits::Eight };
    let groups = check::<R, FOUR>(rows, panel);
    for group in 0..groups {
        // SAFETY: `check` saw that the panel has that many groups, and the rows as many levels; the
        // loads need no alignment. Totals have sixteen values: one vector.
        unsafe {
            let scales = panel.as_ptr().add(group * bits.group_bytes());
            let levels = scales.add(SCALE_BYTES);
            let activations = rows.levels.as_ptr().add(group * GROUP);
            let mut sums = [_mm512_setzero_si512(); R];
            if FOUR {
                for eight in 0..GROUP / 8 {
                    let words = _mm512_loadu_si512(levels.add(eight * 64).cast());
                    let at = activations.add(eight * 8);
                    add(at, rows.stride, nibbles::<12>(words), &mut sums);
                    add(at.add(2), rows.stride, nibbles::<8>(words), &mut sums);
                    add(at.add(4), rows.stride, nibbles::<4>(words), &mut sums);
                    add(at.add(6), rows.stride, _mm512_srai_epi16::<12>(words), &mut sums);
                }
            } else {
                for pair in 0..GROUP / 2 {
                    let bytes = _mm256_loadu_si256(levels.add(pair * 32).cast::<__m256i>());
                    let weights = _mm512_cvtepi8_epi16(bytes);
                    add(activations.add(pair * 2), rows.stride, weights, &mut sums);
                }
            }
            let bits = _mm256_loadu_si256(scales.cast::<__m256i>());
            let scale = _mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(bits)));
            for (totals, sums) in totals.iter_mut().zip(sums) {
                let at = totals.as_mut_ptr();
                let scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(sums), scale);
                _mm512_storeu_ps(at, _mm512_add_ps(_mm512_loadu_ps(at), scaled));
            }
        }
    }
}

/// The nibbles that end `LEFT` bits below the words' upper ends.
#[inline]
#[target_feature(enable = "avx2,avx512f,avx512bw")]
fn nibbles<const LEFT: u32>(words: __m512i) -> __m512i {
    _mm512_srai_epi16::<12>(_mm512_slli_epi16::<LEFT>(words))
}

/// Adds the products of two steps of k.
///
/// # Safety
/// Two values must be readable from `activations` and from every `stride` on, R times.
#[inline]
#[target_feature(enable = "avx2,avx512f,avx512bw")]
unsafe fn add<const R: usize>(
    activations: *const i16,
    stride: usize,
    weights: __m512i,
    sums: &mut [__m512i; R],
) {
    for (row, sum) in sums.iter_mut().enumerate() {
        // SAFETY: inside of what the caller promises.
        let pair = unsafe { activations.add(row * stride).cast::<i32>().read_unaligned() };
        *sum = _mm512_add_epi32(*sum, _mm512_madd_epi16(_mm512_set1_epi32(pair), weights));
    }
}
