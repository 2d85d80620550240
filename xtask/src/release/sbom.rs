//! The bill of materials in the form of CycloneDX 1.5: crates with their archives' hashes, packs and
//! data that the site carries with their licences.

use crate::release::commit::Commit;
use crate::release::components::{Carried, Components};
use rrgscore_annotations::NUMERICS;
use serde_json::{Value, json};

/// The bill as JSON.
pub(crate) fn text(
    commit: &Commit,
    components: &Components,
    packs: &[Carried],
    data: &[Carried],
) -> String {
    let crates = components.crates.iter().map(|one| {
        let mut component = json!({
            "type": "library",
            "bom-ref": one.purl(),
            "name": one.name,
            "version": one.version,
            "purl": one.purl(),
        });
        if let Some(licence) = &one.license {
            // Before SPDX had `OR`, crates wrote a slash.
            let expression = licence.replace('/', " OR ");
            component["licenses"] = json!([{ "expression": expression }]);
        }
        if let Some(sum) = components.sums.get(&one.purl()) {
            component["hashes"] = hashes(sum);
        }
        component
    });
    let packs = packs.iter().map(|one| carried("machine-learning-model", one));
    let data = data.iter().map(|one| carried("data", one));
    let dependencies: Vec<Value> = (components.uses.iter())
        .map(|(user, used)| json!({ "ref": user, "dependsOn": used }))
        .collect();
    let bill = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": commit.time,
            "component": {
                "type": "application",
                "bom-ref": "rrgscore",
                "name": "rrgscore",
                "version": env!("CARGO_PKG_VERSION"),
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
            },
            "properties": [
                { "name": "rrgscore:commit", "value": commit.id },
                { "name": "rrgscore:numerics", "value": NUMERICS.to_string() },
            ],
        },
        "components": crates.chain(packs).chain(data).collect::<Vec<Value>>(),
        "dependencies": dependencies,
    });
    format!("{bill:#}\n")
}

fn carried(kind: &str, one: &Carried) -> Value {
    json!({
        "type": kind,
        "bom-ref": format!("{kind}:{}:{}", one.name, one.sha256),
        "name": one.name,
        "licenses": [{ "license": { "name": one.licence } }],
        "copyright": one.attribution,
        "hashes": hashes(&one.sha256),
    })
}

fn hashes(sha256: &str) -> Value {
    json!([{ "alg": "SHA-256", "content": sha256 }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Paths;
    use crate::release::licences;
    use std::collections::BTreeSet;

    #[test]
    fn all_that_is_linked_is_listed_with_licence_and_hash_and_no_tool() {
        let components = Components::of(&Paths::find().unwrap()).unwrap();
        let commit = Commit {
            id: "0".repeat(40),
            seconds: 1_700_000_000,
            time: "2023-11-14T22:13:20Z".to_owned(),
        };
        let pack = Carried {
            name: "model".to_owned(),
            licence: "MIT".to_owned(),
            attribution: "its authors".to_owned(),
            sha256: "0".repeat(64),
        };
        let bill: Value = serde_json::from_str(&text(&commit, &components, &[pack], &[])).unwrap();
        let listed = bill["components"].as_array().unwrap();
        let names: BTreeSet<&str> =
            listed.iter().map(|one| one["name"].as_str().unwrap()).collect();
        // Of the page, of the command line, of the Python package, and what is carried.
        for name in ["yew", "clap", "pyo3", "tract-core", "rrgscore-metrics", "model"] {
            assert!(names.contains(name), "{name} is not listed");
        }
        // A server, a watcher, and what only tests use.
        for name in ["axum", "notify", "proptest", "xtask"] {
            assert!(!names.contains(name), "{name} is listed");
        }
        let references: BTreeSet<&str> =
            listed.iter().map(|one| one["bom-ref"].as_str().unwrap()).collect();
        assert_eq!(references.len(), listed.len(), "two components have one reference");
        for one in listed {
            assert!(one["licenses"][0].is_object(), "{}: no licence", one["name"]);
            let ours = one["name"].as_str().unwrap().starts_with("rrgscore-");
            let patched = one["name"] == "inventory";
            assert!(ours || patched || one["hashes"][0].is_object(), "{}: no hash", one["name"]);
        }
        for one in bill["dependencies"].as_array().unwrap() {
            for used in one["dependsOn"].as_array().unwrap() {
                assert!(references.contains(used.as_str().unwrap()), "{used} is not listed");
            }
        }
        let licences = licences::text(&components).unwrap();
        let without: Vec<&str> = (components.crates.iter())
            .filter(|one| !one.is_ours())
            .filter(|one| !licences.contains(&format!("{} {}: ", one.name, one.version)))
            .map(|one| one.name.as_str())
            .collect();
        assert!(without.is_empty(), "no licence is named for {without:?}");
        assert!(licences.contains("Permission is hereby granted, free of charge"));
    }
}
