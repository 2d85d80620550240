use super::{MARGIN, Worst};
use rrgscore_annotate::{RatescoreEntities, Synonyms};
use rrgscore_packs::Pack;
use serde::Deserialize;

#[derive(Deserialize)]
struct Goldens {
    sentences: Vec<Sentence>,
    entities: Vec<Entity>,
}

#[derive(Deserialize)]
struct Sentence {
    sentence: String,
    ids: Vec<u32>,
    labels: Vec<usize>,
    logits: Option<Vec<Vec<f32>>>,
    entities: Vec<(String, String)>,
    min_margin: f32,
}

#[derive(Deserialize)]
struct Entity {
    text: String,
    embedding: Vec<f32>,
}

fn goldens() -> Goldens {
    serde_json::from_str(include_str!("../goldens/ratescore.json")).unwrap()
}

/// Logits, token labels and entities of sentences.
pub(crate) fn check_entities(pack: &Pack) -> f32 {
    let goldens = goldens();
    let model = RatescoreEntities::from_pack(pack).unwrap();
    let sentences: Vec<&str> = goldens.sentences.iter().map(|s| s.sentence.as_str()).collect();
    let mut worst = Worst::default();
    let mut compared = 0;
    for (found, expected) in model.annotate(&sentences).unwrap().iter().zip(&goldens.sentences) {
        assert_eq!(found.tokens.len(), expected.ids.len());
        assert_eq!(found.truncated, expected.ids.len() == 512);
        worst.see("margin", &[found.min_margin], &[expected.min_margin]);
        if let Some(logits) = &expected.logits {
            worst.see("logits", &found.logits, &logits.concat());
        }
        if expected.min_margin <= MARGIN {
            continue;
        }
        compared += 1;
        assert_eq!(found.labels, expected.labels);
        let entities: Vec<(String, String)> =
            found.entities.iter().map(|e| (e.text.clone(), e.kind.name().to_owned())).collect();
        assert_eq!(entities, expected.entities);
        for entity in &found.entities {
            let marked = &expected.sentence[entity.range.clone()];
            assert_eq!(marked, marked.trim());
            // Where the tokenizer neither normalises nor lacks a character, they are the same.
            if expected.sentence.is_ascii() && !entity.text.contains("[UNK]") {
                let plain = |text: &str| text.split_whitespace().collect::<String>();
                assert_eq!(plain(marked), plain(&entity.text));
            }
        }
    }
    assert!(compared > 40, "{compared} sentences compared");
    worst.0
}

/// Embeddings of entities.
pub(crate) fn check_synonyms(pack: &Pack) -> f32 {
    let model = Synonyms::from_pack(pack).unwrap();
    let mut worst = Worst::default();
    for entity in goldens().entities {
        let found = model.embed(&entity.text).unwrap();
        assert_eq!(found.len(), model.dim());
        worst.see("embedding", &found, &entity.embedding);
    }
    worst.0
}
