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
    /// Finds the folders; the cache is [`rrgscore_folders::cache`].
    ///
    /// # Errors
    /// When neither `RRGSCORE_CACHE` nor a home folder is set.
    pub(crate) fn find() -> Result<Paths> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf);
        let cache = rrgscore_folders::cache().ok_or_else(|| Error::Refused {
            what: "no folder for the cache is known".to_owned(),
            hint: "set RRGSCORE_CACHE to a folder outside the checkout".to_owned(),
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

    /// Rows that the operator has added to this site's leaderboard; not tracked.
    pub(crate) fn leaderboard(&self) -> PathBuf {
        self.root.join("leaderboard").join("rows.json")
    }

    /// What this program writes for itself below cargo's target folder.
    pub(crate) fn work(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// What cargo builds for tests: programs and libraries.
    pub(crate) fn debug(&self) -> PathBuf {
        self.target.join("debug")
    }

    /// The command line's program, as it is built for tests.
    pub(crate) fn command_line(&self) -> PathBuf {
        self.debug().join(format!("rrgscore{}", env::consts::EXE_SUFFIX))
    }

    /// The mirror that is used when none is named: `../shared/data`, if it exists.
    pub(crate) fn default_mirror(&self) -> Option<PathBuf> {
        Some(self.root.join("../shared/data")).filter(|folder| folder.is_dir())
    }
}
