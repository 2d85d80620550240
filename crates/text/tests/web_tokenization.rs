//! The tests of `tokenization.rs`, `official_tokenization.rs` and `r2gen.rs` in a browser: same
//! files, same ids, same offsets, same cleaned texts.

#![cfg(target_arch = "wasm32")]

#[path = "official_tokenization.rs"]
mod official_tokenization;
#[path = "r2gen.rs"]
mod r2gen;
#[path = "tokenization.rs"]
mod tokenization;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
