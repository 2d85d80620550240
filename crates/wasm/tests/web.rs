//! The npm package's functions in a browser: the same numbers as natively.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Function, JSON, Object, Reflect, Uint8Array};
use rrgscore_metrics::bleu::{bleu2, tokens};
use rrgscore_packs::{MANIFEST_FILE, Precision, synth};
use rrgscore_wasm::Scorer;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Outputs of the official package; see tests/goldens/README.md.
const BLEU: &str = include_str!("../../../tests/goldens/bleu.jsonl");

fn pairs(pairs: &[(&str, &str, &str)]) -> JsValue {
    let list = Array::new();
    for (id, reference, candidate) in pairs {
        let pair = Object::new();
        for (key, text) in [("id", id), ("reference", reference), ("candidate", candidate)] {
            Reflect::set(&pair, &key.into(), &(*text).into()).unwrap();
        }
        list.push(&pair);
    }
    list.into()
}

fn score(scorer: &mut Scorer, of: &[(&str, &str, &str)], options: &str) -> Value {
    scorer.set_pairs(pairs(of)).unwrap();
    let scores = scorer.score(JSON::parse(options).unwrap(), None).unwrap();
    let text = JSON::stringify(&scores).unwrap();
    serde_json::from_str(&String::from(text)).unwrap()
}

/// A pack of toy size, as JavaScript hands it in.
fn tiny_pack() -> JsValue {
    let checkpoint = synth::bert_checkpoint(&synth::tiny_bert_config(), 7).unwrap();
    let pack = checkpoint.build(Precision::F32).unwrap();
    let files = Object::new();
    let put = |name: &str, bytes: &[u8]| {
        Reflect::set(&files, &name.into(), &Uint8Array::from(bytes)).unwrap();
    };
    put(MANIFEST_FILE, &pack.manifest_bytes().unwrap());
    for (name, bytes) in pack.parts() {
        put(name, bytes);
    }
    files.into()
}

#[wasm_bindgen_test]
fn bleu_equals_the_official_package() {
    let mut compared = 0;
    for line in BLEU.lines() {
        let golden: Value = serde_json::from_str(line).unwrap();
        let (Some(reference), Some(candidate)) =
            (golden["reference"].as_str(), golden["candidate"].as_str())
        else {
            continue;
        };
        let ours = bleu2(&tokens(reference), &tokens(candidate)).score;
        assert!((ours - golden["bleu2"].as_f64().unwrap()).abs() < 1e-12, "{}", golden["kind"]);
        compared += 1;
    }
    assert!(compared > 50);
}

#[wasm_bindgen_test]
fn scores_come_with_summary_and_csv() {
    let scores = score(
        &mut Scorer::new(),
        &[("a", "no effusion today", "no effusion"), ("b", "clear lungs", "clear lungs")],
        r#"{"metrics":["bleu2"]}"#,
    );
    assert_eq!(scores["summary"]["n"], 2);
    assert_eq!(scores["summary"]["complete"], true);
    let direct = bleu2(&tokens("no effusion today"), &tokens("no effusion")).score;
    let csv = scores["files"]["scores.csv"].as_str().unwrap();
    assert_eq!(csv, format!("study_id,bleu_score\na,{direct}\nb,1\n"));
}

#[wasm_bindgen_test]
fn a_report_scores_the_same_alone_and_in_company() {
    let mut scorer = Scorer::new();
    scorer.load_pack(&tiny_pack()).unwrap();
    let options = r#"{"metrics":["bertscore-minilm"]}"#;
    let one = ("a", "the heart is normal", "no pleural effusion is seen in the chest");
    let others =
        [("b", "opacity", "no pleural effusion is seen in the chest"), one, ("c", "", "x")];
    let field = |scores: &Value, line: usize| {
        let csv = scores["files"]["scores.csv"].as_str().unwrap();
        csv.lines().nth(line).unwrap().to_owned()
    };
    let alone = score(&mut scorer, &[one], options);
    assert_eq!(field(&alone, 1), field(&score(&mut scorer, &others, options), 2));
    let mut fresh = Scorer::new();
    fresh.load_pack(&tiny_pack()).unwrap();
    assert_eq!(field(&alone, 1), field(&score(&mut fresh, &others, options), 2));
    assert!(field(&alone, 1).split(',').nth(1).unwrap().parse::<f64>().unwrap().is_finite());
}

#[wasm_bindgen_test]
fn progress_can_stop_a_run_and_keeps_what_is_there() {
    // More words than one job takes, so that there is something left to stop before.
    let reports: Vec<String> = (0..400).map(|n| format!("{n} {}", "clear ".repeat(100))).collect();
    let ids: Vec<String> = (0..400).map(|n| n.to_string()).collect();
    let list: Vec<(&str, &str, &str)> = ids
        .iter()
        .zip(&reports)
        .map(|(id, text)| (id.as_str(), text.as_str(), text.as_str()))
        .collect();
    let summary_of = |on_progress: Option<Function>| {
        let mut scorer = Scorer::new();
        scorer.set_pairs(pairs(&list)).unwrap();
        let scores = scorer.score(JsValue::UNDEFINED, on_progress).unwrap();
        let summary = Reflect::get(&scores, &"summary".into()).unwrap();
        let text = String::from(JSON::stringify(&summary).unwrap());
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let whole = summary_of(None);
    assert_eq!((&whole["complete"], &whole["metrics"][0]["n"]), (&true.into(), &400.into()));

    let stopped = summary_of(Some(Function::new_with_args("done, total", "return false;")));
    assert_eq!(stopped["complete"], false);
    let scored = stopped["metrics"][0]["n"].as_u64().unwrap();
    assert!(scored > 0 && scored < 400, "{scored} of 400");
}

#[wasm_bindgen_test]
fn wrong_values_become_errors_with_words() {
    let mut scorer = Scorer::new();
    fn said<E: Into<JsValue>>(result: Result<JsValue, E>) -> String {
        let thrown: JsValue = result.err().unwrap().into();
        js_sys::Error::from(thrown).message().into()
    }
    let options = |text: &str| JSON::parse(text).unwrap();
    assert!(said(scorer.score(JsValue::UNDEFINED, None)).contains("predictions"));
    assert!(said(scorer.set_pairs("x".into())).contains("pairs"));
    scorer.set_pairs(pairs(&[("a", "clear", "clear")])).unwrap();
    assert!(said(scorer.score(options(r#"{"x":1}"#), None)).contains("request"));
    assert!(said(scorer.score(options(r#"{"metrics":["bertscore"]}"#), None)).contains("pack"));
    assert!(said(scorer.load_pack(&Object::new().into())).contains("pack.json"));

    let flipped = tiny_pack();
    let model = Reflect::get(&flipped, &"model.onnx".into()).unwrap();
    let model = Uint8Array::from(model);
    model.set_index(100, model.get_index(100) ^ 1);
    assert!(said(scorer.load_pack(&flipped)).contains("model.onnx"));
}
