//! BLEU-1…4, ROUGE-L and CIDEr against pycocoevalcap 1.2, BLEU also against RadEval's copy.

#![cfg(test)]

use std::collections::HashMap;

use rrgscore_metrics::cider::{NoWords, ReferenceNgrams};
use rrgscore_metrics::{coco_bleu, coco_rouge_l};
use rrgscore_parity::{Golden, Tally, number, numbers, records, shared_records};
use rrgscore_stats::mean_estimate;
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The pairs of a set: as they are, or as the official tokenizer left them.
fn pairs(record: &Value) -> Vec<(String, String)> {
    let side = |name: &str| -> Vec<String> {
        let tokenized = record.get(format!("tokenized_{name}"));
        serde_json::from_value(tokenized.unwrap_or(&record[name]).clone()).unwrap()
    };
    side("references").into_iter().zip(side("candidates")).collect()
}

fn bleu(reference: &str, candidate: &str) -> coco_bleu::CocoBleu {
    coco_bleu::compare(&coco_bleu::tokens(reference), &coco_bleu::tokens(candidate)).0
}

/// Scores of empty reports are as small as 1e-17: they are compared relatively.
fn relative(tally: &mut Tally, ours: f64, official: f64) {
    match official {
        0.0 => tally.close(ours, official),
        _ => tally.close(ours / official, 1.0),
    }
}

fn mean(values: &[f64]) -> f64 {
    mean_estimate(values).unwrap().mean
}

/// The sets whose texts the official code kept in place: it loses some where lines end oddly.
fn sets() -> Vec<Golden> {
    records("coco.jsonl")
}

#[test]
fn bleu_equals_the_official_scores_of_pairs_and_sets() {
    let mut tally = Tally::within("COCO", "BLEU-1…4, relative", "coco.jsonl", 1e-12);
    for golden in sets() {
        tally.at(&golden);
        let (record, mut all) = (&golden.value, coco_bleu::CocoBleu::default());
        for (i, (reference, candidate)) in pairs(record).iter().enumerate() {
            let bleu = bleu(reference, candidate);
            for order in 1..=4 {
                let official = &record["bleu"]["per_pair"][order - 1][i];
                relative(&mut tally, bleu.up_to(order).score, number(official));
            }
            // As a run adds up what its columns hold.
            all += coco_bleu::CocoBleu::of(&bleu.up_to(4));
        }
        for (order, official) in (1..=4).zip(numbers(&record["bleu"]["corpus"])) {
            relative(&mut tally, all.score(order), official);
        }
    }
    tally.finish();
}

#[test]
fn rouge_l_equals_the_official_scores() {
    let mut tally = Tally::within("COCO", "ROUGE-L", "coco.jsonl", 1e-12);
    for golden in sets() {
        tally.at(&golden);
        let scores: Vec<f64> = pairs(&golden.value)
            .iter()
            .map(|(reference, candidate)| {
                let tokens = coco_rouge_l::tokens;
                coco_rouge_l::compare(&tokens(reference), &tokens(candidate)).0.score
            })
            .collect();
        let official = numbers(&golden.value["rouge_l"]["per_pair"]);
        tally.same(scores.len(), official.len());
        for (&ours, &official) in scores.iter().zip(&official) {
            tally.close(ours, official);
        }
        tally.close(mean(&scores), number(&golden.value["rouge_l"]["corpus"]));
    }
    tally.finish();
}

#[test]
fn cider_equals_the_official_scores() {
    let mut tally = Tally::within("COCO", "CIDEr", "coco.jsonl", 1e-12);
    for golden in sets() {
        tally.at(&golden);
        let pairs = pairs(&golden.value);
        let ngrams = ReferenceNgrams::count(pairs.iter().map(|(reference, _)| reference.as_str()));
        let scores: Result<Vec<f64>, _> = pairs
            .iter()
            .map(|(reference, candidate)| Ok(ngrams.cider(reference, candidate)?.score))
            .collect();
        let official = &golden.value["cider"];
        let Ok(scores) = scores else {
            tally.same(scores, Err::<Vec<f64>, _>(NoWords));
            assert!(official["error"].as_str().unwrap().starts_with("ValueError"));
            continue;
        };
        for (ours, official) in scores.iter().zip(numbers(&official["per_pair"])) {
            tally.close(*ours, official);
        }
        tally.close(mean(&scores), number(&official["corpus"]));
    }
    tally.finish();
}

