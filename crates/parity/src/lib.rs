//! What the golden tests share: reading golden values, comparing with them, and counting how many
//! agree and how closely, which `docs/parity.md` tells.
//!
//! A test that compares with goldens does so through a [`Tally`]. Run by `cargo xtask parity`,
//! tallies write what they counted; in any other run they hold it against what is committed in
//! `docs/parity/fixtures.json`, so that a stale page fails the tests.

#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it serves tests, which read files, say what they skip, and fail by panicking"
)]

mod goldens;
mod precision;
mod row;
mod skip;
mod tally;

pub use goldens::{
    Golden, Set, cached_file, document, number, numbers, punkt_files, records, sentence_rules,
    shared, shared_file, shared_folder, shared_lines, shared_records,
};
pub use precision::{ColumnDifference, Flips, PRECISION, PrecisionComparison, read_comparisons};
pub use row::{FIXTURES, Row, WRITE_TO, read_rows};
pub use skip::{SKIPS, skipped};
pub use tally::{Tally, assert_close};
