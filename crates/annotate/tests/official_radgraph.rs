//! RadGraph against the official classes on tiny models.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "official/mod.rs"]
mod official;

use official::{MARGIN, radgraph_pack};
use rrgscore_annotate::Radgraph;
use rrgscore_engine::{NamedGraph, TensorInput};
use rrgscore_metrics::radgraph::{Graph, reward};
use rrgscore_packs::Pack;
use rrgscore_parity::{Set, Tally, document, shared_lines};
use serde::Deserialize;
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

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
    simple: Option<f64>,
    partial: Option<f64>,
    complete: Option<f64>,
}

/// Compares both graphs of each row, and the package's rewards where the row has them, unless a
/// decision is too close. At least as many graphs must be compared.
fn check_pairs(archive: &str, file: &'static str, at_least: u32) {
    let rows: Vec<Pair> = shared_lines(file);
    if rows.is_empty() {
        return;
    }
    let model = radgraph(archive);
    let mut margin = Tally::within("RadGraph", "smallest decision margin", file, 1e-4);
    let mut graphs = Tally::identical("RadGraph", "graphs of reports", file);
    let mut rewards = Tally::within("RadGraph", "rewards of two reports", file, 1e-5);
    for row in &rows {
        let reference = model.annotate(&row.reference).unwrap().unwrap();
        let candidate = model.annotate(&row.candidate).unwrap().unwrap();
        let least = reference.min_margin.min(candidate.min_margin);
        if let Some(expected) = row.min_decision_margin {
            margin.fixture(Set::Official);
            margin.all_close(&[least], &[expected]);
        }
        if let (Some(simple), Some(partial), Some(complete)) =
            (row.simple, row.partial, row.complete)
        {
            rewards.fixture(Set::Official);
            if least > MARGIN {
                let values = rewarded(&reference.annotation.graph, &candidate.annotation.graph);
                for (ours, official) in values.into_iter().zip([simple, partial, complete]) {
                    rewards.close(ours, official);
                }
            } else {
                rewards.leave_out();
            }
        }
        if let Some(words) = &row.reference_tokens {
            assert_eq!(reference.annotation.graph.text(), words.join(" "));
            let found: Vec<&str> = reference
                .annotation
                .words
                .iter()
                .map(|&word| spelled(&row.reference, word))
                .collect();
            assert_eq!(&found, words);
        }
        for (found, expected) in
            [(reference, &row.reference_annotation), (candidate, &row.candidate_annotation)]
        {
            assert_eq!(found.annotation.graph.text(), expected.text());
            graphs.fixture(Set::Official);
            if found.min_margin > MARGIN {
                // The source and split of the data are the caller's to say.
                assert!(
                    found.annotation.graph.entities().eq(expected.entities()),
                    "{:?}",
                    found.annotation.graph
                );
            } else {
                graphs.leave_out();
            }
        }
    }
    assert!(graphs.agreeing(Set::Official) >= at_least, "{file}");
    margin.finish();
    graphs.finish();
    rewards.finish();
}

#[test]
fn graphs_of_radgraph() {
    check_pairs("radgraph.tar.gz", "e2e_radgraph.jsonl", 70);
}

#[test]
fn graphs_of_radgraph_xl() {
    check_pairs("radgraph-xl.tar.gz", "e2e_radgraph_xl.jsonl", 60);
}

/// CXR-Report-Metric runs PhysioNet's archive, without naming a dataset.
#[test]
fn graphs_of_an_end_to_end_run() {
    check_pairs("physionet_model.tar.gz", "e2e_calc_metric.jsonl", 75);
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
    let files = [
        ("radgraph.tar.gz", "e2e_radgraph_long.json"),
        ("radgraph-xl.tar.gz", "e2e_radgraph_xl_long.json"),
    ];
    for (archive, file) in files {
        let Some(long) = document::<Long>(file) else { return };
        let mut tally = Tally::identical("RadGraph", "graph of a report of two chunks", file);
        tally.fixture(Set::Official);
        let found = radgraph(archive).annotate(&long.report).unwrap().unwrap();
        // Each chunk is framed.
        assert_eq!(found.annotation.chunks as usize, 2);
        assert_eq!(
            found.pieces + 2 * found.annotation.chunks as usize,
            long.n_wordpieces_with_specials
        );
        assert_eq!(found.annotation.graph.text(), long.annotation.text());
        let least = long.min_margins.into_iter().fold(f32::INFINITY, f32::min);
        assert!((found.min_margin - least).abs() < MARGIN);
        if least < MARGIN && found.annotation.graph != long.annotation {
            tally.leave_out();
        } else {
            tally.same(&found.annotation.graph, &long.annotation);
        }
        tally.finish();
    }
}

