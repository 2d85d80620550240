//! RadEval's BERTScores, SRR-BERT and F1RadBERT-CT against RadEval's classes on tiny models.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "official/mod.rs"]
mod official;

use official::{MARGIN, pack, pack_with};
use rrgscore_annotate::{Findings, FindingsReading, TextEncoder, TokenEmbeddings};
use rrgscore_annotations::{FindingSet, SpaceRuns};
use rrgscore_metrics::bertscore::{
    Baseline, BatchPadding, DISTILBERT_BASE_UNCASED_LAYER_5, Scores, Tokens, plain_weights, score,
};
use rrgscore_metrics::findings;
use rrgscore_metrics::multilabel::PrecisionRecallF1;
use rrgscore_parity::{Set, Tally, punkt_files, shared_lines};
use serde::Deserialize;
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Deserialize)]
struct Pair {
    reference: String,
    candidate: String,
    token_ids_reference: Vec<u32>,
    token_ids_candidate: Vec<u32>,
    raw: ThreeScores,
    #[serde(rename = "P")]
    precision: f32,
    #[serde(rename = "R")]
    recall: f32,
    per_sample: f32,
    scored_alone: ThreeScores,
    #[serde(default)]
    hidden_candidate: Option<HiddenTokens>,
}

#[derive(Deserialize)]
struct ThreeScores {
    #[serde(rename = "P")]
    precision: f32,
    #[serde(rename = "R")]
    recall: f32,
    #[serde(rename = "F")]
    f1: f32,
}

#[derive(Deserialize)]
struct HiddenTokens {
    first_token: Vec<f32>,
    second_token: Vec<f32>,
    last_token: Vec<f32>,
    n_tokens: usize,
}

/// The rows of a file, and the last one, which is of the whole set.
fn rows(file: &str) -> Option<(Vec<Value>, Value)> {
    let mut rows: Vec<Value> = shared_lines(file);
    let last = rows.pop()?;
    Some((rows, last))
}

fn three(scores: Scores) -> [f32; 3] {
    [scores.precision as f32, scores.recall as f32, scores.f1 as f32]
}

fn bertscore(file: &'static str, checkpoint: &str, metric: &'static str, by: Option<&Baseline>) {
    let Some((rows, set)) = rows(file) else { return };
    let encoder = TextEncoder::from_pack(&pack(&[checkpoint])).unwrap();
    let rows: Vec<Pair> =
        rows.into_iter().map(|row| serde_json::from_value(row).unwrap()).collect();
    let annotate = |text: &String| encoder.annotate(text, SpaceRuns::Kept).unwrap();
    let texts: Vec<[TokenEmbeddings; 2]> =
        rows.iter().map(|row| [&row.reference, &row.candidate].map(annotate)).collect();
    let longest = |side: usize| texts.iter().map(|text| text[side].ids.len()).max().unwrap();
    let longest = [longest(0), longest(1)];
    // Of 22 layers f32 is summed in another order.
    let mut states = Tally::within(metric, "token states", file, 1e-4);
    let mut raw = Tally::within(metric, "raw P, R, F1", file, 1e-5);
    let mut scores = Tally::within(metric, "P, R, F1", file, 1e-5);
    let mut sum = 0.0;
    for (row, [reference, candidate]) in rows.iter().zip(&texts) {
        states.fixture(Set::Official);
        states.same(&reference.ids, &row.token_ids_reference);
        states.same(&candidate.ids, &row.token_ids_candidate);
        if let Some(hidden) = &row.hidden_candidate {
            let token = |at: usize| &candidate.hidden[at * candidate.dim..][..candidate.dim];
            states.all_close(token(0), &hidden.first_token);
            states.all_close(token(1), &hidden.second_token);
            states.all_close(token(hidden.n_tokens - 1), &hidden.last_token);
        }
        let weights = [reference, candidate]
            .map(|text| plain_weights(&text.ids, &[text.ids[0], text.ids[text.ids.len() - 1]]));
        let score = |padding| {
            let reference = Tokens::new(&reference.hidden, reference.dim, &weights[0]).unwrap();
            let candidate = Tokens::new(&candidate.hidden, candidate.dim, &weights[1]).unwrap();
            score(reference, candidate, padding).unwrap().raw
        };
        let rescaled = |scores| three(by.map_or(scores, |baseline| baseline.rescale(scores)));
        let in_batch = score(BatchPadding {
            reference: reference.ids.len() < longest[0],
            candidate: candidate.ids.len() < longest[1],
        });
        raw.fixture(Set::Official);
        raw.all_close(&three(in_batch), &[row.raw.precision, row.raw.recall, row.raw.f1]);
        scores.fixture(Set::Official);
        scores.all_close(&rescaled(in_batch), &[row.precision, row.recall, row.per_sample]);
        let alone = &row.scored_alone;
        let ours = rescaled(score(BatchPadding::NONE));
        scores.all_close(&ours, &[alone.precision, alone.recall, alone.f1]);
        sum += f64::from(rescaled(in_batch)[2]);
    }
    scores.fixture(Set::Official);
    scores.close(sum / rows.len() as f64, set["aggregate"].as_f64().unwrap());
    states.finish();
    raw.finish();
    scores.finish();
}

