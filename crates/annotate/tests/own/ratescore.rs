use super::{MARGIN, TOLERANCE};
use rrgscore_annotate::{RatescoreEntities, Synonyms};
use rrgscore_packs::Pack;
use rrgscore_parity::{Set, Tally};
use serde::Deserialize;

const FILE: &str = "annotate/ratescore.json";

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
pub(crate) fn check_entities(pack: &Pack) {
    let goldens = goldens();
    let model = RatescoreEntities::from_pack(pack).unwrap();
    let sentences: Vec<&str> = goldens.sentences.iter().map(|s| s.sentence.as_str()).collect();
    let mut logits = Tally::within("RaTEScore", "token logits, margins", FILE, TOLERANCE);
    let mut labels = Tally::identical("RaTEScore", "labels and entities of sentences", FILE);
    for (found, expected) in model.annotate(&sentences).unwrap().iter().zip(&goldens.sentences) {
        assert_eq!(found.tokens.len(), expected.ids.len());
        assert_eq!(found.truncated, expected.ids.len() == 512);
        logits.fixture(Set::Own);
        labels.fixture(Set::Own);
        logits.all_close(&[found.min_margin], &[expected.min_margin]);
        if let Some(expected) = &expected.logits {
            logits.all_close(&found.logits, &expected.concat());
        }
        if expected.min_margin <= MARGIN {
            labels.leave_out();
            continue;
        }
        labels.same(&found.labels, &expected.labels);
        let entities: Vec<(String, String)> =
            found.entities.iter().map(|e| (e.text.clone(), e.kind.name().to_owned())).collect();
        labels.same(&entities, &expected.entities);
        for entity in &found.entities {
            let marked = &expected.sentence[entity.range()];
            assert_eq!(marked, marked.trim());
            // Where the tokenizer neither normalises nor lacks a character, they are the same.
            if expected.sentence.is_ascii() && !entity.text.contains("[UNK]") {
                let plain = |text: &str| text.split_whitespace().collect::<String>();
                assert_eq!(plain(marked), plain(&entity.text));
            }
        }
    }
    assert!(labels.agreeing(Set::Own) > 40);
    logits.finish();
    labels.finish();
}

/// Embeddings of entities.
pub(crate) fn check_synonyms(pack: &Pack) {
    let model = Synonyms::from_pack(pack).unwrap();
    let mut tally = Tally::within("RaTEScore", "entity embeddings", FILE, TOLERANCE);
    for entity in goldens().entities {
        let found = model.embed(&entity.text).unwrap();
        assert_eq!(found.len(), model.dim());
        tally.fixture(Set::Own);
        tally.all_close(&found, &entity.embedding);
    }
    tally.finish();
}
