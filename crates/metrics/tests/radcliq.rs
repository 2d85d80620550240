//! RadCliQ against the official models.

#![cfg(test)]

#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
use rrgscore_metrics::radcliq::{COMPONENT_NAMES, Components, RadcliqVersion, radcliq};
use rrgscore_parity::{
    Set, Tally, assert_close, document, number, numbers, records, shared_records,
};
use rrgscore_stats::{mean_estimate, reciprocal};
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn components(record: &Value) -> Components {
    Components {
        radgraph_combined: number(&record["radgraph_combined"]),
        bertscore: number(&record["bertscore"]),
        semb_score: number(&record["semb_score"]),
        bleu_score: number(&record["bleu_score"]),
    }
}

fn score(components: &Components, version: RadcliqVersion) -> f64 {
    radcliq(components, version).unwrap().score
}

#[test]
fn equals_the_official_models() {
    let mut tally = Tally::within("RadCliQ", "v0 and v1", "radcliq.jsonl", 1e-12);
    for golden in records("radcliq.jsonl") {
        tally.at(&golden);
        let components = components(&golden.value);
        for (field, version) in
            [("radcliq_v0", RadcliqVersion::V0), ("radcliq_v1", RadcliqVersion::V1)]
        {
            tally.close(score(&components, version), number(&golden.value[field]));
        }
    }
    tally.finish();
}

#[test]
fn the_corpus_value_is_the_reciprocal_of_the_mean() {
    let studies: Vec<_> =
        shared_records("radcliq.jsonl").iter().map(|golden| components(&golden.value)).collect();
    let mut tally =
        Tally::within("RadCliQ", "corpus means, 1/RadCliQ-v1", "radcliq_corpus.jsonl", 1e-12);
    for golden in shared_records("radcliq_corpus.jsonl") {
        tally.at(&golden);
        let rows = numbers(&golden.value["rows"]);
        let mean = |version| {
            let scores: Vec<_> =
                rows.iter().map(|&row| score(&studies[row as usize], version)).collect();
            mean_estimate(&scores).unwrap()
        };
        let (v0, v1) = (mean(RadcliqVersion::V0), mean(RadcliqVersion::V1));
        tally.close(v0.mean, number(&golden.value["mean_v0"]));
        tally.close(v1.mean, number(&golden.value["mean_v1"]));
        if let Ok(inverse) = reciprocal(&v1) {
            tally.close(inverse.value, number(&golden.value["inv_mean_v1"]));
        }
    }
    tally.finish();
}

#[test]
fn known_corners() {
    let all = |x| Components { radgraph_combined: x, bertscore: x, semb_score: x, bleu_score: x };
    // Yu et al.'s models at all ones and all zeros, evaluated by scikit-learn.
    assert_close(score(&all(1.0), RadcliqVersion::V0), -0.24213342294409346, 1e-12, "v0 ones");
    assert_close(score(&all(1.0), RadcliqVersion::V1), -1.4406902828047017, 1e-12, "v1 ones");
    assert_close(score(&all(0.0), RadcliqVersion::V0), 5.516160804054495, 1e-12, "v0 zeros");
    assert_close(score(&all(0.0), RadcliqVersion::V1), 2.4501430833271307, 1e-12, "v1 zeros");
}

#[test]
fn constants_are_the_pickled_ones() {
    let Some(constants) = document::<Value>("radcliq_constants.json") else { return };
    let mut tally = Tally::identical("RadCliQ", "constants", "radcliq_constants.json");
    assert_eq!(constants["columns"], serde_json::json!(COMPONENT_NAMES));
    for (name, version) in [("v0", RadcliqVersion::V0), ("v1", RadcliqVersion::V1)] {
        tally.fixture(Set::Official);
        let fit = &constants[name];
        let zeros =
            Components { radgraph_combined: 0.0, bertscore: 0.0, semb_score: 0.0, bleu_score: 0.0 };
        let ours = radcliq(&zeros, version).unwrap();
        tally.same(ours.intercept, number(&fit["intercept"]));
        for (i, part) in ours.parts.iter().enumerate() {
            let value = |field: &str| number(&fit[field][i]);
            tally.same(part.standardised, -value("mean") / value("scale"));
            tally.same(part.contribution, value("coef") * part.standardised);
        }
    }
    tally.finish();
}

#[test]
fn a_missing_component_is_named() {
    let broken = Components {
        radgraph_combined: 0.1,
        bertscore: f64::NAN,
        semb_score: 0.1,
        bleu_score: f64::INFINITY,
    };
    assert_eq!(radcliq(&broken, RadcliqVersion::V1).unwrap_err().component, "bertscore");
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn parts_add_up_and_the_combination_is_linear(
        a in prop::array::uniform4(-1.0f64..1.0),
        b in prop::array::uniform4(-1.0f64..1.0),
    ) {
        let of = |v: [f64; 4]| Components {
            radgraph_combined: v[0], bertscore: v[1], semb_score: v[2], bleu_score: v[3],
        };
        let middle = of([0, 1, 2, 3].map(|i| (a[i] + b[i]) / 2.0));
        for version in [RadcliqVersion::V0, RadcliqVersion::V1] {
            let ends = (score(&of(a), version) + score(&of(b), version)) / 2.0;
            prop_assert!((score(&middle, version) - ends).abs() < 1e-12);
            let whole = radcliq(&of(a), version).unwrap();
            let parts: f64 = whole.parts.iter().map(|part| part.contribution).sum();
            prop_assert!((parts + whole.intercept - whole.score).abs() < 1e-12);
        }
    }
}

#[test]
fn radevals_copy_equals_its_own_code() {
    let mut tally = Tally::within("RadCliQ", "RadEval's v1", "radeval.jsonl", 1e-12);
    for golden in records("radeval.jsonl") {
        tally.at(&golden);
        let [radgraph_combined, bertscore, semb_score, bleu_score] =
            numbers(&golden.value["components"]).try_into().unwrap();
        let components = Components { radgraph_combined, bertscore, semb_score, bleu_score };
        let official = number(&golden.value["radcliq_v1"]);
        tally.close(score(&components, RadcliqVersion::V1Radeval), official);
    }
    tally.finish();
}