#[test]
fn bertscore_of_distilbert() {
    let baseline = Some(&DISTILBERT_BASE_UNCASED_LAYER_5);
    let name = "BERTScore (DistilBERT)";
    bertscore("e2e_radeval_bertscore.jsonl", "distilbert-base-uncased", name, baseline);
}

#[test]
fn bertscore_of_modernbert() {
    bertscore("e2e_radeval_modernbert.jsonl", "RadEvalModernBERT", "RadEval-BERTScore", None);
}

/// The averages of a set, as scikit-learn names them.
fn averages(tally: &mut Tally, set: FindingSet, pairs: &[[Vec<u16>; 2]], official: &Value) {
    let pairs = pairs.iter().map(|both| both.each_ref().map(Vec::as_slice));
    let found = findings::report(set, pairs);
    let mut close = |found: PrecisionRecallF1, official: &Value| {
        tally.close(found.precision, official["precision"].as_f64().unwrap());
        tally.close(found.recall, official["recall"].as_f64().unwrap());
        tally.close(found.f1, official["f1-score"].as_f64().unwrap());
    };
    close(found.micro, &official["averages"]["micro avg"]);
    close(found.macro_average, &official["averages"]["macro avg"]);
    close(found.weighted, &official["averages"]["weighted avg"]);
    close(found.samples, &official["averages"]["samples avg"]);
    let names = set.names();
    let per_label = official["per_label"].as_object().unwrap();
    for row in found.labels {
        if let Some(official) = per_label.get(&names[row.label]) {
            close(row.scores, official);
        }
    }
}

fn srr_bert(file: &'static str, checkpoint: &str, what: &'static str) {
    let Some((rows, set)) = rows(file) else { return };
    let Some(punkt) = punkt_files() else { return };
    let tokenizer = "BiomedVLP-CXR-BERT-general";
    let model = Findings::from_pack(&pack_with(&[checkpoint, tokenizer], punkt)).unwrap();
    assert_eq!(model.splitter(), Some(Findings::PUNKT));
    let mut labels = Tally::identical("SRR-BERT", what, file);
    let mut logits = Tally::within("SRR-BERT", "logits", file, 1e-5);
    let mut scores = Tally::within("SRR-BERT", "scores, averages", file, 1e-12);
    let mut pairs = Vec::new();
    for row in &rows {
        let side = |side: &str| {
            let reading = model.annotate(row[side].as_str().unwrap()).unwrap();
            (reading, side.to_owned())
        };
        let both = ["reference", "candidate"].map(side);
        labels.fixture(Set::Official);
        if row["min_decision_margin"].as_f64().unwrap() <= f64::from(MARGIN) {
            labels.leave_out();
            continue;
        }
        for (reading, side) in &both {
            labels.same(json(&reading.texts), row[format!("{side}_sentences")].clone());
            let found = &reading.annotation.positive;
            labels.same(json(found), row[format!("{side}_label_ids")].clone());
            labels.same(
                json(&by_sentence(reading)),
                row[format!("{side}_sentence_label_ids")].clone(),
            );
            if let Some(ids) = row.get(format!("{side}_token_ids")) {
                labels.same(json(&reading.ids), ids.clone());
                let first: Vec<f32> =
                    serde_json::from_value(row[format!("{side}_first_logits")].clone()).unwrap();
                logits.fixture(Set::Official);
                logits.all_close(&reading.logits[..first.len()], &first);
            }
        }
        let [(reference, _), (candidate, _)] = both;
        let both = [reference.annotation.positive, candidate.annotation.positive];
        scores.fixture(Set::Official);
        let found = findings::score(model.set(), &both[0], &both[1]);
        scores.close(found, row["sample_f1"].as_f64().unwrap());
        pairs.push(both);
    }
    scores.fixture(Set::Official);
    averages(&mut scores, model.set(), &pairs, &set);
    labels.finish();
    logits.finish();
    scores.finish();
}

