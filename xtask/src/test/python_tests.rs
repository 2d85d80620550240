//! Tests of the Python package, in Python: the wheel in a fresh environment.

use super::Outcome;
use super::count::Counts;
use crate::error::Result;
use crate::paths::Paths;
use crate::program::watched;
use crate::wheel;
use std::process::Command;

/// Installs the wheel and runs `crates/python/tests`. Where Python or the package index cannot be
/// had it says so.
pub(super) fn tests(paths: &Paths) -> Result<Outcome> {
    let tools = match wheel::tools(paths) {
        Ok(tools) => tools,
        Err(error) => return Ok(Outcome::NotRun(error.to_string())),
    };
    let mut tests = Command::new(wheel::environment(paths, &tools)?);
    tests.arg("crates/python/tests/run.py").current_dir(&paths.root);
    tests.env("RRGSCORE_CLI", paths.command_line());
    if let Ok(this) = std::env::current_exe() {
        tests.env("RRGSCORE_XTASK", this);
    }
    // Their packages are found after those of the fresh environment.
    if let Ok(folders) = std::env::join_paths(wheel::libraries(paths)) {
        tests.env("RRGSCORE_TEST_LIBRARIES", folders);
    }
    let mut counts = Counts::default();
    let success = watched(&mut tests, |line| counts.add_closing_line(line))?;
    Ok(Outcome::of(success, counts))
}
