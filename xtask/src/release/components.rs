//! What a release is made of: crates that are linked in, packs and data that the site carries.

use crate::error::{Error, Result};
use crate::files;
use crate::paths::Paths;
use crate::program::{cargo, host, output};
use crate::tools::WASM;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The packages that are given out: command line, page, npm, Python.
const GIVEN_OUT: [&str; 4] = ["rrgscore-cli", "rrgscore-python", "rrgscore-wasm", "rrgscore-web"];

/// A crate of a registry, or one of ours.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Crate {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// cargo's name of it.
    id: String,
    /// Its licence, as an SPDX expression.
    #[serde(default)]
    pub(crate) license: Option<String>,
    /// From which registry it is; none for our own.
    #[serde(default)]
    source: Option<String>,
    manifest_path: PathBuf,
}

impl Crate {
    /// Its name in package URLs.
    pub(crate) fn purl(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }

    /// Whether it is of this project.
    pub(crate) fn is_ours(&self) -> bool {
        self.source.is_none()
    }

    /// The folder of its code.
    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }
}

/// All crates that are linked into what is given out, with what each of them uses.
#[derive(Debug)]
pub(crate) struct Components {
    /// The crates in order of their names.
    pub(crate) crates: Vec<Crate>,
    /// For each crate's package URL those of the crates that it uses.
    pub(crate) uses: BTreeMap<String, BTreeSet<String>>,
    /// The SHA-256 of each crate's archive, by package URL.
    pub(crate) sums: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Crate>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// `Cargo.lock`, as far as it is needed.
#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    #[serde(default)]
    checksum: Option<String>,
}

impl Components {
    /// Asks cargo, for the page's target and this machine's.
    ///
    /// # Errors
    /// When cargo fails or says something else.
    pub(crate) fn of(paths: &Paths) -> Result<Components> {
        let mut metadata = cargo(&paths.root);
        metadata.args(["metadata", "--format-version", "1", "--locked"]);
        metadata.args(["--filter-platform", WASM, "--filter-platform", &host()?]);
        let told = output(&mut metadata)?;
        let lock = paths.root.join("Cargo.lock");
        let metadata: Metadata =
            serde_json::from_str(&told).map_err(|error| Error::bad_file(&lock, error))?;
        let locked: Lock = toml::from_str(&files::read_text(&lock)?)
            .map_err(|error| Error::bad_file(&lock, error))?;
        let sums = locked.package.into_iter().filter_map(|package| {
            let purl = format!("pkg:cargo/{}@{}", package.name, package.version);
            Some((purl, package.checksum?))
        });
        Ok(linked(metadata, sums.collect()))
    }
}

/// What the packages that are given out are linked with, step by step.
fn linked(metadata: Metadata, sums: BTreeMap<String, String>) -> Components {
    let by_id: BTreeMap<&str, &Crate> =
        metadata.packages.iter().map(|package| (package.id.as_str(), package)).collect();
    let nodes: BTreeMap<&str, &Node> =
        metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let mut open: Vec<&str> = (metadata.packages.iter())
        .filter(|package| package.is_ours() && GIVEN_OUT.contains(&package.name.as_str()))
        .map(|package| package.id.as_str())
        .collect();
    let mut crates = BTreeSet::new();
    let mut uses = BTreeMap::new();
    while let Some(id) = open.pop() {
        let Some(package) = by_id.get(id) else { continue };
        if !crates.insert((*package).clone()) {
            continue;
        }
        let edges = nodes.get(id).map(|node| node.deps.as_slice()).unwrap_or_default();
        // Tests and programs that run while it is compiled are in nothing that is given out.
        let linked = edges.iter().filter(|edge| edge.dep_kinds.iter().any(|k| k.kind.is_none()));
        let mut used = BTreeSet::new();
        for edge in linked {
            open.push(&edge.pkg);
            used.extend(by_id.get(edge.pkg.as_str()).map(|package| package.purl()));
        }
        uses.insert(package.purl(), used);
    }
    Components { crates: crates.into_iter().collect(), uses, sums }
}

/// A pack or a file of data that the site carries.
#[derive(Debug, Deserialize)]
pub(crate) struct Carried {
    /// Its name.
    pub(crate) name: String,
    /// Its licence, in its authors' words.
    pub(crate) licence: String,
    /// Whom the site names.
    pub(crate) attribution: String,
    /// Its SHA-256, or the pack's id, which is one.
    #[serde(alias = "id")]
    pub(crate) sha256: String,
}

/// The packs that a built site carries.
///
/// # Errors
/// When its list cannot be read.
pub(crate) fn packs(site: &Path) -> Result<Vec<Carried>> {
    #[derive(Deserialize)]
    struct Packs {
        packs: Vec<Carried>,
    }
    Ok(list::<Packs>(&site.join("packs/index.json"))?.packs)
}

/// The public reports that a built site carries.
///
/// # Errors
/// When its list cannot be read.
pub(crate) fn data(site: &Path) -> Result<Vec<Carried>> {
    #[derive(Deserialize)]
    struct Reports {
        splits: Vec<Carried>,
        samples: Vec<Sample>,
    }
    #[derive(Deserialize)]
    struct Sample {
        reports: Carried,
    }
    let reports: Reports = list(&site.join("data/index.json"))?;
    Ok(reports.splits.into_iter().chain(reports.samples.into_iter().map(|s| s.reports)).collect())
}

fn list<T: DeserializeOwned>(file: &Path) -> Result<T> {
    serde_json::from_str(&files::read_text(file)?).map_err(|error| Error::bad_file(file, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_found_and_what_only_tests_or_builds_is_not() {
        let package = |name: &str, source: &str| {
            format!(
                r#"{{"name":"{name}","version":"1.0.0","id":"{name}","license":"MIT",
                    "source":{source},"manifest_path":"/{name}/Cargo.toml"}}"#
            )
        };
        let registry = r#""registry""#;
        let packages = [
            package("rrgscore-cli", "null"),
            package("xtask", "null"),
            package("used", registry),
            package("below", registry),
            package("tested-with", registry),
            package("watcher", registry),
        ];
        let edge =
            |pkg: &str, kind: &str| format!(r#"{{"pkg":"{pkg}","dep_kinds":[{{"kind":{kind}}}]}}"#);
        let text = format!(
            r#"{{"packages":[{}],"resolve":{{"nodes":[
                {{"id":"rrgscore-cli","deps":[{},{}]}},
                {{"id":"used","deps":[{}]}},
                {{"id":"xtask","deps":[{}]}}]}}}}"#,
            packages.join(","),
            edge("used", "null"),
            edge("tested-with", "\"dev\""),
            edge("below", "null"),
            edge("watcher", "null"),
        );
        let found = linked(serde_json::from_str(&text).unwrap(), BTreeMap::new());
        let names: Vec<&str> = found.crates.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["below", "rrgscore-cli", "used"]);
        let used = &found.uses["pkg:cargo/rrgscore-cli@1.0.0"];
        assert_eq!(used.iter().collect::<Vec<_>>(), ["pkg:cargo/used@1.0.0"]);
    }
}
