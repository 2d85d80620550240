//! The other pieces of a layer: against f64, and every set of instructions against the scalar one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod shared;

use rrgscore_kernels::{
    Attention, EmbeddingTable, Kernels, LayerNorm, Lookup, Rows, ScoreBias, Scratch, exp, gelu,
    normal_cdf,
};
use shared::Random;

fn same_bits(a: &[f32], b: &[f32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// Runs all kernels and checks that they agree to the bit; returns what they agree on.
fn agreed(mut run: impl FnMut(Kernels) -> Vec<f32>) -> Vec<f32> {
    let expected = run(Kernels::portable());
    for kernels in Kernels::all() {
        assert!(same_bits(&run(kernels), &expected), "{:?} differs", kernels.isa());
    }
    expected
}

/// Every value of a grid over the range, and their neighbours in f32's own spacing.
fn range(from: f32, to: f32) -> impl Iterator<Item = f32> {
    let steps = 400_000;
    (0..=steps).map(move |step| from + (to - from) * (step as f32 / steps as f32))
}

#[test]
fn exp_within_its_stated_error() {
    let mut worst = 0.0f64;
    for x in range(-87.0, 88.0).chain(range(-1.0, 1.0)) {
        let exact = libm::exp(f64::from(x));
        worst = worst.max((f64::from(exp(x)) / exact - 1.0).abs());
    }
    println!("largest relative error of exp: {worst:e}");
    assert!(worst < 1.5e-7, "{worst:e}");
    assert_eq!(exp(0.0).to_bits(), 1.0f32.to_bits());
    assert_eq!([exp(-87.1).to_bits(), exp(f32::NEG_INFINITY).to_bits()], [0, 0]);
    assert!(exp(f32::NAN).is_nan());
}

#[test]
fn normal_cdf_and_gelu_within_their_stated_errors() {
    let (mut worst, mut worst_gelu, mut tail) = (0.0f64, 0.0f64, 0.0f64);
    for x in range(-12.0, 12.0).chain(range(-1.0, 1.0)) {
        let wide = f64::from(x);
        let exact = 0.5 * libm::erfc(-wide * std::f64::consts::FRAC_1_SQRT_2);
        worst = worst.max((f64::from(normal_cdf(x)) - exact).abs());
        worst_gelu = worst_gelu.max((f64::from(gelu(x)) - wide * exact).abs() / (1.0 + wide.abs()));
        if (-4.0..0.0).contains(&x) {
            tail = tail.max((f64::from(gelu(x)) / (wide * exact) - 1.0).abs());
        }
    }
    println!(
        "largest error of normal_cdf {worst:e}, of gelu {worst_gelu:e}; left tail relative {tail:e}"
    );
    assert!(worst < 1e-7, "{worst:e}");
    assert!(worst_gelu < 1e-7, "{worst_gelu:e}");
    assert_eq!([gelu(0.0), gelu(30.0), normal_cdf(9.0)], [0.0, 30.0, 1.0]);
    assert!(gelu(-1e4).abs() < 1e-9 && gelu(f32::NAN).is_nan());
}

#[test]
fn gelu_of_a_matrix_is_gelu_of_each_value() {
    let random = &mut Random(11);
    for length in [0, 1, 7, 8, 15, 33, 1000] {
        let x = random.values(length, 6.0);
        let out = agreed(|kernels| {
            let mut out = x.clone();
            kernels.gelu(&mut out);
            out
        });
        assert!(same_bits(&out, &x.iter().map(|&x| gelu(x)).collect::<Vec<_>>()));
    }
}

#[test]
fn layer_norm_nears_f64() {
    let random = &mut Random(12);
    for _ in 0..300 {
        let (rows, width) = (random.below(9), 1 + random.below(800));
        let scale = [1e-3, 1.0, 1e3][random.below(3)];
        let x = random.values(rows * width, scale);
        let residual = random.values(rows * width, scale);
        let residual = (random.below(2) == 0).then_some(residual);
        let (gain, bias) = (random.values(width, 2.0), random.values(width, 2.0));
        let bias = (random.below(2) == 0).then_some(bias);
        let norm = LayerNorm { gain: &gain, bias: bias.as_deref(), epsilon: 1e-5 };
        let out = agreed(|kernels| {
            let mut out = vec![f32::NAN; rows * width];
            kernels.layer_norm(&x, residual.as_deref(), &norm, &mut out).unwrap();
            out
        });
        for row in 0..rows {
            let values: Vec<f64> = (row * width..(row + 1) * width)
                .map(|i| f64::from(x[i]) + residual.as_ref().map_or(0.0, |r| f64::from(r[i])))
                .collect();
            let mean = values.iter().sum::<f64>() / width as f64;
            let variance =
                values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / width as f64;
            let deviation = (variance + 1e-5).sqrt();
            for (column, value) in values.iter().enumerate() {
                let normal = (value - mean) / deviation;
                let expected = normal * f64::from(gain[column])
                    + bias.as_ref().map_or(0.0, |bias| f64::from(bias[column]));
                let found = f64::from(out[row * width + column]);
                let size = 1.0 + normal.abs() + f64::from(scale) / deviation;
                assert!((found - expected).abs() < 4e-6 * size, "{found} {expected}");
            }
        }
    }
}

#[test]
fn softmax_nears_f64_and_drops_what_is_masked() {
    let random = &mut Random(13);
    for _ in 0..300 {
        let (rows, columns) = (random.below(9), 1 + random.below(300));
        let x = random.values(rows * columns, 20.0);
        let mut mask = random.values(columns, 2.0);
        let masked = columns / 3;
        mask[..masked].fill(f32::NEG_INFINITY);
        let out = agreed(|kernels| {
            let mut out = x.clone();
            kernels.softmax(&mut out, columns, Some(&mask)).unwrap();
            out
        });
        for (row, out) in x.chunks(columns).zip(out.chunks(columns)) {
            let scores: Vec<f64> = row.iter().zip(&mask).map(|(x, m)| f64::from(x + m)).collect();
            let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = scores.iter().map(|score| libm::exp(score - most)).sum();
            for (column, (out, score)) in out.iter().zip(&scores).enumerate() {
                let expected = libm::exp(score - most) / sum;
                assert!((f64::from(*out) - expected).abs() <= 4e-6 * expected + 1e-37);
                assert!(column >= masked || out.to_bits() == 0);
            }
        }
    }
}

#[test]
fn embeddings_are_sums_of_widened_rows() {
    let random = &mut Random(14);
    for _ in 0..100 {
        let (tokens, width, rows) = (random.below(9), 1 + random.below(100), 1 + random.below(30));
        let levels = random.levels(rows * width);
        let scales = random.values(rows, 0.1);
        let halves: Vec<u16> =
            (0..rows * width).map(|_| 0x3c00 | random.bits() as u16 & 0x83ff).collect();
        let positions = random.values(rows * width, 1.0);
        let ids: Vec<Vec<u32>> =
            (0..3).map(|_| (0..tokens).map(|_| random.below(rows) as u32).collect()).collect();
        let lookups = [
            Lookup {
                table: EmbeddingTable::Int8 { levels: &levels, scales: &scales },
                rows: &ids[0],
            },
            Lookup { table: EmbeddingTable::F16(&halves), rows: &ids[1] },
            Lookup { table: EmbeddingTable::F32(&positions), rows: &ids[2] },
        ];
        let out = agreed(|kernels| {
            let mut out = vec![f32::NAN; tokens * width];
            kernels.embed(&lookups, width, &mut out).unwrap();
            out
        });
        for token in 0..tokens {
            for column in 0..width {
                let at = |table: usize| ids[table][token] as usize * width + column;
                let half = halves[at(1)];
                // Exponent 15 and any fraction: 1 to 2.
                let half = (1.0 + f32::from(half & 0x3ff) / 1024.0)
                    * if half >> 15 == 1 { -1.0 } else { 1.0 };
                let int8 = f32::from(levels[at(0)]) * scales[ids[0][token] as usize];
                let expected = int8 + half + positions[at(2)];
                assert_eq!(out[token * width + column].to_bits(), expected.to_bits());
            }
        }
    }
}

#[test]
fn a_row_that_a_table_does_not_have_is_told() {
    let lookup = Lookup { table: EmbeddingTable::F32(&[0.0; 6]), rows: &[2] };
    let error = Kernels::best().embed(&[lookup], 3, &mut [0.0; 3]).unwrap_err();
    assert_eq!(error.to_string(), "rows of a table: expected 3 values, found 2");
}

#[test]
fn attention_nears_f64() {
    let random = &mut Random(15);
    let mut scratch = Scratch::new();
    for round in 0..200 {
        let keys = 1 + random.below(130);
        let queries = if round % 3 == 0 { 1 } else { keys };
        let (heads, head_size) = (1 + random.below(3), [5, 32, 64][random.below(3)]);
        let hidden = heads * head_size;
        let qkv = random.values(keys * 3 * hidden, 1.5);
        let (full, distance) = (
            random.values(heads * queries * keys, 2.0),
            random.values(heads * (2 * keys - 1), 2.0),
        );
        let bias = match round % 4 {
            0 | 1 => ScoreBias::None,
            2 => ScoreBias::Full(&full),
            _ => ScoreBias::Distance(&distance),
        };
        let rows = |part: usize| Rows { values: &qkv[part * hidden..], stride: 3 * hidden };
        let scale = 1.0 / (head_size as f32).sqrt();
        let attention = Attention {
            query: rows(0),
            key: rows(1),
            value: rows(2),
            queries,
            keys,
            heads,
            head_size,
            scale,
            bias,
        };
        let out = agreed(|kernels| {
            let mut out = vec![f32::NAN; queries * hidden];
            kernels.attention(&attention, &mut out, &mut scratch).unwrap();
            out
        });
        let at = |row: usize, part: usize, head: usize, i: usize| {
            f64::from(qkv[row * 3 * hidden + part * hidden + head * head_size + i])
        };
        for head in 0..heads {
            for query in 0..queries {
                let scores: Vec<f64> = (0..keys)
                    .map(|key| {
                        let dot: f64 = (0..head_size)
                            .map(|i| at(query, 0, head, i) * at(key, 1, head, i))
                            .sum();
                        dot * f64::from(scale)
                            + match round % 4 {
                                0 | 1 => 0.0,
                                2 => f64::from(full[(head * queries + query) * keys + key]),
                                _ => f64::from(
                                    distance[head * (2 * keys - 1) + key + keys - 1 - query],
                                ),
                            }
                    })
                    .collect();
                let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let weights: Vec<f64> = scores.iter().map(|s| libm::exp(s - most)).collect();
                let sum: f64 = weights.iter().sum();
                for i in 0..head_size {
                    let expected: f64 =
                        (0..keys).map(|key| weights[key] / sum * at(key, 2, head, i)).sum();
                    let found = f64::from(out[query * hidden + head * head_size + i]);
                    assert!((found - expected).abs() < 2e-5, "{found} {expected}");
                }
            }
        }
    }
}
