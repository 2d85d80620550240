//! End-to-end tests of the built site: node's test runner drives Chromium.

use crate::error::{Error, Result};
use crate::paths::Paths;
use crate::program::{cargo, run, watched};
use crate::server::Serving;
use crate::setup::Places;
use crate::site::{self, BuildArgs};
use crate::{browser, node_modules, npm, wheel};
use clap::Args;
use std::path::Path;
use std::process::{Command, ExitCode};

/// A path such as a project page of a static host has; nothing may depend on the root.
const SUB_PATH: &str = "/some/lab/rrgscore/";

/// Which scenarios, and how.
#[derive(Debug, Clone, Args)]
pub(crate) struct E2eArgs {
    #[command(flatten)]
    places: Places,
    /// Run only the scenarios whose path contains this, such as score/resume
    #[arg(value_name = "SCENARIO")]
    scenario: Option<String>,
    /// Run only the tests whose name matches this regular expression
    #[arg(long, value_name = "PATTERN")]
    test: Option<String>,
    /// Show the browser's window
    #[arg(long)]
    headed: bool,
    /// Test the site and the command line that were built before
    #[arg(long)]
    no_build: bool,
}

/// `cargo xtask e2e`: builds the site and the command line unless told not to, and runs scenarios.
///
/// # Errors
/// When something cannot be built or found.
pub(crate) fn e2e(paths: &Paths, args: &E2eArgs) -> Result<ExitCode> {
    let build = BuildArgs::usual(&args.places);
    let site = if args.no_build { build.folder(paths) } else { site::build(paths, &build)? };
    if !args.no_build {
        build_others(paths)?;
    }
    let success = scenarios(paths, &site, args, |_| ())?;
    Ok(if success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl E2eArgs {
    /// All scenarios, without a window, of what was built before.
    pub(crate) fn all(places: Places) -> E2eArgs {
        E2eArgs { places, scenario: None, test: None, headed: false, no_build: true }
    }
}

/// Builds what is tested besides the site: the npm package, the Python package where that can be
/// done, and the command line. That as the unit tests do: asked for alone, it would get other features of its dependencies, and the model
/// runtime would be compiled once more.
///
/// # Errors
/// When one does not compile.
pub(crate) fn build_others(paths: &Paths) -> Result<()> {
    npm::build(paths, &npm::folder(paths))?;
    run(cargo(&paths.root).args(["test", "--workspace", "--locked", "--no-run", "--quiet"]))?;
    match wheel::tools(paths) {
        Ok(tools) => drop(wheel::environment(paths, &tools)?),
        Err(error) => println!("without the Python package: {error}"),
    }
    Ok(())
}

/// Serves the site, once at the root and once under a sub-path, and runs `tests/e2e/run.mjs`, each
/// of whose lines is shown to `watch`. Gives whether all scenarios passed.
///
/// # Errors
/// When there is no site, or a tool is missing.
pub(crate) fn scenarios(
    paths: &Paths,
    site: &Path,
    args: &E2eArgs,
    watch: impl FnMut(&str),
) -> Result<bool> {
    if !site.join("index.html").is_file() {
        return Err(Error::Refused {
            what: format!("there is no site in {}", site.display()),
            hint: "cargo xtask build makes it".to_owned(),
        });
    }
    let modules = node_modules::install(paths, &paths.root.join("tests/e2e"))?;
    let browser = browser::find_or_install()?;
    let coordinator = format!("debug/examples/coordinator{}", std::env::consts::EXE_SUFFIX);
    let screenshots = paths.cache.join("screenshots");
    let rules = paths.cache.join("sources/medspacy/rush_rules.tsv");

    let at_root = Serving::at("/", site).start(0)?;
    let below = Serving::at(SUB_PATH, site).start(0)?;
    let package = npm::folder(paths);
    let npm = Serving::at("/", &paths.root.join("tests/shared/blank"))
        .and("/package/", &package)
        .and("/here/", &paths.root.join("tests/e2e/npm"))
        .start(0)?;

    let mut node = Command::new("node");
    node.arg("tests/e2e/run.mjs").current_dir(&paths.root);
    node.arg(args.scenario.as_deref().unwrap_or_default()).args(&args.test);
    node.env("RRGSCORE_SITE", at_root.url())
        .env("RRGSCORE_SITE_BELOW", below.url())
        .env("RRGSCORE_SITE_FOLDER", site)
        .env("RRGSCORE_NPM_PACKAGE", package)
        .env("RRGSCORE_NPM_URL", npm.url())
        .env("RRGSCORE_NODE_MODULES", modules)
        .env("RRGSCORE_CHROMIUM", browser.chromium)
        .env("RRGSCORE_HEADED", args.headed.to_string())
        .env("RRGSCORE_CLI", paths.command_line())
        .env("RRGSCORE_PYTHON", wheel::interpreter(paths).unwrap_or_else(|| "none".into()))
        .env("RRGSCORE_COORDINATOR", paths.target.join(coordinator))
        .env("RRGSCORE_SENTENCE_RULES", rules)
        .env("RRGSCORE_SCREENSHOTS", screenshots);
    watched(&mut node, watch)
}
