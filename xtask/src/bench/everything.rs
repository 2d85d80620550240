//! `cargo xtask bench everything`.

use crate::error::{Error, Result};
use crate::paths::Paths;
use crate::program::{cargo, run};
use clap::Args;
use std::process::Command;

/// How to measure a run of all columns.
#[derive(Debug, Clone, Args)]
pub(crate) struct EverythingArgs {
    /// Studies of IU X-ray
    #[arg(long, default_value_t = 590)]
    studies: u32,
    /// Measure the command line that was built before
    #[arg(long)]
    no_build: bool,
}

/// Builds the command line and has `tests/bench/everything/run.py` score with it.
///
/// # Errors
/// When something that it needs cannot be built or found, or a run of everything takes longer than
/// its parts or lacks a column.
pub(super) fn everything(paths: &Paths, args: &EverythingArgs) -> Result<()> {
    let reports =
        rrgscore_folders::sources(&paths.cache).join("iu-xray-test/ReXRank_IUXray_test.json");
    if !reports.is_file() {
        return Err(Error::Refused {
            what: "IU X-ray's reports are not here".to_owned(),
            hint: "cargo xtask setup fetches them".to_owned(),
        });
    }
    if !args.no_build {
        let mut build = cargo(&paths.root);
        run(build.args(["build", "--release", "--locked", "--package", "rrgscore-cli"]))?;
    }
    let mut python = Command::new("python3");
    python.arg("tests/bench/everything/run.py").current_dir(&paths.root);
    python
        .env("RRGSCORE_CLI", paths.target.join("release/rrgscore"))
        .env("RRGSCORE_BENCH_REPORTS", reports)
        .env("RRGSCORE_BENCH_STUDIES", args.studies.to_string())
        .env("RRGSCORE_BENCH_OUT", paths.root.join("docs/benchmarks.md"));
    run(&mut python)
}
