//! Which crate may use what, read from the manifests, whether the table of docs/architecture.md says
//! what each uses, and whether each public type has a name of its own.

use super::Outcome;
use super::count::Counts;
use crate::error::{Error, Result};
use crate::files;
use crate::paths::Paths;
use crate::program::{cargo, output};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Dependencies that only some crates may name.
struct Rule {
    /// Exact names, or with a final `*` the start of a name.
    dependencies: &'static [&'static str],
    /// The packages that may use them.
    only: &'static [&'static str],
    why: &'static str,
}

const RULES: [Rule; 11] = [
    Rule {
        dependencies: &["tract*"],
        only: &["rrgscore-engine"],
        why: "models are run by the engine alone, so that it can be replaced",
    },
    Rule {
        dependencies: &["rrgscore-onnx"],
        only: &["rrgscore-packs", "rrgscore-engine"],
        why: "packs write graphs and the engine reads them; nothing else looks into one",
    },
    Rule {
        dependencies: &["rrgscore-kernels"],
        only: &["rrgscore-engine", "rrgscore-decoder"],
        why: "unsafe code stays behind the engine",
    },
    Rule {
        dependencies: &["web-sys", "gloo*", "yew*"],
        only: &["rrgscore-web"],
        why: "the page is the only room that knows a browser",
    },
    Rule {
        dependencies: &["wasm-bindgen", "wasm-bindgen-futures", "serde-wasm-bindgen", "js-sys"],
        only: &["rrgscore-wasm", "rrgscore-web"],
        why: "the pipeline is plain Rust; its JavaScript faces are the skins",
    },
    Rule {
        dependencies: &["pyo3*", "arrow*"],
        only: &["rrgscore-python"],
        why: "the pipeline is plain Rust; its Python face is a skin",
    },
    Rule {
        dependencies: &["ureq", "rrgscore-judge-client"],
        only: &["rrgscore-judge-client", "rrgscore-cli"],
        why: "no byte of a report leaves the machine but to a judge that the user names",
    },
    Rule {
        dependencies: &["rrgscore-parity", "rrgscore-fuzzing"],
        only: &["xtask"],
        why: "they help tests, which may panic",
    },
    Rule {
        dependencies: &["axum", "tokio", "tower-http", "notify", "wasm-bindgen-cli-support"],
        only: &["xtask"],
        why: "servers and tools are for work on the project; nothing of them is in what users get",
    },
    Rule {
        dependencies: &["clap"],
        only: &["rrgscore-cli", "xtask"],
        why: "programs for a terminal are skins",
    },
    Rule {
        dependencies: &["rrgscore-engine", "rrgscore-annotate", "rrgscore-scoring"],
        only: &[
            "rrgscore-annotate",
            "rrgscore-scoring",
            "rrgscore-results",
            "rrgscore-session",
            "rrgscore-native",
            "rrgscore-cli",
            "rrgscore-python",
            "rrgscore-wasm",
            "rrgscore-web",
            // Hands hostile bytes to all readers.
            "rrgscore-fuzzing",
        ],
        why: "formulas, text, data and statistics know nothing of models or runs",
    },
];

/// What `cargo metadata` tells, as far as it is needed.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build` or nothing.
    kind: Option<String>,
    /// Where it lies, if it is one of the workspace.
    path: Option<PathBuf>,
}

/// The page with the table of crates.
const PAGE: &str = "docs/architecture.md";

/// Checks all crates of the workspace; what only their tests use is free.
pub(super) fn check(paths: &Paths) -> Result<Outcome> {
    let metadata = metadata(paths)?;
    let mut broken = broken(&metadata);
    broken.extend(super::type_names::repeated(paths)?);
    let page = files::read_text(&paths.root.join(PAGE))?;
    let (made, without_row) = with_uses(&page, &metadata, &paths.root);
    broken.extend(without_row);
    if made != page {
        broken.push(format!("{PAGE} is stale: run cargo xtask architecture"));
    }
    for line in &broken {
        println!("{line}");
    }
    println!("{} crates, {} rules", metadata.packages.len(), RULES.len());
    Ok(Outcome::of(broken.is_empty(), Counts::default()))
}

/// `cargo xtask architecture`: writes what each crate uses into the table of the page.
///
/// # Errors
/// When the page cannot be written, or has no row for a crate.
pub(crate) fn write(paths: &Paths) -> Result<()> {
    let path = paths.root.join(PAGE);
    let (page, without_row) = with_uses(&files::read_text(&path)?, &metadata(paths)?, &paths.root);
    files::write(&path, page)?;
    if without_row.is_empty() {
        Ok(())
    } else {
        Err(Error::bad_file(&path, without_row.join("; ")))
    }
}

fn metadata(paths: &Paths) -> Result<Metadata> {
    let json = output(cargo(&paths.root).args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--locked",
    ]))?;
    serde_json::from_str(&json)
        .map_err(|error| Error::bad_file(&paths.root.join("Cargo.toml"), error))
}

