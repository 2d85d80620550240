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
