//! `cargo xtask bench views`.

use super::files::in_page;
use crate::error::Result;
use crate::paths::Paths;
use crate::setup::Places;
use clap::Args;

/// How to measure the page's views.
#[derive(Debug, Clone, Args)]
pub(crate) struct ViewsArgs {
    #[command(flatten)]
    places: Places,
    /// Studies of the runs
    #[arg(long, default_value_t = 10_000)]
    studies: u32,
    /// How often each view is opened
    #[arg(long, default_value_t = 5)]
    turns: u32,
    /// Measure the site that was built before
    #[arg(long)]
    no_build: bool,
}

/// Builds the site and has `tests/bench/views/run.mjs` click through it.
///
/// # Errors
/// When something that it needs cannot be built or found, or it fails.
pub(super) fn views(paths: &Paths, args: &ViewsArgs) -> Result<()> {
    let ViewsArgs { places, studies, turns, no_build } = args;
    in_page(paths, "tests/bench/views/run.mjs", places, (*studies, *turns), *no_build)
}
