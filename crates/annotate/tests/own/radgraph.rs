use super::{MARGIN, Worst};
use rrgscore_annotate::{Radgraph, RadgraphAnnotation, RadgraphScores};
use rrgscore_metrics::radgraph::Graph;
use rrgscore_packs::Pack;
use serde::Deserialize;

#[derive(Deserialize)]
struct Goldens {
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    model: String,
    text: String,
    words: Vec<String>,
    framed_pieces: Vec<u32>,
    graph: Graph,
    min_margin: f32,
    internals: Option<Internals>,
}

#[derive(Deserialize)]
struct Internals {
    word_embeddings: Vec<Vec<f32>>,
    entity_scores: Vec<Vec<f32>>,
    mention_scores: Vec<f32>,
    kept: Vec<usize>,
    relation_scores: Vec<Vec<Vec<f32>>>,
}

/// Words, pieces, graphs, margins, and for some texts all scores. `model` is the name in the
/// goldens.
pub(crate) fn check(pack: &Pack, model: &str) -> f32 {
    let goldens: Goldens = serde_json::from_str(include_str!("../goldens/radgraph.json")).unwrap();
    let radgraph = Radgraph::from_pack(pack).unwrap();
    let mut worst = Worst::default();
    let mut compared = 0;
    for text in goldens.texts.iter().filter(|text| text.model == model) {
        let found = radgraph.annotate(&text.text).unwrap().unwrap();
        check_words(text, &found);
        let scores = radgraph.scores(&text.text).unwrap().unwrap();
        assert_eq!(found.pieces, scores.pieces.len());
        check_pieces(text, &scores);
        worst.see("margin", &[found.min_margin], &[text.min_margin]);
        if text.min_margin > MARGIN {
            assert_eq!(found.graph, text.graph, "{:?}", text.text);
            compared += 1;
        }
        if let Some(internals) = &text.internals {
            worst.see("words", &scores.word_embeddings, &internals.word_embeddings.concat());
            worst.see("entities", &scores.entity_scores, &internals.entity_scores.concat());
            worst.see("mentions", &scores.mention_scores, &internals.mention_scores);
            assert_eq!(scores.kept, internals.kept);
            let expected = internals.relation_scores.concat().concat();
            worst.see("relations", &scores.relation_scores, &expected);
        }
    }
    assert!(compared > 4, "{compared} graphs compared");
    for empty in ["", " ", "\n\u{a0}\u{1c}"] {
        assert_eq!(radgraph.annotate(empty).unwrap(), None);
    }
    worst.0
}

fn check_pieces(text: &Text, scores: &RadgraphScores) {
    let framed = &text.framed_pieces;
    // Chunks have up to 128 ids. The framing tokens of ModernBERT are counted, and not there.
    if text.model == "modern-radgraph-xl" {
        assert_eq!((&scores.pieces, scores.chunks), (framed, framed.len().div_ceil(128)));
    } else if !scores.pieces.is_empty() {
        let unframed: Vec<u32> =
            framed.chunks(128).flat_map(|chunk| &chunk[1..chunk.len() - 1]).copied().collect();
        assert_eq!((&scores.pieces, scores.chunks), (&unframed, framed.len().div_ceil(128)));
    }
}

fn check_words(text: &Text, found: &RadgraphAnnotation) {
    assert_eq!(found.graph.text(), text.words.join(" "));
    assert_eq!(found.words.len(), text.words.len());
    for (range, word) in found.words.iter().zip(&text.words) {
        assert_eq!(&text.text[range.clone()], word);
    }
    let json = serde_json::to_string(found).unwrap();
    assert_eq!(&serde_json::from_str::<RadgraphAnnotation>(&json).unwrap(), found);
}
