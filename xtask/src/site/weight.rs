//! How much a visitor downloads before a first score: the workers' wasm, compressed as a static
//! host does it.

use super::bust::is_hashed;
use crate::error::{Error, Result};
use crate::{files, size};
use std::path::Path;

/// Most bytes of a worker's wasm, compressed with brotli.
const MOST: u64 = 2_000_000;

/// Checks the wasm of each worker: every wasm file that trunk did not name by its content.
///
/// # Errors
/// [`Error::Site`] with one line for each that is too large.
pub(crate) fn check(site: &Path) -> Result<()> {
    let is_worker = |name: &&String| name.ends_with(".wasm") && !is_hashed(name);
    let mut broken = Vec::new();
    for name in files::list(site)?.iter().filter(is_worker) {
        let bytes = size::of(&site.join(name))?.brotli;
        println!("{name}: {bytes} bytes with brotli, of at most {MOST}");
        broken.extend(too_large(name, bytes));
    }
    if broken.is_empty() { Ok(()) } else { Err(Error::Site(broken)) }
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
