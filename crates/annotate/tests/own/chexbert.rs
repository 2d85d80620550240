use super::{MARGIN, Worst};
use rrgscore_annotate::{Chexbert, ChexbertAnnotation};
use rrgscore_metrics::chexbert_labels::Mention;
use rrgscore_packs::Pack;
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
pub(crate) fn check(pack: &Pack) -> f32 {
    let goldens: Goldens = serde_json::from_str(include_str!("../goldens/chexbert.json")).unwrap();
    let model = Chexbert::from_pack(pack).unwrap();
    let mut worst = Worst::default();
    let classes = [Mention::Blank, Mention::Positive, Mention::Negative, Mention::Uncertain];
    let mut decided = 0;
    for text in goldens.texts {
        let found = model.annotate(&text.text).unwrap();
        assert_eq!(found.embedding.len(), model.dim());
        worst.see("embedding", &found.embedding, &text.embedding);
        worst.see("logits", &found.logits, &text.logits);
        assert_eq!((found.pieces_total, found.truncated), (text.pieces, text.truncated));
        if text.min_margin > MARGIN {
            let expected: Vec<Mention> = text.classes.iter().map(|&class| classes[class]).collect();
            assert_eq!(found.labels().unwrap().0.to_vec(), expected);
            decided += 1;
        }
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<ChexbertAnnotation>(&json).unwrap(), found);
    }
    assert!(decided > 20);
    worst.0
}
