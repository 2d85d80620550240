//! RadGraph against the official classes on tiny models.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests read goldens from disk, say when they cannot, and fail by panicking"
)]

mod official;

use official::{MARGIN, Worst, here, json, lines, radgraph_pack};
use rrgscore_annotate::Radgraph;
use rrgscore_engine::{Graph as Onnx, Input};
use rrgscore_metrics::radgraph::Graph;
use rrgscore_packs::Pack;
use serde::Deserialize;
use serde_json::Value;

fn radgraph(archive: &str) -> Radgraph {
    Radgraph::from_pack(&radgraph_pack(archive)).unwrap()
}

#[derive(Deserialize)]
struct Pair {
    reference: String,
    candidate: String,
    #[serde(default)]
    reference_tokens: Option<Vec<String>>,
    reference_annotation: Graph,
    candidate_annotation: Graph,
    min_decision_margin: Option<f32>,
}

/// Compares both graphs of each row, unless a decision is too close; returns how many.
fn check_pairs(model: &Radgraph, rows: &[Pair]) -> usize {
    let mut margin = Worst::new("smallest decision margin", 1e-4);
    let mut compared = 0;
    for row in rows {
        let reference = model.annotate(&row.reference).unwrap().unwrap();
        let candidate = model.annotate(&row.candidate).unwrap().unwrap();
        let least = reference.min_margin.min(candidate.min_margin);
        if let Some(expected) = row.min_decision_margin {
            margin.see(&[least], &[expected]);
        }
        if let Some(words) = &row.reference_tokens {
            assert_eq!(reference.graph.text(), words.join(" "));
            let found: Vec<&str> =
                reference.words.iter().map(|range| &row.reference[range.clone()]).collect();
            assert_eq!(&found, words);
        }
        for (found, expected) in
            [(reference, &row.reference_annotation), (candidate, &row.candidate_annotation)]
        {
            assert_eq!(found.graph.text(), expected.text());
            if found.min_margin > MARGIN {
                // The source and split of the data are the caller's to say.
                assert!(found.graph.entities().eq(expected.entities()), "{:?}", found.graph);
                compared += 1;
            }
        }
    }
    compared
}

#[test]
fn graphs_of_radgraph() {
    if !here() {
        return;
    }
    let rows: Vec<Pair> = lines("e2e_radgraph.jsonl");
    let compared = check_pairs(&radgraph("radgraph.tar.gz"), &rows);
    println!("radgraph: {compared} of {} graphs identical", 2 * rows.len());
    assert!(compared >= 70, "{compared} of {}", 2 * rows.len());
}

#[test]
fn graphs_of_radgraph_xl() {
    if !here() {
        return;
    }
    let rows: Vec<Pair> = lines("e2e_radgraph_xl.jsonl");
    let compared = check_pairs(&radgraph("radgraph-xl.tar.gz"), &rows);
    println!("radgraph-xl: {compared} of {} graphs identical", 2 * rows.len());
    assert!(compared >= 60, "{compared} of {}", 2 * rows.len());
}

/// CXR-Report-Metric runs PhysioNet's archive, without naming a dataset.
#[test]
fn graphs_of_an_end_to_end_run() {
    if !here() {
        return;
    }
    let rows: Vec<Pair> = lines("e2e_calc_metric.jsonl");
    let compared = check_pairs(&radgraph("physionet_model.tar.gz"), &rows);
    println!("CXR-Report-Metric: {compared} of {} graphs identical", 2 * rows.len());
    assert!(compared >= 75, "{compared} of {}", 2 * rows.len());
}

#[derive(Deserialize)]
struct Long {
    report: String,
    n_wordpieces_with_specials: usize,
    annotation: Graph,
    min_margins: Vec<f32>,
}

/// More than 510 pieces: two chunks.
#[test]
fn long_reports() {
    if !here() {
        return;
    }
    let files = [
        ("radgraph.tar.gz", "e2e_radgraph_long.json"),
        ("radgraph-xl.tar.gz", "e2e_radgraph_xl_long.json"),
    ];
    for (archive, file) in files {
        let long: Long = json(file);
        let found = radgraph(archive).annotate(&long.report).unwrap().unwrap();
        // Each chunk is framed.
        assert_eq!(found.chunks, 2);
        assert_eq!(found.pieces + 2 * found.chunks, long.n_wordpieces_with_specials);
        assert_eq!(found.graph.text(), long.annotation.text());
        let least = long.min_margins.into_iter().fold(f32::INFINITY, f32::min);
        assert!((found.min_margin - least).abs() < MARGIN);
        let same = found.graph == long.annotation;
        println!("{file}: margin {least:e}, identical: {same}");
        assert!(same || least < MARGIN);
    }
}

