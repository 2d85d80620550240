//! Symmetric integers: int8, and for what is stored in 16 bits int16.
//!
//! int8: `value ≈ level · scale`, zero at 0, levels −127…127.
//!
//! A scale is the largest magnitude of its channel over 127 and a level the nearest one (ties
//! to even), so that the error is at most half a scale and the largest weight is kept.
//!
//! The weights of an encoder's layers have two scales, one of the output and one of the input:
//! `weight[i, o] ≈ level[i, o] · input[i] · output[o]`. Inputs whose weights are small get finer
//! steps than those whose weights are large, at the cost of one number per input, where scales of
//! small groups would cost one per group of every output. The idea of scaling rows and columns
//! is SINQ's (Müller et al. 2025, arXiv:2509.22944); the search here is simpler.

/// Exponents of an input's root mean square that are tried as its scale.
const EXPONENTS: [f64; 4] = [0.0, 0.5, 0.75, 1.0];

/// An input's scale stays within this factor of 1.
const MOST_SCALE: f64 = 1e3;

/// The scales of a linear layer's weights, stored as `[inputs, outputs]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scales {
    /// One per input.
    pub(crate) inputs: Vec<f32>,
    /// One per output; 1 for a column of zeros.
    pub(crate) outputs: Vec<f32>,
}

impl Scales {
    /// Of several choices the one with the least sum of squared errors.
    pub(crate) fn of(values: &[f32], columns: usize) -> Scales {
        let size: Vec<f64> = values.chunks_exact(columns).map(root_mean_square).collect();
        let mean = size.iter().sum::<f64>() / size.len().max(1) as f64;
        let mut best: Option<(f64, Scales)> = None;
        for exponent in EXPONENTS {
            let inputs = size.iter().map(|&size| input_scale(size / mean, exponent)).collect();
            let scales = Scales::given_inputs(values, columns, inputs);
            let error = scales.squared_error(values);
            if best.as_ref().is_none_or(|(least, _)| error < *least) {
                best = Some((error, scales));
            }
        }
        best.map_or(Scales { inputs: Vec::new(), outputs: Vec::new() }, |(_, scales)| scales)
    }

    /// Of the outputs alone: 1 for every input.
    pub(crate) fn of_outputs(values: &[f32], columns: usize) -> Scales {
        Scales::given_inputs(values, columns, vec![1.0; values.len() / columns.max(1)])
    }

    fn given_inputs(values: &[f32], columns: usize, inputs: Vec<f32>) -> Scales {
        let mut largest = vec![0f32; columns];
        for (row, &input) in values.chunks_exact(columns).zip(&inputs) {
            for (largest, value) in largest.iter_mut().zip(row) {
                *largest = largest.max((value / input).abs());
            }
        }
        Scales { inputs, outputs: largest.into_iter().map(scale).collect() }
    }

    /// The levels of the weights, in their order.
    pub(crate) fn levels(&self, values: &[f32]) -> impl ExactSizeIterator<Item = i8> {
        let columns = self.outputs.len().max(1);
        values.iter().enumerate().map(move |(index, &value)| {
            let input = self.inputs.get(index / columns).copied().unwrap_or(1.0);
            let output = self.outputs.get(index % columns).copied().unwrap_or(1.0);
            level(value / input, output)
        })
    }

    /// `weight − level · input scale · output scale`, row by row.
    fn errors<'a>(&'a self, values: &'a [f32]) -> impl Iterator<Item = impl Iterator<Item = f32>> {
        let rows = values.chunks_exact(self.outputs.len().max(1)).zip(&self.inputs);
        rows.map(|(row, &input)| {
            row.iter().zip(&self.outputs).map(move |(&value, &output)| {
                value - f32::from(level(value / input, output)) * output * input
            })
        })
    }

    fn squared_error(&self, values: &[f32]) -> f64 {
        let of_row = |row: &mut dyn Iterator<Item = f32>| {
            row.map(|error| f64::from(error * error)).sum::<f64>()
        };
        self.errors(values).map(|mut row| of_row(&mut row)).sum()
    }

    /// By how much the rounded layer's outputs are too small for these inputs: one per output.
    pub(crate) fn shortfall(&self, values: &[f32], inputs: &[f32]) -> Vec<f32> {
        let mut sums = vec![0f64; self.outputs.len()];
        for (row, &input) in self.errors(values).zip(inputs) {
            for (sum, error) in sums.iter_mut().zip(row) {
                *sum += f64::from(error) * f64::from(input);
            }
        }
        sums.into_iter().map(|sum| sum as f32).collect()
    }
}

