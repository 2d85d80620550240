//! Linear layers against plain sums in i64 and f64, and every set of instructions against the
//! scalar one, bit for bit.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod shared;

use rrgscore_kernels::{
    Epilogue, Kernels, Order, PackedF32, PackedWeights, Scratch, ShapeError, gelu,
};
use shared::Random;

const SHAPES: usize = 1000;

/// A random layer: shape, activations, bias and epilogue.
struct Layer {
    rows: usize,
    inputs: usize,
    outputs: usize,
    order: Order,
    x: Vec<f32>,
    bias: Option<Vec<f32>>,
    epilogue: Epilogue,
}

impl Layer {
    fn random(random: &mut Random) -> Layer {
        let rows = random.below(23);
        // Now and then more than one block of k.
        let inputs = if random.below(50) == 0 { 2500 } else { 1 + random.below(300) };
        let outputs = 1 + random.below(50);
        let order = if random.below(2) == 0 { Order::InputMajor } else { Order::OutputMajor };
        let scale = [1e-25, 1e-3, 1.0, 30.0, 1e20][random.below(5)];
        let mut x = random.values(rows * inputs, scale);
        if random.below(10) == 0 {
            x.iter_mut().for_each(|value| *value = value.signum() * scale);
        }
        if rows > 0 && random.below(10) == 0 {
            x[..inputs].fill(0.0);
        }
        Layer {
            rows,
            inputs,
            outputs,
            order,
            x,
            bias: (random.below(2) == 0).then(|| random.values(outputs, scale)),
            epilogue: [Epilogue::None, Epilogue::Gelu, Epilogue::Relu][random.below(3)],
        }
    }

    fn at(&self, k: usize, n: usize) -> usize {
        match self.order {
            Order::InputMajor => k * self.outputs + n,
            Order::OutputMajor => n * self.inputs + k,
        }
    }

    fn run(&self, kernels: Kernels, weights: &PackedWeights, scratch: &mut Scratch) -> Vec<f32> {
        let mut out = vec![f32::NAN; self.rows * self.outputs];
        let bias = self.bias.as_deref();
        kernels.linear(&self.x, weights, bias, self.epilogue, &mut out, scratch).unwrap();
        out
    }

    /// The rule of the epilogue, from the totals of the groups on.
    fn finish(&self, total: f32, row_scale: f32, channel_scale: f32, n: usize) -> f32 {
        let value = total * row_scale * channel_scale;
        let value = self.bias.as_ref().map_or(value, |bias| value + bias[n]);
        self.epilogue(value)
    }

    fn epilogue(&self, value: f32) -> f32 {
        match self.epilogue {
            Epilogue::None => value,
            Epilogue::Gelu => gelu(value),
            Epilogue::Relu => {
                if value > 0.0 {
                    value
                } else {
                    0.0
                }
            }
        }
    }

    /// Each row's levels by the rule, and their scale.
    fn rounded(&self, levels: i16) -> Vec<(Vec<i64>, f32)> {
        let levels = f32::from(levels);
        self.x
            .chunks(self.inputs)
            .map(|row| {
                let largest = row.iter().fold(0.0f32, |most, value| most.max(value.abs()));
                if largest < 1e-30 {
                    return (vec![0; row.len()], 0.0);
                }
                let round = |value: &f32| (value * (levels / largest)).round_ties_even() as i64;
                (row.iter().map(round).collect(), largest / levels)
            })
            .collect()
    }

    /// Checks all kernels: the scalar one against the sums in i64, the others against it.
    fn check(
        &self,
        weights: &PackedWeights,
        group: usize,
        level: impl Fn(usize, usize) -> i64,
        group_scale: impl Fn(usize, usize) -> f32,
        channel_scale: impl Fn(usize) -> f32,
    ) {
        let mut scratch = Scratch::new();
        let out = self.run(Kernels::portable(), weights, &mut scratch);
        let one_sum = group == usize::MAX;
        for (m, (x, row_scale)) in self.rounded(weights.activation_levels()).iter().enumerate() {
            for n in 0..self.outputs {
                let mut total = 0.0f32;
                for (g, x) in x.chunks(group).enumerate() {
                    let k = g * group;
                    let sum: i64 = x.iter().zip(k..).map(|(x, k)| x * level(k, n)).sum();
                    let sum = i32::try_from(sum).unwrap();
                    let value = sum as f32 * group_scale(g, n);
                    total = if one_sum { value } else { total + value };
                }
                let expected = self.finish(total, *row_scale, channel_scale(n), n);
                let found = out[m * self.outputs + n];
                assert_eq!(found.to_bits(), expected.to_bits(), "row {m}, channel {n}");
            }
        }
        for kernels in Kernels::all() {
            let other = self.run(kernels, weights, &mut scratch);
            assert!(same_bits(&other, &out), "{:?} differs", kernels.isa());
        }
    }
}

