//! `cargo xtask bench files`.

use crate::error::Result;
use crate::paths::Paths;
use crate::program::run;
use crate::server::Serving;
use crate::setup::Places;
use crate::site::{self, BuildArgs};
use crate::{browser, node_modules};
use clap::Args;
use std::process::Command;

/// How to measure the opening of a large file.
#[derive(Debug, Clone, Args)]
pub(crate) struct FilesArgs {
    #[command(flatten)]
    places: Places,
    /// Rows of the file
    #[arg(long, default_value_t = 1_000_000)]
    rows: u32,
    /// How often it is dropped, each time on a new page
    #[arg(long, default_value_t = 3)]
    runs: u32,
    /// Measure the site that was built before
    #[arg(long)]
    no_build: bool,
}

/// Builds the site and has `tests/bench/files/run.mjs` drop a large file on it.
///
/// # Errors
/// When something that it needs cannot be built or found, or it fails.
pub(super) fn files(paths: &Paths, args: &FilesArgs) -> Result<()> {
    let FilesArgs { places, rows, runs, no_build } = args;
    in_page(paths, "tests/bench/files/run.mjs", places, (*rows, *runs), *no_build)
}

/// Builds the site unless told not to, and runs a script that measures it in Chromium; it is told how
/// many rows its file has and how often it measures.
///
/// # Errors
/// When something that it needs cannot be built or found, or it fails.
pub(super) fn in_page(
    paths: &Paths,
    script: &str,
    places: &Places,
    (rows, runs): (u32, u32),
    no_build: bool,
) -> Result<()> {
    let build = BuildArgs::usual(places);
    let site = if no_build { build.folder(paths) } else { site::build(paths, &build)? };
    let modules = node_modules::install(paths, &paths.root.join("tests/bench"))?;
    let browser = browser::find_or_install()?;
    let served = Serving::at("/", &site).start(0)?;
    let mut node = Command::new("node");
    node.arg(script).current_dir(&paths.root);
    node.env("RRGSCORE_BENCH_URL", served.url())
        .env("RRGSCORE_BENCH_OUT", paths.root.join("docs/benchmarks.md"))
        .env("RRGSCORE_BENCH_ROWS", rows.to_string())
        .env("RRGSCORE_BENCH_RUNS", runs.to_string())
        .env("RRGSCORE_NODE_MODULES", modules)
        .env("RRGSCORE_CHROMIUM", browser.chromium);
    run(&mut node)
}
