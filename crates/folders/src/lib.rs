//! Where splits and packs lie on this machine: one place for the set-up, which puts them there,
//! and for the native skins, which look for them.

use std::env;
use std::path::{Path, PathBuf};

/// The built-in splits that lie in files: their names, and the files that hold them.
const SPLITS: [(&str, &str); 1] = [("iu-xray-test", "ReXRank_IUXray_test.json")];

/// The folder for all that is fetched and built: `RRGSCORE_CACHE`, or `rrgscore` in the platform's
/// cache folder; `None` when neither is known.
#[must_use]
pub fn cache() -> Option<PathBuf> {
    cache_by(|name| env::var_os(name).map(PathBuf::from))
}

fn cache_by(var: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let var = |name: &str| var(name).filter(|value| !value.as_os_str().is_empty());
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

/// The folder of built packs in the cache.
#[must_use]
pub fn packs(cache: &Path) -> PathBuf {
    cache.join("packs")
}

/// The folder of fetched files in the cache: a folder for each source, named as it is.
#[must_use]
pub fn sources(cache: &Path) -> PathBuf {
    cache.join("sources")
}

/// The names of the built-in splits that lie in files.
pub fn split_names() -> impl Iterator<Item = &'static str> {
    SPLITS.iter().map(|(name, _)| *name)
}

/// The file of a built-in split in a folder of sources: below the split's name, where the set-up
/// puts it, or in the folder itself. `None` when it is not there, or no split has this name.
#[must_use]
pub fn find_split(sources: &Path, name: &str) -> Option<PathBuf> {
    let (name, file) = SPLITS.iter().find(|(known, _)| *known == name)?;
    [sources.join(name).join(file), sources.join(file)].into_iter().find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_can_be_named() {
        let var = |name: &str| (name == "RRGSCORE_CACHE").then(|| PathBuf::from("/c"));
        assert_eq!(cache_by(var), Some(PathBuf::from("/c")));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_cache_follows_the_platform() {
        let var = |name: &str| match name {
            "HOME" => Some(PathBuf::from("/home/a")),
            "RRGSCORE_CACHE" => Some(PathBuf::new()),
            _ => None,
        };
        assert_eq!(cache_by(var), Some(PathBuf::from("/home/a/.cache/rrgscore")));
        assert_eq!(cache_by(|_| None), None);
    }
}
