//! The table of `bits.rs` in WebAssembly: its scalar code and its simd128.
#![cfg(target_arch = "wasm32")]

mod shared;

use rrgscore_kernels::{Isa, Kernels};
use shared::cases;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn outputs_are_those_of_the_table() {
    assert_eq!(Kernels::best().isa(), Isa::Simd128);
    for kernels in Kernels::all() {
        for (found, expected) in cases::table(kernels).lines().zip(include_str!("bits.txt").lines())
        {
            assert_eq!(found, expected, "{:?}", kernels.isa());
        }
    }
}
