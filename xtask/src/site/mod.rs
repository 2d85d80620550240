//! `cargo xtask build`: the site as a plain folder that any static host serves.

pub(crate) mod bundle;
pub(crate) mod content;
mod html;
pub(crate) mod imports;
mod inputs;
mod optimize;
mod rules;
mod weight;

use crate::error::{Error, Result};
use crate::files::{self, Scratch};
use crate::leaderboard;
use crate::paths::Paths;
use crate::program::{cargo, run};
use crate::setup::{self, Places};
use crate::tools;
use clap::Args;
use std::path::{Path, PathBuf};

/// How to build the site.
#[derive(Debug, Clone, Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    pub(crate) places: Places,
    /// Folder to put the site in [default: dist]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Run wasm-opt over the workers too: minutes of work for a few per cent of the download
    #[arg(long)]
    pub(crate) optimize: bool,
    /// Write what the programs can call in JavaScript into docs/imports.txt, for a review
    #[arg(long)]
    pub(crate) accept_imports: bool,
}

impl BuildArgs {
    /// As tests and benchmarks build it.
    pub(crate) fn usual(places: &Places) -> BuildArgs {
        BuildArgs { places: places.clone(), out: None, optimize: false, accept_imports: false }
    }

    /// The folder that the site goes to.
    pub(crate) fn folder(&self, paths: &Paths) -> PathBuf {
        self.out.clone().unwrap_or_else(|| paths.root.join("dist"))
    }
}

/// Builds the site if anything that it is made of changed, and gives its folder.
///
/// # Errors
/// When a tool is missing, a part does not compile, or the result breaks a rule of the site.
pub(crate) fn build(paths: &Paths, args: &BuildArgs) -> Result<PathBuf> {
    let out = args.folder(paths);
    refuse_foreign_folder(&out)?;
    tools::for_site(paths)?;
    let fetched = setup::fetch_sources(paths, &args.places)?;

    let stamp = inputs::Stamp::new(paths, &out, &fetched, args.optimize)?;
    if stamp.is_current(&out) {
        println!("the site in {} is up to date", out.display());
        return Ok(out);
    }

    files::make(&paths.work())?;
    let stage = Scratch::new(&paths.work(), "site")?;
    let site = stage.path().join("site");
    if !args.places.offline {
        run(cargo(&paths.root).args(["fetch", "--locked", "--quiet"]))?;
    }
    // The packs' builder is compiled for this machine, the programs for the page: at once.
    let (bundled, packs) = std::thread::scope(|scope| {
        let packs = scope.spawn(|| content::packs(paths, &fetched, &site));
        let bundled = bundle::release(paths, &site);
        (bundled, packs.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    bundled.and(packs)?;
    let wasm_opt = tools::wasm_opt(paths)?;
    optimize::small(&wasm_opt, &site)?;
    if args.optimize {
        optimize::worker(&wasm_opt, &site)?;
    }
    content::reports(&fetched, &site)?;
    leaderboard::publish(paths, &site)?;
    let build = html::finish(&site)?;
    if args.accept_imports {
        imports::accept(paths, &site)?;
    }
    rules::check(&site)?;
    weight::check(&site)?;
    imports::check(paths, &site)?;

    files::remove(&out)?;
    files::copy_all(&site, &out)?;
    stamp.write(&out)?;
    println!("built the site in {} (build {build})", out.display());
    Ok(out)
}

/// The folder is emptied before each build, so it must be ours.
fn refuse_foreign_folder(out: &Path) -> Result<()> {
    let empty = !out.exists() || std::fs::read_dir(out).is_ok_and(|mut all| all.next().is_none());
    if empty || (out.join("index.html").is_file() && out.join(content::REPORTS).is_file()) {
        return Ok(());
    }
    Err(Error::Refused {
        what: format!("{} holds something that is not a built site", out.display()),
        hint: "name an empty or new folder with --out".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_other_things_is_never_emptied() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-out").unwrap();
        let out = scratch.path().join("thesis");
        assert!(refuse_foreign_folder(&out).is_ok());
        files::write(&out.join("index.html"), "").unwrap();
        assert!(refuse_foreign_folder(&out).is_err());
        files::write(&out.join(content::REPORTS), "").unwrap();
        assert!(refuse_foreign_folder(&out).is_ok());
    }
}
