//! wasm-opt over the workers' wasm: `cargo xtask build --optimize`.

use super::bust::is_hashed;
use crate::error::{Error, Result};
use crate::files;
use crate::program::run;
use std::path::Path;
use std::process::Command;

/// Optimizes each wasm file that trunk did not name by its content, and keeps the smaller form.
/// (The page's own is optimized by trunk, which then names it.)
///
/// # Errors
/// When wasm-opt fails.
pub(crate) fn workers(wasm_opt: &Path, site: &Path) -> Result<()> {
    let is_worker = |name: &&String| name.ends_with(".wasm") && !is_hashed(name);
    for name in files::list(site)?.iter().filter(is_worker) {
        let old = site.join(name);
        let new = old.with_extension("optimized");
        println!("optimizing {name} (some minutes)");
        run(Command::new(wasm_opt).args(["-O3", "-o"]).arg(&new).arg(&old))?;
        let (before, after) = (length(&old)?, length(&new)?);
        println!("{name}: {before} -> {after} bytes");
        if after < before {
            std::fs::rename(&new, &old).map_err(Error::io("replacing", &old))?;
        } else {
            std::fs::remove_file(&new).map_err(Error::io("removing", &new))?;
        }
    }
    Ok(())
}

fn length(path: &Path) -> Result<u64> {
    Ok(std::fs::metadata(path).map_err(Error::io("reading", path))?.len())
}
