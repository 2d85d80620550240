//! The tests of `official_*.rs` in a browser: the official code's outputs on public report text,
//! where they are on the machine that builds the tests.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::duplicate_mod,
    reason = "each of these programs has the module, and here they are one"
)]

#[path = "official_bert.rs"]
mod official_bert;
#[path = "official_radeval.rs"]
mod official_radeval;
#[path = "official_radgraph.rs"]
mod official_radgraph;
#[path = "official_ratescore.rs"]
mod official_ratescore;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
