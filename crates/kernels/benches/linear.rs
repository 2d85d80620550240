//! Speed of the linear layers beside this machine's limits: `cargo bench -p rrgscore-kernels`.
//!
//! Kinds of weights and limits are run in turns, so that another load meets all of them; the
//! fastest run of each counts. `RUNS` sets how many, default 15.
#![allow(clippy::print_stdout, reason = "a benchmark prints")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "a benchmark has a clock")]

mod layer;

use layer::{KINDS, LAYERS, PRODUCTS, Product};
use rrgscore_kernels::{Kernels, ShapeError};
use std::hint::black_box;
use std::time::Instant;

/// Bytes of the memory benchmark: far more than any cache's share.
const MEMORY: usize = 256 << 20;

fn main() -> Result<(), ShapeError> {
    let runs = std::env::var("RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(15);
    let kernels = Kernels::best();
    println!("{:?}; fastest of {runs} runs, median in brackets", kernels.isa());

    let memory = vec![1u64; MEMORY / 8];
    let bandwidth = times(runs.min(5), || {
        black_box(memory.iter().fold(0u64, |sum, value| sum.wrapping_add(*value)));
    });
    drop(memory);
    println!("memory read {:.1} GB/s", MEMORY as f64 / bandwidth.least / 1e9);

    for rows in [32, 64, 128, 256] {
        let mut products = Vec::new();
        for kind in 0..KINDS.len() {
            for product in 0..PRODUCTS.len() {
                products.push((kind, product, Product::new(kind, rows, product)?, Vec::new()));
            }
        }
        let mut peaks = [Vec::new(), Vec::new()];
        for run in 0..runs + 2 {
            for (_, _, product, times) in &mut products {
                let start = Instant::now();
                product.run(kernels)?;
                if run >= 2 {
                    times.push(start.elapsed().as_secs_f64());
                }
            }
            for (float, peak) in [false, true].into_iter().zip(&mut peaks) {
                let start = Instant::now();
                let operations = kernels.peak(float, 20_000);
                peak.push(operations as f64 / start.elapsed().as_secs_f64() / 1e9);
            }
        }
        let [integers, floats] = peaks.map(|peak| peak.into_iter().fold(0.0, f64::max));
        println!(
            "\n{rows} rows; tiles alone, in the first-level cache: integers {integers:.0} GOP/s, f32 {floats:.0}"
        );
        let mut layers = Vec::new();
        for (kind, name) in KINDS.iter().enumerate() {
            let mut layer = Times { least: 0.0, median: 0.0 };
            let mut operations = 0.0;
            print!("{name:<8}");
            for (_, product, _, times) in products.iter().filter(|(k, ..)| *k == kind) {
                let (k, n, _) = PRODUCTS[*product];
                let times = Times::of(times.clone());
                let work = (2 * rows * k * n) as f64;
                print!(" {:>6.1}", work / times.least / 1e9);
                operations += work;
                layer.least += times.least;
                layer.median += times.median;
            }
            let speed = operations / layer.least / 1e9;
            let limit = if kind == 3 { floats } else { integers };
            println!(
                "  all {speed:>6.1} GOP/s, {:>3.0} % of the limit; a layer {:.2} ms ({:.2}), {LAYERS} layers {:.0} ms",
                100.0 * speed / limit,
                1e3 * layer.least,
                1e3 * layer.median,
                1e3 * layer.least * LAYERS as f64,
            );
            layers.push(layer.least);
        }
        println!(
            "int8 takes {:.2} of f32's time, wide {:.2}",
            layers[0] / layers[3],
            layers[2] / layers[3]
        );
    }
    Ok(())
}

/// Seconds.
struct Times {
    least: f64,
    median: f64,
}

impl Times {
    fn of(mut times: Vec<f64>) -> Times {
        times.sort_by(f64::total_cmp);
        let at = |index: usize| times.get(index).copied().unwrap_or(f64::NAN);
        Times { least: at(0), median: at(times.len() / 2) }
    }
}

fn times(runs: usize, mut run: impl FnMut()) -> Times {
    let once = |_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    };
    Times::of((0..runs).map(once).collect())
}
