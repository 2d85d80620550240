//! Reports of a length that is run in blocks: the same numbers as at once, and an end.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod own;

use own::packs::{RADGRAPH, build};
use own::worst;
use rrgscore_annotate::Radgraph;
use rrgscore_engine::{NamedGraph, TensorInput};
use rrgscore_packs::{Pack, Precision};

const SENTENCES: [&str; 5] = [
    "No focal consolidation, effusion or pneumothorax.",
    "The heart is mildly enlarged.",
    "A 5 mm nodule in the left upper lobe is unchanged.",
    "Degenerative changes of the spine.",
    "The tube ends above the carina (see note).",
];

fn report(words: usize) -> String {
    let all: Vec<&str> =
        SENTENCES.iter().cycle().flat_map(|sentence| sentence.split(' ')).take(words).collect();
    all.join(" ")
}

#[test]
fn blocks_give_what_one_run_gives() {
    let pack = build(&RADGRAPH, Precision::F32);
    let text = report(330);
    let scores = Radgraph::from_pack(&pack).unwrap().scores(&text).unwrap().unwrap();
    let words = scores.word_pieces.len();
    assert!(scores.spans.len() > 2048 && scores.kept.len() > 150);

    let load = |file| NamedGraph::load(pack.file(file).unwrap()).unwrap();
    let places = |of: fn(&(usize, usize)) -> usize| -> Vec<i64> {
        scores.spans.iter().map(|span| of(span) as i64).collect()
    };
    let (starts, ends) = (places(|span| span.0), places(|span| span.1));
    let count = [scores.spans.len()];
    let shape = [words, scores.word_embeddings.len() / words];
    let spans = load(Pack::SPANS)
        .run(&[
            ("words", TensorInput::F32 { shape: &shape, values: &scores.word_embeddings }),
            ("starts", TensorInput::I64 { shape: &count, values: &starts }),
            ("ends", TensorInput::I64 { shape: &count, values: &ends }),
        ])
        .unwrap();
    assert!(worst(&scores.entity_scores, &spans["entity_scores"].values) < 1e-5);
    assert!(worst(&scores.mention_scores, &spans["mention_scores"].values) < 1e-5);

    let width = spans["span_vectors"].shape[1];
    let rows: Vec<&[f32]> = spans["span_vectors"].values.chunks_exact(width).collect();
    let vectors = scores.kept.iter().map(|&at| rows[at]).collect::<Vec<_>>().concat();
    let mentions: Vec<f32> = scores.kept.iter().map(|&at| scores.mention_scores[at]).collect();
    let kept = mentions.len();
    let relations = load(Pack::RELATIONS)
        .run(&[
            ("span_vectors", TensorInput::F32 { shape: &[kept, width], values: &vectors }),
            ("mention_scores", TensorInput::F32 { shape: &[kept], values: &mentions }),
        ])
        .unwrap();
    assert!(worst(&scores.relation_scores, &relations["relation_scores"].values) < 1e-5);
}

/// 2,000 words, some 4,000 pieces: nothing is cut off.
#[test]
fn a_report_of_2000_words() {
    let radgraph = Radgraph::from_pack(&build(&RADGRAPH, Precision::Int8)).unwrap();
    let text = report(2000);
    let found = radgraph.annotate(&text).unwrap().unwrap();
    assert!(found.annotation.words.len() > 2000);
    assert_eq!(found.annotation.words.last().unwrap().1 as usize, text.len());
    assert_eq!(found.annotation.chunks as usize, found.pieces.div_ceil(126));
    let last = found.annotation.graph.entities().last().unwrap().1;
    assert!(last.end_ix > found.annotation.words.len() - 50);
}
