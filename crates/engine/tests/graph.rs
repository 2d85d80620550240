//! Graphs beside the encoder, against sums by hand.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use rrgscore_engine::{Encoder, EngineError, NamedGraph, Sizes, TensorInput};
use rrgscore_packs::onnx::graph::{Attr, Dim, GraphBuilder};
use rrgscore_packs::onnx::proto::DataType;
use rrgscore_packs::synth::{bert_checkpoint, tiny_bert_config};
use rrgscore_packs::{Pack, Precision};

/// `sums` = `rows` + `shift`, `picked` = `rows` at `places`.
fn two_outputs() -> NamedGraph {
    let mut graph = GraphBuilder::new("test", 1 << 12);
    let rows = graph.input("rows", DataType::Float, &[Dim::Named("rows"), Dim::Fixed(2)]);
    let places = graph.input("places", DataType::Int64, &[Dim::Named("places")]);
    let shift = graph.f32s("shift", &[2], &[10.0, 20.0]);
    let sums = graph.node("Add", "added", &[&rows, &shift], &[]);
    let axis = [("axis", Attr::Int(0))];
    let picked = graph.node("Gather", "gathered", &[&rows, &places], &axis);
    graph.output(&picked, "picked", &[Dim::Named("places"), Dim::Fixed(2)]);
    graph.output(&sums, "sums", &[Dim::Named("rows"), Dim::Fixed(2)]);
    NamedGraph::load(&graph.finish().unwrap()).unwrap()
}

#[test]
fn inputs_and_outputs_go_by_name() {
    let graph = two_outputs();
    for rows in 1..4 {
        let values: Vec<f32> = (0..2 * rows).map(|value| value as f32).collect();
        let last = rows as i64 - 1;
        let outputs = graph
            .run(&[
                ("places", TensorInput::I64 { shape: &[3], values: &[last, 0, last] }),
                ("rows", TensorInput::F32 { shape: &[rows, 2], values: &values }),
            ])
            .unwrap();
        assert_eq!(outputs.keys().collect::<Vec<_>>(), ["picked", "sums"]);
        let shifted: Vec<f32> =
            values.iter().enumerate().map(|(at, v)| v + [10.0, 20.0][at % 2]).collect();
        assert_eq!(
            (outputs["sums"].shape.as_slice(), &outputs["sums"].values),
            (&[rows, 2][..], &shifted)
        );
        let end = &values[2 * rows - 2..];
        assert_eq!(outputs["picked"].shape, [3, 2]);
        assert_eq!(outputs["picked"].values, [end, &values[..2], end].concat());
    }
}

#[test]
fn outputs_that_are_not_read_are_not_computed() {
    let mut graph = GraphBuilder::new("test", 1 << 12);
    let rows = graph.input("rows", DataType::Float, &[Dim::Named("rows"), Dim::Fixed(2)]);
    let more = graph.input("more", DataType::Float, &[Dim::Named("rows"), Dim::Fixed(2)]);
    let weight = graph.f32s("weight", &[2, 2], &[1.0, 2.0, 3.0, 4.0]);
    let product = graph.node("MatMul", "multiplied:linear/product", &[&rows, &weight], &[]);
    let active = graph.node("Relu", "active", &[&product], &[]);
    let sum = graph.node("Add", "added", &[&rows, &more], &[]);
    graph.output(&active, "product", &[]);
    graph.output(&sum, "sum", &[]);
    let onnx = graph.finish().unwrap();
    let values = [1.0, -1.0, 0.5, 2.0];
    let input = TensorInput::F32 { shape: &[2, 2], values: &values };
    let all = NamedGraph::load(&onnx).unwrap().run(&[("rows", input), ("more", input)]).unwrap();
    for (name, products) in [("product", 1), ("sum", 0)] {
        let graph = NamedGraph::load_only(&onnx, &[name]).unwrap();
        assert_eq!(graph.steps().linear, products);
        let found = graph.run(&[("rows", input), ("more", input)]).unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(name.to_owned(), all[name].clone())]);
    }
    for names in [&["sum", "other"][..], &["sum", "sum"]] {
        assert!(matches!(NamedGraph::load_only(&onnx, names), Err(EngineError::Load { .. })));
    }
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let graph = two_outputs();
    let rows = ("rows", TensorInput::F32 { shape: &[1, 2], values: &[1.0, 2.0] });
    let places = ("places", TensorInput::I64 { shape: &[1], values: &[0] });
    let refused = |inputs: &[(&str, TensorInput<'_>)]| match graph.run(inputs) {
        Err(EngineError::BadInput { reason }) => reason,
        other => panic!("expected a refusal, got {other:?}"),
    };
    assert!(refused(&[rows]).contains("places"));
    assert!(refused(&[rows, places, ("more", rows.1)]).contains("more"));
    let short = ("rows", TensorInput::F32 { shape: &[2, 2], values: &[1.0] });
    assert!(refused(&[short, places]).contains("rows"));
    let wide = ("rows", TensorInput::F32 { shape: &[1, 3], values: &[1.0, 2.0, 3.0] });
    assert!(matches!(graph.run(&[wide, places]), Err(EngineError::RunGraph { .. })));
    let wrong_type = ("places", TensorInput::F32 { shape: &[1], values: &[0.0] });
    assert!(graph.run(&[rows, wrong_type]).is_err());
}

