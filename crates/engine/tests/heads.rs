//! The first layers of RadGraph's classifiers in one step: the same bits as operator by operator.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use rrgscore_engine::{NamedGraph, TensorInput};
use rrgscore_packs::onnx::graph::{Attr, Dim, GraphBuilder, GraphValue};
use rrgscore_packs::onnx::proto::{DataType, StepName};

const WIDTH: usize = 21;
const OUTPUTS: usize = 9;

fn values(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|at| ((at * 37 + seed * 11) % 101) as f32 * 0.173 - 8.0).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// The name of a part of a step, or of a node that belongs to none.
fn named(of_step: bool, kind: &'static str, part: &str) -> String {
    let name = StepName { step: "first", kind, part };
    if of_step { name.to_string() } else { format!("plain.{part}") }
}

/// How the weights are stored.
#[derive(Debug, Clone, Copy)]
enum Stored {
    F32,
    Int8,
}

/// A layer on pairs, as one step or as one for its product and operators for all else.
fn pairs(stored: Stored, whole: bool) -> NamedGraph {
    let of_step = |part: &str| named(whole, "pairs", part);
    let kind = if whole { "pairs" } else { "linear" };
    let of_product = |part: &str| named(true, kind, part);
    let mut graph = GraphBuilder::new("test", 1 << 14);
    let rows = Dim::Named("rows");
    let vectors = graph.input("vectors", DataType::Float, &[rows, Dim::Fixed(WIDTH)]);
    let of = [rows, Dim::Fixed(OUTPUTS)];
    let source = graph.input("source", DataType::Float, &of);
    let target = graph.input("target", DataType::Float, &of);
    let weight = match stored {
        Stored::F32 => graph.f32s("weight", &[WIDTH, OUTPUTS], &values(WIDTH * OUTPUTS, 3)),
        Stored::Int8 => {
            let levels = (0..WIDTH * OUTPUTS).map(|at| (at * 29 % 251) as u8 as i8);
            let levels = graph.i8s("weight", &[WIDTH, OUTPUTS], levels);
            let scales = graph.f32s("scales", &[OUTPUTS], &values(OUTPUTS, 5));
            let axis = [("axis", Attr::Int(1))];
            graph.node("DequantizeLinear", &of_product("weight"), &[&levels, &scales], &axis)
        }
    };
    let (first, second) = (graph.i64s("first", &[1]), graph.i64s("second", &[0]));
    let mut along = |value: &GraphValue, axis: &GraphValue, name: &str| {
        graph.node("Unsqueeze", &of_step(name), &[value, axis], &[])
    };
    let down = along(&vectors, &first, "down");
    let across = along(&vectors, &second, "across");
    let source = along(&source, &first, "source");
    let target = along(&target, &second, "target");
    let products = graph.node("Mul", &of_step("pairs"), &[&down, &across], &[]);
    let product = graph.node("MatMul", &of_product("product"), &[&products, &weight], &[]);
    let both = graph.node("Add", &of_step("both"), &[&source, &target], &[]);
    let sum = graph.node("Add", &of_step("sum"), &[&product, &both], &[]);
    let active = graph.node("Relu", &of_step("relu"), &[&sum], &[]);
    graph.output(&active, "out", &[]);
    NamedGraph::load(&graph.finish().unwrap()).unwrap()
}

#[test]
fn pairs_are_never_all_in_memory() {
    for stored in [Stored::F32, Stored::Int8] {
        let (whole, plain) = (pairs(stored, true), pairs(stored, false));
        assert_eq!((whole.steps().linear, plain.steps().linear), (1, 1));
        assert!(whole.steps().plain.keys().eq(["Identity"]), "{:?}", whole.steps());
        assert!(plain.steps().plain.contains_key("Mul"));
        // Of 12 rows there are more pairs than are multiplied at once.
        for rows in [1, 2, 12] {
            let vectors = values(rows * WIDTH, 7);
            let (source, target) = (values(rows * OUTPUTS, 1), values(rows * OUTPUTS, 2));
            let (of, to) = ([rows, WIDTH], [rows, OUTPUTS]);
            let inputs = [
                ("vectors", TensorInput::F32 { shape: &of, values: &vectors }),
                ("source", TensorInput::F32 { shape: &to, values: &source }),
                ("target", TensorInput::F32 { shape: &to, values: &target }),
            ];
            let found = whole.run(&inputs).unwrap().remove("out").unwrap();
            let expected = plain.run(&inputs).unwrap().remove("out").unwrap();
            assert_eq!(found.shape, [rows, rows, OUTPUTS]);
            assert_eq!(found.shape, expected.shape);
            assert_eq!(bits(&found.values), bits(&expected.values), "{stored:?}, {rows} rows");
            assert!(found.values.iter().any(|&value| value > 0.0));
        }
    }
}

