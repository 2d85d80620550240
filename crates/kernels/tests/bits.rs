//! The same bits on every machine: hashes of outputs against `bits.txt`.
//!
//! The table is made by the scalar code (`cargo test -p rrgscore-kernels --test bits -- --nocapture`
//! prints it as it should be) and checked with every set of instructions that the machine has,
//! natively and, by `web.rs`, in WebAssembly.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod shared;

use rrgscore_kernels::Kernels;
use shared::cases;

#[test]
fn outputs_are_those_of_the_table() {
    let table = include_str!("bits.txt");
    let scalar = cases::table(Kernels::portable());
    println!("{scalar}");
    assert!(scalar == table, "the scalar code's table is another one");
    for kernels in Kernels::all() {
        for (found, expected) in cases::table(kernels).lines().zip(table.lines()) {
            assert_eq!(found, expected, "{:?}", kernels.isa());
        }
    }
}
