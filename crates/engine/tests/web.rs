//! The table of `bits.rs` in a browser.
#![cfg(target_arch = "wasm32")]

mod shared;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn results_are_those_of_the_table() {
    for (found, expected) in shared::table().lines().zip(include_str!("bits.txt").lines()) {
        assert_eq!(found, expected);
    }
}
