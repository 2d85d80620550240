//! RaTEScore's algebra and decoding against the RaTEScore package 0.6.0.

#![cfg(test)]

#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
use rrgscore_metrics::ratescore::{
    Entities, EntityType, RateScoreError, RatescoreVersion, Tag, WITHOUT_ENTITIES, decode,
    harmonic_mean, score,
};
use rrgscore_parity::{Tally, assert_close, number, numbers, records};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Debug, Clone)]
struct Side {
    types: Vec<EntityType>,
    embeddings: Vec<f32>,
    dim: usize,
}

impl Side {
    fn read(value: &Value) -> Self {
        let types = serde_json::from_value(value["types"].clone()).unwrap();
        let rows = value["embeddings"].as_array().unwrap();
        let dim = rows.first().map_or(1, |row| row.as_array().unwrap().len());
        let embeddings = rows.iter().flat_map(numbers).map(|x| x as f32).collect();
        Self { types, embeddings, dim }
    }

    fn view(&self) -> Entities<'_> {
        Entities::new(&self.types, &self.embeddings, self.dim).unwrap()
    }
}

#[test]
fn equals_the_official_algebra() {
    for (field, what, version) in [
        ("long", "score, 2025-05-long", RatescoreVersion::May2025Long),
        ("short", "score, 2025-05-short", RatescoreVersion::May2025Short),
        ("long_0_3612", "score, 2024-10", RatescoreVersion::October2024),
    ] {
        // The similarities are f32 products; their sums differ in the last bits.
        let mut tally = Tally::within("RaTEScore", what, "ratescore_algebra.jsonl", 1e-6);
        for golden in records("ratescore_algebra.jsonl") {
            let record = &golden.value;
            let (reference, candidate) =
                (Side::read(&record["reference"]), Side::read(&record["candidate"]));
            let Some(official) = record.get(field) else { continue };
            tally.at(&golden);
            let ours = score(reference.view(), candidate.view(), version).unwrap();
            let (p, r) = (ours.reference_to_candidate, ours.candidate_to_reference);
            // How much 2pr/(p+r) magnifies an error of p or r, much where their signs differ.
            let slope = (2.0 * (p * p + r * r) / ((p + r) * (p + r))).max(1.0);
            tally.close(ours.score / slope, number(&official["score"]) / slope);
            let directions = [(p, "precision_like_ref_to_cand"), (r, "recall_like_cand_to_ref")];
            for (ours, field) in directions {
                if let Some(official) = official.get(field) {
                    tally.close(ours, number(official));
                }
            }
            // From the official directions on all is f64: the closed form is the official one.
            if let [Some(p), Some(r)] = directions.map(|(_, field)| official.get(field)) {
                let closed = harmonic_mean(number(p), number(r));
                assert_close(closed, number(&official["score"]), 1e-12, &golden.place);
            }
        }
        tally.finish();
    }
}

#[test]
fn decodes_as_officially() {
    let mut tally = Tally::identical("RaTEScore", "entities of labels", "ratescore_decode.jsonl");
    for golden in records("ratescore_decode.jsonl") {
        tally.at(&golden);
        let tokens: Vec<String> = serde_json::from_value(golden.value["tokens"].clone()).unwrap();
        let labels: Vec<String> = serde_json::from_value(golden.value["labels"].clone()).unwrap();
        let tags: Vec<Tag> = labels.iter().map(|label| label.parse().unwrap()).collect();
        let special: Vec<bool> = tokens.iter().map(|t| t == "[CLS]" || t == "[SEP]").collect();
        let entity = |span: &rrgscore_metrics::ratescore::EntitySpan| {
            let pieces = tokens.get(span.first..=span.last).unwrap_or_default();
            json!([to_text(pieces), span.kind.name()])
        };
        let ours: Vec<_> = decode(&tags, &special).iter().map(entity).collect();
        tally.same(&json!(ours), &golden.value["entities"]);
    }
    tally.finish();
}

/// What a SentencePiece tokenizer makes of pieces.
fn to_text(pieces: &[String]) -> String {
    let text = pieces.concat().replace('\u{2581}', " ");
    text.strip_prefix(' ').unwrap_or(&text).to_owned()
}

#[test]
fn other_labels_are_refused() {
    for label in ["", "B", "B-", "O-ANATOMY", "I-SEX", "X"] {
        assert!(label.parse::<Tag>().is_err(), "{label}");
    }
    assert_eq!("I-NON-DISEASE".parse(), Ok(Tag::Inside(EntityType::NonDisease)));
}

#[test]
fn a_report_without_entities_scores_a_half() {
    let none = Side { types: vec![], embeddings: vec![], dim: 1 };
    let one = Side { types: vec![EntityType::Anatomy], embeddings: vec![1.0, 0.0], dim: 2 };
    for (reference, candidate) in [(&none, &one), (&one, &none), (&none, &none)] {
        let ours =
            score(reference.view(), candidate.view(), RatescoreVersion::October2024).unwrap();
        assert_eq!(ours.score, WITHOUT_ENTITIES);
    }
}

#[test]
fn wrong_shapes_are_refused() {
    let types = [EntityType::Anatomy];
    let error = Entities::new(&types, &[1.0; 3], 2).unwrap_err();
    assert_eq!(error, RateScoreError::Shape { values: 3, entities: 1, dim: 2 });
    let error = Entities::new(&types, &[1.0, f32::INFINITY], 2).unwrap_err();
    assert_eq!(error, RateScoreError::NotFinite);
    let two = Entities::new(&types, &[1.0; 2], 2).unwrap();
    let three = Entities::new(&types, &[1.0; 3], 3).unwrap();
    let error = score(two, three, RatescoreVersion::October2024).unwrap_err();
    assert_eq!(error, RateScoreError::DifferentDims { reference: 2, candidate: 3 });
}

#[test]
fn contradictions_are_the_eight_official_pairs() {
    use EntityType::{Abnormality, Disease, NonAbnormality, NonDisease};
    for a in EntityType::ALL {
        for b in EntityType::ALL {
            let opposed = |x, y| {
                [Disease, Abnormality].contains(&x) && [NonDisease, NonAbnormality].contains(&y)
            };
            assert_eq!(a.contradicts(b), opposed(a, b) || opposed(b, a), "{a:?} {b:?}");
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn sides() -> impl Strategy<Value = Side> {
    (1usize..9).prop_flat_map(|count| {
        let types = prop::collection::vec(prop::sample::select(EntityType::ALL.to_vec()), count);
        let embeddings = prop::collection::vec(0.01f32..1.0, count * 7);
        (types, embeddings).prop_map(|(types, embeddings)| Side { types, embeddings, dim: 7 })
    })
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn the_score_is_symmetric(a in sides(), b in sides()) {
        for version in RatescoreVersion::ALL {
            let forth = score(a.view(), b.view(), version).unwrap();
            let back = score(b.view(), a.view(), version).unwrap();
            prop_assert_eq!(forth.score, back.score);
            prop_assert_eq!(forth.reference_matches, back.candidate_matches);
        }
    }

    #[test]
    fn similarities_that_are_positive_bound_the_score(a in sides(), b in sides()) {
        for version in RatescoreVersion::ALL {
            let ours = score(a.view(), b.view(), version).unwrap();
            prop_assert!((0.0..=1.0 + 1e-6).contains(&ours.score));
        }
    }

    #[test]
    fn a_report_of_distinct_entities_matches_itself(side in sides()) {
        let ours = score(side.view(), side.view(), RatescoreVersion::October2024).unwrap();
        prop_assert!((ours.score - 1.0).abs() < 1e-6);
    }
}