/// Inputs whose products an engine adds as integers before it goes on in f32.
const WIDE_GROUP: usize = 128;

/// The scales of a linear layer's weights in 16 bits, stored as `[inputs, outputs]`: symmetric as
/// int8, of as many levels as leave room for as many of the inputs. Both are multiplied in 16 bits
/// and summed in 32 over 128 inputs; the more levels weights have, the fewer are left to the inputs.
/// Half floats of the same size have 11 bits of every weight, these 12 to 15 below the largest.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WideScales {
    /// Levels to each side of zero.
    most: f64,
    /// One per output; 1 for a column of zeros.
    pub(crate) outputs: Vec<f32>,
}

impl WideScales {
    pub(crate) fn of(values: &[f32], columns: usize) -> WideScales {
        let columns = columns.max(1);
        let mut largest = vec![0f32; columns];
        for row in values.chunks_exact(columns) {
            for (largest, value) in largest.iter_mut().zip(row) {
                *largest = largest.max(value.abs());
            }
        }
        // The largest sum of a group, in units of its output's largest weight.
        let mut widest = 1f64;
        for group in values.chunks(WIDE_GROUP * columns) {
            let mut sums = vec![0f64; columns];
            for row in group.chunks_exact(columns) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += f64::from(value.abs());
                }
            }
            let relative = sums.iter().zip(&largest).map(|(sum, &most)| sum / f64::from(most));
            widest = relative.filter(|sum| sum.is_finite()).fold(widest, f64::max);
        }
        let most = libm::floor(libm::sqrt(f64::from(i32::MAX) / widest));
        let most = most.min(f64::from(i16::MAX));
        let scale = |largest: f32| {
            let scale = (f64::from(largest) / most) as f32;
            if scale > 0.0 { scale } else { 1.0 }
        };
        WideScales { most, outputs: largest.into_iter().map(scale).collect() }
    }

    /// The levels of the weights, in their order.
    pub(crate) fn levels(&self, values: &[f32]) -> impl ExactSizeIterator<Item = i16> {
        let columns = self.outputs.len().max(1);
        values.iter().enumerate().map(move |(index, &value)| {
            let scale = self.outputs.get(index % columns).copied().unwrap_or(1.0);
            let level = libm::rint(f64::from(value) / f64::from(scale));
            level.clamp(-self.most, self.most) as i16
        })
    }
}

fn root_mean_square(row: &[f32]) -> f64 {
    let sum: f64 = row.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
    (sum / row.len().max(1) as f64).sqrt()
}

