//! How much a visitor downloads before a first score: the worker's wasm, compressed as a static
//! host does it.

use super::bundle::Program;
use crate::error::{Error, Result};
use crate::size;
use std::path::Path;

/// Most bytes of the worker's wasm, compressed with brotli.
const MOST: u64 = 2_000_000;

/// Checks the worker's wasm.
///
/// # Errors
/// [`Error::Site`] when it is too large.
pub(crate) fn check(site: &Path) -> Result<()> {
    let name = Program::Worker.wasm();
    let bytes = size::of(&site.join(&name))?.brotli;
    println!("{name}: {bytes} bytes with brotli, of at most {MOST}");
    too_large(&name, bytes).map_or(Ok(()), |line| Err(Error::Site(vec![line])))
}

fn too_large(name: &str, bytes: u64) -> Option<String> {
    (bytes > MOST).then(|| format!("{name} has {bytes} bytes with brotli, of at most {MOST}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_is_too_large_is_named_with_its_size() {
        assert_eq!(too_large("worker_bg.wasm", MOST), None);
        let line = too_large("worker_bg.wasm", MOST + 1).unwrap();
        assert!(line.starts_with("worker_bg.wasm has 2000001 bytes"), "{line}");
    }
}
