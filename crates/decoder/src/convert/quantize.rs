//! Rounding in groups.
//!
//! 4 bits: of several scales that of the least squared error, in which each weight counts by the mean
//! square of its input (the idea of llama.cpp's importance matrix). 8 bits: the largest weight over
//! 127. What is left over on average is added to the bias, as in the int8 packs of encoders.

use rrgscore_kernels::{GROUP, LevelBits};

/// What the inputs of a matrix are like.
#[derive(Debug)]
pub(super) struct Inputs {
    mean: Vec<f32>,
    square: Vec<f32>,
}

/// How much of the mean of all squares each input counts beside its own: a text is not all texts.
const SHARE_OF_ALL: f64 = 0.05;

impl Inputs {
    /// Of `[rows, inputs]`, without the first row: a sequence's first token has states far off all
    /// others', which attention makes use of and which would outweigh all others here.
    pub(super) fn of(x: &[f32], inputs: usize) -> Inputs {
        let (mut mean, mut square) = (vec![0f64; inputs], vec![0f64; inputs]);
        let mut rows = 0f64;
        for row in x.chunks_exact(inputs.max(1)).skip(1) {
            rows += 1.0;
            for ((mean, square), &value) in mean.iter_mut().zip(&mut square).zip(row) {
                *mean += f64::from(value);
                *square += f64::from(value) * f64::from(value);
            }
        }
        let rows = f64::max(rows, 1.0);
        let of_all = square.iter().sum::<f64>() / rows / (inputs.max(1) as f64);
        let of_all = if of_all > 0.0 { of_all } else { 1.0 };
        let weight = |square: f64| ((square / rows + SHARE_OF_ALL * of_all) / of_all) as f32;
        Inputs {
            mean: mean.into_iter().map(|sum| (sum / rows) as f32).collect(),
            square: square.into_iter().map(weight).collect(),
        }
    }
}

/// Some outputs of a rounded matrix.
#[derive(Debug)]
pub(super) struct Rounded {
    /// `[outputs, inputs]`.
    pub(super) levels: Vec<i8>,
    /// `[outputs, groups]`, bfloat16 bits.
    pub(super) scales: Vec<u16>,
    /// By how much the rounded outputs are too small for the mean inputs, `[outputs]`.
    pub(super) shortfall: Vec<f32>,
}

/// Rounds rows of a matrix, `[outputs, inputs]`.
pub(super) fn quantize(
    values: &[f32],
    inputs: usize,
    bits: LevelBits,
    statistics: &Inputs,
) -> Rounded {
    let mut rounded =
        Rounded { levels: vec![0; values.len()], scales: Vec::new(), shortfall: Vec::new() };
    let rows = values.chunks_exact(inputs.max(1));
    for (row, levels) in rows.zip(rounded.levels.chunks_exact_mut(inputs.max(1))) {
        let mut shortfall = 0f64;
        let groups = row.chunks(GROUP).zip(levels.chunks_mut(GROUP));
        let of_inputs = statistics.square.chunks(GROUP).zip(statistics.mean.chunks(GROUP));
        for ((weights, levels), (square, mean)) in groups.zip(of_inputs) {
            let bits = match bits {
                LevelBits::Four => four(weights, square, levels),
                LevelBits::Eight => eight(weights, levels),
            };
            rounded.scales.push(bits);
            let scale = widen(bits);
            for ((&weight, &level), &mean) in weights.iter().zip(&*levels).zip(mean) {
                shortfall += f64::from(weight - f32::from(level) * scale) * f64::from(mean);
            }
        }
        rounded.shortfall.push(shortfall as f32);
    }
    rounded
}

