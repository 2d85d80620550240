//! The official judges' parsers and RaTEScore's closed forms in a browser: what the native tests
//! of the metrics hold, on the project's own goldens (a browser cannot read the shared ones; the
//! page is given those by `tests/e2e/judges`).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Object, Reflect};
use rrgscore_metrics::fineradscore::number_lines;
use rrgscore_metrics::green::{clean, parse, prompt_slot};
use rrgscore_metrics::ratescore::{Entities, EntityType, RatescoreVersion, Tag, decode, score};
use rrgscore_wasm::Scorer;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

macro_rules! golden {
    ($file:literal) => {
        include_str!(concat!("../../../tests/goldens/", $file))
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
    };
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[wasm_bindgen_test]
fn green_is_parsed_as_officially() {
    for golden in golden!("green_parse.jsonl") {
        let cleaned = clean(golden["raw"].as_str().unwrap());
        assert_eq!(json!(cleaned), golden["cleaned"]);
        let ours = parse(&cleaned);
        assert!((ours.score - golden["green"].as_f64().unwrap()).abs() < 1e-12);
        assert_eq!(Some(ours.matched), golden["matched"].as_u64());
        for (counts, field) in
            [(ours.significant, "significant"), (ours.insignificant, "insignificant")]
        {
            assert_eq!(
                counts.map(|count| count as f64).to_vec(),
                numbers(&golden[field]["by_sub"])
            );
        }
    }
    for golden in golden!("green_slot.jsonl") {
        assert_eq!(json!(prompt_slot(golden["report"].as_str().unwrap())), golden["slot"]);
    }
}

#[wasm_bindgen_test]
fn lines_are_numbered_as_officially() {
    for golden in golden!("fineradscore_lines.jsonl") {
        let ours = number_lines(golden["candidate_after_csv"].as_str().unwrap());
        assert_eq!(json!(ours), golden["numbered"]);
    }
}

/// Scores by answers through the package; gives the column.
fn column(answers: &[Value], judge: &str, name: &str) -> Vec<Option<f64>> {
    let pairs = Array::new();
    for at in 0..answers.len() {
        let pair = Object::new();
        let id = format!("s{at}");
        for (key, text) in [("id", id.as_str()), ("reference", "a"), ("candidate", "b")] {
            Reflect::set(&pair, &key.into(), &text.into()).unwrap();
        }
        pairs.push(&pair);
    }
    let lines: String = answers.iter().map(|answer| format!("{answer}\n")).collect();
    let mut scorer = Scorer::new();
    scorer.set_pairs(pairs.into()).unwrap();
    scorer.set_answers(judge, lines.as_bytes()).unwrap();
    let request = js_sys::JSON::parse(r#"{"metrics":["bleu2"]}"#).unwrap();
    let scores = scorer.score(request, None).unwrap();
    let files = Reflect::get(&scores, &"files".into()).unwrap();
    let csv = Reflect::get(&files, &"scores.csv".into()).unwrap().as_string().unwrap();
    let has_judgements = Reflect::get(&files, &"judgements.csv".into()).unwrap().is_string();
    assert!(has_judgements, "judgements.csv comes with a judge's answers");
    let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let place = lines.next().unwrap().iter().position(|column| *column == name).unwrap();
    lines.map(|fields| fields[place].parse().ok()).collect()
}

#[wasm_bindgen_test]
fn the_packages_columns_are_the_official_values() {
    let goldens: Vec<Value> = golden!("green_parse.jsonl").collect();
    let answer =
        |(at, golden): (usize, &Value)| json!({"id": format!("s{at}"), "response": golden["raw"]});
    let answers: Vec<Value> = goldens.iter().enumerate().map(answer).collect();
    let ours = column(&answers, "green", "green_score");
    for (ours, golden) in ours.iter().zip(&goldens) {
        assert!((ours.unwrap() - golden["green"].as_f64().unwrap()).abs() < 1e-12);
    }
    let goldens: Vec<Value> = golden!("fineradscore_parse.jsonl").collect();
    let answer = |(at, golden): (usize, &Value)| {
        let calls = golden["calls"].as_u64().unwrap() as usize;
        let responses = &golden["llm_responses"].as_array().unwrap()[..calls];
        let studies = [format!("s{at}")];
        json!({"custom_id": "fineradscore-0", "studies": studies, "responses": responses})
    };
    let answers: Vec<Value> = goldens.iter().enumerate().map(answer).collect();
    let ours = column(&answers, "fineradscore", "fineradscore");
    for (ours, golden) in ours.iter().zip(&goldens) {
        let read = &golden["aggregate_our_reading"];
        let official = if read == "no_edits" { Some(0.0) } else { read["max"].as_f64() };
        assert_eq!(*ours, official);
    }
}

#[wasm_bindgen_test]
fn bad_answers_are_placed() {
    let mut scorer = Scorer::new();
    let pair = js_sys::JSON::parse(r#"[{"id":"a","reference":"x","candidate":"y"}]"#).unwrap();
    scorer.set_pairs(pair).unwrap();
    scorer.set_answers("green", b"CANARY").unwrap();
    let thrown = scorer.score(JsValue::UNDEFINED, None).unwrap_err();
    let message: String = js_sys::Error::from(thrown).message().into();
    assert!(message.contains("line 1") && !message.contains("CANARY"), "{message}");
    assert!(scorer.set_answers("Green", b"").is_err());
}

#[wasm_bindgen_test]
fn ratescore_decodes_as_officially() {
    for golden in golden!("ratescore_decode.jsonl") {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let list = |field: &str| golden[field].as_array().unwrap().iter().map(text);
        let tokens: Vec<String> = list("tokens").collect();
        let tags: Vec<Tag> = list("labels").map(|label| label.parse().unwrap()).collect();
        let special: Vec<bool> = tokens.iter().map(|t| t == "[CLS]" || t == "[SEP]").collect();
        let ours: Vec<Value> = decode(&tags, &special)
            .iter()
            .map(|span| {
                let text = tokens[span.first..=span.last].concat().replace('\u{2581}', " ");
                json!([text.strip_prefix(' ').unwrap_or(&text), span.kind.name()])
            })
            .collect();
        assert_eq!(json!(ours), golden["entities"]);
    }
}

#[wasm_bindgen_test]
fn ratescore_is_the_official_one() {
    for golden in golden!("ratescore_algebra.jsonl") {
        let side = |value: &Value| {
            let types: Vec<EntityType> = serde_json::from_value(value["types"].clone()).unwrap();
            let rows = value["embeddings"].as_array().unwrap();
            let dim = rows.first().map_or(1, |row| row.as_array().unwrap().len());
            let values: Vec<f32> = rows.iter().flat_map(numbers).map(|x| x as f32).collect();
            (types, values, dim)
        };
        let (reference, candidate) = (side(&golden["reference"]), side(&golden["candidate"]));
        let view = |(types, values, dim): &(Vec<EntityType>, Vec<f32>, usize)| {
            score(
                Entities::new(types, values, *dim).unwrap(),
                Entities::new(&candidate.0, &candidate.1, candidate.2).unwrap(),
                RatescoreVersion::May2025Long,
            )
            .unwrap()
        };
        let ours = view(&reference);
        let (p, r) = (ours.reference_to_candidate, ours.candidate_to_reference);
        // As in the native test: how much 2pr/(p+r) magnifies an error of the f32 similarities.
        let slope = (2.0 * (p * p + r * r) / ((p + r) * (p + r))).max(1.0);
        if let Some(official) = golden["long"]["score"].as_f64() {
            assert!((ours.score - official).abs() <= 1e-6 * slope * official.abs().max(1.0));
        }
    }
}