/// A matrix that is stored as levels with a scale per output.
#[test]
fn stored_levels_are_multiplied() {
    let (levels, scales) = ([-127i8, 2, 3, 4, 5, 127], [1.0, 0.5, 0.25]);
    let mut graph = GraphBuilder::new("test", 1 << 12);
    let row = graph.input("row", DataType::Float, &[Dim::Named("rows"), Dim::Fixed(2)]);
    let mut step = graph.step("layer", "linear");
    let table = step.graph.i8s("levels", &[2, 3], levels.into_iter());
    let scale = step.f32s("scale", &[3], &scales);
    let axis = [("axis", Attr::Int(1))];
    let table = step.node("DequantizeLinear", "weight", &[&table, &scale], &axis);
    let product = step.node("MatMul", "product", &[&row, &table], &[]);
    graph.output(&product, "out", &[Dim::Named("rows"), Dim::Fixed(3)]);
    let graph = NamedGraph::load(&graph.finish().unwrap()).unwrap();
    let input = TensorInput::F32 { shape: &[2, 2], values: &[1.0, 0.0, 0.0, 1.0] };
    let found = graph.run(&[("row", input)]).unwrap().remove("out").unwrap();
    let expected = levels.into_iter().zip(scales.into_iter().cycle());
    // The row's 1 is rounded to whole levels, and 1 over their number is not exact.
    for (found, (level, scale)) in found.values.iter().zip(expected) {
        let expected = f32::from(level) * scale;
        assert!((found - expected).abs() <= 2e-7 * expected.abs(), "{found} {expected}");
    }
}

#[test]
fn told_bounds_hold() {
    let checkpoint = bert_checkpoint(&tiny_bert_config(), 1).unwrap();
    let pack = checkpoint.build(Precision::F32).unwrap();
    let model = pack.file(Pack::MODEL).unwrap();
    let config = tiny_bert_config();
    let sizes = Sizes { vocabulary: config.vocab_size - 1, max_ids: 10 };
    let encoder = Encoder::load_sized(&model, sizes).unwrap();
    let last = config.vocab_size as u32 - 1;
    assert!(encoder.encode(&[last - 1; 10]).is_ok());
    assert!(matches!(encoder.encode(&[last]), Err(EngineError::BadInput { .. })));
    assert!(matches!(encoder.encode(&[1; 11]), Err(EngineError::BadInput { .. })));
    for sizes in [
        Sizes { vocabulary: config.vocab_size + 1, max_ids: 10 },
        Sizes { vocabulary: 10, max_ids: config.max_position_embeddings + 1 },
    ] {
        let refused = Encoder::load_sized(&model, sizes);
        assert!(matches!(refused, Err(EngineError::NotAnEncoder { .. })));
    }
}

#[test]
fn other_bytes_are_no_graph() {
    for bytes in [&b""[..], b"not a graph"] {
        assert!(NamedGraph::load(bytes).is_err());
    }
}

