//! A browser has no files: for wasm32 the goldens are taken into the tests' programs.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a build script reads and writes files, talks to cargo, and fails by panicking"
)]

use std::env::var_os;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut entries = String::new();
    if var_os("CARGO_CFG_TARGET_ARCH").is_some_and(|arch| arch == "wasm32") {
        let here = PathBuf::from(var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
        // Where they are not on the machine, the tests say that they skip them.
        for (prefix, folder) in [
            ("own", "../../tests/goldens"),
            ("golden/dev", "../../../shared/golden/dev"),
            ("golden/tiny_models", "../../../shared/golden/tiny_models"),
        ] {
            let folder = here.join(folder);
            println!("cargo::rerun-if-changed={}", folder.display());
            embed(prefix, &folder, &mut entries);
        }
        println!("cargo::rerun-if-env-changed=RRGSCORE_CACHE");
        if let Some(sources) = sources() {
            let rules = sources.join("medspacy/rush_rules.tsv");
            println!("cargo::rerun-if-changed={}", rules.display());
            embed_file("rush_rules.tsv", &rules, &mut entries);
            let punkt = sources.join("punkt_tab");
            println!("cargo::rerun-if-changed={}", punkt.display());
            embed("punkt_tab", &punkt, &mut entries);
        }
    }
    let out = PathBuf::from(var_os("OUT_DIR").expect("cargo sets it")).join("embedded.rs");
    let text = format!("pub(crate) static FILES: &[(&str, &[u8])] = &[\n{entries}];\n");
    fs::write(out, text).expect("the build folder is writable");
}

/// The folder where `cargo xtask setup` puts what it fetches.
fn sources() -> Option<PathBuf> {
    let cache = match var_os("RRGSCORE_CACHE") {
        Some(cache) if !cache.is_empty() => PathBuf::from(cache),
        _ => PathBuf::from(var_os("HOME")?).join(".cache/rrgscore"),
    };
    Some(cache.join("sources"))
}

/// All files below a folder, in the order of their names.
fn embed(prefix: &str, folder: &Path, entries: &mut String) {
    let Ok(listed) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = format!("{prefix}/{name}");
        if path.is_dir() {
            embed(&name, &path, entries);
        } else {
            embed_file(&name, &path, entries);
        }
    }
}

fn embed_file(name: &str, path: &Path, entries: &mut String) {
    if let Ok(path) = path.canonicalize() {
        entries.push_str(&format!("    ({name:?}, include_bytes!({path:?})),\n"));
    }
}
