//! Helpers shared by the tests of this crate.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)]

pub mod binary;
pub mod shapes;

use rrgscore_data::{Dataset, Finding, ReadOptions, read};

pub fn dataset(text: impl AsRef<[u8]>) -> Dataset {
    read(text.as_ref(), &ReadOptions::default(), &mut |_| {})
        .unwrap_or_else(|error| panic!("{error}"))
}

pub fn codes(findings: &[Finding]) -> Vec<rrgscore_data::Code> {
    findings.iter().map(|finding| finding.code).collect()
}

/// A file of `../shared`, which not every checkout has beside it.
pub fn shared(path: &str) -> Option<String> {
    let path = rrgscore_parity::shared(path)?;
    #[allow(clippy::disallowed_methods)]
    let text = std::fs::read_to_string(path).unwrap();
    Some(text)
}