fn same_bits(a: &[f32], b: &[f32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

#[test]
fn int8_equals_sums_in_i64() {
    let random = &mut Random(1);
    for _ in 0..SHAPES {
        let layer = Layer::random(random);
        let levels = random.levels(layer.inputs * layer.outputs);
        let scales = random.values(layer.outputs, 0.02);
        let (k, n) = (layer.inputs, layer.outputs);
        let weights = PackedWeights::int8(&levels, layer.order, k, n, &scales).unwrap();
        let level = |k, n| i64::from(levels[layer.at(k, n)]);
        layer.check(&weights, usize::MAX, level, |_, _| 1.0, |n| scales[n]);
    }
}

#[test]
fn int16_equals_sums_in_i64() {
    let random = &mut Random(11);
    for _ in 0..SHAPES {
        let layer = Layer::random(random);
        let most = [32_767.0, 8_000.0, 100.0][random.below(3)];
        let values = random.values(layer.inputs * layer.outputs, most);
        let levels: Vec<i16> = values.into_iter().map(|value| value as i16).collect();
        let scales = random.values(layer.outputs, 0.02);
        let (k, n) = (layer.inputs, layer.outputs);
        let weights = PackedWeights::int16(&levels, layer.order, k, n, &scales).unwrap();
        let level = |k, n| i64::from(levels[layer.at(k, n)]);
        layer.check(&weights, 128, level, |_, _| 1.0, |n| scales[n]);
    }
}

/// Scales of the inputs are the same as inputs that were scaled before.
#[test]
fn scales_of_inputs_multiply_the_activations() {
    let random = &mut Random(7);
    for _ in 0..SHAPES {
        let mut layer = Layer::random(random);
        let levels = random.levels(layer.inputs * layer.outputs);
        let scales = random.values(layer.outputs, 0.02);
        let (k, n) = (layer.inputs, layer.outputs);
        let plain = PackedWeights::int8(&levels, layer.order, k, n, &scales).unwrap();
        let mut scaled = plain.clone();
        let of_inputs = random.values(k, 2.0);
        scaled.scale_inputs(&of_inputs).unwrap();
        let mut scratch = Scratch::new();
        let mut run = |kernels: Kernels| layer.run(kernels, &scaled, &mut scratch);
        let found: Vec<Vec<f32>> = Kernels::all().into_iter().map(&mut run).collect();
        for row in layer.x.chunks_exact_mut(k) {
            for (value, scale) in row.iter_mut().zip(&of_inputs) {
                *value *= scale;
            }
        }
        let expected = layer.run(Kernels::portable(), &plain, &mut scratch);
        for found in found {
            assert!(same_bits(&found, &expected));
        }
    }
    let mut weights = PackedWeights::int8(&[1; 6], Order::InputMajor, 3, 2, &[1.0; 2]).unwrap();
    assert!(weights.scale_inputs(&[1.0; 2]).is_err());
}

#[test]
fn int8_in_groups_equals_sums_in_i64() {
    let random = &mut Random(2);
    for _ in 0..SHAPES {
        let layer = Layer::random(random);
        let group = [8, 32, 64, 128][random.below(4)];
        let levels = random.levels(layer.inputs * layer.outputs);
        let scales = random.values(layer.inputs.div_ceil(group) * layer.outputs, 0.02);
        let (k, n) = (layer.inputs, layer.outputs);
        let weights =
            PackedWeights::int8_groups(&levels, layer.order, k, n, group, &scales).unwrap();
        let level = |k, n| i64::from(levels[layer.at(k, n)]);
        let scale = |g, n| scales[g * layer.outputs + n];
        // Also where all is one group, the total begins as 0 + sum · scale.
        layer.check(&weights, group, level, scale, |_| 1.0);
    }
}

#[test]
fn wide_equals_sums_in_i64_and_nears_f64() {
    let random = &mut Random(3);
    for _ in 0..SHAPES {
        let layer = Layer::random(random);
        let (k, n) = (layer.inputs, layer.outputs);
        let values = random.values(k * n, 0.3);
        let weights = PackedWeights::wide(&values, layer.order, k, n).unwrap();
        let largest = |n| (0..k).map(|k| values[layer.at(k, n)].abs()).fold(0.0f32, f32::max);
        let scales: Vec<f32> = (0..n).map(|n| (f64::from(largest(n)) / 4095.0) as f32).collect();
        let scale = |n: usize| scales[n];
        let level = |k, n| {
            let level = f64::from(values[layer.at(k, n)]) / f64::from(scale(n));
            if scale(n) > 0.0 { level.round_ties_even() as i64 } else { 0 }
        };
        layer.check(&weights, 128, level, |_, _| 1.0, scale);

        // The distance to the exact product: half a level of each side, times the other side.
        let out = layer.run(Kernels::best(), &weights, &mut Scratch::new());
        for m in 0..layer.rows {
            let row = &layer.x[m * k..(m + 1) * k];
            let step = row.iter().fold(0.0f32, |most, x| most.max(x.abs()))
                / f32::from(weights.activation_levels());
            for channel in 0..n {
                let (mut exact, mut slack) = (0.0f64, 0.0f64);
                for (k, &x) in row.iter().enumerate() {
                    let w = f64::from(values[layer.at(k, channel)]);
                    exact += f64::from(x) * w;
                    slack += 0.5 * f64::from(scale(channel)) * f64::from(x.abs())
                        + 0.5 * f64::from(step) * (w.abs() + f64::from(scale(channel)));
                }
                let bias = layer.bias.as_ref().map_or(0.0, |bias| f64::from(bias[channel]));
                let rounding = 4e-6 * (exact.abs() + bias.abs() + slack) + 1e-29;
                let mut expected = exact + bias;
                if layer.epilogue == Epilogue::Gelu {
                    // GELU's slope is under 1.13.
                    slack *= 1.13;
                    expected *= 0.5 * libm::erfc(-expected * std::f64::consts::FRAC_1_SQRT_2);
                    slack += 1e-7 * (1.0 + (exact + bias).abs());
                }
                if layer.epilogue == Epilogue::Relu {
                    expected = expected.max(0.0);
                }
                let found = f64::from(out[m * n + channel]);
                assert!((found - expected).abs() <= slack + rounding, "{found} {expected}");
            }
        }
    }
}

#[test]
fn f32_equals_the_sum_in_order_and_nears_f64() {
    let random = &mut Random(4);
    for _ in 0..SHAPES {
        let layer = Layer::random(random);
        let (k, n) = (layer.inputs, layer.outputs);
        let values = random.values(k * n, 0.3);
        let weights = PackedF32::new(&values, layer.order, k, n).unwrap();
        let mut scratch = Scratch::new();
        for kernels in Kernels::all() {
            let mut out = vec![f32::NAN; layer.rows * n];
            let bias = layer.bias.as_deref();
            kernels
                .linear_f32(&layer.x, &weights, bias, layer.epilogue, &mut out, &mut scratch)
                .unwrap();
            for (m, row) in layer.x.chunks(k).enumerate() {
                for channel in 0..n {
                    let (mut sum, mut exact, mut size) = (0.0f32, 0.0f64, 0.0f64);
                    for (k, &x) in row.iter().enumerate() {
                        let w = values[layer.at(k, channel)];
                        sum += x * w;
                        exact += f64::from(x) * f64::from(w);
                        size += (f64::from(x) * f64::from(w)).abs();
                    }
                    let found = out[m * n + channel];
                    let expected = layer.finish(sum, 1.0, 1.0, channel);
                    assert_eq!(found.to_bits(), expected.to_bits(), "{:?}", kernels.isa());
                    let ulps = f64::from(f32::EPSILON) * (k + 1) as f64;
                    assert!((f64::from(sum) - exact).abs() <= ulps * size + 1e-30);
                }
            }
        }
    }
}

#[test]
fn a_row_with_nan_gives_nan_and_leaves_the_others() {
    let mut random = Random(5);
    let values = random.values(64 * 20, 1.0);
    let mut x = random.values(9 * 64, 1.0);
    let weights = PackedWeights::wide(&values, Order::OutputMajor, 64, 20).unwrap();
    let mut scratch = Scratch::new();
    for kernels in Kernels::all() {
        let mut clean = vec![0.0; 9 * 20];
        kernels.linear(&x, &weights, None, Epilogue::None, &mut clean, &mut scratch).unwrap();
        let before = std::mem::replace(&mut x[3 * 64 + 7], f32::NAN);
        let mut out = vec![0.0; 9 * 20];
        kernels.linear(&x, &weights, None, Epilogue::None, &mut out, &mut scratch).unwrap();
        assert!(out[3 * 20..4 * 20].iter().all(|value| value.is_nan()));
        assert!(same_bits(&out[..3 * 20], &clean[..3 * 20]));
        assert!(same_bits(&out[4 * 20..], &clean[4 * 20..]));
        x[3 * 64 + 7] = before;
    }
}

#[test]
fn a_row_does_not_depend_on_its_batch() {
    let mut random = Random(6);
    let levels = random.levels(768 * 40);
    let scales = random.values(40, 0.01);
    let weights = PackedWeights::int8(&levels, Order::OutputMajor, 768, 40, &scales).unwrap();
    let x = random.values(700 * 768, 2.0);
    let mut scratch = Scratch::new();
    let mut all = vec![0.0; 700 * 40];
    let kernels = Kernels::best();
    kernels.linear(&x, &weights, None, Epilogue::Gelu, &mut all, &mut scratch).unwrap();
    for row in [0, 1, 350, 689, 699] {
        let mut one = vec![0.0; 40];
        let x = &x[row * 768..(row + 1) * 768];
        kernels.linear(x, &weights, None, Epilogue::Gelu, &mut one, &mut scratch).unwrap();
        assert!(same_bits(&one, &all[row * 40..(row + 1) * 40]));
    }
}

#[test]
fn activation_levels_are_the_widest_that_cannot_overflow() {
    let extreme = PackedWeights::int8(&[127; 2048], Order::InputMajor, 2048, 1, &[1.0]).unwrap();
    assert_eq!(i64::from(extreme.activation_levels()), ((1i64 << 31) - 1) / (127 * 2048));
    // The sum of two levels and two weights' stays in 16 bits; in groups, that of one and one.
    let small = PackedWeights::int8(&[-3; 768], Order::InputMajor, 768, 1, &[1.0]).unwrap();
    assert_eq!(2 * (small.activation_levels() + 3), i16::MAX - 1);
    let grouped =
        PackedWeights::int8_groups(&[-3; 768], Order::InputMajor, 768, 1, 64, &[1.0; 12]).unwrap();
    assert_eq!(grouped.activation_levels(), i16::MAX - 3);
    let wide = PackedWeights::wide(&[1.0; 768], Order::InputMajor, 768, 1).unwrap();
    assert_eq!(i64::from(wide.activation_levels()), ((1i64 << 31) - 1) / (4095 * 128));
}

#[test]
fn lengths_that_do_not_fit_are_told() {
    let weights = PackedWeights::int8(&[1; 6], Order::InputMajor, 3, 2, &[1.0; 2]).unwrap();
    let mut out = [0.0; 4];
    let kernels = Kernels::best();
    let mut scratch = Scratch::new();
    let error = kernels
        .linear(&[0.0; 5], &weights, None, Epilogue::None, &mut out, &mut scratch)
        .unwrap_err();
    assert_eq!(error, ShapeError { what: "activations", expected: 6, found: 5 });
    let bias = Some(&[0.0f32; 3][..]);
    let error = kernels
        .linear(&[0.0; 6], &weights, bias, Epilogue::None, &mut out, &mut scratch)
        .unwrap_err();
    assert_eq!(error.to_string(), "bias: expected 2 values, found 3");
    assert!(PackedWeights::int8(&[1; 6], Order::InputMajor, 3, 2, &[1.0; 3]).is_err());
    assert!(PackedWeights::int8_groups(&[1; 6], Order::InputMajor, 3, 2, 12, &[1.0; 2]).is_err());
}
