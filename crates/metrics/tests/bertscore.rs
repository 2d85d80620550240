//! BERTScore's algebra against bert-score 0.3.13 (`greedy_cos_idf`, `get_idf_dict`).

#![cfg(test)]

#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
use rrgscore_metrics::bertscore::{
    BatchPadding, BertScore, BertScoreError, DISTILROBERTA_BASE_LAYER_5, Idf, Scores, Tokens,
    plain_weights, score,
};
use rrgscore_parity::{Tally, assert_close, number, numbers, records};
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Debug)]
struct Text {
    hidden: Vec<f32>,
    dim: usize,
    weights: Vec<f32>,
}

impl Text {
    fn read(record: &Value, side: &str, dim: usize) -> Self {
        let rows = record[format!("{side}_hidden")].as_array().unwrap();
        let hidden = rows.iter().flat_map(numbers).map(|x| x as f32).collect();
        let weights = numbers(&record[format!("{side}_idf")]).iter().map(|&x| x as f32).collect();
        Self { hidden, dim, weights }
    }

    fn view(&self) -> Tokens<'_> {
        Tokens::new(&self.hidden, self.dim, &self.weights).unwrap()
    }
}

#[test]
fn equals_the_official_algebra() {
    let mut tally = Tally::within("BERTScore", "greedy matching", "bertscore_algebra.jsonl", 1e-6);
    for golden in records("bertscore_algebra.jsonl") {
        tally.at(&golden);
        let record = &golden.value;
        let dim = record["dim"].as_u64().unwrap() as usize;
        let read = |pair| (Text::read(pair, "ref", dim), Text::read(pair, "hyp", dim));
        let batch: Vec<_> = record["batch"].as_array().unwrap().iter().map(read).collect();
        let longest_reference = batch.iter().map(|(r, _)| r.weights.len()).max().unwrap();
        let longest_candidate = batch.iter().map(|(_, c)| c.weights.len()).max().unwrap();
        for (i, (reference, candidate)) in batch.iter().enumerate() {
            let padding = BatchPadding {
                reference: reference.weights.len() < longest_reference,
                candidate: candidate.weights.len() < longest_candidate,
            };
            let raw = score(reference.view(), candidate.view(), padding).unwrap().raw;
            let official = |suffix: &str| {
                let value = |name: &str| number(&record[format!("{name}{suffix}")][i]);
                Scores { precision: value("P"), recall: value("R"), f1: value("F") }
            };
            let values = |scores: Scores| [scores.precision, scores.recall, scores.f1];
            for (ours, official) in values(raw).into_iter().zip(values(official(""))) {
                tally.close(ours, official);
            }
            let rescaled = DISTILROBERTA_BASE_LAYER_5.rescale(official(""));
            for (ours, official) in values(rescaled).into_iter().zip(values(official("_rescaled")))
            {
                assert_close(ours, official, 0.0, &golden.place);
            }
        }
    }
    tally.finish();
}

#[test]
fn idf_equals_the_official_table() {
    let mut tally = Tally::within("BERTScore", "idf weights", "bertscore_idf.jsonl", 1e-12);
    for golden in records("bertscore_idf.jsonl") {
        tally.at(&golden);
        let record = &golden.value;
        let ids = |list: &Value| numbers(list).iter().map(|&id| id as u32).collect();
        let documents: Vec<Vec<u32>> =
            record["docs_token_ids"].as_array().unwrap().iter().map(ids).collect();
        let idf = Idf::from_documents(documents.iter().map(Vec::as_slice));
        for (id, official) in record["idf"].as_object().unwrap() {
            tally.close(idf.weight(id.parse().unwrap()), number(official));
        }
        tally.close(idf.weight(u32::MAX), number(&record["unseen_token_idf"]));
    }
    tally.finish();
}

#[test]
fn plain_weights_silence_special_tokens() {
    assert_eq!(plain_weights(&[0, 7, 8, 2], &[0, 2]), [0.0, 1.0, 1.0, 0.0]);
}

