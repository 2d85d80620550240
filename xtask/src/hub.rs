//! `cargo xtask packs --get`: official checkpoints from their hub, by the Python package's client,
//! whose lock file and terms hold here too.

use crate::error::{Error, Result};
use crate::paths::Paths;
use crate::{program, python, wheel};
use clap::Args;
use std::path::PathBuf;
use std::process::Command;

/// Which checkpoints to get.
#[derive(Debug, Clone, Args)]
pub(crate) struct HubArgs {
    /// Get official checkpoints from their hub and build packs of them: names, or all; an unknown
    /// name lists them
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) get: Vec<String>,
    /// Accept the terms of a checkpoint, by its name; they are shown. Whoever can open the site
    /// gets the packs that it publishes
    #[arg(long, value_name = "NAME", value_delimiter = ',', requires = "get")]
    accept: Vec<String>,
    /// How these packs store weights: int8, f16 or f32
    #[arg(long, default_value = "int8", requires = "get")]
    precision: String,
    /// The folder that they go to [default: packs/, which the site publishes]
    #[arg(long, value_name = "DIR", requires = "get")]
    out: Option<PathBuf>,
    /// The file of hashes [default: hub.lock.json in the cache, where `python -m rrgscore.hub`
    /// keeps it]
    #[arg(long, value_name = "FILE", requires = "get")]
    lock: Option<PathBuf>,
}

/// Gets the checkpoints and builds their packs.
///
/// # Errors
/// When the package does not compile, Python or the hub's library cannot be had, or not all
/// checkpoints could be; the reasons were printed then.
pub(crate) fn get(paths: &Paths, args: &HubArgs) -> Result<()> {
    let package = wheel::package(paths)?;
    let python = python::environment(paths, &paths.root.join(wheel::CRATE).join(REQUIREMENTS))?;
    let lock = args.lock.clone().unwrap_or_else(|| paths.cache.join("hub.lock.json"));
    let mut hub = Command::new(python);
    hub.args(["-m", "rrgscore.hub", "get"]).args(&args.get).env("PYTHONPATH", package);
    hub.args(["--precision", &args.precision]).arg("--lock").arg(lock);
    hub.arg("--packs").arg(args.out.clone().unwrap_or_else(|| paths.packs()));
    for name in &args.accept {
        hub.args(["--accept", name]);
    }
    if program::watched(&mut hub, |_| {})? {
        return Ok(());
    }
    Err(Error::Refused {
        what: "not all checkpoints are there".to_owned(),
        hint: "what is lacking, and why, stands above".to_owned(),
    })
}

/// The list of what the client needs.
const REQUIREMENTS: &str = "requirements-hub.txt";
