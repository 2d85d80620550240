//! Symmetric int8: `value ≈ level · scale`, zero at 0, levels −127…127.
//!
//! A scale is the largest magnitude of its channel over 127 and a level the nearest one (ties
//! to even), so that the error is at most half a scale and the largest weight is kept.

/// One scale per column of a matrix: the form of a linear layer's weight stored as
/// `[inputs, outputs]`, a scale for each output channel. A column of zeros gets the scale 1.
pub(crate) fn column_scales(values: &[f32], columns: usize) -> Vec<f32> {
    let mut largest = vec![0f32; columns];
    for row in values.chunks_exact(columns) {
        for (largest, value) in largest.iter_mut().zip(row) {
            *largest = largest.max(value.abs());
        }
    }
    largest.into_iter().map(scale).collect()
}

/// The levels of a matrix with these [`column_scales`], in row-major order.
pub(crate) fn column_levels(values: &[f32], scales: &[f32]) -> impl ExactSizeIterator<Item = i8> {
    let mut scales = scales.iter().cycle();
    values.iter().map(move |&value| level(value, scales.next().copied().unwrap_or(1.0)))
}

/// One scale per row of a matrix: the form of an embedding table. A row of zeros gets the
/// scale 1.
pub(crate) fn row_scales(values: &[f32], columns: usize) -> Vec<f32> {
    values
        .chunks_exact(columns)
        .map(|row| scale(row.iter().fold(0f32, |largest, value| largest.max(value.abs()))))
        .collect()
}

/// The levels of a matrix with these [`row_scales`], in row-major order.
pub(crate) fn row_levels(
    values: &[f32],
    scales: &[f32],
    columns: usize,
) -> impl ExactSizeIterator<Item = i8> {
    let scale = move |index: usize| scales.get(index / columns).copied().unwrap_or(1.0);
    values.iter().enumerate().map(move |(index, &value)| level(value, scale(index)))
}

fn scale(largest: f32) -> f32 {
    let scale = largest / 127.0;
    // A scale below the normal range would lose the levels' precision.
    if scale < f32::MIN_POSITIVE { 1.0 } else { scale }
}

fn level(value: f32, scale: f32) -> i8 {
    // The clamp makes the conversion exact; the quotient can pass 127 by rounding only.
    (value / scale).round_ties_even().clamp(-127.0, 127.0) as i8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_rows() {
        let values = [1.0, -254.0, 0.5, 127.0, -1.0, 0.0];
        let scales = column_scales(&values, 2);
        assert_eq!(scales, [1.0 / 127.0, 2.0]);
        // 0.5·127 = 63.5 and 127/2 = 63.5 are ties, to the even 64.
        assert!(column_levels(&values, &scales).eq([127, -127, 64, 64, -127, 0]));

        let scales = row_scales(&values, 2);
        assert_eq!(scales, [2.0, 1.0, 1.0 / 127.0]);
        assert!(row_levels(&values, &scales, 2).eq([0, -127, 0, 127, -127, 0]));
    }

    #[test]
    fn zeros_stay_zeros() {
        let scales = row_scales(&[0.0; 4], 2);
        assert_eq!(scales, [1.0, 1.0]);
        assert!(row_levels(&[0.0; 4], &scales, 2).eq([0; 4]));
    }

    proptest::proptest! {
        /// Symmetric rounding: never off by more than half a step, and the extreme is exact.
        #[test]
        fn error_is_at_most_half_a_scale(
            values in proptest::collection::vec(-3.0f32..3.0, 24)
        ) {
            let scales = column_scales(&values, 4);
            for (index, level) in column_levels(&values, &scales).enumerate() {
                let scale = scales[index % 4];
                let restored = f32::from(level) * scale;
                proptest::prop_assert!((restored - values[index]).abs() <= scale * 0.5 * 1.0001);
            }
        }
    }
}
