//! BERTScore and CheXbert against an end-to-end run of CXR-Report-Metric on tiny models.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "official/mod.rs"]
mod official;

use official::{MARGIN, margin, pack};
use rrgscore_annotate::{Chexbert, TextEncoder, TokenEmbeddings};
use rrgscore_annotations::SpaceRuns;
use rrgscore_metrics::bertscore::{
    BatchPadding, DISTILROBERTA_BASE_LAYER_5, Idf, Scores, Tokens, plain_weights, score,
};
use rrgscore_metrics::chexbert_labels::{Mention, OBSERVATIONS};
use rrgscore_metrics::semb;
use rrgscore_parity::{Set, Tally, document, shared_lines};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const RUN: &str = "e2e_calc_metric.jsonl";
const LONG: &str = "e2e_long.json";

#[derive(Deserialize)]
struct Row {
    reference: String,
    candidate: String,
    bertscore_raw: BertScore,
    bertscore_rescaled: BertScore,
    semb_score: f64,
    reference_chexbert_embedding: Vec<f32>,
    candidate_chexbert_embedding: Vec<f32>,
    reference_chexbert_labels: BTreeMap<String, Option<i8>>,
}

#[derive(Deserialize)]
struct BertScore {
    idf_off: [f32; 3],
    idf_on: [f32; 3],
}

fn chexbert() -> Chexbert {
    Chexbert::from_pack(&pack(&["chexbert.pth", "bert-base-uncased"])).unwrap()
}

fn distilroberta() -> TextEncoder {
    TextEncoder::from_pack(&pack(&["distilroberta-base"])).unwrap()
}

/// Precision, recall, F1 and the rescaled ones, as in a batch with others.
fn bertscore(
    reference: &TokenEmbeddings,
    candidate: &TokenEmbeddings,
    weights: [&[f32]; 2],
    padding: BatchPadding,
) -> [[f32; 3]; 2] {
    let reference = Tokens::new(&reference.hidden, reference.dim, weights[0]).unwrap();
    let candidate = Tokens::new(&candidate.hidden, candidate.dim, weights[1]).unwrap();
    let raw = score(reference, candidate, padding).unwrap().raw;
    let values = |s: Scores| [s.precision as f32, s.recall as f32, s.f1 as f32];
    [values(raw), values(DISTILROBERTA_BASE_LAYER_5.rescale(raw))]
}

fn plain(text: &TokenEmbeddings) -> Vec<f32> {
    let (first, last) = (text.ids[0], text.ids[text.ids.len() - 1]);
    plain_weights(&text.ids, &[first, last])
}

#[test]
fn bertscore_of_an_end_to_end_run() {
    let rows: Vec<Row> = shared_lines(RUN);
    if rows.is_empty() {
        return;
    }
    let encoder = distilroberta();
    // One batch of 45 pairs, padded together.
    let texts: Vec<[TokenEmbeddings; 2]> = rows
        .iter()
        .map(|row| {
            [&row.reference, &row.candidate]
                .map(|text| encoder.annotate(text, SpaceRuns::Joined).unwrap())
        })
        .collect();
    let longest = |side: usize| texts.iter().map(|text| text[side].ids.len()).max().unwrap();
    let longest = [longest(0), longest(1)];
    let idf = Idf::from_documents(texts.iter().map(|[reference, _]| reference.ids.as_slice()));
    let mut raw = Tally::within("BERTScore", "P, R, F1; idf off and on", RUN, 1e-5);
    let mut rescaled = Tally::within("BERTScore", "the same, rescaled", RUN, 1e-5);
    for (row, [reference, candidate]) in rows.iter().zip(&texts) {
        let padding = BatchPadding {
            reference: reference.ids.len() < longest[0],
            candidate: candidate.ids.len() < longest[1],
        };
        raw.fixture(Set::Official);
        rescaled.fixture(Set::Official);
        let off = [plain(reference), plain(candidate)];
        let on = [idf.weights(&reference.ids), idf.weights(&candidate.ids)];
        for (weights, of) in [
            (off, (row.bertscore_raw.idf_off, row.bertscore_rescaled.idf_off)),
            (on, (row.bertscore_raw.idf_on, row.bertscore_rescaled.idf_on)),
        ] {
            let found = bertscore(reference, candidate, [&weights[0], &weights[1]], padding);
            raw.all_close(&found[0], &of.0);
            rescaled.all_close(&found[1], &of.1);
        }
    }
    raw.finish();
    rescaled.finish();
    check_idf(&idf);
}

/// The table of token weights that the run printed.
fn check_idf(idf: &Idf) {
    let run: TokenIds = document("e2e_tokens.json").unwrap();
    let mut tally = Tally::within("BERTScore", "idf weights", "e2e_tokens.json", 1e-12);
    for (id, official) in &run.idf {
        tally.fixture(Set::Official);
        tally.close(idf.weight(*id), *official);
    }
    tally.finish();
}

#[derive(Deserialize)]
struct Long {
    report: String,
    bert_wordpieces: usize,
    chexbert_embedding: Vec<f32>,
    others: Vec<Other>,
    ref0: String,
    #[serde(rename = "P")]
    precision: Vec<f32>,
    #[serde(rename = "R")]
    recall: Vec<f32>,
    #[serde(rename = "F")]
    f1: Vec<f32>,
    roberta_tokens_kept: usize,
}

#[derive(Deserialize)]
struct Other {
    report: String,
    chexbert_embedding: Vec<f32>,
}

