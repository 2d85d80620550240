//! The products in groups with AVX2: tiles of 4 rows × 16 outputs.
#![allow(unsafe_code, reason = "256-bit loads from slices whose length is checked before")]

use super::{GROUP, GroupTiles, LevelBits, LevelRows, PANEL, SCALE_BYTES, check};
use crate::tiles::Avx2;
use core::arch::x86_64::{
    __m128i, __m256i, _mm_loadu_si128, _mm256_add_epi32, _mm256_add_ps, _mm256_castsi256_ps,
    _mm256_cvtepi8_epi16, _mm256_cvtepi32_ps, _mm256_cvtepu16_epi32, _mm256_loadu_ps,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_mul_ps, _mm256_set1_epi32, _mm256_setzero_si256,
    _mm256_slli_epi16, _mm256_slli_epi32, _mm256_srai_epi16, _mm256_storeu_ps,
};

impl GroupTiles for Avx2 {
    const HEIGHT: usize = 4;

    #[inline(always)]
    unsafe fn tile<const R: usize, const FOUR: bool>(
        rows: LevelRows<'_>,
        panel: &[u8],
        totals: &mut [[f32; PANEL]; R],
    ) {
        // SAFETY: the caller promises a CPU that has AVX2.
        unsafe { tile::<R, FOUR>(rows, panel, totals) };
    }
}

#[target_feature(enable = "avx2")]
fn tile<const R: usize, const FOUR: bool>(
    rows: LevelRows<'_>,
    panel: &[u8],
    totals: &mut [[f32; PANEL]; R],
) {
    let bits = if FOUR { LevelBits::Four } else { LevelBits::Eight };
    let groups = check::<R, FOUR>(rows, panel);
    for group in 0..groups {
        // SAFETY: `check` saw that the panel has that many groups, and the rows as many levels; the
        // loads need no alignment. Totals have sixteen values: two vectors.
        unsafe {
            let scales = panel.as_ptr().add(group * bits.group_bytes());
            let levels = scales.add(SCALE_BYTES);
            let activations = rows.levels.as_ptr().add(group * GROUP);
            let mut sums = [[_mm256_setzero_si256(); 2]; R];
            if FOUR {
                for eight in 0..GROUP / 8 {
                    let words = levels.add(eight * 64).cast::<__m256i>();
                    let (left, right) =
                        (_mm256_loadu_si256(words), _mm256_loadu_si256(words.add(1)));
                    let at = activations.add(eight * 8);
                    add(at, rows.stride, nibbles::<12>(left), nibbles::<12>(right), &mut sums);
                    add(at.add(2), rows.stride, nibbles::<8>(left), nibbles::<8>(right), &mut sums);
                    add(at.add(4), rows.stride, nibbles::<4>(left), nibbles::<4>(right), &mut sums);
                    let last = [left, right].map(|words| _mm256_srai_epi16::<12>(words));
                    add(at.add(6), rows.stride, last[0], last[1], &mut sums);
                }
            } else {
                for pair in 0..GROUP / 2 {
                    let bytes = levels.add(pair * 32).cast::<__m128i>();
                    let left = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes));
                    let right = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes.add(1)));
                    add(activations.add(pair * 2), rows.stride, left, right, &mut sums);
                }
            }
            for half in 0..2 {
                let bits = _mm_loadu_si128(scales.cast::<__m128i>().add(half));
                let scale =
                    _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(bits)));
                for (totals, sums) in totals.iter_mut().zip(&sums) {
                    let at = totals.as_mut_ptr().add(8 * half);
                    let scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[half]), scale);
                    _mm256_storeu_ps(at, _mm256_add_ps(_mm256_loadu_ps(at), scaled));
                }
            }
        }
    }
}

/// The nibbles that end `LEFT` bits below the words' upper ends.
#[inline]
#[target_feature(enable = "avx2")]
fn nibbles<const LEFT: i32>(words: __m256i) -> __m256i {
    _mm256_srai_epi16::<12>(_mm256_slli_epi16::<LEFT>(words))
}

/// Adds the products of two steps of k.
///
/// # Safety
/// Two values must be readable from `activations` and from every `stride` on, R times.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn add<const R: usize>(
    activations: *const i16,
    stride: usize,
    left: __m256i,
    right: __m256i,
    sums: &mut [[__m256i; 2]; R],
) {
    for (row, sums) in sums.iter_mut().enumerate() {
        // SAFETY: inside of what the caller promises.
        let pair = unsafe { activations.add(row * stride).cast::<i32>().read_unaligned() };
        let pair = _mm256_set1_epi32(pair);
        sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(pair, left));
        sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(pair, right));
    }
}
