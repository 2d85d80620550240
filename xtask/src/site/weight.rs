//! How much a visitor downloads before a first view and a first score: the wasm of page and worker,
//! compressed as a static host does it.

use super::bundle::Program;
use crate::error::{Error, Result};
use crate::size;
use std::path::Path;

/// Most bytes of a program's wasm, compressed with brotli.
const MOST: [(Program, u64); 2] = [(Program::Page, 400_000), (Program::Worker, 2_000_000)];

/// Checks the wasm of page and worker.
///
/// # Errors
/// [`Error::Site`] when one is too large.
pub(crate) fn check(site: &Path) -> Result<()> {
    let mut broken = Vec::new();
    for (program, most) in MOST {
        let name = program.wasm();
        let bytes = size::of(&site.join(&name))?.brotli;
        println!("{name}: {bytes} bytes with brotli, of at most {most}");
        broken.extend(too_large(&name, bytes, most));
    }
    if broken.is_empty() { Ok(()) } else { Err(Error::Site(broken)) }
}

fn too_large(name: &str, bytes: u64, most: u64) -> Option<String> {
    (bytes > most).then(|| format!("{name} has {bytes} bytes with brotli, of at most {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_too_large_is_named_with_its_size() {
        for (program, most) in MOST {
            let name = program.wasm();
            assert_eq!(too_large(&name, most, most), None);
            let line = too_large(&name, most + 1, most).unwrap();
            assert!(line.starts_with(&format!("{name} has {} bytes", most + 1)), "{line}");
        }
    }
}