fn widen(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// The nearest bfloat16, ties to even.
fn nearest(value: f32) -> u16 {
    let bits = value.to_bits();
    ((bits + 0x7fff + (bits >> 16 & 1)) >> 16) as u16
}

/// Scales that are tried, in levels that the largest weight has.
const TRIED: [f32; 15] =
    [-8.0, -7.3, -7.4, -7.5, -7.6, -7.7, -7.8, -7.9, -8.1, -8.2, -8.3, -8.4, -8.5, -8.6, -8.7];

/// Lanes of the sums, so that a compiler can make vectors of them.
const LANES: usize = 8;

fn four(weights: &[f32], importance: &[f32], levels: &mut [i8]) -> u16 {
    let largest = weights.iter().fold(0f32, |most, &w| if w.abs() > most.abs() { w } else { most });
    if largest.abs() < 1e-30 {
        levels.fill(0);
        return 0;
    }
    // A whole group, so that the sums have a fixed shape.
    let (mut padded, mut counts) = ([0f32; GROUP], [0f32; GROUP]);
    padded[..weights.len()].copy_from_slice(weights);
    counts[..importance.len()].copy_from_slice(importance);
    let (mut best, mut best_scale) = (0f32, largest / -8.0);
    for tried in TRIED {
        let per_weight = tried / largest;
        let (mut products, mut squares) = ([0f32; LANES], [0f32; LANES]);
        let chunks = padded.as_chunks::<LANES>().0.iter().zip(counts.as_chunks::<LANES>().0);
        for (weights, counts) in chunks {
            for lane in 0..LANES {
                let level = (weights[lane] * per_weight + ROUND) - ROUND;
                let level = level.clamp(-8.0, 7.0);
                products[lane] += counts[lane] * weights[lane] * level;
                squares[lane] += counts[lane] * level * level;
            }
        }
        let (product, square) = (sum(products), sum(squares));
        // What the error is less than that of all zeros.
        let gain = if square > 0.0 { product * product / square } else { 0.0 };
        if gain > best {
            (best, best_scale) = (gain, product / square);
        }
    }
    let bits = nearest(best_scale);
    let scale = widen(bits);
    for (level, weight) in levels.iter_mut().zip(weights) {
        let nearest = if scale == 0.0 { 0.0 } else { weight / scale };
        *level = nearest.round_ties_even().clamp(-8.0, 7.0) as i8;
    }
    bits
}

/// 1.5 · 2²³: adding it rounds a value to the nearest integer, ties to even.
const ROUND: f32 = 12_582_912.0;

fn sum(lanes: [f32; LANES]) -> f32 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

fn eight(weights: &[f32], levels: &mut [i8]) -> u16 {
    let largest = weights.iter().fold(0f32, |most, weight| most.max(weight.abs()));
    if largest < 1e-30 {
        levels.fill(0);
        return 0;
    }
    // Upwards, so that the largest weight is within the levels.
    let scale = largest / 127.0;
    let bits = (scale.to_bits().wrapping_add(0xffff) >> 16) as u16;
    for (level, weight) in levels.iter_mut().zip(weights) {
        *level = (weight / widen(bits)).round_ties_even().clamp(-127.0, 127.0) as i8;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(count: usize) -> Vec<f32> {
        (0..count).map(|n| libm::sin(n as f64 * 0.73) as f32 * (1.0 + (n % 7) as f32)).collect()
    }

    fn restored(rounded: &Rounded, inputs: usize) -> Vec<f32> {
        let groups = inputs.div_ceil(GROUP);
        let at = |(at, level): (usize, &i8)| {
            let scale = rounded.scales[at / inputs * groups + at % inputs / GROUP];
            f32::from(*level) * widen(scale)
        };
        rounded.levels.iter().enumerate().map(at).collect()
    }

    #[test]
    fn eight_bits_are_off_by_half_a_level_at_most() {
        let (values, inputs) = (values(4 * 70), 70);
        let rounded = quantize(&values, inputs, LevelBits::Eight, &Inputs::of(&[], inputs));
        let groups = inputs.div_ceil(GROUP);
        for (at, (value, restored)) in values.iter().zip(restored(&rounded, inputs)).enumerate() {
            let scale = widen(rounded.scales[at / inputs * groups + at % inputs / GROUP]);
            assert!((value - restored).abs() <= 0.5001 * scale);
        }
        assert_eq!(rounded.scales.len(), 4 * groups);
    }

    /// Against the plain rounding to sixteenths of the largest weight, in the error that is weighted.
    #[test]
    fn four_bits_are_no_worse_than_plain_rounding_and_closer_where_it_matters() {
        let (values, inputs) = (values(64 * 32), 32);
        let x: Vec<f32> = (0..9 * 32).map(|n| if n % 32 == 3 { 5.0 } else { 0.1 }).collect();
        let statistics = Inputs::of(&x, inputs);
        let found = restored(&quantize(&values, inputs, LevelBits::Four, &statistics), inputs);
        let even = quantize(&values, inputs, LevelBits::Four, &Inputs::of(&[], inputs));
        let even = restored(&even, inputs);
        let plain: Vec<f32> = values
            .chunks(32)
            .flat_map(|row| {
                let most =
                    row.iter().fold(0f32, |m, &w| if w.abs() > m.abs() { w } else { m }) / -8.0;
                row.iter().map(move |w| (w / most).round_ties_even().clamp(-8.0, 7.0) * most)
            })
            .collect();
        let error = |restored: &[f32], weights: &[f32]| -> f64 {
            values
                .iter()
                .zip(restored)
                .enumerate()
                .map(|(n, (v, r))| f64::from((v - r) * (v - r) * weights[n % 32]))
                .sum()
        };
        assert!(error(&found, &statistics.square) < error(&plain, &statistics.square));
        assert!(error(&found, &statistics.square) < error(&even, &statistics.square));
        assert!(error(&even, &[1.0; 32]) < error(&plain, &[1.0; 32]));
    }

    #[test]
    fn zeros_stay_zeros_and_the_shortfall_is_the_error_of_the_mean() {
        let statistics = Inputs::of(&[0.0; 64], 32);
        for bits in [LevelBits::Four, LevelBits::Eight] {
            let rounded = quantize(&[0.0; 32], 32, bits, &statistics);
            assert!(rounded.levels.iter().all(|&level| level == 0));
            assert_eq!((rounded.scales[0], rounded.shortfall[0]), (0, 0.0));
        }
        let (values, inputs) = (values(40), 40);
        let x: Vec<f32> = (0..120).map(|n| (n % 11) as f32 - 3.0).collect();
        let rounded = quantize(&values, inputs, LevelBits::Four, &Inputs::of(&x, inputs));
        let restored = restored(&rounded, inputs);
        let expected: f64 = (0..inputs)
            .map(|k| {
                let mean = f64::from(x[40 + k] + x[80 + k]) / 2.0;
                f64::from(values[k] - restored[k]) * mean
            })
            .sum();
        assert!((f64::from(rounded.shortfall[0]) - expected).abs() < 1e-5);
    }

    #[test]
    fn bfloat16_is_the_nearest() {
        assert_eq!(widen(nearest(1.0)), 1.0);
        // 0xbdcd: −(1 + 77/128)/16.
        assert_eq!(widen(nearest(-0.1)), -0.100_097_656);
        assert_eq!(widen(nearest(f32::from_bits(0x3f80_8000))), 1.0);
        assert_eq!(widen(nearest(f32::from_bits(0x3f81_8000))), f32::from_bits(0x3f82_0000));
    }
}