#[test]
fn edge_texts() {
    let files = [
        ("radgraph.tar.gz", "e2e_radgraph_edge.json"),
        ("radgraph-xl.tar.gz", "e2e_radgraph_xl_edge.json"),
    ];
    for (archive, file) in files {
        let Some(rows) = document::<Vec<Value>>(file) else { return };
        let model = radgraph(archive);
        let mut tally = Tally::identical("RadGraph", "graphs of edge texts", file);
        for row in rows {
            tally.fixture(Set::Official);
            let expect = |text: &str, graph: &Value| {
                let graph: Graph = serde_json::from_value(graph.clone()).unwrap();
                // The package annotates the word None in place of an empty text.
                let text = if text.is_empty() { "None" } else { text };
                let found = model.annotate(text).unwrap().unwrap();
                assert!(found.min_margin > MARGIN, "{text:?} is too close to call");
                assert_eq!(found.annotation.graph, graph, "{text:?}");
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
            // The package's reward of the pair, 0 without annotating where a side is empty.
            let read = |side: &str| -> Option<Graph> {
                let annotation = row[format!("{side}_annotation")].get(0)?;
                Some(serde_json::from_value(annotation.clone()).unwrap())
            };
            let found = match (read("ref"), read("hyp")) {
                (Some(reference), Some(candidate)) => rewarded(&reference, &candidate),
                _ => [0.0; 3],
            };
            let official: [f64; 3] = serde_json::from_value(row["mean"].clone()).unwrap();
            tally.same(found, official);
        }
        tally.finish();
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
    let file = "e2e_radgraph_internals.json";
    let Some(goldens) = document::<Vec<Internals>>(file) else { return };
    let pack = radgraph_pack("radgraph.tar.gz");
    let model = Radgraph::from_pack(&pack).unwrap();
    let spans_graph = NamedGraph::load(pack.file(Pack::SPANS).unwrap()).unwrap();
    let mut tally = Tally::within("RadGraph", "words, spans and relations inside", file, 1e-4);
    for golden in goldens {
        tally.fixture(Set::Official);
        let scores = model.scores(&golden.report).unwrap().unwrap();
        assert_eq!(scores.pieces, golden.token_ids[1..golden.token_ids.len() - 1]);
        let offsets: Vec<_> = scores.word_pieces.iter().map(|r| (r.start + 1, r.end)).collect();
        assert_eq!(offsets, golden.offsets_inclusive);
        tally.all_close(&scores.word_embeddings, &golden.word_embeddings.concat());
        assert_eq!(scores.spans, golden.spans);
        tally.all_close(&scores.entity_scores, &golden.ner_scores_without_null.concat());
        assert_eq!(scores.kept, golden.pruned_span_indices);
        let kept: Vec<f32> = scores.kept.iter().map(|&at| scores.mention_scores[at]).collect();
        tally.all_close(&kept, &golden.pruned_mention_scores);
        let expected: Vec<f32> = golden
            .relation_scores_with_null_first
            .iter()
            .flatten()
            .flat_map(|labels| labels[1..].iter().copied())
            .collect();
        tally.all_close(&scores.relation_scores, &expected);

        let shape = [golden.words.len(), scores.word_embeddings.len() / golden.words.len()];
        let ends = [golden.spans[0], golden.spans[golden.spans.len() - 1]];
        let (starts, ends) = (ends.map(|s| s.0 as i64), ends.map(|s| s.1 as i64));
        let inputs = [
            ("words", TensorInput::F32 { shape: &shape, values: &scores.word_embeddings }),
            ("starts", TensorInput::I64 { shape: &[2], values: &starts }),
            ("ends", TensorInput::I64 { shape: &[2], values: &ends }),
        ];
        let outputs = spans_graph.run(&inputs).unwrap();
        let expected = [golden.first_span_embedding, golden.last_span_embedding].concat();
        tally.all_close(&outputs["span_vectors"].values, &expected);

        let found = model.annotate(&golden.report).unwrap().unwrap();
        assert!(found.min_margin > MARGIN);
        tally.same(&found.annotation.graph, &golden.annotation);
    }
    tally.finish();
}

/// A word of a text, by where it stands.
fn spelled(text: &str, (start, end): (u32, u32)) -> &str {
    &text[start as usize..end as usize]
}

/// The rewards of release 0.1.18: simple, partial, complete.
fn rewarded(reference: &Graph, candidate: &Graph) -> [f64; 3] {
    use reward::Level::{Complete, Partial, Simple};
    [Simple, Partial, Complete].map(|level| {
        reward::reward(reference, candidate, level, reward::RewardVersion::V0_1_18).overlap.f1
    })
}
