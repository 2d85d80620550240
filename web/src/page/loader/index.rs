//! The lists of what a site was built with: `data/index.json` and `packs/index.json`.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;

use crate::page::state::{Missing, Part, SitePack, SiteSample, SiteSplit};

/// `data/index.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Reports {
    /// The splits of reference reports that the site carries.
    pub splits: Vec<SplitEntry>,
    /// The splits that could not be had when it was built.
    pub missing: Vec<Missing>,
    /// What models have published for one of the splits.
    pub samples: Vec<SampleEntry>,
    /// The samples that could not be had when it was built.
    pub missing_samples: Vec<Missing>,
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

/// A model's published reports for a split.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct SampleEntry {
    /// Its file and its names.
    pub reports: SplitEntry,
    /// What they are of.
    pub of: SampleOf,
}

/// What a sample's reports are of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct SampleOf {
    /// The key of the split.
    pub split: String,
    /// The task under which they are scored.
    pub task: String,
}

impl SampleEntry {
    /// What the page shows of it; `None` when this version knows no such task.
    pub(crate) fn shown(&self) -> Option<SiteSample> {
        let reports = self.reports.shown();
        Some(SiteSample { reports, split: self.of.split.clone(), task: known(&self.of.task)? })
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
    /// What the page shows of it; `None` when this version has no use for it.
    pub(crate) fn shown(&self) -> Option<SitePack> {
        Some(SitePack {
            id: self.id.clone(),
            folder: self.folder.clone(),
            name: self.name.clone(),
            purpose: known(&self.purpose)?,
            precision: self.precision.clone(),
            licence: self.licence.clone(),
            attribution: self.attribution.clone(),
            bytes: self.bytes,
            manifest: None,
            part: Part::Waiting,
        })
    }
}

/// What a word names; none when this version knows no such word.
fn known<T: for<'a> Deserialize<'a>>(word: &str) -> Option<T> {
    let word: StrDeserializer<'_, serde::de::value::Error> = word.into_deserializer();
    T::deserialize(word).ok()
}

#[cfg(test)]
mod tests {
    use rrgscore_data::Task;
    use rrgscore_packs::Purpose;

    use super::*;

    #[test]
    fn an_index_of_packs_is_read() {
        let text = r#"{"packs": [{"id": "ab", "folder": "all-MiniLM-L6-v2-int8",
            "name": "all-MiniLM-L6-v2", "purpose": "bertscore-minilm", "precision": "int8",
            "licence": "Apache-2.0", "attribution": "", "bytes": 23}], "missing": []}"#;
        let index: Packs = serde_json::from_str(text).unwrap();
        let shown = index.packs[0].shown().unwrap();
        assert_eq!((shown.bytes, shown.purpose), (23, Purpose::BertscoreMinilm));
        assert_eq!(shown.folder, "all-MiniLM-L6-v2-int8");
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
        let index: Reports = serde_json::from_str(text).unwrap();
        assert_eq!(index.missing[0].title, "IU X-ray test");
    }

    #[test]
    fn a_sample_is_of_a_split_and_a_known_task() {
        let text = r#"{"reports": {"name": "real", "title": "Real", "file": "real.csv", "bytes": 3,
            "sha256": "ab", "licence": "GPL-3.0", "attribution": ""},
            "of": {"split": "iu-xray-test", "task": "findings"}}"#;
        let mut entry: SampleEntry = serde_json::from_str(text).unwrap();
        let shown = entry.shown().unwrap();
        assert_eq!((shown.task, shown.reports.key.as_str()), (Task::Findings, "real"));
        entry.of.task = "poetry".to_owned();
        assert_eq!(entry.shown(), None);
    }
}
