//! `cargo xtask size`: what a visitor downloads.

use crate::error::{Error, Result};
use crate::files;
use crate::program::output;
use std::path::Path;
use std::process::Command;

/// Prints one `raw gzip brotli` line; node's own zlib compresses as a static host would.
const COMPRESS: &str = "const z=require('zlib'),b=require('fs').readFileSync(process.argv[1]);\
    console.log(b.length,z.gzipSync(b,{level:9}).length,z.brotliCompressSync(b).length)";

/// A file's length, raw and compressed as a static host would.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    raw: u64,
    gzip: u64,
    /// With brotli's best.
    pub(crate) brotli: u64,
}

/// Measures a file.
///
/// # Errors
/// When it cannot be read or node is missing.
pub(crate) fn of(file: &Path) -> Result<Sizes> {
    let text = output(Command::new("node").args(["-e", COMPRESS]).arg(file))?;
    let sizes: Vec<u64> = text.split_whitespace().filter_map(|size| size.parse().ok()).collect();
    match sizes[..] {
        [raw, gzip, brotli] => Ok(Sizes { raw, gzip, brotli }),
        _ => Err(Error::bad_file(file, format!("node told no sizes of it: {text}"))),
    }
}

/// Prints the size of each file of the built page, raw and compressed.
///
/// # Errors
/// When the site was not built or node is missing.
pub(crate) fn size(site: &Path) -> Result<()> {
    if !site.join("index.html").is_file() {
        return Err(Error::Refused {
            what: format!("there is no site in {}", site.display()),
            hint: "cargo xtask build makes it".to_owned(),
        });
    }
    println!("{:>12} {:>12} {:>12}  file", "raw", "gzip", "brotli");
    for name in files::list(site)? {
        let Sizes { raw, gzip, brotli } = of(&site.join(&name))?;
        println!("{raw:>12} {gzip:>12} {brotli:>12}  {name}");
    }
    Ok(())
}
