//! Every pack's stored matrices run in the engine's own kernels, whatever the architecture.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use rrgscore_engine::{Encoder, Fused, Graph};
use rrgscore_packs::synth::{Size, checkpoint};
use rrgscore_packs::{Pack, Precision, Purpose};

/// What is fused of a pack's encoder, and of the graphs that stand on it, by file.
fn fused(purpose: Purpose, precision: Precision) -> (Fused, Vec<(&'static str, Fused)>) {
    let pack = checkpoint(purpose, Size::Tiny, 3).unwrap().build(precision).unwrap();
    let encoder = Encoder::load(pack.file(Pack::MODEL).unwrap()).unwrap().fused().clone();
    let mut graphs = Vec::new();
    for file in [Pack::HEADS, Pack::SPANS, Pack::RELATIONS] {
        if let Ok(onnx) = pack.file(file) {
            graphs.push((file, Graph::load(onnx).unwrap().fused().clone()));
        }
    }
    (encoder, graphs)
}

/// Whether nothing is left to tract of an encoder but to name its output.
fn is_whole(encoder: &Fused) -> bool {
    encoder.left.keys().eq(["Identity"]) && encoder.linear == 4 * encoder.attention
}

#[test]
fn all_stored_matrices_are() {
    for purpose in Purpose::ALL {
        for precision in [Precision::F32, Precision::F16, Precision::Int8] {
            let (encoder, graphs) = fused(purpose, precision);
            if purpose == Purpose::ModernRadgraphXl {
                // Its rotated queries and keys meet in tract: two products a layer.
                assert_eq!((encoder.linear, encoder.left["MatMul"]), (12, 6), "{precision}");
            } else {
                assert!(is_whole(&encoder), "{purpose:?} {precision}: {encoder:?}");
            }
            for (file, fused) in &graphs {
                assert!(fused.linear > 0, "{purpose:?} {file}");
                assert!(!fused.left.contains_key("MatMul"), "{purpose:?} {file}: {fused:?}");
            }
        }
    }
}
