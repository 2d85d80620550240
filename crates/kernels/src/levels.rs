//! Activations as 16-bit integers, each row with a scale of its own.

use crate::lanes::LANES;
use crate::math::ROUND;
use crate::tiles::{ROWS, Tiles};

/// Rows whose largest value is below this are taken as zero: its reciprocal times the levels
/// would overflow.
const TINY: f32 = 1e-30;

/// Rounds up to [`ROWS`] rows of `length` values to ±`levels` of each row's largest absolute value,
/// ties to even, into `out`: interleaved, padded with zeros. Values are multiplied before by the
/// `scales` of their places, of which there are `length` or none. Returns what one level of each
/// row is worth: 0 for a row of zeros or none, NaN for a row that holds NaN or infinity (its
/// levels are zeros).
#[inline(always)]
pub(crate) fn round_rows<T: Tiles>(
    rows: &[f32],
    scales: &[f32],
    length: usize,
    levels: i16,
    out: &mut [i16],
) -> [f32; ROWS] {
    let levels = f32::from(levels);
    let mut worth = [0.0; ROWS];
    // What a value is multiplied by; none of a row of zeros or one that is not finite.
    let mut per_value = [None; ROWS];
    for (index, row) in rows.chunks_exact(length.max(1)).take(ROWS).enumerate() {
        let largest = T::largest(row, scales);
        if (TINY..f32::INFINITY).contains(&largest) {
            worth[index] = largest / levels;
            per_value[index] = Some(levels / largest);
        } else {
            worth[index] = if largest < TINY { 0.0 } else { f32::NAN };
        }
    }
    let (places, _) = out.as_chunks_mut::<{ 2 * ROWS }>();
    for (index, per_value) in per_value.into_iter().enumerate() {
        match per_value {
            Some(per_value) => {
                let row = &rows[index * length..][..length];
                place_row::<T>(row, scales, per_value, index, places);
            }
            None => places.iter_mut().for_each(|place| place[2 * index..][..2].fill(0)),
        }
    }
    worth
}

/// The levels of one whole row among the interleaved ones.
#[inline(always)]
fn place_row<T: Tiles>(
    row: &[f32],
    scales: &[f32],
    per_value: f32,
    index: usize,
    places: &mut [[i16; 2 * ROWS]],
) {
    let (values, rest) = row.as_chunks::<8>();
    let (of_values, of_rest) = scales.as_chunks::<8>();
    let (places, last) = places.split_at_mut(4 * values.len());
    for (at, (values, places)) in values.iter().zip(places.as_chunks_mut::<4>().0).enumerate() {
        let levels = T::levels(values, of_values.get(at), per_value);
        for (place, pair) in places.iter_mut().zip(levels.as_chunks::<2>().0) {
            place[2 * index..][..2].copy_from_slice(pair);
        }
    }
    for (pair, place) in last.iter_mut().enumerate() {
        for (k, place) in place[2 * index..][..2].iter_mut().enumerate() {
            let at = 2 * pair + k;
            let scaled = |&value: &f32| of_rest.get(at).map_or(value, |scale| value * scale);
            *place = rest.get(at).map_or(0, |value| level(scaled(value), per_value));
        }
    }
}

/// The nearest level, ties to even.
#[inline(always)]
pub(crate) fn level(value: f32, per_value: f32) -> i16 {
    let shifted = (value * per_value + ROUND).to_bits() as i32;
    shifted.wrapping_sub(ROUND.to_bits() as i32) as i16
}

/// As [`Tiles::largest`]. The bits of non-negative floats are ordered as integers, so lanes and
/// order do not matter.
#[inline(always)]
pub(crate) fn largest(row: &[f32], scales: &[f32]) -> f32 {
    let most = if scales.is_empty() {
        largest_bits::<false>(row, scales)
    } else {
        largest_bits::<true>(row, scales)
    };
    f32::from_bits(most as u32)
}

#[inline(always)]
fn largest_bits<const SCALED: bool>(row: &[f32], scales: &[f32]) -> i32 {
    let bits = |value: f32| (value.to_bits() & 0x7fff_ffff) as i32;
    let mut lanes = [0i32; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    let (scale_chunks, scale_rest) = scales.as_chunks::<LANES>();
    for (index, chunk) in chunks.iter().enumerate() {
        let scales = if SCALED { scale_chunks[index] } else { [1.0; LANES] };
        for ((lane, &value), scale) in lanes.iter_mut().zip(chunk).zip(scales) {
            *lane = (*lane).max(bits(if SCALED { value * scale } else { value }));
        }
    }
    let rest = rest
        .iter()
        .enumerate()
        .map(|(index, &value)| bits(if SCALED { value * scale_rest[index] } else { value }));
    rest.chain(lanes).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiles::Portable;

    /// The levels and the scale of one row.
    fn round(row: &[f32], levels: i16, padded: usize) -> (Vec<i16>, f32) {
        let mut out = vec![7i16; padded * ROWS];
        let scales = round_rows::<Portable>(row, &[], row.len(), levels, &mut out);
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

    /// Four rows at once, rows one by one, and scaled values: the same levels.
    #[test]
    fn rows_together_are_rows_alone() {
        for length in [1, 2, 3, 4, 7, 8, 21, 64] {
            let value = |at: usize| ((at * 37 % 101) as f32 - 50.0) * 0.173;
            let rows: Vec<f32> = (0..ROWS * length).map(value).collect();
            let scales: Vec<f32> = (0..length).map(|at| 0.5 + (at % 5) as f32).collect();
            let padded = length.next_multiple_of(8);
            let mut together = vec![7i16; padded * ROWS];
            let worth = round_rows::<Portable>(&rows, &scales, length, 1000, &mut together);
            for (index, row) in rows.chunks_exact(length).enumerate() {
                let scaled: Vec<f32> = row.iter().zip(&scales).map(|(x, s)| x * s).collect();
                let (levels, scale) = round(&scaled, 1000, padded);
                assert_eq!(scale.to_bits(), worth[index].to_bits());
                let level = |k: usize| together[k / 2 * 2 * ROWS + 2 * index + k % 2];
                assert_eq!(levels, (0..padded).map(level).collect::<Vec<_>>());
            }
        }
    }
}
