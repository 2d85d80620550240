//! The table of `bits.rs` in WebAssembly: its scalar code and its simd128.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod shared;

use rrgscore_kernels::{Epilogue, Isa, Kernels, Order, PackedWeights, Scratch};
use shared::{Random, cases};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn outputs_are_those_of_the_table() {
    assert_eq!(Kernels::best().isa(), Isa::Simd128);
    for kernels in Kernels::all() {
        for (found, expected) in cases::table(kernels).lines().zip(include_str!("bits.txt").lines())
        {
            assert_eq!(found, expected, "{:?}", kernels.isa());
        }
    }
}

/// The crossed products of simd128 are those of the scalar code, which `linear.rs` compares with
/// sums in i64: rows that fill no tile, several blocks of k, extreme levels, matrices of 16-bit
/// levels that are too wide to be crossed, input scales, every epilogue, and rows that are not
/// finite. So are those that are made of halves: from 64 rows on, of inputs and outputs that are
/// multiples of 16.
#[wasm_bindgen_test]
fn products_are_those_of_the_scalar_code() {
    let random = &mut Random(11);
    let mut scratch = Scratch::new();
    for round in 0..300 {
        let halved = round % 8 == 1;
        let rows = match (round, halved) {
            (9, _) => 1001,
            (_, true) => 60 + random.below(100),
            _ => random.below(23),
        };
        let k = match (round % 20, halved) {
            (0, _) => 2500,
            (9, true) => 2400,
            (_, true) => 16 * (1 + random.below(20)),
            _ => 1 + random.below(300),
        };
        let n = if halved { 8 * (1 + random.below(8)) } else { 1 + random.below(50) };
        let scales = random.values(n, 0.02);
        let mut levels = random.levels(k * n);
        if round % 3 == 0 {
            levels.iter_mut().for_each(|level| *level = if *level < 0 { -128 } else { 127 });
        }
        let wide: Vec<i16> =
            levels.iter().map(|&level| i16::from(level) * [1, 32, 250][round % 3]).collect();
        let mut x = random.values(rows * k, 1.0);
        if round % 4 == 0 {
            x.iter_mut().for_each(|value| *value = value.signum());
        }
        if round % 5 == 0 && rows > 0 {
            x[k / 2] = [f32::NAN, f32::INFINITY][round / 5 % 2];
        }
        let weights = [
            PackedWeights::int8(&levels, Order::InputMajor, k, n, &scales),
            PackedWeights::int16(&wide, Order::InputMajor, k, n, &scales),
            PackedWeights::int8_groups(
                &levels,
                Order::OutputMajor,
                k,
                n,
                64,
                &scales.repeat(k.div_ceil(64)),
            ),
        ];
        for weights in weights {
            let mut weights = weights.unwrap();
            if round % 2 == 0 {
                let scales: Vec<f32> = (0..k).map(|at| 0.5 + (at % 5) as f32).collect();
                weights.scale_inputs(&scales).unwrap();
            }
            let epilogue = [Epilogue::None, Epilogue::Gelu, Epilogue::Relu][round % 3];
            let [expected, found] = [Kernels::portable(), Kernels::best()].map(|kernels| {
                let mut out = vec![f32::NAN; rows * n];
                kernels.linear(&x, &weights, None, epilogue, &mut out, &mut scratch).unwrap();
                // Which bits a NaN has is left open in WebAssembly.
                let bits = |value: f32| (!value.is_nan()).then_some(value.to_bits());
                out.into_iter().map(bits).collect::<Vec<_>>()
            });
            assert_eq!(found, expected, "{rows} rows, {k} inputs, {n} outputs");
        }
    }
}
