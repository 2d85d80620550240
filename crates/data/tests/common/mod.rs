//! Helpers shared by the tests of this crate.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

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
    let path = format!("{}/../../../shared/{path}", env!("CARGO_MANIFEST_DIR"));
    #[allow(clippy::disallowed_methods)]
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        println!("skipped: no shared file");
    }
    text
}
