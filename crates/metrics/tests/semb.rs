//! SembScore against identities and, where the shared set is there, the official run.

#![cfg(test)]

#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
use rrgscore_metrics::semb::{SembError, semb_score};
use rrgscore_parity::{Tally, assert_close, number, numbers, shared_records};
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn vector(value: &Value) -> Vec<f32> {
    numbers(value).iter().map(|&x| x as f32).collect()
}

#[test]
fn equals_the_official_run() {
    let mut tally =
        Tally::within("SembScore", "cosine of embeddings", "e2e_calc_metric.jsonl", 1e-6);
    for golden in shared_records("e2e_calc_metric.jsonl") {
        tally.at(&golden);
        let reference = vector(&golden.value["reference_chexbert_embedding"]);
        let candidate = vector(&golden.value["candidate_chexbert_embedding"]);
        let ours = semb_score(&reference, &candidate).unwrap();
        tally.close(ours, number(&golden.value["semb_score"]));
    }
    tally.finish();
}

#[test]
fn vectors_of_a_right_triangle() {
    assert_close(semb_score(&[3.0, 4.0], &[4.0, 3.0]).unwrap(), 0.96, 1e-7, "24/25");
    assert_eq!(semb_score(&[1.0, 0.0], &[0.0, 2.0]), Ok(0.0));
    assert_eq!(semb_score(&[1.0, 0.0], &[-2.0, 0.0]), Ok(-1.0));
}

#[test]
fn vectors_without_a_direction_are_refused() {
    assert_eq!(semb_score(&[0.0, 0.0], &[1.0, 0.0]), Err(SembError::NoDirection));
    assert_eq!(semb_score(&[f32::NAN, 0.0], &[1.0, 0.0]), Err(SembError::NoDirection));
    let error = semb_score(&[1.0], &[1.0, 0.0]).unwrap_err();
    assert_eq!(error, SembError::DifferentDims { reference: 1, candidate: 2 });
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn is_the_cosine(pairs in prop::collection::vec((-9.0f32..9.0, -9.0f32..9.0), 1..800)) {
        let (a, b): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
        let sum = |a: &[f32], b: &[f32]| -> f64 {
            a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
        };
        prop_assume!(sum(&a, &a) > 0.1 && sum(&b, &b) > 0.1);
        let cosine = sum(&a, &b) / (sum(&a, &a) * sum(&b, &b)).sqrt();
        prop_assert!((semb_score(&a, &b).unwrap() - cosine).abs() < 2e-6);
        prop_assert_eq!(semb_score(&a, &b), semb_score(&b, &a));
        prop_assert!((semb_score(&a, &a).unwrap() - 1.0).abs() < 1e-6);
    }
}
