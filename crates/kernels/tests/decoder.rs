//! What decoders need, against sums in f64 and i64, and with all instructions of this machine. The
//! same in a browser.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shared;

use rrgscore_kernels::{
    CacheFormat, CacheRows, CachedAttention, GROUP, GroupedScratch, GroupedWeights, Kernels,
    LevelBits,
};
use shared::Random;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

struct Grouped {
    levels: Vec<i8>,
    scales: Vec<u16>,
    weights: GroupedWeights,
}

fn grouped(random: &mut Random, inputs: usize, outputs: usize, bits: LevelBits) -> Grouped {
    let mut levels = random.levels(inputs * outputs);
    if bits == LevelBits::Four {
        levels.iter_mut().for_each(|level| *level = (*level).rem_euclid(16) - 8);
    }
    let scales: Vec<u16> = random
        .values(outputs * inputs.div_ceil(GROUP), 0.01)
        .into_iter()
        .map(|scale| (scale.to_bits() >> 16) as u16)
        .collect();
    let mut bytes = Vec::new();
    // Panel by panel, as a conversion goes through a matrix.
    let (mut levels_left, mut scales_left) = (levels.as_slice(), scales.as_slice());
    while !levels_left.is_empty() {
        let rows = (levels_left.len() / inputs).min(32);
        let (levels, rest) = levels_left.split_at(rows * inputs);
        let (scales, scales_rest) = scales_left.split_at(rows * inputs.div_ceil(GROUP));
        GroupedWeights::encode(levels, scales, inputs, bits, &mut bytes).unwrap();
        (levels_left, scales_left) = (rest, scales_rest);
    }
    let weights = GroupedWeights::new(inputs, outputs, bits, bytes).unwrap();
    Grouped { levels, scales, weights }
}

