//! Times an encoder on one core, over several lengths.
//!
//! ```sh
//! cargo run --release -p rrgscore-engine --example encode_speed -- model.onnx
//! ```
//!
//! A graph that a pack keeps in several parts is given as all of them, in order.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout)]

use rrgscore_engine::Encoder;
use std::error::Error;
use std::time::{Duration, Instant};

const RUNS: usize = 11;

fn main() -> Result<(), Box<dyn Error>> {
    let mut onnx = Vec::new();
    for part in std::env::args().skip(1) {
        onnx.extend(std::fs::read(part)?);
    }
    let started = Instant::now();
    let encoder = Encoder::load(&onnx)?;
    println!("loaded in {:.0?}", started.elapsed());
    for tokens in [32u32, 64, 128, 160, 256] {
        let ids: Vec<u32> = (0..tokens).map(|at| 1000 + at * 37).collect();
        encoder.encode(&ids)?;
        let mut times = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let started = Instant::now();
            encoder.encode(&ids)?;
            times.push(started.elapsed());
        }
        times.sort_unstable();
        let [fastest, .., _] = times.as_slice() else { continue };
        let median = times.get(RUNS / 2).map_or(0.0, Duration::as_secs_f64);
        let fastest = fastest.as_secs_f64();
        println!("{tokens} tokens: min {:.1}, median {:.1} ms", fastest * 1e3, median * 1e3);
    }
    Ok(())
}
