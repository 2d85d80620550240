//! The first layers of RadGraph's classifiers in one step: the same bits as operator by operator.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use rrgscore_engine::{NamedGraph, TensorInput};
use rrgscore_packs::onnx::graph::{Attr, Dim, GraphBuilder, GraphValue};
use rrgscore_packs::onnx::proto::DataType;

const WIDTH: usize = 21;
const OUTPUTS: usize = 9;

fn values(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|at| ((at * 37 + seed * 11) % 101) as f32 * 0.173 - 8.0).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// How the weights are stored.
#[derive(Debug, Clone, Copy)]
enum Stored {
    F32,
    Int8,
}

/// A layer on pairs; with the sums in another order than packs have them, operator by operator.
fn pairs(stored: Stored, fused: bool) -> NamedGraph {
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
            graph.node("DequantizeLinear", "widened", &[&levels, &scales], &axis)
        }
    };
    let (first, second) = (graph.i64s("first", &[1]), graph.i64s("second", &[0]));
    let mut along = |value: &GraphValue, axis: &GraphValue, name: &str| {
        graph.node("Unsqueeze", name, &[value, axis], &[])
    };
    let one = along(&vectors, &first, "one");
    let other = along(&vectors, &second, "other");
    let source = along(&source, &first, "source.along");
    let target = along(&target, &second, "target.along");
    let products = graph.node("Mul", "products", &[&one, &other], &[]);
    let product = graph.node("MatMul", "product", &[&products, &weight], &[]);
    let both = graph.node("Add", "both", &[&source, &target], &[]);
    let terms = if fused { [&product, &both] } else { [&both, &product] };
    let sum = graph.node("Add", "sum", &terms, &[]);
    let active = graph.node("Relu", "active", &[&sum], &[]);
    graph.output(&active, "out", &[]);
    NamedGraph::load(&graph.finish().unwrap()).unwrap()
}

#[test]
fn pairs_are_never_all_in_memory() {
    for stored in [Stored::F32, Stored::Int8] {
        let (fused, plain) = (pairs(stored, true), pairs(stored, false));
        assert_eq!((fused.fused().linear, plain.fused().linear), (1, 1));
        assert!(fused.fused().left.keys().eq(["Identity"]), "{:?}", fused.fused());
        assert!(plain.fused().left.contains_key("Mul"));
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
            let found = fused.run(&inputs).unwrap().remove("out").unwrap();
            let expected = plain.run(&inputs).unwrap().remove("out").unwrap();
            assert_eq!(found.shape, [rows, rows, OUTPUTS]);
            assert_eq!(found.shape, expected.shape);
            assert_eq!(bits(&found.values), bits(&expected.values), "{stored:?}, {rows} rows");
            assert!(found.values.iter().any(|&value| value > 0.0));
        }
    }
}

/// Two layers on spans of up to three words; with their sum read too, operator by operator.
fn spans(fused: bool) -> NamedGraph {
    let mut graph = GraphBuilder::new("test", 1 << 14);
    let rows = [Dim::Named("words"), Dim::Fixed(OUTPUTS)];
    let of_start = graph.input("of_start", DataType::Float, &rows);
    let of_end = graph.input("of_end", DataType::Float, &rows);
    let starts = graph.input("starts", DataType::Int64, &[Dim::Named("spans")]);
    let ends = graph.input("ends", DataType::Int64, &[Dim::Named("spans")]);
    let table = graph.f32s("table", &[3, OUTPUTS], &values(3 * OUTPUTS, 4));
    let widths = graph.node("Sub", "widths", &[&ends, &starts], &[]);
    let of_start = graph.node("Gather", "start", &[&of_start, &starts], &[]);
    let of_end = graph.node("Gather", "end", &[&of_end, &ends], &[]);
    let of_width = graph.node("Gather", "width", &[&table, &widths], &[]);
    let sum = graph.node("Add", "ends.sum", &[&of_start, &of_end], &[]);
    let sum = graph.node("Add", "sum", &[&sum, &of_width], &[]);
    let active = graph.node("Relu", "active", &[&sum], &[]);
    let sizes = graph.i64s("sizes", &[4, OUTPUTS as i64 - 4]);
    let axis = [("axis", Attr::Int(1))];
    let [one, two] = graph.node_with_outputs("Split", "layers", &[&active, &sizes], &axis);
    graph.output(&one, "one", &[]);
    graph.output(&two, "two", &[]);
    if !fused {
        graph.output(&active, "both", &[]);
    }
    NamedGraph::load(&graph.finish().unwrap()).unwrap()
}

#[test]
fn spans_are_looked_up_and_added_at_once() {
    let (fused, plain) = (spans(true), spans(false));
    assert!(fused.fused().left.keys().eq(["Identity"]), "{:?}", fused.fused());
    assert!(plain.fused().left.contains_key("Gather"));
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
    let (found, expected) = (run(&fused, &starts, &ends), run(&plain, &starts, &ends));
    let (found, expected) = (found.unwrap(), expected.unwrap());
    for name in ["one", "two"] {
        assert_eq!(found[name].shape, expected[name].shape);
        assert_eq!(bits(&found[name].values), bits(&expected[name].values));
        assert!(found[name].values.iter().any(|&value| value > 0.0));
    }
    // A span of four words, a word that is not there, a last word too few.
    for (starts, ends) in [(&[0][..], &[3][..]), (&[4], &[5]), (&[0, 1], &[0])] {
        for graph in [&fused, &plain] {
            assert!(run(graph, starts, ends).is_err());
        }
    }
}