fn widen(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// The product by its definition, in i64 and the order of f32 that is promised.
fn expected(x: &[f32], g: &Grouped, bias: &[f32]) -> Vec<f32> {
    let inputs = g.weights.inputs();
    let groups = inputs.div_ceil(GROUP);
    let mut out = Vec::new();
    for row in x.chunks_exact(inputs) {
        let largest = row.iter().fold(0f32, |most, value| most.max(value.abs()));
        let level = |value: f32| match largest {
            0.0 => 0,
            _ => (value * (32_767.0 / largest)).round_ties_even() as i64,
        };
        for (n, bias) in bias.iter().enumerate() {
            let mut total = 0f32;
            for group in 0..groups {
                let end = inputs.min((group + 1) * GROUP);
                let sum: i64 = (group * GROUP..end)
                    .map(|k| level(row[k]) * i64::from(g.levels[n * inputs + k]))
                    .sum();
                total += sum as f32 * widen(g.scales[n * groups + group]);
            }
            out.push(total * (largest / 32_767.0) + bias);
        }
    }
    out
}

#[test]
fn grouped_products_are_those_of_the_definition() {
    let random = &mut Random(5);
    let mut scratch = GroupedScratch::default();
    for round in 0..60 {
        let bits = [LevelBits::Four, LevelBits::Eight][round % 2];
        let (rows, inputs, outputs) =
            (random.below(19), 1 + random.below(140), 1 + random.below(70));
        let g = grouped(random, inputs, outputs, bits);
        let mut x = random.values(rows * inputs, 3.0);
        if round % 5 == 0 {
            x.iter_mut().take(inputs).for_each(|value| *value = 0.0);
        }
        let bias = random.values(outputs, 1.0);
        let expected = expected(&x, &g, &bias);
        for kernels in Kernels::all() {
            let mut out = vec![f32::NAN; rows * outputs];
            kernels.linear_grouped(&x, &g.weights, Some(&bias), &mut out, &mut scratch).unwrap();
            assert_eq!(out, expected, "{:?} {bits:?} {rows} {inputs} {outputs}", kernels.isa());
        }
        let mut row = vec![0.0; inputs];
        for output in 0..outputs {
            g.weights.row(output, &mut row).unwrap();
            for (k, value) in row.iter().enumerate() {
                let scale = widen(g.scales[output * inputs.div_ceil(GROUP) + k / GROUP]);
                assert_eq!(*value, f32::from(g.levels[output * inputs + k]) * scale);
            }
        }
        assert!(g.weights.row(outputs, &mut row).is_err());
    }
}

#[test]
fn rows_that_are_not_finite_give_nan_and_leave_the_others() {
    let random = &mut Random(6);
    let g = grouped(random, 64, 16, LevelBits::Four);
    let mut x = random.values(3 * 64, 1.0);
    x[70] = f32::INFINITY;
    let mut scratch = GroupedScratch::default();
    for kernels in Kernels::all() {
        let mut out = vec![0.0; 48];
        kernels.linear_grouped(&x, &g.weights, None, &mut out, &mut scratch).unwrap();
        let nan: Vec<bool> = out.chunks(16).map(|row| row.iter().all(|v| v.is_nan())).collect();
        assert_eq!(nan, [false, true, false]);
        let short = kernels.linear_grouped(&x[1..], &g.weights, None, &mut out, &mut scratch);
        assert!(short.is_err());
    }
}

/// Softmax over the visible keys, in f64.
fn attention_f64(
    query: &[f32],
    keys: &[f32],
    values: &[f32],
    [heads, cache_heads, size]: [usize; 3],
) -> Vec<f64> {
    let (hidden, width) = (heads * size, cache_heads * size);
    let (queries, positions) = (query.len() / hidden, keys.len() / width);
    let mut out = vec![0f64; query.len()];
    for row in 0..queries {
        for head in 0..heads {
            let of = head / (heads / cache_heads) * size;
            let seen = positions - queries + row + 1;
            let dot = |p: usize| -> f64 {
                (0..size)
                    .map(|d| {
                        f64::from(query[row * hidden + head * size + d])
                            * f64::from(keys[p * width + of + d])
                    })
                    .sum()
            };
            let scores: Vec<f64> = (0..seen).map(|p| dot(p) / (size as f64).sqrt()).collect();
            let most = scores.iter().copied().fold(f64::MIN, f64::max);
            let weights: Vec<f64> = scores.iter().map(|s| libm::exp(s - most)).collect();
            let sum: f64 = weights.iter().sum();
            for d in 0..size {
                out[row * hidden + head * size + d] = (0..seen)
                    .map(|p| weights[p] / sum * f64::from(values[p * width + of + d]))
                    .sum();
            }
        }
    }
    out
}

#[test]
fn cached_attention_sees_its_past_however_it_is_cut() {
    let random = &mut Random(7);
    for round in 0..24 {
        let shape = [[4, 4, 16], [4, 2, 20], [6, 1, 8], [3, 3, 33]][round % 4];
        let [heads, cache_heads, size] = shape;
        let positions = 1 + random.below(40);
        let queries = 1 + random.below(positions);
        let query = random.values(queries * heads * size, 1.0);
        let keys = random.values(positions * cache_heads * size, 2.0);
        let values = random.values(positions * cache_heads * size, 2.0);
        let expected = attention_f64(&query, &keys, &values, shape);
        for (format, tolerance) in
            [(CacheFormat::F32, 3e-6), (CacheFormat::Int16, 1e-3), (CacheFormat::Int8, 6e-2)]
        {
            let cut = random.below(positions + 1) * cache_heads * size;
            let mut whole = CacheRows::new(format, cache_heads, size);
            whole.push(&keys, &values).unwrap();
            // What is pushed and dropped again leaves nothing behind.
            let mut first = CacheRows::new(format, cache_heads, size);
            first.push(&keys, &values).unwrap();
            first.truncate(cut / (cache_heads * size));
            let mut second = CacheRows::new(format, cache_heads, size);
            second.push(&keys[cut..], &values[cut..]).unwrap();
            assert_eq!(first.len() + second.len(), positions);
            assert_eq!(first.bytes() + second.bytes(), whole.bytes());
            let mut results = Vec::new();
            for cache in [&[&whole][..], &[&first, &second][..]] {
                for kernels in Kernels::all() {
                    let mut out = vec![f32::NAN; query.len()];
                    let scale = 1.0 / (size as f32).sqrt();
                    let attention = CachedAttention { query: &query, queries, heads, scale, cache };
                    kernels.cached_attention(&attention, &mut out, &mut Vec::new()).unwrap();
                    for (found, expected) in out.iter().zip(&expected) {
                        assert!((f64::from(*found) - expected).abs() < tolerance, "{format:?}");
                    }
                    results.push(out);
                }
            }
            assert!(results.iter().all(|result| *result == results[0]));
        }
    }
}

#[test]
fn norm_gates_and_rotation_are_those_of_f64() {
    let random = &mut Random(8);
    for kernels in Kernels::all() {
        let (x, gain) = (random.values(3 * 50, 4.0), random.values(50, 1.0));
        let mut out = vec![0.0; 150];
        kernels.rms_norm(&x, &gain, 1e-5, &mut out).unwrap();
        for (row, out) in x.chunks(50).zip(out.chunks(50)) {
            let mean = row.iter().map(|&v| f64::from(v) * f64::from(v)).sum::<f64>() / 50.0;
            for ((x, gain), out) in row.iter().zip(&gain).zip(out) {
                let expected = f64::from(*gain) * f64::from(*x) / (mean + 1e-5).sqrt();
                assert!((f64::from(*out) - expected).abs() < 1e-6);
            }
        }
        let up = random.values(400, 2.0);
        let gate: Vec<f32> = (0..400).map(|at| (at as f32 - 200.0) * 0.5).collect();
        let (mut silu, mut gelu) = (gate.clone(), gate.clone());
        kernels.silu_product(&mut silu, &up).unwrap();
        kernels.gelu_tanh(&mut gelu);
        for (at, &z) in gate.iter().enumerate() {
            let z = f64::from(z);
            let expected = z / (1.0 + libm::exp(-z)) * f64::from(up[at]);
            assert!((f64::from(silu[at]) - expected).abs() <= 1e-6 * (1.0 + expected.abs()));
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (z + 0.044715 * z * z * z);
            let expected = 0.5 * z * (1.0 + libm::tanh(inner));
            assert!((f64::from(gelu[at]) - expected).abs() <= 1e-6 * (1.0 + expected.abs()));
        }
        // Two rows, two heads of five channels of which four are rotated.
        let x = random.values(20, 1.0);
        let angles = [0.0f32, 0.0, 1.0, 0.01].map(f64::from);
        let cos = angles.map(|angle| libm::cos(angle) as f32);
        let sin = angles.map(|angle| libm::sin(angle) as f32);
        let mut rotated = x.clone();
        kernels.rotate(&mut rotated, 5, 2, &cos, &sin).unwrap();
        assert_eq!(rotated[..10], x[..10]);
        for head in [10, 15] {
            for j in 0..2 {
                let (low, high) = (x[head + j], x[head + 2 + j]);
                let (cos, sin) = (cos[2 + j], sin[2 + j]);
                assert_eq!(rotated[head + j], low * cos - high * sin);
                assert_eq!(rotated[head + 2 + j], high * cos + low * sin);
            }
            assert_eq!(rotated[head + 4], x[head + 4]);
        }
    }
}

/// FNV-1a of the bits.
fn hash(values: &[f32]) -> u64 {
    values
        .iter()
        .flat_map(|value| value.to_bits().to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

fn table(kernels: Kernels) -> String {
    let mut text = String::new();
    let mut scratch = GroupedScratch::default();
    for (seed, [rows, inputs, outputs]) in
        [[1, 32, 16], [3, 70, 40], [8, 256, 33], [13, 1000, 64]].into_iter().enumerate()
    {
        let random = &mut Random(seed as u64 + 100);
        for bits in [LevelBits::Four, LevelBits::Eight] {
            let g = grouped(random, inputs, outputs, bits);
            let x = random.values(rows * inputs, 2.0);
            let mut out = vec![0.0; rows * outputs];
            kernels.linear_grouped(&x, &g.weights, None, &mut out, &mut scratch).unwrap();
            text += &format!("{bits:?} {rows} {inputs} {outputs}: {:016x}\n", hash(&out));
        }
        let (keys, values) = (random.values(rows * inputs, 1.0), random.values(rows * inputs, 1.0));
        for format in [CacheFormat::F32, CacheFormat::Int16, CacheFormat::Int8] {
            let mut cache = CacheRows::new(format, 1, inputs);
            cache.push(&keys, &values).unwrap();
            let query = random.values(rows * inputs, 1.0);
            let mut out = vec![0.0; rows * inputs];
            let attention = CachedAttention {
                query: &query,
                queries: rows,
                heads: 1,
                scale: 0.1,
                cache: &[&cache],
            };
            kernels.cached_attention(&attention, &mut out, &mut Vec::new()).unwrap();
            text += &format!("{format:?} {rows} {inputs}: {:016x}\n", hash(&out));
        }
        let mut out = vec![0.0; rows * inputs];
        kernels.rms_norm(&keys, &values[..inputs], 1e-5, &mut out).unwrap();
        text += &format!("rms_norm {rows} {inputs}: {:016x}\n", hash(&out));
        kernels.silu_product(&mut out, &values).unwrap();
        text += &format!("silu {rows} {inputs}: {:016x}\n", hash(&out));
        kernels.gelu_tanh(&mut out);
        text += &format!("gelu_tanh {rows} {inputs}: {:016x}\n", hash(&out));
    }
    text
}

/// The bits are those of the table, made by the scalar code, whatever the machine. A change of any of
/// them changes the numbers of every pack that was measured before.
#[test]
fn outputs_are_those_of_the_table() {
    for kernels in Kernels::all() {
        let found = table(kernels);
        println!("{found}");
        assert!(found == include_str!("decoder_bits.txt"), "{:?} gives others", kernels.isa());
    }
}
