//! Which crate may use what, read from the manifests: the table of docs/architecture.md as a test.

use super::Outcome;
use super::count::Counts;
use crate::error::{Error, Result};
use crate::paths::Paths;
use crate::program::{cargo, output};
use serde::Deserialize;

/// Dependencies that only some crates may name.
struct Rule {
    /// Exact names, or with a final `*` the start of a name.
    dependencies: &'static [&'static str],
    /// The packages that may use them.
    only: &'static [&'static str],
    why: &'static str,
}

const RULES: [Rule; 9] = [
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
        only: &["rrgscore-engine"],
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
        dependencies: &["ureq", "rrgscore-judge-client"],
        only: &["rrgscore-judge-client", "rrgscore-cli"],
        why: "no byte of a report leaves the machine but to a judge that the user names",
    },
    Rule {
        dependencies: &["rrgscore-parity"],
        only: &["xtask"],
        why: "it helps tests, which may panic",
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
            "rrgscore-cli",
            "rrgscore-wasm",
            "rrgscore-web",
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
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build` or nothing.
    kind: Option<String>,
}

/// Checks all crates of the workspace; what only their tests use is free.
pub(super) fn check(paths: &Paths) -> Result<Outcome> {
    let json = output(cargo(&paths.root).args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--locked",
    ]))?;
    let metadata: Metadata = serde_json::from_str(&json)
        .map_err(|error| Error::bad_file(&paths.root.join("Cargo.toml"), error))?;
    let broken = broken(&metadata);
    for line in &broken {
        println!("{line}");
    }
    println!("{} crates, {} rules", metadata.packages.len(), RULES.len());
    Ok(Outcome::of(broken.is_empty(), Counts::default()))
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

    fn workspace(user: &str, used: &str, kind: Option<&str>) -> Metadata {
        let dependency = Dependency { name: used.into(), kind: kind.map(str::to_owned) };
        let package = Package { name: user.into(), dependencies: vec![dependency] };
        Metadata { packages: vec![package] }
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
