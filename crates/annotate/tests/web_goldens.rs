//! The tests of `own_goldens.rs` in a browser: packs with the same ids as natively, and the same
//! annotations.

#![cfg(target_arch = "wasm32")]

#[path = "own_goldens.rs"]
mod own_goldens;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
