//! `cargo xtask setup`: all that the other commands would install on their way, at once.

use crate::error::Result;
use crate::paths::Paths;
use crate::sources::{self, Fetched, Fetcher, Network};
use crate::{browser, node_modules, tools};
use clap::Args;
use std::path::PathBuf;

/// Where downloads may come from.
#[derive(Debug, Clone, Args)]
pub(crate) struct Places {
    /// Folder with the files of sources.toml, tried before any other place
    /// [default: ../shared/data, if it exists]
    #[arg(long, value_name = "DIR")]
    mirror: Option<PathBuf>,
    /// Ask no other machine: use the mirror and what is cached
    #[arg(long)]
    pub(crate) offline: bool,
}

/// What to set up.
#[derive(Debug, Clone, Args)]
pub(crate) struct SetupArgs {
    #[command(flatten)]
    places: Places,
    /// Compile wasm-bindgen's test runner too, which only `cargo xtask test` needs
    #[arg(long)]
    tests: bool,
}

/// Installs tools and browsers and gets the sources.
///
/// # Errors
/// When a tool that the build needs cannot be had.
pub(crate) fn setup(paths: &Paths, args: &SetupArgs) -> Result<()> {
    tools::for_site(paths)?;
    tools::for_lints(paths)?;
    if args.tests {
        tools::test_runner(paths)?;
    }
    fetch_sources(paths, &args.places)?;
    node_modules::install(paths, &paths.root.join("tests/e2e"))?;
    if let Err(error) = browser::find_or_install() {
        println!("{error}: {}", error.hint().unwrap_or_default());
    }
    for (name, found) in
        [("cargo-deny", tools::cargo_deny(paths)), ("cargo-shear", tools::cargo_shear(paths))]
    {
        if let Err(reason) = found {
            println!("{name}: {reason}");
        }
    }
    println!("all is set up; tools and downloads lie in {}", paths.cache.display());
    Ok(())
}

/// Gets all that `sources.toml` lists, and says in one line what could not be had.
///
/// # Errors
/// When the list or the cache cannot be used.
pub(crate) fn fetch_sources(paths: &Paths, places: &Places) -> Result<Vec<Fetched>> {
    let list = sources::read(&paths.root.join("sources.toml"))?;
    let mut network = Network::new(&paths.cache)?;
    let mut fetcher = Fetcher {
        mirror: places.mirror.clone().or_else(|| paths.default_mirror()),
        cache: rrgscore_folders::sources(&paths.cache),
        remote: if places.offline { None } else { Some(&mut network) },
    };
    let mut all = Vec::new();
    for source in &list {
        let fetched = fetcher.fetch(source)?;
        if let Err(reason) = &fetched.files {
            println!("{} is left out: {reason}", source.title);
        }
        all.push(fetched);
    }
    Ok(all)
}
