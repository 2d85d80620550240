use super::{MARGIN, TOLERANCE};
use rrgscore_annotate::{Chexbert, ChexbertReading};
use rrgscore_metrics::chexbert_labels::Mention;
use rrgscore_packs::Pack;
use rrgscore_parity::{Set, Tally};
use serde::Deserialize;

#[derive(Deserialize)]
struct Goldens {
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    pieces: usize,
    truncated: bool,
    embedding: Vec<f32>,
    logits: Vec<f32>,
    classes: Vec<usize>,
    min_margin: f32,
}

/// Embeddings, logits and the 14 observations.
pub(crate) fn check(pack: &Pack) {
    let goldens: Goldens = serde_json::from_str(include_str!("../goldens/chexbert.json")).unwrap();
    let model = Chexbert::from_pack(pack).unwrap();
    let file = "annotate/chexbert.json";
    let mut vectors = Tally::within("CheXbert", "embeddings, logits", file, TOLERANCE);
    let mut labels = Tally::identical("CheXbert", "14 labels", file);
    let classes = [Mention::Blank, Mention::Positive, Mention::Negative, Mention::Uncertain];
    for text in goldens.texts {
        let found = model.annotate(&text.text).unwrap();
        assert_eq!(found.annotation.embedding.len(), model.dim());
        vectors.fixture(Set::Own);
        vectors.all_close(&found.annotation.embedding, &text.embedding);
        vectors.all_close(&found.logits, &text.logits);
        assert_eq!((found.pieces_total, found.annotation.truncated), (text.pieces, text.truncated));
        labels.fixture(Set::Own);
        if text.min_margin > MARGIN {
            let expected: Vec<Mention> = text.classes.iter().map(|&class| classes[class]).collect();
            labels.same(found.annotation.labels.0.to_vec(), expected);
        } else {
            labels.leave_out();
        }
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<ChexbertReading>(&json).unwrap(), found);
    }
    assert!(labels.agreeing(Set::Own) > 20);
    vectors.finish();
    labels.finish();
}
