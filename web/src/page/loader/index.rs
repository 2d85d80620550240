//! The lists of what a site was built with: `data/index.json` and `packs/index.json`, and the
//! manifests of its packs.

use rrgscore_scoring::PackUse;
use rrgscore_scoring::summary::PackRef;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;

use crate::page::state::{Missing, Part, SitePack, SiteSplit};

/// `data/index.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Splits {
    /// The splits of reference reports that the site carries.
    pub splits: Vec<SplitEntry>,
    /// Those that could not be had when it was built.
    pub missing: Vec<Missing>,
}

/// `packs/index.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Packs {
    /// The model packs that the site carries.
    pub packs: Vec<PackEntry>,
    /// Those that could not be had when it was built.
    pub missing: Vec<Missing>,
}

/// A split of reference reports.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct SplitEntry {
    /// The split's key, e.g. `iu-xray-test`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// Its file in the folder `data`.
    pub file: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// sha256 of the file, in hexadecimal.
    pub sha256: String,
    /// Under which licence its text stands.
    pub licence: String,
    /// Who is to be named.
    pub attribution: String,
}

impl SplitEntry {
    /// Where the file lies, relative to the page.
    pub(crate) fn path(&self) -> String {
        format!("data/{}", self.file)
    }

    /// What the page shows of it.
    pub(crate) fn shown(&self) -> SiteSplit {
        SiteSplit {
            key: self.name.clone(),
            label: self.title.clone(),
            attribution: self.attribution.clone(),
            licence: self.licence.clone(),
            sha256: self.sha256.clone(),
            part: Part::Waiting,
        }
    }
}

/// A model pack.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct PackEntry {
    /// The hash that identifies it: the manifest's.
    pub id: String,
    /// Its folder in the folder `packs`.
    pub folder: String,
    /// Its name, e.g. `all-MiniLM-L6-v2`.
    pub name: String,
    /// What it serves, e.g. `bertscore-minilm`.
    pub purpose: String,
    /// `int8`, `f16` or `f32`.
    pub precision: String,
    /// Under which licence its weights stand.
    #[serde(default)]
    pub licence: String,
    /// Who is to be named.
    #[serde(default)]
    pub attribution: String,
    /// Bytes of all its parts.
    pub bytes: u64,
}

impl PackEntry {
    /// Where a file of the pack lies, relative to the page.
    pub(crate) fn path(&self, file: &str) -> String {
        format!("packs/{}/{file}", self.folder)
    }

    /// What the page shows of it; `None` when this version has no use for it.
    pub(crate) fn shown(&self) -> Option<SitePack> {
        let pack = PackRef {
            serves: purpose(&self.purpose)?,
            name: self.name.clone(),
            precision: self.precision.clone(),
            id: self.id.clone(),
        };
        Some(SitePack {
            pack,
            licence: self.licence.clone(),
            attribution: self.attribution.clone(),
            bytes: self.bytes,
            part: Part::Waiting,
        })
    }
}

/// What a pack serves, by its purpose; none for a purpose that this version has no metric for.
fn purpose(word: &str) -> Option<PackUse> {
    let word: StrDeserializer<'_, serde::de::value::Error> = word.into_deserializer();
    PackUse::deserialize(word).ok()
}

/// The file of a pack that describes the others.
pub(crate) const MANIFEST: &str = "pack.json";

/// What the loader needs of a manifest. An annotator checks all of it when it opens the pack.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Manifest {
    /// The hash that identifies the pack.
    pub id: String,
    files: Vec<ManifestFile>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct ManifestFile {
    parts: Vec<PackPart>,
}

/// A file that a site stores for a pack.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct PackPart {
    /// Its name in the pack's folder.
    pub name: String,
    /// Its sha256, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// All parts, in order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &PackPart> {
        self.files.iter().flat_map(|file| &file.parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_of_packs_and_a_manifest_are_read() {
        let text = r#"{"packs": [{"id": "ab", "folder": "all-MiniLM-L6-v2-int8",
            "name": "all-MiniLM-L6-v2", "purpose": "bertscore-minilm", "precision": "int8",
            "licence": "Apache-2.0", "attribution": "", "bytes": 23}], "missing": []}"#;
        let index: Packs = serde_json::from_str(text).unwrap();
        assert_eq!(index.packs[0].path(MANIFEST), "packs/all-MiniLM-L6-v2-int8/pack.json");
        let shown = index.packs[0].shown().unwrap();
        assert_eq!((shown.bytes, shown.pack.serves), (23, PackUse::BertscoreMinilm));

        let text = r#"{"format": "rrgscore-pack", "id": "ab", "files": [{"name": "model.onnx",
            "parts": [{"name": "model.onnx.0", "bytes": 1, "sha256": "0"},
                      {"name": "model.onnx.1", "bytes": 1, "sha256": "1"}]}]}"#;
        let manifest: Manifest = serde_json::from_str(text).unwrap();
        assert_eq!(manifest.parts().map(|p| p.name.as_str()).last(), Some("model.onnx.1"));
    }

    #[test]
    fn a_pack_of_unknown_use_is_not_shown() {
        let text = r#"{"id": "", "folder": "x", "name": "x", "purpose": "poetry",
            "precision": "f32", "bytes": 0}"#;
        assert_eq!(serde_json::from_str::<PackEntry>(text).unwrap().shown(), None);
    }

    #[test]
    fn an_index_of_splits_says_what_is_missing() {
        let text = r#"{"splits": [], "missing": [{"name": "iu-xray-test",
            "title": "IU X-ray test", "reason": "no such host"}]}"#;
        let index: Splits = serde_json::from_str(text).unwrap();
        assert_eq!(index.missing[0].title, "IU X-ray test");
    }
}
