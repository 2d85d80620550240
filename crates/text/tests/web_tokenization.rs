//! The tests of `tokenization.rs` in a browser: same files, same ids, same offsets.
//!
//! Goldens of public report text may not be committed, and a browser cannot read the shared
//! folder: `official_tokenization.rs` checks those natively.

#![cfg(target_arch = "wasm32")]

#[path = "tokenization.rs"]
mod tokenization;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
