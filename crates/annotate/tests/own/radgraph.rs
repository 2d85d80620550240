use super::{MARGIN, TOLERANCE};
use rrgscore_annotate::{Radgraph, RadgraphReading, RadgraphScores};
use rrgscore_metrics::radgraph::Graph;
use rrgscore_packs::Pack;
use rrgscore_parity::{Set, Tally};
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
pub(crate) fn check(pack: &Pack, model: &'static str) {
    let goldens: Goldens = serde_json::from_str(include_str!("../goldens/radgraph.json")).unwrap();
    let radgraph = Radgraph::from_pack(pack).unwrap();
    // One row per model: the file holds the texts of all.
    let file = match model {
        "radgraph" => "annotate/radgraph.json, radgraph",
        "radgraph-xl" => "annotate/radgraph.json, radgraph-xl",
        "physionet" => "annotate/radgraph.json, PhysioNet's archive",
        _ => "annotate/radgraph.json, modern-radgraph-xl",
    };
    let mut inside = Tally::within("RadGraph", "margins, words, spans, relations", file, TOLERANCE);
    let mut graphs = Tally::identical("RadGraph", "graphs of reports", file);
    for text in goldens.texts.iter().filter(|text| text.model == model) {
        let found = radgraph.annotate(&text.text).unwrap().unwrap();
        check_words(text, &found);
        let scores = radgraph.scores(&text.text).unwrap().unwrap();
        assert_eq!(found.pieces, scores.pieces.len());
        check_pieces(text, &scores);
        inside.fixture(Set::Own);
        inside.all_close(&[found.min_margin], &[text.min_margin]);
        graphs.fixture(Set::Own);
        if text.min_margin > MARGIN {
            graphs.same(&found.annotation.graph, &text.graph);
        } else {
            graphs.leave_out();
        }
        if let Some(internals) = &text.internals {
            inside.all_close(&scores.word_embeddings, &internals.word_embeddings.concat());
            inside.all_close(&scores.entity_scores, &internals.entity_scores.concat());
            inside.all_close(&scores.mention_scores, &internals.mention_scores);
            assert_eq!(scores.kept, internals.kept);
            let expected = internals.relation_scores.concat().concat();
            inside.all_close(&scores.relation_scores, &expected);
        }
    }
    assert!(graphs.agreeing(Set::Own) > 4);
    for empty in ["", " ", "\n\u{a0}\u{1c}"] {
        assert_eq!(radgraph.annotate(empty).unwrap(), None);
    }
    inside.finish();
    graphs.finish();
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

fn check_words(text: &Text, found: &RadgraphReading) {
    assert_eq!(found.annotation.graph.text(), text.words.join(" "));
    assert_eq!(found.annotation.words.len(), text.words.len());
    for (&(start, end), word) in found.annotation.words.iter().zip(&text.words) {
        assert_eq!(&text.text[start as usize..end as usize], word);
    }
    let json = serde_json::to_string(found).unwrap();
    assert_eq!(&serde_json::from_str::<RadgraphReading>(&json).unwrap(), found);
}