/// A value as JSON.
fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// The findings of each sentence.
fn by_sentence(reading: &FindingsReading) -> Vec<Vec<usize>> {
    let width = reading.logits.len() / reading.texts.len();
    let positive = |row: &[f32]| (0..width).filter(|&at| row[at] > 0.0).collect();
    reading.logits.chunks_exact(width).map(positive).collect()
}

#[test]
fn srr_bert_of_leaves_with_statuses() {
    let what = "163 leaves with statuses";
    srr_bert("e2e_radeval_srrbert.jsonl", "SRR-BERT-Leaves-with-Statuses", what);
}

#[test]
fn srr_bert_of_upper_findings() {
    let what = "73 upper findings with statuses";
    srr_bert("e2e_radeval_srrbert_upper.jsonl", "SRRG-BERT-Upper-with-Statuses", what);
}

#[test]
fn srr_bert_of_leaves() {
    srr_bert("e2e_radeval_srrbert_leaves.jsonl", "SRR-BERT-Leaves", "55 leaves");
}

#[test]
fn f1_radbert_ct() {
    let file = "e2e_radeval_radbert_ct.jsonl";
    let Some((rows, set)) = rows(file) else { return };
    let model = Findings::from_pack(&pack(&["RadBERT-CT"])).unwrap();
    let mut labels = Tally::identical("F1RadBERT-CT", "19 findings", file);
    let mut logits = Tally::within("F1RadBERT-CT", "logits", file, 1e-5);
    let mut scores = Tally::within("F1RadBERT-CT", "scores, averages", file, 1e-12);
    let mut pairs = Vec::new();
    for row in &rows {
        let both = ["reference", "candidate"].map(|side| {
            let reading = model.annotate(row[side].as_str().unwrap()).unwrap();
            let values = |name: &str| row[format!("{side}_{name}")].clone();
            let official: Vec<f32> = serde_json::from_value(values("logits")).unwrap();
            let ids: Vec<u32> = serde_json::from_value(values("token_ids")).unwrap();
            let present: Vec<u8> = serde_json::from_value(values("labels")).unwrap();
            logits.fixture(Set::Official);
            logits.same(&reading.ids[0], &ids);
            logits.all_close(&reading.logits, &official);
            labels.fixture(Set::Official);
            let expected = (0u16..).zip(&present).filter(|(_, there)| **there == 1);
            let expected: Vec<u16> = expected.map(|(at, _)| at).collect();
            labels.same(&reading.annotation.positive, &expected);
            reading.annotation.positive
        });
        scores.fixture(Set::Official);
        let found = findings::score(model.set(), &both[0], &both[1]);
        scores.close(found, row["sample_accuracy"].as_f64().unwrap());
        pairs.push(both);
    }
    let found =
        findings::report(model.set(), pairs.iter().map(|both| both.each_ref().map(Vec::as_slice)));
    scores.fixture(Set::Official);
    scores.close(found.exact_match, set["accuracy"].as_f64().unwrap());
    for (scored, official) in [
        (found.micro, "micro avg"),
        (found.macro_average, "macro avg"),
        (found.weighted, "weighted avg"),
        (found.samples, "samples avg"),
    ] {
        let official = &set["report"][official];
        scores.close(scored.precision, official["precision"].as_f64().unwrap());
        scores.close(scored.recall, official["recall"].as_f64().unwrap());
        scores.close(scored.f1, official["f1-score"].as_f64().unwrap());
    }
    labels.finish();
    logits.finish();
    scores.finish();
}