#[test]
fn scores_that_are_no_numbers_survive_json() {
    let zeros = Text { hidden: vec![0.0; 6], dim: 2, weights: vec![0.0; 3] };
    let text = Text { hidden: vec![1.0; 6], dim: 2, weights: vec![0.0, 1.0, 0.0] };
    let ours = score(zeros.view(), text.view(), BatchPadding::NONE).unwrap();
    let json = serde_json::to_string(&ours).unwrap();
    let back: BertScore = serde_json::from_str(&json).unwrap();
    assert!(back.raw.precision.is_nan() && back.raw.recall.is_nan() && back.raw.f1 == 0.0);
    assert!(back.candidate_matches.iter().all(|found| found.similarity.is_nan()));
}

#[test]
fn wrong_shapes_are_refused() {
    let shape = Tokens::new(&[1.0; 5], 2, &[1.0; 2]).unwrap_err();
    assert_eq!(shape, BertScoreError::Shape { values: 5, tokens: 2, dim: 2 });
    assert!(matches!(Tokens::new(&[], 2, &[]), Err(BertScoreError::Shape { .. })));
    let broken = Tokens::new(&[1.0, f32::NAN], 2, &[1.0]).unwrap_err();
    assert_eq!(broken, BertScoreError::NotFinite);
    let narrow = Tokens::new(&[1.0; 6], 2, &[1.0; 3]).unwrap();
    let wide = Tokens::new(&[1.0; 9], 3, &[1.0; 3]).unwrap();
    let error = score(narrow, wide, BatchPadding::NONE).unwrap_err();
    assert_eq!(error, BertScoreError::DifferentDims { reference: 2, candidate: 3 });
}

/// Texts of 3 to 9 tokens, the outer two special; 37 is no multiple of the summation's width.
#[cfg(not(target_arch = "wasm32"))]
fn text() -> impl Strategy<Value = Text> {
    (3usize..10).prop_flat_map(|len| {
        prop::collection::vec(-1.0f32..1.0, len * 37).prop_map(move |hidden| {
            let mut weights = vec![1.0; len];
            (weights[0], weights[len - 1]) = (0.0, 0.0);
            Text { hidden, dim: 37, weights }
        })
    })
}

/// Cosine similarity in f64.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn a_text_matches_itself(text in text()) {
        let result = score(text.view(), text.view(), BatchPadding::NONE).unwrap();
        prop_assert!((result.raw.f1 - 1.0).abs() < 1e-6);
        for (at, found) in result.candidate_matches.iter().enumerate() {
            prop_assert_eq!(found.token, Some(at as u32));
        }
    }

    #[test]
    fn swapping_sides_swaps_precision_and_recall(a in text(), b in text()) {
        let forth = score(a.view(), b.view(), BatchPadding::NONE).unwrap();
        let back = score(b.view(), a.view(), BatchPadding::NONE).unwrap();
        prop_assert_eq!(forth.raw.precision, back.raw.recall);
        prop_assert_eq!(forth.raw.recall, back.raw.precision);
        prop_assert_eq!(forth.candidate_matches, back.reference_matches);
    }

    #[test]
    fn matches_are_the_best_similarities(a in text(), b in text()) {
        let result = score(a.view(), b.view(), BatchPadding::NONE).unwrap();
        for (row, found) in b.hidden.chunks(37).zip(&result.candidate_matches) {
            let best = a.hidden.chunks(37).map(|r| cosine(r, row)).fold(f64::MIN, f64::max);
            prop_assert!((f64::from(found.similarity) - best).abs() < 1e-6);
        }
    }

    #[test]
    fn padding_only_lifts_negative_matches_to_zero(a in text(), b in text()) {
        let alone = score(a.view(), b.view(), BatchPadding::NONE).unwrap();
        let both = BatchPadding { reference: true, candidate: true };
        let padded = score(a.view(), b.view(), both).unwrap();
        for (alone, padded) in alone.candidate_matches.iter().zip(&padded.candidate_matches) {
            prop_assert_eq!(padded.similarity, alone.similarity.max(0.0));
        }
    }
}
