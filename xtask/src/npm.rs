//! npm packages, installed outside the checkout from a committed lock file.

use crate::error::Result;
use crate::files;
use crate::hash::sha256;
use crate::paths::Paths;
use crate::program::run;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs what `folder`'s package-lock.json names, unless that was done before, and gives the
/// `node_modules` folder. The place is named after the lock file's hash, so that branches with
/// other versions do not disturb each other.
///
/// # Errors
/// When npm is missing or fails.
pub(crate) fn install(paths: &Paths, folder: &Path) -> Result<PathBuf> {
    let manifest = files::read_text(&folder.join("package.json"))?;
    let lock = files::read_text(&folder.join("package-lock.json"))?;
    let digest = sha256(format!("{manifest}\0{lock}").as_bytes());
    let name = folder.file_name().map_or_else(|| "npm".into(), |name| name.to_string_lossy());
    let place = paths.cache.join("npm").join(format!("{name}-{}", &digest[..12]));
    let modules = place.join("node_modules");
    let done = place.join("installed");
    if done.is_file() {
        return Ok(modules);
    }
    println!("installing npm packages of {}", folder.display());
    files::write(&place.join("package.json"), manifest)?;
    files::write(&place.join("package-lock.json"), lock)?;
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]);
    run(npm.current_dir(&place))?;
    files::write(&done, "")?;
    Ok(modules)
}
