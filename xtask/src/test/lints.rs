//! rustfmt, clippy and cargo-deny.

use super::Outcome;
use super::count::Counts;
use crate::error::Result;
use crate::paths::Paths;
use crate::program::{cargo, run, watched};
use crate::tools::{self, WASM};
use std::process::Command;

/// Crates that never run in a page.
pub(super) const NATIVE_ONLY: [&str; 5] =
    ["rrgscore-cli", "rrgscore-judge-client", "rrgscore-native", "rrgscore-python", "xtask"];

/// `cargo fmt --check`.
pub(super) fn fmt(paths: &Paths) -> Result<Outcome> {
    tools::for_lints(paths)?;
    step(cargo(&paths.root).args(["fmt", "--all", "--check"]))
}

/// clippy for this machine: all crates, tests and examples.
pub(super) fn clippy(paths: &Paths) -> Result<Outcome> {
    tools::for_lints(paths)?;
    let mut command = cargo(&paths.root);
    command.args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]);
    step(&mut command)
}

/// clippy for wasm32: all that the page and the npm package are made of, and their browser tests.
pub(super) fn clippy_wasm(paths: &Paths) -> Result<Outcome> {
    tools::for_site(paths)?;
    tools::for_lints(paths)?;
    let mut command = cargo(&paths.root);
    command.args(["clippy", "--target", WASM, "--workspace", "--lib", "--bins", "--locked"]);
    // A name that a browser test uses is missed here, and not after the build of all of them.
    command.args(["--test", "web*"]);
    for krate in NATIVE_ONLY {
        command.args(["--exclude", krate]);
    }
    let all = step(command.args(["--", "-D", "warnings"]))?;
    if !matches!(all, Outcome::Passed(_)) {
        return Ok(all);
    }
    // The page's reader of workbooks and Parquet files is a program that no default feature builds.
    let mut command = cargo(&paths.root);
    command.args(["clippy", "--target", WASM, "--package", "rrgscore-web", "--bin", "reader"]);
    command.args(["--no-default-features", "--features", "reader", "--locked"]);
    step(command.args(["--", "-D", "warnings"]))
}

/// cargo-deny by `deny.toml`. Advisories are left out: their database is a git repository that
/// is not to be had on a machine without a network.
pub(super) fn deny(paths: &Paths) -> Result<Outcome> {
    let program = match tools::cargo_deny(paths) {
        Ok(program) => program,
        Err(reason) => return Ok(Outcome::NotRun(reason)),
    };
    // The tree is checked for all platforms, so their crates must be there.
    run(cargo(&paths.root).args(["fetch", "--locked", "--quiet"]))?;
    let mut command = Command::new(program);
    command.current_dir(&paths.root);
    command.args(["--locked", "--offline", "check"]);
    step(command.args(["bans", "licenses", "sources"]))
}

/// cargo-shear: no crate names a dependency that its code does not use.
pub(super) fn unused(paths: &Paths) -> Result<Outcome> {
    let program = match tools::cargo_shear(paths) {
        Ok(program) => program,
        Err(reason) => return Ok(Outcome::NotRun(reason)),
    };
    let mut command = Command::new(program);
    // Its findings are warnings and errors; to hold the list at zero both must fail.
    command.args(["--locked", "--deny-warnings"]).current_dir(&paths.root);
    step(&mut command)
}

/// Runs a program that counts nothing.
pub(super) fn step(command: &mut Command) -> Result<Outcome> {
    Ok(Outcome::of(watched(command, |_| ())?, Counts::default()))
}
