//! How much a visitor downloads before a first score: the wasm of page and worker, compressed as a
//! static host does it.

use super::bundle::Program;
use crate::error::{Error, Result};
use crate::size;
use std::path::Path;

/// Most bytes of what is loaded when the page opens, compressed with brotli. The reader is loaded
/// only when it is needed.
const MOST: [(Program, u64); 2] = [(Program::Page, 400_000), (Program::Worker, 2_000_000)];

/// Checks the wasm of page and worker.
///
/// # Errors
/// [`Error::Site`] when one is too large.
pub(crate) fn check(site: &Path) -> Result<()> {
    let mut heavy = Vec::new();
    for (program, most) in MOST {
        let name = program.wasm();
        let bytes = size::of(&site.join(&name))?.brotli;
        println!("{name}: {bytes} bytes with brotli, of at most {most}");
        heavy.extend(too_large(&name, bytes, most));
    }
    if heavy.is_empty() { Ok(()) } else { Err(Error::Site(heavy)) }
}

fn too_large(name: &str, bytes: u64, most: u64) -> Option<String> {
    (bytes > most).then(|| format!("{name} has {bytes} bytes with brotli, of at most {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_named_with_its_size() {
        assert_eq!(too_large("worker_bg.wasm", 2_000_000, 2_000_000), None);
        let line = too_large("worker_bg.wasm", 2_000_001, 2_000_000).unwrap();
        assert!(line.starts_with("worker_bg.wasm has 2000001 bytes"), "{line}");
    }
}
