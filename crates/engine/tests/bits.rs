//! The same bits on every machine: hashes of results against `bits.txt`.
//!
//! `cargo test -p rrgscore-engine --test bits -- --nocapture` prints the table as it should be. It
//! is checked natively and, by `web.rs`, in WebAssembly. The kernels' own table was made by their
//! scalar code.

mod shared;

#[test]
fn results_are_those_of_the_table() {
    let found = shared::table();
    println!("{found}");
    for (found, expected) in found.lines().zip(include_str!("bits.txt").lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), include_str!("bits.txt").lines().count());
}
