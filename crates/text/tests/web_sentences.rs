//! The tests of `sentences.rs` and `srr_sentences.rs` in a browser: same rules, same sentences.

#![cfg(target_arch = "wasm32")]

#[path = "sentences.rs"]
mod sentences;
#[path = "srr_sentences.rs"]
mod srr_sentences;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
