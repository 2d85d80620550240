//! The products in plain Rust: what the others must equal.

use super::{FLOAT_ROWS, PANEL, ROWS, check, tiles};

/// Plain Rust.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portable;

tiles!(Portable, integers: [ROWS], floats: [FLOAT_ROWS]);

#[inline(always)]
fn sums_tile(a: &[i16], stride: usize, b: &[i16], sums: &mut [[i32; PANEL]; ROWS]) {
    check::<ROWS>(a.len(), stride, b.len(), ROWS);
    let mut totals = *sums;
    for (a, b) in a.as_chunks::<{ 2 * ROWS }>().0.iter().zip(b.as_chunks::<{ 2 * PANEL }>().0) {
        for (a, totals) in a.as_chunks::<2>().0.iter().zip(&mut totals) {
            for (b, total) in b.as_chunks::<2>().0.iter().zip(totals) {
                let pair = i32::from(a[0]) * i32::from(b[0]) + i32::from(a[1]) * i32::from(b[1]);
                *total = total.wrapping_add(pair);
            }
        }
    }
    *sums = totals;
}

#[inline(always)]
fn groups_tile<const R: usize, const SCALED: bool>(
    a: &[i16],
    stride: usize,
    b: &[i16],
    group: usize,
    scales: &[[f32; PANEL]],
    totals: &mut [[f32; PANEL]; ROWS],
) {
    for (index, b) in b.chunks_exact(group * PANEL).enumerate() {
        let mut sums = [[0; PANEL]; ROWS];
        sums_tile(&a[index * group * ROWS..], stride, b, &mut sums);
        for (totals, sums) in totals.iter_mut().zip(&sums) {
            for (channel, (total, &sum)) in totals.iter_mut().zip(sums).enumerate() {
                let value = sum as f32;
                *total += if SCALED { value * scales[index][channel] } else { value };
            }
        }
    }
}

#[inline(always)]
fn float_tile(a: &[f32], stride: usize, b: &[f32], totals: &mut [[f32; PANEL]; FLOAT_ROWS]) {
    check::<FLOAT_ROWS>(a.len(), stride, b.len(), FLOAT_ROWS);
    let mut sums = *totals;
    for (a, b) in a.as_chunks::<FLOAT_ROWS>().0.iter().zip(b.as_chunks::<PANEL>().0) {
        for (a, sums) in a.iter().zip(&mut sums) {
            for (b, sum) in b.iter().zip(sums) {
                *sum += a * b;
            }
        }
    }
    *totals = sums;
}
