//! RaTEScore against the official package on tiny models; sentences come split.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "official/mod.rs"]
mod official;

use official::{MARGIN, pack};
use rrgscore_annotate::{RatescoreEntities, Synonyms};
use rrgscore_annotations::NamedEntity;
use rrgscore_metrics::ratescore::{Entities, EntityType, RatescoreVersion, score};
use rrgscore_parity::{Set, Tally, document, shared_lines};
use serde::Deserialize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn models() -> (RatescoreEntities, Synonyms) {
    (
        RatescoreEntities::from_pack(&pack(&["RaTE-NER-Deberta"])).unwrap(),
        Synonyms::from_pack(&pack(&["BioLORD-2023-C"])).unwrap(),
    )
}

fn plain(entities: &[NamedEntity]) -> Vec<(String, String)> {
    entities.iter().map(|e| (e.text.clone(), e.kind.name().to_owned())).collect()
}

const RUN: &str = "e2e_ratescore.jsonl";

#[derive(Deserialize)]
struct Row {
    reference_sentences: Vec<String>,
    candidate_sentences: Vec<String>,
    reference_entities: Vec<(String, String)>,
    candidate_entities: Vec<(String, String)>,
    ratescore_long: f32,
    ratescore_short: f32,
    min_ner_margin: f32,
}

#[test]
fn entities_and_scores_of_an_end_to_end_run() {
    let rows: Vec<Row> = shared_lines(RUN);
    if rows.is_empty() {
        return;
    }
    let (ner, synonyms) = models();
    let mut margin = Tally::within("RaTEScore", "smallest margin of a token label", RUN, 1e-4);
    let mut entities = Tally::identical("RaTEScore", "entities of two reports", RUN);
    let mut scores =
        Tally::within("RaTEScore", "2025-05-long and -short of two reports", RUN, 1e-5);
    for row in &rows {
        for tally in [&mut margin, &mut entities, &mut scores] {
            tally.fixture(Set::Official);
        }
        let mut least = f32::INFINITY;
        let mut side = |sentences: &[String]| {
            let found = ner.annotate(sentences).unwrap();
            least = found.iter().map(|s| s.min_margin).fold(least, f32::min);
            found.into_iter().flat_map(|s| s.entities).collect::<Vec<_>>()
        };
        let (reference, candidate) =
            (side(&row.reference_sentences), side(&row.candidate_sentences));
        margin.all_close(&[least], &[row.min_ner_margin]);
        if least <= MARGIN {
            entities.leave_out();
            scores.leave_out();
            continue;
        }
        entities.same(&plain(&reference), &row.reference_entities);
        entities.same(&plain(&candidate), &row.candidate_entities);
        let embedded = |entities: &[NamedEntity]| {
            let types: Vec<EntityType> = entities.iter().map(|e| e.kind).collect();
            let rows: Vec<f32> =
                entities.iter().flat_map(|e| synonyms.embed(&e.text).unwrap()).collect();
            (types, rows)
        };
        let (reference, candidate) = (embedded(&reference), embedded(&candidate));
        let dim = synonyms.dim();
        let reference = Entities::new(&reference.0, &reference.1, dim).unwrap();
        let candidate = Entities::new(&candidate.0, &candidate.1, dim).unwrap();
        let of = |version| score(reference, candidate, version).unwrap().score as f32;
        let found = [of(RatescoreVersion::May2025Long), of(RatescoreVersion::May2025Short)];
        scores.all_close(&found, &[row.ratescore_long, row.ratescore_short]);
    }
    assert!(entities.agreeing(Set::Official) >= 40);
    margin.finish();
    entities.finish();
    scores.finish();
}

/// A report whose sentences hold letters that RaTE-NER's vocabulary lacks, which the official code
/// spells `[UNK]` and embeds so; and whose reference has one entity text under two types, as far
/// from a candidate's entity the one as the other. The official code takes the second of the two:
/// its products of one text's two embeddings can differ in the last bit by the place of their rows
/// in a matrix, and the larger one wins. Here they are equal, and the first is taken; so the
/// official score is the one of the two in the other order.
#[test]
fn a_report_of_unknown_letters_and_a_tie_that_rounding_decides() {
    let Some(bytes) = rrgscore_parity::shared_file("cases/ratescore-unk.json") else { return };
    let row: Row = serde_json::from_slice(&bytes).unwrap();
    let (ner, synonyms) = models();
    let side = |sentences: &[String]| -> Vec<NamedEntity> {
        ner.annotate(sentences).unwrap().into_iter().flat_map(|s| s.entities).collect()
    };
    let (mut reference, candidate) =
        (side(&row.reference_sentences), side(&row.candidate_sentences));
    assert_eq!(plain(&reference), row.reference_entities);
    assert_eq!(plain(&candidate), row.candidate_entities);
    let dim = synonyms.dim();
    let scores = |reference: &[NamedEntity]| {
        let embedded = |entities: &[NamedEntity]| -> (Vec<EntityType>, Vec<f32>) {
            let types = entities.iter().map(|e| e.kind).collect();
            (types, entities.iter().flat_map(|e| synonyms.embed(&e.text).unwrap()).collect())
        };
        let (reference, candidate) = (embedded(reference), embedded(&candidate));
        let reference = Entities::new(&reference.0, &reference.1, dim).unwrap();
        let candidate = Entities::new(&candidate.0, &candidate.1, dim).unwrap();
        [RatescoreVersion::May2025Long, RatescoreVersion::May2025Short]
            .map(|version| score(reference, candidate, version).unwrap().score as f32)
    };
    let tied: Vec<usize> = (0..reference.len()).filter(|&at| reference[at].text == ".").collect();
    let [first, second] = tied.as_slice() else { panic!("two entities are tied") };
    let official = [row.ratescore_long, row.ratescore_short];
    assert!((scores(&reference)[0] - official[0]).abs() > 1e-4, "the tie makes a difference");
    reference.swap(*first, *second);
    for (ours, official) in scores(&reference).into_iter().zip(official) {
        assert!((ours - official).abs() <= 1e-5, "{ours} {official}");
    }
}

#[derive(Deserialize)]
struct Internals {
    sentences: Vec<String>,
    tokens: Vec<String>,
    logits: Vec<Vec<f32>>,
    entities: Vec<(String, String)>,
    entity_embeddings: Vec<Vec<f32>>,
}

#[test]
fn internals() {
    let file = "e2e_ratescore_internals.json";
    let Some(goldens) = document::<Vec<Internals>>(file) else { return };
    let (ner, synonyms) = models();
    let mut tally = Tally::within("RaTEScore", "token logits, entity embeddings", file, 1e-4);
    for golden in goldens {
        tally.fixture(Set::Official);
        let found = ner.annotate(&golden.sentences).unwrap();
        tally.same(&found[0].tokens, &golden.tokens);
        tally.all_close(&found[0].logits, &golden.logits.concat());
        tally.same(&plain(&found[0].entities), &golden.entities);
        for ((text, _), expected) in golden.entities.iter().zip(&golden.entity_embeddings) {
            tally.all_close(&synonyms.embed(text).unwrap(), expected);
        }
    }
    tally.finish();
}
