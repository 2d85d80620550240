//! What a pack makes of a text may not change while its version stands still.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use rrgscore_annotations::NUMERICS;
use sha2::{Digest, Sha256};

/// The version, and the sha256 of the tables of bits under it: the kernels', then the engine's.
const TABLES: (u32, &str) = (1, "e966c13ed2a2e576095e5070025b57b97c323655b0df5d712f063c39f4cd6340");

#[test]
fn other_bits_have_another_version() {
    let tables = [include_str!("../../kernels/tests/bits.txt"), include_str!("bits.txt")];
    let hash: String =
        Sha256::digest(tables.concat()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        (NUMERICS, hash.as_str()),
        TABLES,
        "a table of bits changed: where a line is another one now, raise `NUMERICS` of \
         rrgscore-annotations, so that stored annotations are made anew and signatures differ; \
         then write version and hash here"
    );
}
