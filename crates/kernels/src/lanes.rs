//! Sums over a row, in the one order that all machines share.

/// Values that are added side by side; a multiple of every register's width.
pub(crate) const LANES: usize = 16;

/// Adds the lanes pairwise in a fixed tree: 16 → 8 → 4 → 2 → 1, each adding the upper half to
/// the lower.
#[inline(always)]
pub(crate) fn tree(mut lanes: [f32; LANES]) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}

/// The sum of `term(index, value)`: lane `index mod 16` adds its terms in order, starting from
/// zero; then the [`tree`].
#[inline(always)]
pub(crate) fn sum(values: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += term(value);
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(rest) {
        *lane += term(value);
    }
    tree(lanes)
}

/// The largest value, or `start` if none is larger; the order cannot matter. A NaN is passed over.
#[inline(always)]
pub(crate) fn max(values: &[f32], start: f32) -> f32 {
    let mut lanes = [start; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = if value > *lane { value } else { *lane };
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(rest) {
        *lane = if value > *lane { value } else { *lane };
    }
    lanes.iter().fold(start, |most, &value| if value > most { value } else { most })
}
