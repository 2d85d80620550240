//! wasm-opt over the site's wasm files.

use super::bust::is_hashed;
use crate::error::{Error, Result};
use crate::files;
use crate::npm;
use crate::paths::Paths;
use crate::program::run;
use std::path::Path;
use std::process::Command;

/// What is put behind the name of an optimized file whose name is a hash of its old content.
const SUFFIX: &str = "-opt";

/// Optimizes each wasm file and keeps the smaller form. A file that trunk named by its content
/// gets a new name, and loses the integrity digest of its old bytes.
///
/// # Errors
/// When wasm-opt cannot be had or fails.
pub(crate) fn wasm(paths: &Paths, site: &Path) -> Result<()> {
    let modules = npm::install(paths, &paths.root.join("xtask/wasm-opt"))?;
    for name in files::list(site)?.iter().filter(|name| name.ends_with(".wasm")) {
        let old = site.join(name);
        let new = old.with_extension("optimized");
        println!("optimizing {name}");
        run(Command::new("node")
            .arg(modules.join("binaryen/bin/wasm-opt"))
            .args(["-O3", "--enable-simd", "--enable-bulk-memory", "--enable-sign-ext"])
            .args(["--enable-nontrapping-float-to-int", "--enable-mutable-globals"])
            .args(["--enable-reference-types", "--enable-multivalue", "-o"])
            .arg(&new)
            .arg(&old))?;
        let (before, after) = (length(&old)?, length(&new)?);
        println!("{name}: {before} -> {after} bytes");
        if after >= before {
            std::fs::remove_file(&new).map_err(Error::io("removing", &new))?;
            continue;
        }
        std::fs::rename(&new, &old).map_err(Error::io("replacing", &old))?;
        if is_hashed(name) {
            rename(site, name)?;
        }
    }
    Ok(())
}

fn rename(site: &Path, name: &str) -> Result<()> {
    let renamed = renamed(name);
    let (from, to) = (site.join(name), site.join(&renamed));
    std::fs::rename(&from, &to).map_err(Error::io("renaming", &from))?;
    let index = site.join("index.html");
    files::write(&index, with_new_name(&files::read_text(&index)?, name, &renamed))
}

fn renamed(name: &str) -> String {
    format!("{}{SUFFIX}.wasm", name.trim_end_matches(".wasm"))
}

/// Replaces a file's name, and drops `integrity="…"` from the tags that carry it.
fn with_new_name(html: &str, old: &str, new: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for tag in html.split_inclusive('>') {
        let stale = tag.contains(old).then(|| tag.split_once(" integrity=\"")).flatten();
        match stale.and_then(|(before, rest)| Some((before, rest.split_once('"')?.1))) {
            Some((before, after)) => out.push_str(&format!("{before}{after}").replace(old, new)),
            None => out.push_str(&tag.replace(old, new)),
        }
    }
    out
}

fn length(path: &Path) -> Result<u64> {
    Ok(std::fs::metadata(path).map_err(Error::io("reading", path))?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_file_is_renamed_in_the_page_and_unpinned() {
        let html = r#"<link href="./a-1_bg.wasm" integrity="sha384-x" as="fetch"><link href="./a-1.js" integrity="sha384-y"><script data-wasm="./a-1_bg.wasm"></script>"#;
        let new = with_new_name(html, "a-1_bg.wasm", &renamed("a-1_bg.wasm"));
        assert_eq!(
            new,
            r#"<link href="./a-1_bg-opt.wasm" as="fetch"><link href="./a-1.js" integrity="sha384-y"><script data-wasm="./a-1_bg-opt.wasm"></script>"#
        );
    }
}
