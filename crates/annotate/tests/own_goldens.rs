//! The annotators against the official packages, on the project's own tiny checkpoints. The same
//! tests run in a browser by way of `web_goldens.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "own/mod.rs"]
mod own;

use own::packs::{
    BIOLORD, CHEXBERT, DISTILROBERTA, MODERN_RADGRAPH_XL, PHYSIONET, RADGRAPH, RADGRAPH_XL,
    RATE_NER, build,
};
use rrgscore_packs::Precision::F32;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn bertscore() {
    let worst = own::bertscore::check(&build(&DISTILROBERTA, F32));
    println!("BERTScore: {worst:e}");
}

#[test]
fn chexbert() {
    let worst = own::chexbert::check(&build(&CHEXBERT, F32));
    println!("CheXbert: {worst:e}");
}

#[test]
fn radgraph() {
    for checkpoint in [&RADGRAPH, &RADGRAPH_XL, &PHYSIONET, &MODERN_RADGRAPH_XL] {
        let worst = own::radgraph::check(&build(checkpoint, F32), checkpoint.name);
        println!("{}: {worst:e}", checkpoint.name);
    }
}

#[test]
fn ratescore() {
    let entities = own::ratescore::check_entities(&build(&RATE_NER, F32));
    let synonyms = own::ratescore::check_synonyms(&build(&BIOLORD, F32));
    println!("RaTE-NER: {entities:e}, BioLORD: {synonyms:e}");
}

/// The same bytes go into a pack wherever it is built.
#[test]
fn pack_ids() {
    own::packs::check_ids();
}