/// The page with the last cell of each crate's row as its manifest has it, and a line for each
/// crate that has no row.
fn with_uses(page: &str, metadata: &Metadata, root: &Path) -> (String, Vec<String>) {
    let mut uses: BTreeMap<String, String> =
        metadata.packages.iter().map(|package| (package.folder(root), package.uses())).collect();
    let mut made = String::with_capacity(page.len());
    for line in page.split_inclusive('\n') {
        let cells: Vec<&str> = line.trim_end().trim_matches('|').split('|').collect();
        let [folder, name, holds, _] = cells[..] else {
            made.push_str(line);
            continue;
        };
        match uses.remove(folder.trim()) {
            Some(uses) => made += &format!("|{folder}|{name}|{holds}| {uses} |\n"),
            None => made.push_str(line),
        }
    }
    let line = |folder| format!("{PAGE} has no row for {folder}");
    (made, uses.into_keys().map(line).collect())
}

impl Package {
    /// Its folder, from the root of the workspace.
    fn folder(&self, root: &Path) -> String {
        let folder = self.manifest_path.parent().unwrap_or(root);
        folder.strip_prefix(root).unwrap_or(folder).to_string_lossy().replace('\\', "/")
    }

    /// What its code uses, the workspace's crates first.
    fn uses(&self) -> String {
        let of_code = self.dependencies.iter().filter(|d| d.kind.is_none());
        let (own, others): (Vec<_>, Vec<_>) = of_code.partition(|d| d.path.is_some());
        let names = |list: Vec<&Dependency>| -> BTreeSet<String> {
            list.iter().map(|d| d.name.trim_start_matches("rrgscore-").to_owned()).collect()
        };
        let all: Vec<_> = names(own).into_iter().chain(names(others)).collect();
        if all.is_empty() { "std".to_owned() } else { all.join(", ") }
    }
}

fn broken(metadata: &Metadata) -> Vec<String> {
    let mut lines = Vec::new();
    for package in &metadata.packages {
        let of_tests = |d: &&Dependency| d.kind.as_deref() == Some("dev");
        for dependency in package.dependencies.iter().filter(|d| !of_tests(d)) {
            for rule in &RULES {
                let named = rule.dependencies.iter().any(|name| matches(name, &dependency.name));
                if named && !rule.only.contains(&package.name.as_str()) {
                    let (user, used, why) = (&package.name, &dependency.name, rule.why);
                    lines.push(format!("{user} may not use {used}: {why}"));
                }
            }
        }
    }
    lines
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(name: &str, kind: Option<&str>) -> Dependency {
        let path = name.starts_with("rrgscore-").then(|| PathBuf::from("/r/crates").join(name));
        Dependency { name: name.into(), kind: kind.map(str::to_owned), path }
    }

    fn workspace(user: &str, used: &str, kind: Option<&str>) -> Metadata {
        let package = Package {
            name: user.into(),
            manifest_path: "/r/crates/user/Cargo.toml".into(),
            dependencies: vec![dependency(used, kind)],
        };
        Metadata { packages: vec![package] }
    }

    #[test]
    fn the_pages_table_gets_what_the_manifests_have() {
        let mut metadata = workspace("rrgscore-user", "serde", None);
        metadata.packages[0].dependencies.extend([
            dependency("rrgscore-text", None),
            dependency("libm", None),
            dependency("proptest", Some("dev")),
        ]);
        let page = "| folder | crate | holds | uses |\n|---|---|---|---|\n\
                    | crates/user | rrgscore-user | a thing | std |\n| www | | pages | |\n";
        let (made, without) = with_uses(page, &metadata, Path::new("/r"));
        assert!(made.contains("| crates/user | rrgscore-user | a thing | text, libm, serde |\n"));
        assert!(made.contains("| www | | pages | |\n") && without.is_empty());
        assert_eq!(with_uses(&made, &metadata, Path::new("/r")).0, made);
        let (_, without) = with_uses("no table", &metadata, Path::new("/r"));
        assert_eq!(without, ["docs/architecture.md has no row for crates/user"]);
    }

    #[test]
    fn a_crate_out_of_its_room_is_named() {
        let lines = broken(&workspace("rrgscore-metrics", "tract-core", None));
        assert_eq!(lines.len(), 1);
        assert!(lines[0].starts_with("rrgscore-metrics may not use tract-core: "));
        assert!(!broken(&workspace("rrgscore-scoring", "web-sys", None)).is_empty());
        assert!(!broken(&workspace("rrgscore-data", "rrgscore-engine", Some("build"))).is_empty());
    }

    #[test]
    fn a_crate_in_its_room_and_tests_are_free() {
        assert!(broken(&workspace("rrgscore-engine", "tract-core", None)).is_empty());
        assert!(broken(&workspace("rrgscore-packs", "tract-core", Some("dev"))).is_empty());
        assert!(broken(&workspace("rrgscore-packs", "wasm-bindgen-test", None)).is_empty());
    }
}
