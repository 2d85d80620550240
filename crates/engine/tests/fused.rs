//! Every pack's stored matrices run in the engine's own kernels, whatever the architecture.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use rrgscore_engine::{Encoder, Fused, NamedGraph, Sizes};
use rrgscore_packs::synth::{Size, checkpoint};
use rrgscore_packs::{Pack, Precision, Purpose};

/// What is fused of a pack's encoder, and of the graphs that stand on it, by file.
fn fused(purpose: Purpose, precision: Precision) -> (Fused, Vec<(&'static str, Fused)>) {
    let pack = checkpoint(purpose, Size::Tiny, 3).unwrap().build(precision).unwrap();
    let encoder = Encoder::load(pack.file(Pack::MODEL).unwrap()).unwrap().fused().clone();
    let mut graphs = Vec::new();
    for file in [Pack::HEADS, Pack::SPANS, Pack::RELATIONS] {
        if let Ok(onnx) = pack.file(file) {
            graphs.push((file, NamedGraph::load(onnx).unwrap().fused().clone()));
        }
    }
    (encoder, graphs)
}

/// Whether nothing is left of an encoder but to name its output, or, where layers normalise their
/// input and gate what they make, sums, products and pieces of rows too.
fn is_whole(purpose: Purpose, encoder: &Fused) -> bool {
    let left: &[&str] = match purpose {
        Purpose::ModernRadgraphXl | Purpose::BertscoreRadeval => {
            &["Add", "Identity", "Mul", "Split"]
        }
        _ => &["Identity"],
    };
    encoder.left.keys().eq(left) && encoder.linear == 4 * encoder.attention
}

#[test]
fn all_stored_matrices_are() {
    for purpose in Purpose::ALL {
        for precision in [Precision::F32, Precision::F16, Precision::Int8] {
            let (encoder, graphs) = fused(purpose, precision);
            assert!(is_whole(purpose, &encoder), "{purpose:?} {precision}: {encoder:?}");
            for (file, fused) in &graphs {
                assert!(fused.linear > 0, "{purpose:?} {file}");
                for op in ["MatMul", "Mul", "Relu"] {
                    assert!(!fused.left.contains_key(op), "{purpose:?} {file}: {fused:?}");
                }
            }
        }
    }
}

/// The first token's state is the same, to the bit, whether the others are computed or not.
#[test]
fn first_tokens_can_be_read_alone() {
    for purpose in Purpose::ALL {
        for precision in [Precision::F32, Precision::Int8] {
            let pack = checkpoint(purpose, Size::Tiny, 3).unwrap().build(precision).unwrap();
            let (onnx, info) = (pack.file(Pack::MODEL).unwrap(), pack.model_info().unwrap());
            let sizes = Sizes { vocabulary: info.vocabulary, max_ids: info.max_ids };
            let all = Encoder::load_sized(&onnx, sizes).unwrap();
            let first = Encoder::load_first(&onnx, sizes).unwrap();
            for length in [1, 2, 9, 30] {
                let ids: Vec<u32> = (0..length).map(|at| 7 + at * 13 % 90).collect();
                let (all, first) = (all.encode(&ids).unwrap(), first.encode(&ids).unwrap());
                assert_eq!((first.tokens, first.values.len()), (1, first.dim));
                let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&first.values), bits(all.token(0).unwrap()), "{purpose:?}");
            }
        }
    }
}
