//! Where packs and splits lie when the user does not say.

use std::path::{Path, PathBuf};

/// The folder with packs: as given, or the cache's.
#[must_use]
pub fn packs(given: Option<&Path>) -> Option<PathBuf> {
    given.map(Path::to_owned).or_else(|| Some(rrgscore_folders::packs(&rrgscore_folders::cache()?)))
}

/// The folder with splits: as given, or the cache's.
#[must_use]
pub fn data(given: Option<&Path>) -> Option<PathBuf> {
    given
        .map(Path::to_owned)
        .or_else(|| Some(rrgscore_folders::sources(&rrgscore_folders::cache()?)))
}
