//! `cargo xtask npm`: the npm package as a folder that `npm pack` takes.

use crate::error::{Error, Result};
use crate::files;
use crate::paths::Paths;
use crate::program::{cargo, run, same_anywhere};
use crate::tools::{self, WASM};
use clap::Args;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// What is in the package but the wasm and its glue.
const PARTS: &str = "crates/wasm/npm";

/// The types of what goes in and comes out, made by the script beside them.
const TYPES: &str = "crates/wasm/types/types.d.ts";

/// The name of glue, wasm and types in the package.
const NAME: &str = "rrgscore";

/// Where the package goes.
#[derive(Debug, Clone, Args)]
pub(crate) struct NpmArgs {
    /// Folder to put the package in [default: xtask/npm in cargo's target folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Builds the package and says where it is.
///
/// # Errors
/// As [`build`], and when the folder holds something else.
pub(crate) fn npm(paths: &Paths, args: &NpmArgs) -> Result<()> {
    let out = args.out.clone().unwrap_or_else(|| folder(paths));
    build(paths, &out)?;
    println!("the package is in {}; npm pack makes a tarball of it", out.display());
    Ok(())
}

/// Where the package is built when no other place is named.
pub(crate) fn folder(paths: &Paths) -> PathBuf {
    paths.work().join("npm")
}

/// Compiles `crates/wasm`, writes its glue and types, and adds what lies in `crates/wasm/npm`.
///
/// One glue serves both: with `--target web`'s, a browser fetches the wasm file beside it, and in
/// Node `node.js` reads it.
///
/// # Errors
/// When it does not compile, or the folder is another's or cannot be written.
pub(crate) fn build(paths: &Paths, out: &Path) -> Result<()> {
    refuse_foreign_folder(out)?;
    tools::wasm_target(paths)?;
    let mut command = cargo(&paths.root);
    command.args(["build", "--locked", "--release", "--target", WASM, "--lib"]);
    command.args(["--package", "rrgscore-wasm"]);
    same_anywhere(&mut command, paths, WASM)?;
    run(command.env("CARGO_TARGET_DIR", &paths.target))?;
    let wasm = paths.target.join(WASM).join("release/rrgscore_wasm.wasm");

    files::remove(out)?;
    Bindgen::new()
        .input_path(&wasm)
        .out_name(NAME)
        .remove_name_section(true)
        .typescript(true)
        .omit_default_module_path(false)
        .web(true)
        .and_then(|bindgen| bindgen.generate(out))
        .map_err(|error| Error::bad_file(&wasm, format!("{error:#}")))?;
    files::copy_all(&paths.root.join(PARTS), out)?;
    append_types(paths, out)?;
    for licence in ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"] {
        files::copy(&paths.root.join(licence), &out.join(licence))?;
    }
    let manifest = out.join("package.json");
    let text = with_version(&files::read_text(&manifest)?, env!("CARGO_PKG_VERSION"))
        .ok_or_else(|| Error::bad_file(&manifest, format!("it has no {NO_VERSION}")))?;
    files::write(&manifest, text)
}

/// Puts the types of what goes in and comes out, which the glue's declarations name, behind them.
fn append_types(paths: &Paths, out: &Path) -> Result<()> {
    let declarations = out.join(format!("{NAME}.d.ts"));
    let types = files::read_text(&paths.root.join(TYPES))?;
    // What frees a value early is declared by a library of TypeScript that projects need not name.
    let library = "/// <reference lib=\"esnext.disposable\" />\n";
    let all = [library, &files::read_text(&declarations)?, "\n", &types].concat();
    files::write(&declarations, all)
}

/// The version in the manifest of `crates/wasm/npm`, which is no release's.
const NO_VERSION: &str = "\"version\": \"0.0.0\"";

/// The manifest with the workspace's version and all else as it stands: Node takes the first of the
/// conditions under `exports` that it knows, so their order counts.
fn with_version(manifest: &str, version: &str) -> Option<String> {
    manifest
        .contains(NO_VERSION)
        .then(|| manifest.replacen(NO_VERSION, &format!("\"version\": \"{version}\""), 1))
}

/// The folder is emptied before each build, so it must be ours.
fn refuse_foreign_folder(out: &Path) -> Result<()> {
    let empty = !out.exists() || std::fs::read_dir(out).is_ok_and(|mut all| all.next().is_none());
    if empty || out.join(format!("{NAME}_bg.wasm")).is_file() {
        return Ok(());
    }
    Err(Error::Refused {
        what: format!("{} holds something that is not the package", out.display()),
        hint: "name an empty or new folder with --out".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_manifest_gets_the_version_and_stays_in_order() {
        let text = with_version("{\"version\": \"0.0.0\", \"node\": 1, \"default\": 2}", "1.2.3");
        let expected = "{\"version\": \"1.2.3\", \"node\": 1, \"default\": 2}";
        assert_eq!(text.as_deref(), Some(expected));
        assert_eq!(with_version("{}", "1.2.3"), None);
    }

    #[test]
    fn the_package_names_only_files_that_it_has() {
        let parts = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(PARTS);
        let manifest: Value =
            serde_json::from_str(&files::read_text(&parts.join("package.json")).unwrap()).unwrap();
        let made = ["rrgscore.js", "rrgscore.d.ts", "rrgscore_bg.wasm", "LICENSE"];
        for file in manifest["files"].as_array().unwrap() {
            let name = file.as_str().unwrap();
            let known = made.iter().any(|made| name.starts_with(made));
            assert!(known || parts.join(name).is_file(), "{name}");
        }
    }
}