/// Every operator that `spans.onnx` and `relations.onnx` have, on numbers that can be followed.
#[test]
fn operators_do_what_onnx_says() {
    let mut graph = GraphBuilder::new("test", 1 << 12);
    let rows = graph.input("rows", DataType::Float, &[Dim::Named("rows"), Dim::Fixed(3)]);
    let ends = graph.input("ends", DataType::Int64, &[Dim::Named("spans")]);
    let starts = graph.input("starts", DataType::Int64, &[Dim::Named("spans")]);
    let (first, second) = (graph.i64s("first", &[1]), graph.i64s("second", &[0]));
    let down = graph.node("Unsqueeze", "down", &[&rows, &first], &[]);
    let across = graph.node("Unsqueeze", "across", &[&rows, &second], &[]);
    let sums = graph.node("Add", "sums.all", &[&down, &across], &[]);
    let products = graph.node("Mul", "products.all", &[&across, &down], &[]);
    let sizes = graph.i64s("sizes", &[1, 2]);
    let axis = [("axis", Attr::Int(1))];
    let [one, two] = graph.node_with_outputs("Split", "pieces", &[&rows, &sizes], &axis);
    let less = graph.node("Sub", "less", &[&two, &one], &[]);
    let less = graph.node("Relu", "less.relu", &[&less], &[]);
    let joined = graph.node("Concat", "joined", &[&less, &one, &rows], &axis);
    let flat = graph.node("Squeeze", "flat", &[&one, &first], &[]);
    let apart = graph.node("Sub", "apart", &[&ends, &starts], &[]);
    let picked = graph.node("Gather", "picked.rows", &[&rows, &apart], &[]);
    for (value, name) in [
        (&sums, "sums"),
        (&products, "products"),
        (&joined, "join"),
        (&flat, "ones"),
        (&picked, "picked"),
    ] {
        graph.output(value, name, &[]);
    }
    let graph = NamedGraph::load(&graph.finish().unwrap()).unwrap();
    let run = |rows: usize, apart: i64| {
        let values: Vec<f32> = (0..3 * rows).map(|at| (at * at) as f32 - 5.0).collect();
        graph.run(&[
            ("rows", TensorInput::F32 { shape: &[rows, 3], values: &values }),
            ("ends", TensorInput::I64 { shape: &[2], values: &[7, 8 + apart] }),
            ("starts", TensorInput::I64 { shape: &[2], values: &[7, 8] }),
        ])
    };
    // Rows −5 −4 −1 and 4 11 20.
    let found = run(2, -1).unwrap();
    let of = |name: &str| (found[name].shape.as_slice(), found[name].values.as_slice());
    let sums = [-10.0, -8.0, -2.0, -1.0, 7.0, 19.0, -1.0, 7.0, 19.0, 8.0, 22.0, 40.0];
    assert_eq!(of("sums"), (&[2, 2, 3][..], &sums[..]));
    let products = [25.0, 16.0, 1.0, -20.0, -44.0, -20.0, -20.0, -44.0, -20.0, 16.0, 121.0, 400.0];
    assert_eq!(of("products"), (&[2, 2, 3][..], &products[..]));
    let join = [1.0, 4.0, -5.0, -5.0, -4.0, -1.0, 7.0, 16.0, 4.0, 4.0, 11.0, 20.0];
    assert_eq!(of("join"), (&[2, 6][..], &join[..]));
    assert_eq!(of("ones"), (&[2][..], &[-5.0, 4.0][..]));
    // The last row, counted from the end.
    assert_eq!(of("picked"), (&[2, 3][..], &[-5.0, -4.0, -1.0, 4.0, 11.0, 20.0][..]));
    assert!(matches!(run(2, 2), Err(EngineError::RunGraph { .. })));
    assert!(matches!(run(2, -3), Err(EngineError::RunGraph { .. })));
    assert_eq!(run(1, 0).unwrap()["sums"].values, [-10.0, -8.0, -2.0]);
}

#[test]
fn operators_that_are_not_there_are_named() {
    let refused = |op: &str, attributes: &[(&str, Attr)]| {
        let mut graph = GraphBuilder::new("test", 1 << 12);
        let rows = graph.input("rows", DataType::Float, &[Dim::Named("rows"), Dim::Fixed(2)]);
        let places = graph.i64s("places", &[1]);
        let made = graph.node(op, "odd", &[&rows, &places], attributes);
        graph.output(&made, "out", &[]);
        match NamedGraph::load(&graph.finish().unwrap()) {
            Err(EngineError::Load { reason }) => reason,
            other => panic!("expected a refusal, got {other:?}"),
        }
    };
    assert!(refused("Conv", &[]).contains("Conv"));
    assert!(refused("MatMul", &[]).contains("MatMul"));
    assert!(refused("Gather", &[("axis", Attr::Int(1))]).contains("Gather"));
    assert!(refused("Add", &[]).contains("Add"));
    assert!(refused("Split", &[("axis", Attr::Int(1))]).contains("pieces of 1"));
}
