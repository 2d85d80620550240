//! The tests of `sentences.rs` in a browser: same rules, same sentences.

#![cfg(target_arch = "wasm32")]

#[path = "sentences.rs"]
mod sentences;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
