//! Seeds and shapes whose outputs are hashed, one line each.

use super::Random;
use rrgscore_kernels::{
    Attention, EmbeddingTable, Epilogue, Kernels, LayerNorm, Lookup, Order, PackedF32,
    PackedWeights, Rows, ScoreBias, Scratch,
};
use std::fmt::Write;

/// Rows, inputs and outputs of the linear layers: odd ones and real ones.
const SHAPES: [(usize, usize, usize); 13] = [
    (1, 1, 1),
    (3, 7, 5),
    (4, 8, 16),
    (5, 64, 17),
    (13, 129, 33),
    (31, 384, 40),
    (7, 1025, 24),
    (2, 3072, 9),
    (48, 768, 48),
    (49, 770, 15),
    (100, 256, 100),
    (1, 768, 768),
    (129, 192, 64),
];

/// One line per case: its name, seed and shape, and the hash of its output's bits.
pub(crate) fn table(kernels: Kernels) -> String {
    let mut lines = String::new();
    let mut scratch = Scratch::new();
    for (seed, (rows, inputs, outputs)) in (1..).zip(SHAPES) {
        for kind in ["int8", "int8/64", "wide", "f32"] {
            for epilogue in [Epilogue::None, Epilogue::Gelu] {
                let out =
                    linear(kernels, seed, kind, (rows, inputs, outputs), epilogue, &mut scratch);
                line(
                    &mut lines,
                    &format!("{kind} {epilogue:?}"),
                    seed,
                    &[rows, inputs, outputs],
                    &out,
                );
            }
        }
        line(&mut lines, "layer_norm", seed, &[rows, inputs], &norm(kernels, seed, rows, inputs));
        line(&mut lines, "softmax", seed, &[rows, inputs], &softmax(kernels, seed, rows, inputs));
        line(&mut lines, "embed", seed, &[rows, inputs], &embed(kernels, seed, rows, inputs));
    }
    for (seed, (tokens, heads, head_size)) in
        (1..).zip([(1, 1, 32), (9, 3, 32), (50, 2, 64), (129, 2, 64), (17, 4, 6)])
    {
        let out = attention(kernels, seed, tokens, heads, head_size, &mut scratch);
        line(&mut lines, "attention", seed, &[tokens, heads, head_size], &out);
    }
    lines
}

fn line(lines: &mut String, name: &str, seed: u64, shape: &[usize], out: &[f32]) {
    let hash = fnv(out);
    let _ = writeln!(lines, "{name} seed {seed} shape {shape:?}: {hash:016x}");
}

/// The 64-bit FNV-1a hash of the values' bytes, least significant first.
fn fnv(values: &[f32]) -> u64 {
    let bytes = values.iter().flat_map(|value| value.to_bits().to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn linear(
    kernels: Kernels,
    seed: u64,
    kind: &str,
    (rows, inputs, outputs): (usize, usize, usize),
    epilogue: Epilogue,
    scratch: &mut Scratch,
) -> Vec<f32> {
    let random = &mut Random(seed);
    let x = random.values(rows * inputs, 3.0);
    let bias = random.values(outputs, 1.0);
    let mut out = vec![f32::NAN; rows * outputs];
    let order = Order::OutputMajor;
    let weights = match kind {
        "int8" => {
            let levels = random.levels(inputs * outputs);
            let scales = random.values(outputs, 0.01);
            PackedWeights::int8(&levels, order, inputs, outputs, &scales)
        }
        "int8/64" => {
            let levels = random.levels(inputs * outputs);
            let scales = random.values(inputs.div_ceil(64) * outputs, 0.01);
            PackedWeights::int8_groups(&levels, order, inputs, outputs, 64, &scales)
        }
        "wide" => {
            PackedWeights::wide(&random.values(inputs * outputs, 0.5), order, inputs, outputs)
        }
        _ => {
            let values = random.values(inputs * outputs, 0.5);
            let weights = PackedF32::new(&values, order, inputs, outputs).unwrap();
            kernels.linear_f32(&x, &weights, Some(&bias), epilogue, &mut out, scratch).unwrap();
            return out;
        }
    };
    kernels.linear(&x, &weights.unwrap(), Some(&bias), epilogue, &mut out, scratch).unwrap();
    out
}

fn norm(kernels: Kernels, seed: u64, rows: usize, width: usize) -> Vec<f32> {
    let random = &mut Random(seed);
    let (x, residual) = (random.values(rows * width, 3.0), random.values(rows * width, 3.0));
    let (gain, bias) = (random.values(width, 2.0), random.values(width, 2.0));
    let norm = LayerNorm { gain: &gain, bias: Some(&bias), epsilon: 1e-12 };
    let mut out = vec![f32::NAN; rows * width];
    kernels.layer_norm(&x, Some(&residual), &norm, &mut out).unwrap();
    out
}

fn softmax(kernels: Kernels, seed: u64, rows: usize, columns: usize) -> Vec<f32> {
    let random = &mut Random(seed);
    let mut x = random.values(rows * columns, 30.0);
    let mask = random.values(columns, 1.0);
    kernels.softmax(&mut x, columns, Some(&mask)).unwrap();
    x
}

fn embed(kernels: Kernels, seed: u64, tokens: usize, width: usize) -> Vec<f32> {
    let random = &mut Random(seed);
    let levels = random.levels(10 * width);
    let scales = random.values(10, 0.01);
    // Exponents below that of infinity.
    let halves: Vec<u16> = (0..10 * width).map(|_| random.bits() as u16 & 0xbbff).collect();
    let ids: Vec<u32> = (0..tokens).map(|_| random.below(10) as u32).collect();
    let mut out = vec![f32::NAN; tokens * width];
    let tables =
        [EmbeddingTable::Int8 { levels: &levels, scales: &scales }, EmbeddingTable::F16(&halves)];
    kernels.embed(&tables.map(|table| Lookup { table, rows: &ids }), width, &mut out).unwrap();
    out
}

fn attention(
    kernels: Kernels,
    seed: u64,
    tokens: usize,
    heads: usize,
    head_size: usize,
    scratch: &mut Scratch,
) -> Vec<f32> {
    let random = &mut Random(seed);
    let hidden = heads * head_size;
    let qkv = random.values(tokens * 3 * hidden, 2.0);
    let bias = random.values(heads * (2 * tokens - 1), 1.0);
    let rows = |part: usize| Rows { values: &qkv[part * hidden..], stride: 3 * hidden };
    let attention = Attention {
        query: rows(0),
        key: rows(1),
        value: rows(2),
        queries: tokens,
        keys: tokens,
        heads,
        head_size,
        scale: 1.0 / (head_size as f32).sqrt(),
        bias: ScoreBias::Distance(&bias),
    };
    let mut out = vec![f32::NAN; tokens * hidden];
    kernels.attention(&attention, &mut out, scratch).unwrap();
    out
}
