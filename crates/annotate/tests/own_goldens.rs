//! The annotators against the official packages, on the project's own tiny checkpoints. The same
//! tests run in a browser by way of `web_goldens.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "own/mod.rs"]
mod own;

use own::packs::{
    BIOLORD, CHEXBERT, DISTILBERT, DISTILROBERTA, MODERN_RADGRAPH_XL, PHYSIONET, RADBERT_CT,
    RADEVAL_MODERNBERT, RADGRAPH, RADGRAPH_XL, RATE_NER, SRR_BERT, SRR_BERT_UPPER, build,
};
use rrgscore_packs::Precision::F32;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn bertscore() {
    own::bertscore::check(&build(&DISTILROBERTA, F32));
}

#[test]
fn chexbert() {
    own::chexbert::check(&build(&CHEXBERT, F32));
}

#[test]
fn radgraph() {
    for checkpoint in [&RADGRAPH, &RADGRAPH_XL, &PHYSIONET, &MODERN_RADGRAPH_XL] {
        own::radgraph::check(&build(checkpoint, F32), checkpoint.name);
    }
}

#[test]
fn ratescore() {
    own::ratescore::check_entities(&build(&RATE_NER, F32));
    own::ratescore::check_synonyms(&build(&BIOLORD, F32));
}

#[test]
fn radevals_bertscores() {
    own::radeval::check_distilbert(&build(&DISTILBERT, F32));
    own::radeval::check_modernbert(&build(&RADEVAL_MODERNBERT, F32));
}

#[test]
fn findings() {
    own::radeval::check_srr_bert(&build(&SRR_BERT, F32));
    own::radeval::check_srr_bert(&build(&SRR_BERT_UPPER, F32));
    own::radeval::check_radbert_ct(&build(&RADBERT_CT, F32));
}

/// The same bytes go into a pack wherever it is built.
#[test]
fn pack_ids() {
    own::packs::check_ids();
}
