/// A matrix in symmetric int8: `value ≈ quantized · scale`, zero at 0, levels −127…127.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantizedMatrix {
    /// Rows and columns.
    pub shape: [usize; 2],
    /// Levels in row-major order.
    pub levels: Vec<i8>,
    /// One scale per column ([`quantize_columns`]) or per row ([`quantize_rows`]).
    pub scales: Vec<f32>,
}

/// Quantizes a `rows × columns` matrix with one scale per column: the form of a linear layer's
/// weight stored as `[inputs, outputs]`, a scale for each output channel.
///
/// The scale is the column's largest magnitude over 127, the level the nearest one (ties to
/// even), so that the error is at most half a scale and the largest weight is kept. A column of
/// zeros gets the scale 1.
pub fn quantize_columns(values: &[f32], rows: usize, columns: usize) -> QuantizedMatrix {
    let mut largest = vec![0f32; columns];
    for row in values.chunks_exact(columns) {
        for (largest, value) in largest.iter_mut().zip(row) {
            *largest = largest.max(value.abs());
        }
    }
    let scales: Vec<f32> = largest.into_iter().map(scale).collect();
    let levels = values
        .chunks_exact(columns)
        .flat_map(|row| row.iter().zip(&scales).map(|(&value, &scale)| level(value, scale)))
        .collect();
    QuantizedMatrix { shape: [rows, columns], levels, scales }
}

/// Quantizes a `rows × columns` matrix with one scale per row: the form of an embedding table.
/// Scales and levels as in [`quantize_columns`].
pub fn quantize_rows(values: &[f32], rows: usize, columns: usize) -> QuantizedMatrix {
    let mut levels = Vec::with_capacity(values.len());
    let mut scales = Vec::with_capacity(rows);
    for row in values.chunks_exact(columns) {
        let scale = scale(row.iter().fold(0f32, |largest, value| largest.max(value.abs())));
        levels.extend(row.iter().map(|&value| level(value, scale)));
        scales.push(scale);
    }
    QuantizedMatrix { shape: [rows, columns], levels, scales }
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
        let by_column = quantize_columns(&values, 3, 2);
        assert_eq!(by_column.scales, [1.0 / 127.0, 2.0]);
        // 0.5·127 = 63.5 and 127/2 = 63.5 are ties, to the even 64.
        assert_eq!(by_column.levels, [127, -127, 64, 64, -127, 0]);

        let by_row = quantize_rows(&values, 3, 2);
        assert_eq!(by_row.scales, [2.0, 1.0, 1.0 / 127.0]);
        assert_eq!(by_row.levels, [0, -127, 0, 127, -127, 0]);
    }

    #[test]
    fn zeros_stay_zeros() {
        let matrix = quantize_rows(&[0.0; 4], 2, 2);
        assert_eq!(matrix.scales, [1.0, 1.0]);
        assert_eq!(matrix.levels, [0; 4]);
    }

    proptest::proptest! {
        /// Symmetric rounding: never off by more than half a step, and the extreme is exact.
        #[test]
        fn error_is_at_most_half_a_scale(
            values in proptest::collection::vec(-3.0f32..3.0, 24)
        ) {
            let matrix = quantize_columns(&values, 6, 4);
            for (index, &value) in values.iter().enumerate() {
                let scale = matrix.scales[index % 4];
                let restored = f32::from(matrix.levels[index]) * scale;
                proptest::prop_assert!((restored - value).abs() <= scale * 0.5 * 1.0001);
            }
        }
    }
}