fn input_scale(relative: f64, exponent: f64) -> f32 {
    // An input without weights has no say.
    if relative > 0.0 && relative.is_finite() {
        libm::pow(relative, exponent).clamp(1.0 / MOST_SCALE, MOST_SCALE) as f32
    } else {
        1.0
    }
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
        let scales = Scales::of_outputs(&values, 2);
        assert_eq!(scales.outputs, [1.0 / 127.0, 2.0]);
        // 0.5·127 = 63.5 and 127/2 = 63.5 are ties, to the even 64.
        assert!(scales.levels(&values).eq([127, -127, 64, 64, -127, 0]));

        let scales = row_scales(&values, 2);
        assert_eq!(scales, [2.0, 1.0, 1.0 / 127.0]);
        assert!(row_levels(&values, &scales, 2).eq([0, -127, 0, 127, -127, 0]));
    }

    #[test]
    fn zeros_stay_zeros() {
        let scales = row_scales(&[0.0; 4], 2);
        assert_eq!(scales, [1.0, 1.0]);
        assert!(row_levels(&[0.0; 4], &scales, 2).eq([0; 4]));
        let scales = Scales::of(&[0.0; 4], 2);
        assert_eq!(scales, Scales { inputs: vec![1.0; 2], outputs: vec![1.0; 2] });
        assert!(scales.levels(&[0.0; 4]).eq([0; 4]));
    }

    /// A matrix that is levels times a row's and a column's factor is kept as it is, which scales
    /// of outputs alone cannot do.
    #[test]
    fn inputs_of_unlike_weights_have_scales_of_their_own() {
        let levels = [[127.0, -64.0], [1.0, 127.0], [127.0, 127.0]];
        let factors = [1.0f32, 0.01, 1e-2];
        let values: Vec<f32> = levels
            .iter()
            .zip(factors)
            .flat_map(|(row, factor)| row.iter().map(move |level| level * factor))
            .collect();
        let scales = Scales::of(&values, 2);
        let plain = Scales::of_outputs(&values, 2);
        assert!(scales.squared_error(&values) < 0.1 * plain.squared_error(&values));
    }

    /// What the rounded weights lose of a given input is what is told.
    #[test]
    fn shortfall_is_the_difference_of_both_products() {
        let values: Vec<f32> = (0..40u8).map(|n| (f32::from(n) * 0.37).sin()).collect();
        let inputs = [0.5, -1.0, 2.0, 0.25, 3.0, -0.125, 1.0, 0.0, -2.0, 1.5];
        let scales = Scales::of(&values, 4);
        let levels: Vec<i8> = scales.levels(&values).collect();
        for (output, found) in scales.shortfall(&values, &inputs).into_iter().enumerate() {
            let mut expected = 0f64;
            for (input, &x) in inputs.iter().enumerate() {
                let at = 4 * input + output;
                let rounded = f32::from(levels[at]) * scales.outputs[output] * scales.inputs[input];
                expected += f64::from(values[at] - rounded) * f64::from(x);
            }
            assert!((f64::from(found) - expected).abs() < 1e-7, "{found} {expected}");
        }
    }

    /// Weights and inputs share 31 bits, and no rounded sum can pass them.
    #[test]
    fn weights_in_sixteen_bits_leave_as_many_to_the_inputs() {
        for inputs in [1, 16, 128, 300] {
            let values: Vec<f32> = (0..inputs * 3).map(|n| (n as f32 * 0.37).sin()).collect();
            let scales = WideScales::of(&values, 3);
            let levels: Vec<i16> = scales.levels(&values).collect();
            let most = levels.iter().map(|level| level.unsigned_abs()).max().unwrap();
            assert!((f64::from(most) - scales.most).abs() < 1.0);
            let sums = (0..3).flat_map(|column| {
                let column: Vec<i64> =
                    levels.iter().skip(column).step_by(3).map(|&l| i64::from(l).abs()).collect();
                column.chunks(WIDE_GROUP).map(|group| group.iter().sum()).collect::<Vec<i64>>()
            });
            let left = i64::from(i32::MAX) / sums.max().unwrap();
            assert!((0.99..1.05).contains(&(left as f64 / scales.most)) || left > 32_766);
            for (at, (&value, level)) in values.iter().zip(levels).enumerate() {
                let scale = scales.outputs[at % 3];
                assert!((value - f32::from(level) * scale).abs() <= 0.5001 * scale);
            }
        }
        assert_eq!(WideScales::of(&[0.0; 4], 2).levels(&[0.0; 4]).collect::<Vec<_>>(), [0; 4]);
    }

    proptest::proptest! {
        /// Symmetric rounding: never off by more than half a step, and the extreme is exact.
        #[test]
        fn error_is_at_most_half_a_scale(
            values in proptest::collection::vec(-3.0f32..3.0, 24)
        ) {
            let scales = Scales::of(&values, 4);
            for (index, level) in scales.levels(&values).enumerate() {
                let scale = scales.outputs[index % 4] * scales.inputs[index / 4];
                let restored = f32::from(level) * scale;
                proptest::prop_assert!((restored - values[index]).abs() <= scale * 0.5 * 1.0001);
            }
        }
    }
}
