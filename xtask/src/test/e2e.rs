//! End-to-end tests of the built site: node's test runner drives headless Chromium.

use super::count::Counts;
use super::{Context, Outcome};
use crate::error::{Error, Result};
use crate::program::{cargo, run, watched};
use crate::server::Serving;
use crate::{browser, npm};
use std::process::Command;

/// A path such as a project page of a static host has; nothing may depend on the root.
const SUB_PATH: &str = "/some/lab/rrgscore/";

/// Serves the site, once at the root and once under a sub-path, and runs `tests/e2e/run.mjs`.
pub(super) fn scenarios(context: &Context<'_>) -> Result<Outcome> {
    let (paths, site) = (context.paths, &context.site);
    if !site.join("index.html").is_file() {
        return Err(Error::Refused {
            what: format!("there is no site in {}", site.display()),
            hint: "cargo xtask build makes it".to_owned(),
        });
    }
    let modules = npm::install(paths, &paths.root.join("tests/e2e"))?;
    let browser = browser::find_or_install()?;
    // As the unit tests build it: asked for alone, it would get other features of its
    // dependencies, and the model runtime would be compiled once more.
    run(cargo(&paths.root).args(["test", "--workspace", "--locked", "--no-run", "--quiet"]))?;
    let cli = paths.target.join("debug").join(format!("rrgscore{}", std::env::consts::EXE_SUFFIX));
    let screenshots = paths.cache.join("screenshots");
    let rules = paths.cache.join("sources/medspacy/rush_rules.tsv");

    let at_root = Serving::at_root(site).start(0)?;
    let below = Serving { base: SUB_PATH.to_owned(), ..Serving::at_root(site) }.start(0)?;

    let mut node = Command::new("node");
    node.arg("tests/e2e/run.mjs").args(&context.args.scenario).current_dir(&paths.root);
    node.env("RRGSCORE_SITE", at_root.url())
        .env("RRGSCORE_SITE_BELOW", below.url())
        .env("RRGSCORE_SITE_FOLDER", site)
        .env("RRGSCORE_NODE_MODULES", modules)
        .env("RRGSCORE_CHROMIUM", browser.chromium)
        .env("RRGSCORE_CLI", cli)
        .env("RRGSCORE_SENTENCE_RULES", rules)
        .env("RRGSCORE_SCREENSHOTS", screenshots);
    let mut counts = Counts::default();
    let success = watched(&mut node, |line| counts.add_closing_line(line))?;
    Ok(Outcome::of(success, counts))
}
