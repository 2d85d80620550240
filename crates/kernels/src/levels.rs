//! Activations as 16-bit integers, each row with a scale of its own.

use crate::lanes::LANES;
use crate::math::ROUND;
use crate::tiles::ROWS;

/// Rows whose largest value is below this are taken as zero: its reciprocal times the levels
/// would overflow.
const TINY: f32 = 1e-30;

/// Rounds up to [`ROWS`] rows of `length` values to ±`levels` of each row's largest absolute value,
/// ties to even, into `out`: interleaved, padded with zeros. Returns what one level of each row is
/// worth: 0 for a row of zeros or none, NaN for a row that holds NaN or infinity (its levels are
/// zeros).
#[inline(always)]
pub(crate) fn round_rows(rows: &[f32], length: usize, levels: i16, out: &mut [i16]) -> [f32; ROWS] {
    let mut scales = [0.0; ROWS];
    let levels = f32::from(levels);
    out.fill(0);
    for (index, row) in rows.chunks_exact(length.max(1)).take(ROWS).enumerate() {
        let largest = largest(row);
        if !(TINY..f32::INFINITY).contains(&largest) {
            scales[index] = if largest < TINY { 0.0 } else { f32::NAN };
            continue;
        }
        scales[index] = largest / levels;
        let per_value = levels / largest;
        let level = |value: f32| {
            let shifted = (value * per_value + ROUND).to_bits() as i32;
            shifted.wrapping_sub(ROUND.to_bits() as i32) as i16
        };
        let (pairs, last) = row.as_chunks::<2>();
        let (places, more) = out.as_chunks_mut::<{ 2 * ROWS }>();
        for (pair, place) in pairs.iter().zip(&mut *places) {
            place[2 * index] = level(pair[0]);
            place[2 * index + 1] = level(pair[1]);
        }
        debug_assert!(more.is_empty());
        if let ([value], Some(place)) = (last, places.get_mut(pairs.len())) {
            place[2 * index] = level(*value);
        }
    }
    scales
}

/// The largest absolute value; NaN is larger than all. The bits of non-negative floats are
/// ordered as integers, so lanes and order do not matter.
#[inline(always)]
fn largest(row: &[f32]) -> f32 {
    let bits = |value: f32| (value.to_bits() & 0x7fff_ffff) as i32;
    let mut lanes = [0i32; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = (*lane).max(bits(value));
        }
    }
    let most = rest.iter().map(|&value| bits(value)).chain(lanes).max().unwrap_or(0);
    f32::from_bits(most as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The levels and the scale of one row.
    fn round(row: &[f32], levels: i16, padded: usize) -> (Vec<i16>, f32) {
        let mut out = vec![7i16; padded * ROWS];
        let scales = round_rows(row, row.len(), levels, &mut out);
        let level = |k: usize| out[k / 2 * 2 * ROWS + k % 2];
        ((0..padded).map(level).collect(), scales[0])
    }

    #[test]
    fn rounds_to_the_nearest_level_ties_to_even() {
        let (levels, scale) = round(&[4.0, -4.0, 2.5, 1.5, -0.4, 0.0, 3.0], 4, 8);
        assert_eq!(levels, [4, -4, 2, 2, 0, 0, 3, 0]);
        assert!((scale - 1.0).abs() < f32::EPSILON);
    }

    #[test]
    fn the_widest_level_is_reached_and_not_passed() {
        for largest in [1e-30f32, 0.1, 0.3, 1.7, 3.3e38] {
            let (levels, _) = round(&[largest, -largest], i16::MAX, 2);
            assert_eq!(levels, [i16::MAX, -i16::MAX]);
        }
    }

    #[test]
    fn zeros_and_what_is_not_finite() {
        let (levels, scale) = round(&[0.0, -1e-31], 100, 2);
        assert_eq!((levels, scale.to_bits()), (vec![0, 0], 0));
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let (levels, scale) = round(&[1.0, bad], 100, 2);
            assert_eq!((levels, scale.is_nan()), (vec![0, 0], true));
        }
    }
}
