//! RaTEScore against the official package on tiny models; sentences come split.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests read goldens from disk, say when they cannot, and fail by panicking"
)]

mod official;

use official::{MARGIN, Worst, here, json, lines, pack};
use rrgscore_annotate::{NamedEntity, RatescoreEntities, Synonyms};
use rrgscore_metrics::ratescore::{Entities, EntityType, Version, score};
use serde::Deserialize;

fn models() -> (RatescoreEntities, Synonyms) {
    (
        RatescoreEntities::from_pack(&pack(&["RaTE-NER-Deberta"])).unwrap(),
        Synonyms::from_pack(&pack(&["BioLORD-2023-C"])).unwrap(),
    )
}

fn plain(entities: &[NamedEntity]) -> Vec<(String, String)> {
    entities.iter().map(|e| (e.text.clone(), e.kind.name().to_owned())).collect()
}

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
    if !here() {
        return;
    }
    let (ner, synonyms) = models();
    let mut margin = Worst::new("smallest margin of a token label", 1e-4);
    let mut scores = Worst::new("RaTEScore", 1e-5);
    let rows: Vec<Row> = lines("e2e_ratescore.jsonl");
    let mut compared = 0;
    for row in &rows {
        let mut least = f32::INFINITY;
        let mut side = |sentences: &[String]| {
            let found = ner.annotate(sentences).unwrap();
            least = found.iter().map(|s| s.min_margin).fold(least, f32::min);
            found.into_iter().flat_map(|s| s.entities).collect::<Vec<_>>()
        };
        let (reference, candidate) =
            (side(&row.reference_sentences), side(&row.candidate_sentences));
        margin.see(&[least], &[row.min_ner_margin]);
        if least <= MARGIN {
            continue;
        }
        compared += 1;
        assert_eq!(plain(&reference), row.reference_entities);
        assert_eq!(plain(&candidate), row.candidate_entities);
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
        let found = [of(Version::May2025Long), of(Version::May2025Short)];
        scores.see(&found, &[row.ratescore_long, row.ratescore_short]);
    }
    println!("RaTEScore: {compared} of {} pairs compared", rows.len());
    assert!(compared >= 40);
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
    if !here() {
        return;
    }
    let (ner, synonyms) = models();
    let mut logits = Worst::new("logits of tokens", 1e-4);
    let mut embeddings = Worst::new("embeddings of entities", 1e-4);
    for golden in json::<Vec<Internals>>("e2e_ratescore_internals.json") {
        let found = ner.annotate(&golden.sentences).unwrap();
        assert_eq!(found[0].tokens, golden.tokens);
        logits.see(&found[0].logits, &golden.logits.concat());
        assert_eq!(plain(&found[0].entities), golden.entities);
        for ((text, _), expected) in golden.entities.iter().zip(&golden.entity_embeddings) {
            embeddings.see(&synonyms.embed(text).unwrap(), expected);
        }
    }
}