/// Two layers on spans of up to three words, as one step or operator by operator.
fn spans(whole: bool) -> NamedGraph {
    let mut graph = GraphBuilder::new("test", 1 << 14);
    let rows = [Dim::Named("words"), Dim::Fixed(OUTPUTS)];
    let of_start = graph.input("of_start", DataType::Float, &rows);
    let of_end = graph.input("of_end", DataType::Float, &rows);
    let starts = graph.input("starts", DataType::Int64, &[Dim::Named("spans")]);
    let ends = graph.input("ends", DataType::Int64, &[Dim::Named("spans")]);
    let table = graph.f32s("table", &[3, OUTPUTS], &values(3 * OUTPUTS, 4));
    let of_step = |part: &str| named(whole, "spans", part);
    let widths = graph.node("Sub", &of_step("widths"), &[&ends, &starts], &[]);
    let of_start = graph.node("Gather", &of_step("start"), &[&of_start, &starts], &[]);
    let of_end = graph.node("Gather", &of_step("end"), &[&of_end, &ends], &[]);
    let of_width = graph.node("Gather", &of_step("width"), &[&table, &widths], &[]);
    let sum = graph.node("Add", &of_step("both"), &[&of_start, &of_end], &[]);
    let sum = graph.node("Add", &of_step("sum"), &[&sum, &of_width], &[]);
    let active = graph.node("Relu", &of_step("relu"), &[&sum], &[]);
    let sizes = graph.i64s("sizes", &[4, OUTPUTS as i64 - 4]);
    let axis = [("axis", Attr::Int(1))];
    let [one, two] =
        graph.node_with_outputs("Split", &of_step("layers"), &[&active, &sizes], &axis);
    graph.output(&one, "one", &[]);
    graph.output(&two, "two", &[]);
    NamedGraph::load(&graph.finish().unwrap()).unwrap()
}

#[test]
fn spans_are_looked_up_and_added_at_once() {
    let (whole, plain) = (spans(true), spans(false));
    assert!(whole.steps().plain.keys().eq(["Identity"]), "{:?}", whole.steps());
    assert!(plain.steps().plain.contains_key("Gather"));
    let (of_start, of_end) = (values(5 * OUTPUTS, 1), values(5 * OUTPUTS, 2));
    let run = |graph: &NamedGraph, starts: &[i64], ends: &[i64]| {
        graph.run(&[
            ("of_start", TensorInput::F32 { shape: &[5, OUTPUTS], values: &of_start }),
            ("of_end", TensorInput::F32 { shape: &[5, OUTPUTS], values: &of_end }),
            ("starts", TensorInput::I64 { shape: &[starts.len()], values: starts }),
            ("ends", TensorInput::I64 { shape: &[ends.len()], values: ends }),
        ])
    };
    let (starts, ends) = ([0, 0, 2, 4, 3, -1], [0, 2, 3, 4, 4, -1]);
    let (found, expected) = (run(&whole, &starts, &ends), run(&plain, &starts, &ends));
    let (found, expected) = (found.unwrap(), expected.unwrap());
    for name in ["one", "two"] {
        assert_eq!(found[name].shape, expected[name].shape);
        assert_eq!(bits(&found[name].values), bits(&expected[name].values));
        assert!(found[name].values.iter().any(|&value| value > 0.0));
    }
    // A span of four words, a word that is not there, a last word too few.
    for (starts, ends) in [(&[0][..], &[3][..]), (&[4], &[5]), (&[0, 1], &[0])] {
        for graph in [&whole, &plain] {
            assert!(run(graph, starts, ends).is_err());
        }
    }
}