/// More than 512 tokens, one word, and nothing, in one batch.
#[test]
fn bertscore_of_long_and_empty_texts() {
    let Some(long) = document::<Long>(LONG) else { return };
    let encoder = distilroberta();
    let [report, ref0, normal, empty] = [&long.report, &long.ref0, "normal", ""]
        .map(|text| encoder.annotate(text, SpaceRuns::Joined).unwrap());
    assert_eq!((report.ids.len(), report.truncated), (long.roberta_tokens_kept, true));
    // Pairs are (candidate, reference); the batch's longest is the report, on both sides.
    let pairs = [(&report, &ref0), (&normal, &ref0), (&empty, &ref0), (&report, &report)];
    let mut tally = Tally::within("BERTScore", "long and empty texts, rescaled", LONG, 1e-5);
    for (at, (candidate, reference)) in pairs.into_iter().enumerate() {
        let padding = BatchPadding {
            reference: reference.ids.len() < report.ids.len(),
            candidate: candidate.ids.len() < report.ids.len(),
        };
        let weights = [plain(reference), plain(candidate)];
        let found = bertscore(reference, candidate, [&weights[0], &weights[1]], padding);
        tally.fixture(Set::Official);
        tally.all_close(&found[1], &[long.precision[at], long.recall[at], long.f1[at]]);
    }
    tally.finish();
}

#[test]
fn chexbert_embeddings_and_labels() {
    let rows: Vec<Row> = shared_lines(RUN);
    if rows.is_empty() {
        return;
    }
    let model = chexbert();
    let mut embedding = Tally::within("CheXbert", "embeddings", RUN, 1e-4);
    let mut similarity = Tally::within("SembScore", "score of two texts", RUN, 1e-5);
    let mut labels = Tally::identical("CheXbert", "14 labels", RUN);
    for row in rows {
        let reference = model.annotate(&row.reference).unwrap();
        let candidate = model.annotate(&row.candidate).unwrap();
        for (found, official) in [
            (&reference, &row.reference_chexbert_embedding),
            (&candidate, &row.candidate_chexbert_embedding),
        ] {
            embedding.fixture(Set::Official);
            embedding.all_close(&found.annotation.embedding, official);
        }
        let semb =
            semb::semb_score(&reference.annotation.embedding, &candidate.annotation.embedding)
                .unwrap();
        similarity.fixture(Set::Official);
        similarity.close(semb, row.semb_score);
        labels.fixture(Set::Official);
        if margin(&reference) > MARGIN {
            let expected = OBSERVATIONS.map(|name| row.reference_chexbert_labels[name]);
            labels.same(reference.annotation.labels.0.map(Mention::code), expected);
        } else {
            labels.leave_out();
        }
    }
    assert!(labels.agreeing(Set::Official) > 40);
    embedding.finish();
    similarity.finish();
    labels.finish();
}

#[test]
fn chexbert_of_long_and_spaced_texts() {
    let Some(long) = document::<Long>(LONG) else { return };
    let model = chexbert();
    let mut tally = Tally::within("CheXbert", "embeddings of long and odd texts", LONG, 1e-4);
    let found = model.annotate(&long.report).unwrap();
    assert_eq!((found.pieces_total, found.annotation.truncated), (long.bert_wordpieces, true));
    tally.fixture(Set::Official);
    tally.all_close(&found.annotation.embedding, &long.chexbert_embedding);
    for other in &long.others {
        tally.fixture(Set::Official);
        let found = model.annotate(&other.report).unwrap();
        tally.all_close(&found.annotation.embedding, &other.chexbert_embedding);
    }
    tally.finish();
}

#[derive(Deserialize)]
struct Vectors {
    report: String,
    rrg: Vec<u8>,
    classification: Vec<Value>,
}

#[test]
fn chexbert_vectors_of_f1chexbert() {
    let rows: Vec<Vectors> = shared_lines("e2e_f1chexbert_labels.jsonl");
    if rows.is_empty() {
        return;
    }
    let model = chexbert();
    let mut tally =
        Tally::identical("CheXbert", "vectors of reports", "e2e_f1chexbert_labels.jsonl");
    for row in rows {
        tally.fixture(Set::Official);
        let found = model.annotate(&row.report).unwrap();
        if margin(&found) <= MARGIN {
            tally.leave_out();
            continue;
        }
        let labels = found.annotation.labels;
        let positive =
            |mention: &Mention| u8::from(matches!(mention, Mention::Positive | Mention::Uncertain));
        tally.same(labels.0.iter().map(positive).collect::<Vec<_>>(), row.rrg);
        let codes: Vec<Value> =
            labels.0.iter().map(|mention| mention.code().map_or("".into(), Value::from)).collect();
        tally.same(codes, row.classification);
    }
    assert!(tally.agreeing(Set::Official) > 40);
    tally.finish();
}

#[derive(Deserialize)]
struct TokenIds {
    roberta_token_ids: BTreeMap<String, Vec<u32>>,
    idf: BTreeMap<u32, f64>,
}

#[test]
fn token_ids_of_an_end_to_end_run() {
    let Some(run) = document::<TokenIds>("e2e_tokens.json") else { return };
    let encoder = distilroberta();
    let mut tally = Tally::identical("BERTScore", "token ids", "e2e_tokens.json");
    for (text, ids) in run.roberta_token_ids {
        tally.fixture(Set::Official);
        tally.same(encoder.token_ids(&text, SpaceRuns::Joined).unwrap(), ids);
    }
    tally.finish();
}