/// RadEval's scorer is a copy of the COCO one: pairs, and sets of them.
#[test]
fn bleu_equals_radevals_scorer() {
    let mut tally = Tally::within("BLEU-2", "RadEval's score", "radeval.jsonl", 1e-12);
    for golden in records("radeval.jsonl") {
        tally.at(&golden);
        let text = |field: &str| golden.value[field].as_str().unwrap();
        let ours = bleu(text("reference"), text("candidate")).score(2);
        tally.close(ours, number(&golden.value["bleu2"]));
    }
    tally.finish();

    let file = "bleu_radeval_detail.jsonl";
    let mut tally = Tally::within("COCO", "RadEval's BLEU-1…4, relative", file, 1e-12);
    let mut pairs = HashMap::new();
    for golden in shared_records(file) {
        tally.at(&golden);
        let record = &golden.value;
        let mut scores = record;
        let counts = if record["kind"] == "corpus" {
            scores = &record["aggregate"];
            let mut all = coco_bleu::CocoBleu::default();
            record["ids"].as_array().unwrap().iter().for_each(|id| all += pairs[id]);
            all
        } else {
            let text = |field: &str| record[field].as_str().unwrap();
            let counts = bleu(text("reference"), text("candidate"));
            pairs.insert(record["id"].clone(), counts);
            counts
        };
        for (order, field) in (1..).zip(["bleu_1", "bleu_2", "bleu_3", "bleu"]) {
            relative(&mut tally, counts.score(order), number(&scores[field]));
        }
    }
    tally.finish();
}

#[test]
fn tokens_are_where_their_spans_are() {
    let text = " No\u{a0}effusion.\u{1f}  1.2\tcm ";
    let cut = |spans: Vec<std::ops::Range<usize>>| -> Vec<&str> {
        spans.into_iter().map(|span| &text[span]).collect()
    };
    assert_eq!(cut(coco_bleu::spans(text)), ["No", "effusion.", "1.2", "cm"]);
    assert_eq!(cut(coco_bleu::spans(text)), coco_bleu::tokens(text));
    let expected = ["", "No\u{a0}effusion.\u{1f}", "", "1.2\tcm", ""];
    assert_eq!(cut(coco_rouge_l::spans(text)), expected);
    assert_eq!(coco_rouge_l::tokens(text), expected);
}

/// What follows from the definition: a set of one pair has no weights, and equal reports of four
/// words and more in a set with weights score 10.
#[test]
fn ciders_ends() {
    let alone = ReferenceNgrams::count(["the lungs are clear"]);
    assert_eq!(alone.cider("the lungs are clear", "the lungs are clear").unwrap().score, 0.0);
    let references = ["the lungs are clear", "a small effusion is seen", ""];
    let set = ReferenceNgrams::count(references);
    for reference in &references[..2] {
        let cider = set.cider(reference, reference).unwrap();
        assert!((cider.score - 10.0).abs() < 1e-12, "{cider:?}");
    }
    assert_eq!(set.cider("", "").unwrap().score, 0.0);
    let apart = set.cider("no word in common", references[0]).unwrap().score;
    assert!(apart == 0.0 && apart.is_sign_positive());
    // Of one to three words there are no n-grams of all four orders.
    let set = ReferenceNgrams::count(["clear lungs", "an effusion"]);
    assert!((set.cider("clear lungs", "clear lungs").unwrap().score - 5.0).abs() < 1e-12);
}
