//! Where packs and splits lie when the user does not say.

use std::path::PathBuf;

/// The folder that `cargo xtask setup` fills: `RRGSCORE_CACHE`, or `rrgscore` in the platform's
/// cache folder.
pub(crate) fn cache() -> Option<PathBuf> {
    match std::env::var_os("RRGSCORE_CACHE") {
        Some(folder) if !folder.is_empty() => Some(folder.into()),
        _ => dirs::cache_dir().map(|folder| folder.join("rrgscore")),
    }
}

/// The folder with packs: as given, or the cache's.
pub(crate) fn packs(given: Option<&PathBuf>) -> Option<PathBuf> {
    given.cloned().or_else(|| Some(cache()?.join("packs")))
}

/// The folder with splits: as given, or the cache's.
pub(crate) fn data(given: Option<&PathBuf>) -> Option<PathBuf> {
    given.cloned().or_else(|| Some(cache()?.join("sources")))
}
