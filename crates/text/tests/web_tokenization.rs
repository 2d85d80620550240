//! The tests of `tokenization.rs` and `official_tokenization.rs` in a browser: same files, same
//! ids, same offsets.

#![cfg(target_arch = "wasm32")]

#[path = "official_tokenization.rs"]
mod official_tokenization;
#[path = "tokenization.rs"]
mod tokenization;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
