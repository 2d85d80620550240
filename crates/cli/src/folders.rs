//! Where packs and splits lie when the user does not say.

use std::path::PathBuf;

/// The folder with packs: as given, or the cache's.
pub(crate) fn packs(given: Option<&PathBuf>) -> Option<PathBuf> {
    given.cloned().or_else(|| Some(rrgscore_folders::packs(&rrgscore_folders::cache()?)))
}

/// The folder with splits: as given, or the cache's.
pub(crate) fn data(given: Option<&PathBuf>) -> Option<PathBuf> {
    given.cloned().or_else(|| Some(rrgscore_folders::sources(&rrgscore_folders::cache()?)))
}