#[test]
fn edge_texts() {
    if !here() {
        return;
    }
    let files = [
        ("radgraph.tar.gz", "e2e_radgraph_edge.json"),
        ("radgraph-xl.tar.gz", "e2e_radgraph_xl_edge.json"),
    ];
    for (archive, file) in files {
        let model = radgraph(archive);
        for row in json::<Vec<Value>>(file) {
            let expect = |text: &str, graph: &Value| {
                let graph: Graph = serde_json::from_value(graph.clone()).unwrap();
                // The package annotates the word None in place of an empty text.
                let text = if text.is_empty() { "None" } else { text };
                let found = model.annotate(text).unwrap().unwrap();
                assert!(found.min_margin > MARGIN, "{text:?} is too close to call");
                assert_eq!(found.graph, graph, "{text:?}");
            };
            if let Some(text) = row["radgraph_call"].as_str() {
                match row.get("annotation") {
                    Some(annotation) => expect(text, &annotation["0"]),
                    None => assert_eq!(model.annotate(text).unwrap(), None),
                }
                continue;
            }
            for side in ["hyp", "ref"] {
                let annotation = &row[format!("{side}_annotation")];
                if let Some(graph) = annotation.get(0) {
                    expect(row[side].as_str().unwrap(), graph);
                }
            }
        }
    }
}

#[derive(Deserialize)]
struct Internals {
    report: String,
    words: Vec<String>,
    token_ids: Vec<u32>,
    offsets_inclusive: Vec<(usize, usize)>,
    word_embeddings: Vec<Vec<f32>>,
    spans: Vec<(usize, usize)>,
    first_span_embedding: Vec<f32>,
    last_span_embedding: Vec<f32>,
    ner_scores_without_null: Vec<Vec<f32>>,
    pruned_span_indices: Vec<usize>,
    pruned_mention_scores: Vec<f32>,
    relation_scores_with_null_first: Vec<Vec<Vec<f32>>>,
    annotation: Graph,
}

#[test]
fn internals() {
    if !here() {
        return;
    }
    let pack = radgraph_pack("radgraph.tar.gz");
    let model = Radgraph::from_pack(&pack).unwrap();
    let spans_graph = Onnx::load(pack.file(Pack::SPANS).unwrap()).unwrap();
    let mut words = Worst::new("word embeddings", 1e-4);
    let mut vectors = Worst::new("span vectors", 1e-4);
    let mut entities = Worst::new("entity scores", 1e-4);
    let mut mentions = Worst::new("mention scores", 1e-4);
    let mut relations = Worst::new("relation scores", 1e-4);
    for golden in json::<Vec<Internals>>("e2e_radgraph_internals.json") {
        let scores = model.scores(&golden.report).unwrap().unwrap();
        assert_eq!(scores.pieces, golden.token_ids[1..golden.token_ids.len() - 1]);
        let offsets: Vec<_> = scores.word_pieces.iter().map(|r| (r.start + 1, r.end)).collect();
        assert_eq!(offsets, golden.offsets_inclusive);
        words.see(&scores.word_embeddings, &golden.word_embeddings.concat());
        assert_eq!(scores.spans, golden.spans);
        entities.see(&scores.entity_scores, &golden.ner_scores_without_null.concat());
        assert_eq!(scores.kept, golden.pruned_span_indices);
        let kept: Vec<f32> = scores.kept.iter().map(|&at| scores.mention_scores[at]).collect();
        mentions.see(&kept, &golden.pruned_mention_scores);
        let expected: Vec<f32> = golden
            .relation_scores_with_null_first
            .iter()
            .flatten()
            .flat_map(|labels| labels[1..].iter().copied())
            .collect();
        relations.see(&scores.relation_scores, &expected);

        let shape = [golden.words.len(), scores.word_embeddings.len() / golden.words.len()];
        let ends = [golden.spans[0], golden.spans[golden.spans.len() - 1]];
        let (starts, ends) = (ends.map(|s| s.0 as i64), ends.map(|s| s.1 as i64));
        let inputs = [
            ("words", Input::F32 { shape: &shape, values: &scores.word_embeddings }),
            ("starts", Input::I64 { shape: &[2], values: &starts }),
            ("ends", Input::I64 { shape: &[2], values: &ends }),
        ];
        let outputs = spans_graph.run(&inputs).unwrap();
        let expected = [golden.first_span_embedding, golden.last_span_embedding].concat();
        vectors.see(&outputs["span_vectors"].values, &expected);

        let found = model.annotate(&golden.report).unwrap().unwrap();
        assert!(found.min_margin > MARGIN);
        assert_eq!(found.graph, golden.annotation);
    }
}
