//! Times RadGraph's graphs of spans and relations on one core, as one report asks for them.
//!
//! ```sh
//! cargo run --release -p rrgscore-engine --example heads_speed
//! ```
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout)]

use rrgscore_engine::{NamedGraph, TensorInput};
use rrgscore_packs::arch::dygie::{DygieConfig, relations, spans};
use rrgscore_packs::{PackError, Precision, Tensor, TensorSource};
use std::error::Error;
use std::time::{Duration, Instant};

const RUNS: usize = 15;

/// A checkpoint that has every tensor in whatever shape is asked for.
struct Any;

impl TensorSource for Any {
    fn has(&self, _name: &str) -> bool {
        true
    }

    fn tensor(&self, name: &str, _architecture: &'static str) -> Result<Tensor, PackError> {
        Err(PackError::Graph { reason: format!("{name} has no shape of its own") })
    }

    fn shaped(
        &self,
        _name: &str,
        shape: &[usize],
        _architecture: &'static str,
    ) -> Result<Tensor, PackError> {
        let count = shape.iter().product::<usize>() as u32;
        let values =
            (0..count).map(|at| (at.wrapping_mul(2_654_435_761) >> 16) as f32 / 1e6 - 0.03);
        Ok(Tensor { shape: shape.to_vec(), values: values.collect() })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let config = DygieConfig {
        model_name: String::new(),
        max_length: None,
        max_span_width: 8,
        feature_size: 20,
        feed_forward: vec![150, 150],
        spans_per_word: 0.5,
    };
    let spans = spans(&Any, &config, "a", 4, 768, Precision::Int8)?;
    let vectors = NamedGraph::load_only(&spans, &["span_vectors"])?;
    let spans = NamedGraph::load_only(&spans, &["entity_scores", "mention_scores"])?;
    let relations = NamedGraph::load(&relations(&Any, &config, "a", 3, 768, Precision::Int8)?)?;
    for words in [20usize, 60] {
        let states: Vec<f32> =
            (0..words * 768).map(|at| ((at * 37 % 101) as f32 - 50.0) / 50.0).collect();
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        for start in 0..words {
            for end in start..words.min(start + 8) {
                starts.push(start as i64);
                ends.push(end as i64);
            }
        }
        let kept = words / 2;
        let run = |graph: &NamedGraph, count: usize| {
            let shape = [count];
            let index = |values| TensorInput::I64 { shape: &shape, values };
            graph.run(&[
                ("words", TensorInput::F32 { shape: &[words, 768], values: &states }),
                ("starts", index(starts.get(..count).unwrap_or_default())),
                ("ends", index(ends.get(..count).unwrap_or_default())),
            ])
        };
        let (mut of_spans, mut of_relations) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let started = Instant::now();
            let scores = run(&spans, starts.len())?;
            of_spans.push(started.elapsed());
            let started = Instant::now();
            let vectors = run(&vectors, kept)?;
            let (Some(vectors), Some(scores)) =
                (vectors.get("span_vectors"), scores.get("mention_scores"))
            else {
                continue;
            };
            let scores = scores.values.get(..kept).unwrap_or_default();
            relations.run(&[
                (
                    "span_vectors",
                    TensorInput::F32 { shape: &vectors.shape, values: &vectors.values },
                ),
                ("mention_scores", TensorInput::F32 { shape: &[kept], values: scores }),
            ])?;
            of_relations.push(started.elapsed());
        }
        for (name, times) in [("spans", &mut of_spans), ("relations", &mut of_relations)] {
            times.sort_unstable();
            let ms = |at: usize| times.get(at).map_or(0.0, Duration::as_secs_f64) * 1e3;
            println!("{words} words, {name}: min {:.2}, median {:.2} ms", ms(0), ms(RUNS / 2));
        }
    }
    Ok(())
}
