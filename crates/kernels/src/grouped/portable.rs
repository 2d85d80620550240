//! The definition of the products in groups, in plain Rust.

use super::{GROUP, GroupTiles, LevelBits, LevelRows, PANEL, SCALE_BYTES, check, get, scale};
use crate::tiles::Portable;

#[allow(unsafe_code, reason = "the trait's promise; nothing here needs it")]
impl GroupTiles for Portable {
    const HEIGHT: usize = 4;

    #[inline(always)]
    unsafe fn tile<const R: usize, const FOUR: bool>(
        rows: LevelRows<'_>,
        panel: &[u8],
        totals: &mut [[f32; PANEL]; R],
    ) {
        tile::<R, FOUR>(rows, panel, totals);
    }
}

#[cfg(target_arch = "aarch64")]
#[allow(unsafe_code, reason = "the trait's promise; nothing here needs it")]
impl GroupTiles for crate::tiles::Neon {
    const HEIGHT: usize = 4;

    #[inline(always)]
    unsafe fn tile<const R: usize, const FOUR: bool>(
        rows: LevelRows<'_>,
        panel: &[u8],
        totals: &mut [[f32; PANEL]; R],
    ) {
        tile::<R, FOUR>(rows, panel, totals);
    }
}

#[inline(always)]
fn tile<const R: usize, const FOUR: bool>(
    rows: LevelRows<'_>,
    panel: &[u8],
    totals: &mut [[f32; PANEL]; R],
) {
    check::<R, FOUR>(rows, panel);
    let bits = if FOUR { LevelBits::Four } else { LevelBits::Eight };
    for (index, group) in panel.chunks_exact(bits.group_bytes()).enumerate() {
        let (scales, levels) = group.split_at(SCALE_BYTES);
        let mut weights = [[0i32; PANEL]; GROUP];
        for (k, weights) in weights.iter_mut().enumerate() {
            for (channel, weight) in weights.iter_mut().enumerate() {
                *weight = i32::from(get(levels, bits, channel, k));
            }
        }
        for (row, totals) in totals.iter_mut().enumerate() {
            let row = &rows.levels[row * rows.stride + index * GROUP..][..GROUP];
            let mut sums = [0i32; PANEL];
            for (&level, weights) in row.iter().zip(&weights) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += i32::from(level) * weight;
                }
            }
            for (channel, (total, sum)) in totals.iter_mut().zip(sums).enumerate() {
                *total += sum as f32 * scale(scales, channel);
            }
        }
    }
}
