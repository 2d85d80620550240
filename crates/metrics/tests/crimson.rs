//! CRIMSON's answers and scores against crimson-score 0.2.0 and RadEval 2.2.1.

#![cfg(test)]

use rrgscore_metrics::crimson::{ATTRIBUTE_KINDS, Crimson, CrimsonError, CrimsonReader, parse};
use rrgscore_parity::{Tally, number, records};
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn equals_the_official_readings_and_scores() {
    for (reader, field, what) in [
        (CrimsonReader::Official, "official", "counts, weights and score"),
        (CrimsonReader::Radeval, "radeval", "RadEval's counts, weights and score"),
    ] {
        let mut tally = Tally::within("CRIMSON", what, "crimson.jsonl", 1e-12);
        for golden in records("crimson.jsonl") {
            tally.at(&golden);
            let official = &golden.value[field];
            let ours = parse(reader, golden.value["raw"].as_str().unwrap());
            match ours {
                Ok(ours) if official.get("error").is_none() => compare(&mut tally, &ours, official),
                Err(error) if official.get("error").is_some() => {
                    if let Some(stage) = official.get("stage") {
                        let parsed = error != CrimsonError::NotJson;
                        tally.same(if parsed { "score" } else { "parse" }, stage.as_str().unwrap());
                    }
                }
                ours => panic!("{}: {ours:?} is officially {official}", golden.place),
            }
        }
        tally.finish();
    }
}

fn compare(tally: &mut Tally, ours: &Crimson, official: &Value) {
    let counts = &official["error_counts"];
    for (field, ours) in [
        ("false_findings", ours.false_count),
        ("missing_findings", ours.missing_count),
        ("attribute_errors", ours.attribute_count),
    ] {
        tally.same(Some(ours), counts[field].as_u64());
    }
    for (kind, ours) in ATTRIBUTE_KINDS.iter().zip(ours.attribute_kinds) {
        tally.same(Some(ours), counts[format!("{kind}_errors")].as_u64());
    }
    let weights = &official["weighted_error_counts"];
    tally.close(ours.false_weight, number(&weights["false_findings"]));
    tally.close(ours.missing_weight, number(&weights["missing_findings"]));
    tally.close(ours.attribute_weight, number(&weights["attribute_errors"]));
    let metrics = &official["metrics"];
    tally.close(ours.reference_weight, number(&metrics["N_G"]));
    tally.close(ours.correct, number(&metrics["correct"]));
    tally.close(ours.raw, number(&metrics["S"]));
    tally.close(ours.score, number(&official["crimson_score"]));
}

/// An answer that is nested without end is given up, and takes no more than a moment.
#[test]
fn hostile_answers_are_refused() {
    for text in ["[".repeat(200_000), "{\"a\":".repeat(100_000), "\"".repeat(100_000)] {
        for reader in [CrimsonReader::Official, CrimsonReader::Radeval] {
            assert_eq!(parse(reader, &text), Err(CrimsonError::NotJson));
        }
    }
}
