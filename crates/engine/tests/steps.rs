//! Every pack's stored matrices run in the engine's own kernels, whatever the architecture; a step
//! that is not what its kind demands is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use prost::Message;
use rrgscore_engine::{Encoder, NamedGraph, Sizes, StepCounts};
use rrgscore_onnx::{AttributeType, Model, Node, StepName};
use rrgscore_packs::synth::{Size, checkpoint};
use rrgscore_packs::{Pack, Precision, Purpose};

/// What runs in kernels of a pack's encoder, and of the graphs that stand on it, by file.
fn steps(purpose: Purpose, precision: Precision) -> (StepCounts, Vec<(&'static str, StepCounts)>) {
    let pack = checkpoint(purpose, Size::Tiny, 3).unwrap().build(precision).unwrap();
    let encoder = Encoder::load(pack.file(Pack::MODEL).unwrap()).unwrap().steps().clone();
    let mut graphs = Vec::new();
    for file in [Pack::HEADS, Pack::SPANS, Pack::RELATIONS] {
        if let Ok(onnx) = pack.file(file) {
            graphs.push((file, NamedGraph::load(onnx).unwrap().steps().clone()));
        }
    }
    (encoder, graphs)
}

/// Whether nothing is left of an encoder but to name its output, or, where layers normalise their
/// input and gate what they make, sums, products and pieces of rows too.
fn is_whole(purpose: Purpose, encoder: &StepCounts) -> bool {
    let left: &[&str] = match purpose {
        Purpose::ModernRadgraphXl | Purpose::BertscoreRadeval => {
            &["Add", "Identity", "Mul", "Split"]
        }
        _ => &["Identity"],
    };
    encoder.plain.keys().eq(left) && encoder.linear == 4 * encoder.attention
}

#[test]
fn all_stored_matrices_are() {
    for purpose in Purpose::ALL {
        for precision in [Precision::F32, Precision::F16, Precision::Int8] {
            let (encoder, graphs) = steps(purpose, precision);
            assert!(is_whole(purpose, &encoder), "{purpose:?} {precision}: {encoder:?}");
            for (file, steps) in &graphs {
                assert!(steps.linear > 0, "{purpose:?} {file}");
                for op in ["MatMul", "Mul", "Relu"] {
                    assert!(!steps.plain.contains_key(op), "{purpose:?} {file}: {steps:?}");
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

/// Every purpose's graphs, as messages.
fn models(precision: Precision) -> Vec<(String, Model)> {
    let mut models = Vec::new();
    for purpose in Purpose::ALL {
        let pack = checkpoint(purpose, Size::Tiny, 3).unwrap().build(precision).unwrap();
        for file in [Pack::MODEL, Pack::HEADS, Pack::SPANS, Pack::RELATIONS] {
            if let Ok(onnx) = pack.file(file) {
                models.push((format!("{purpose:?} {file}"), Model::decode(onnx).unwrap()));
            }
        }
    }
    models
}

/// Why a graph with one node changed is refused.
fn refused(model: &Model, index: usize, change: impl Fn(&mut Node)) -> Result<(), String> {
    let mut changed = model.clone();
    let graph = changed.graph.as_mut().unwrap();
    change(&mut graph.node[index]);
    let is_encoder = graph.input.len() == 2 && graph.input[1].name == "attention_mask";
    let onnx = changed.encode_to_vec();
    let loaded =
        if is_encoder { Encoder::load(&onnx).map(drop) } else { NamedGraph::load(&onnx).map(drop) };
    loaded.map_err(|error| error.to_string())
}

/// Of each kind of step and part one node: the names say what it is, and all else must fit.
#[test]
fn steps_of_other_nodes_are_refused() {
    let mut tried = std::collections::BTreeSet::new();
    for precision in [Precision::Int8, Precision::F16, Precision::F32] {
        for (of, model) in models(precision) {
            let nodes = model.graph.as_ref().unwrap().node.clone();
            for (index, node) in nodes.iter().enumerate() {
                let Some(name) = StepName::parse(&node.name) else { continue };
                let inputs = node.input.len();
                if !tried.insert((name.kind.to_owned(), name.part.to_owned(), inputs)) {
                    continue;
                }
                let expect = |what: &str, change: &dyn Fn(&mut Node)| {
                    let reason = refused(&model, index, change).expect_err(&format!("{of} {what}"));
                    assert!(reason.contains(name.step), "{of} {what}: {reason}");
                };
                let other = StepName { part: "another", ..name }.to_string();
                expect("part", &|node| node.name.clone_from(&other));
                let other = StepName { kind: "another", ..name }.to_string();
                expect("kind", &|node| node.name.clone_from(&other));
                expect("operator", &|node| node.op_type = "Neg".to_owned());
                expect("inputs", &|node| node.input.push(node.input[0].clone()));
                for (at, attribute) in node.attribute.iter().enumerate() {
                    if attribute.r#type == AttributeType::Int as i32 {
                        expect(&attribute.name, &|node| node.attribute[at].i += 1);
                    } else if attribute.r#type == AttributeType::Ints as i32 {
                        expect(&attribute.name, &|node| node.attribute[at].ints.reverse());
                    }
                }
            }
        }
    }
    let kinds: std::collections::BTreeSet<&str> =
        tried.iter().map(|(kind, _, _)| kind.as_str()).collect();
    assert_eq!(kinds.len(), 14, "{kinds:?}");
    let told = include_str!("../../../docs/packs.md");
    for (kind, part, _) in &tried {
        assert!(
            told.contains(&format!("`{kind}`")) && told.contains(&format!("`{part}`")),
            "{kind}/{part}"
        );
    }
}
