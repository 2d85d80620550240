//! wasm-opt, from npm: always over the wasm of page and reader, over the worker's by
//! `cargo xtask build --optimize`.

use super::bundle::Program;
use crate::error::{Error, Result};
use crate::program::run;
use std::path::Path;
use std::process::Command;

/// Passes for size. Control flow that is taken apart and built anew is 1 % smaller with brotli than
/// what `-Oz` alone leaves.
const SMALL: &[&str] = &["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz"];

/// Makes the wasm of page and reader small: a minute.
///
/// # Errors
/// When wasm-opt fails.
pub(crate) fn small(wasm_opt: &Path, site: &Path) -> Result<()> {
    for program in [Program::Page, Program::Reader] {
        optimize(wasm_opt, SMALL, &site.join(program.wasm()))?;
    }
    Ok(())
}

/// Makes the worker's wasm fast and small: minutes.
///
/// # Errors
/// When wasm-opt fails.
pub(crate) fn worker(wasm_opt: &Path, site: &Path) -> Result<()> {
    println!("optimizing the worker (some minutes)");
    optimize(wasm_opt, &["-O3"], &site.join(Program::Worker.wasm()))
}

/// Optimizes a file in its place and keeps the smaller form.
fn optimize(wasm_opt: &Path, passes: &[&str], old: &Path) -> Result<()> {
    let new = old.with_extension("optimized");
    run(Command::new(wasm_opt).args(passes).arg("-o").arg(&new).arg(old))?;
    let (before, after) = (length(old)?, length(&new)?);
    println!("{}: {before} -> {after} bytes", old.display());
    if after < before {
        std::fs::rename(&new, old).map_err(Error::io("replacing", old))
    } else {
        std::fs::remove_file(&new).map_err(Error::io("removing", &new))
    }
}

fn length(path: &Path) -> Result<u64> {
    Ok(std::fs::metadata(path).map_err(Error::io("reading", path))?.len())
}
