//! Where things lie: the checkout, the cache outside it, and cargo's target folder.

use crate::error::{Error, Result};
use std::env;
use std::path::{Path, PathBuf};

/// The folders that every job needs.
#[derive(Debug, Clone)]
pub(crate) struct Paths {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// Tools, downloads and built packs, shared by all checkouts; safe to delete.
    pub(crate) cache: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
}

impl Paths {
    /// Finds the folders; the cache is `RRGSCORE_CACHE`, or `rrgscore` in the platform's cache
    /// folder.
    ///
    /// # Errors
    /// When neither `RRGSCORE_CACHE` nor a home folder is set.
    pub(crate) fn find() -> Result<Paths> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf);
        let cache = cache_folder(|name| env::var_os(name).map(PathBuf::from)).ok_or_else(|| {
            Error::Refused {
                what: "no folder for the cache is known".to_owned(),
                hint: "set RRGSCORE_CACHE to a folder outside the checkout".to_owned(),
            }
        })?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Paths { root, cache, target })
    }

    /// Programs that the set-up installed.
    pub(crate) fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// Packs that the operator wants published with the site; not tracked.
    pub(crate) fn packs(&self) -> PathBuf {
        self.root.join("packs")
    }

    /// What this program writes for itself below cargo's target folder.
    pub(crate) fn work(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The mirror that is used when none is named: `../shared/data`, if it exists.
    pub(crate) fn default_mirror(&self) -> Option<PathBuf> {
        Some(self.root.join("../shared/data")).filter(|folder| folder.is_dir())
    }
}

fn cache_folder(var: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if let Some(folder) = var("RRGSCORE_CACHE") {
        return Some(folder);
    }
    let base = if cfg!(windows) {
        var("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Caches"))
    } else {
        var("XDG_CACHE_HOME").or_else(|| var("HOME").map(|home| home.join(".cache")))
    };
    base.map(|base| base.join("rrgscore"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_can_be_named() {
        let var = |name: &str| (name == "RRGSCORE_CACHE").then(|| PathBuf::from("/c"));
        assert_eq!(cache_folder(var), Some(PathBuf::from("/c")));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_cache_follows_the_platform() {
        let var = |name: &str| (name == "HOME").then(|| PathBuf::from("/home/a"));
        assert_eq!(cache_folder(var), Some(PathBuf::from("/home/a/.cache/rrgscore")));
        assert_eq!(cache_folder(|_| None), None);
    }
}
