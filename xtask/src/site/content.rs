//! What the site carries besides the page: public splits and samples under `data/`, packs under `packs/`,
//! each with an `index.json` that also names what is missing and why.

use crate::error::{Error, Result};
use crate::files;
use crate::packs;
use crate::paths::Paths;
use crate::sources::{Fetched, Purpose, SampleOf};
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The list of splits and samples.
pub(crate) const REPORTS: &str = "data/index.json";

/// The list of packs.
const PACKS: &str = "packs/index.json";

/// `data/index.json`.
#[derive(Debug, Default, Serialize)]
struct Reports {
    splits: Vec<Split>,
    samples: Vec<Sample>,
    missing: Vec<Missing>,
    missing_samples: Vec<Missing>,
}

/// A file of reports that the site carries.
#[derive(Debug, Serialize)]
struct Split {
    name: String,
    title: String,
    /// Relative to `data/`.
    file: String,
    bytes: u64,
    sha256: String,
    licence: String,
    attribution: String,
}

/// Predictions of a model for a split.
#[derive(Debug, Serialize)]
struct Sample {
    reports: Split,
    of: SampleOf,
}

/// `packs/index.json`.
#[derive(Debug, Serialize)]
struct Packs {
    packs: Vec<PackEntry>,
    missing: Vec<Missing>,
}

/// A pack that the site carries.
#[derive(Debug, Serialize)]
struct PackEntry {
    /// The id in its `pack.json`.
    id: String,
    /// Its folder, relative to `packs/`, with `pack.json` and the parts.
    folder: String,
    name: String,
    purpose: String,
    precision: String,
    licence: String,
    attribution: String,
    /// Length of all parts.
    bytes: u64,
}

/// Something that the site would carry if it could be had.
#[derive(Debug, Serialize)]
struct Missing {
    name: String,
    title: String,
    reason: String,
}

impl Missing {
    fn new(fetched: &Fetched, reason: &str) -> Missing {
        let source = &fetched.source;
        Missing {
            name: source.name.clone(),
            title: source.title.clone(),
            reason: reason.to_owned(),
        }
    }
}

/// Publishes splits and samples and writes their list.
///
/// # Errors
/// When a file cannot be copied.
pub(crate) fn reports(fetched: &[Fetched], site: &Path) -> Result<()> {
    let mut list = Reports::default();
    for one in fetched {
        let sample = one.source.sample.as_ref();
        if one.source.purpose != Purpose::Split && sample.is_none() {
            continue;
        }
        let paths = match &one.files {
            Ok(paths) => paths,
            Err(reason) => {
                let missing = Missing::new(one, reason);
                match sample {
                    Some(_) => list.missing_samples.push(missing),
                    None => list.missing.push(missing),
                }
                continue;
            }
        };
        for (path, file) in paths.iter().zip(&one.source.file) {
            files::copy(path, &site.join("data").join(&file.file))?;
            let file = Split {
                name: one.source.name.clone(),
                title: one.source.title.clone(),
                file: file.file.clone(),
                bytes: file.bytes,
                sha256: file.sha256.clone(),
                licence: one.source.licence.clone(),
                attribution: one.source.attribution.clone(),
            };
            match sample {
                Some(of) => list.samples.push(Sample { reports: file, of: of.clone() }),
                None => list.splits.push(file),
            }
        }
    }
    write_json(&site.join(REPORTS), &list)
}

/// Builds and publishes the packs and writes their list.
///
/// # Errors
/// When a pack cannot be built or copied.
pub(crate) fn packs(paths: &Paths, fetched: &[Fetched], site: &Path) -> Result<()> {
    let mut list = Packs { packs: Vec::new(), missing: Vec::new() };
    for one in fetched.iter().filter(|one| one.source.purpose == Purpose::Encoder) {
        let files = match &one.files {
            Ok(files) => files,
            Err(reason) => {
                list.missing.push(Missing::new(one, reason));
                continue;
            }
        };
        let built = packs::built(paths, &one.source, files)?;
        let mut entry = entry(&built)?;
        entry.attribution.clone_from(&one.source.attribution);
        files::copy_all(&built, &site.join("packs").join(&entry.folder))?;
        list.packs.push(entry);
    }
    for folder in operators_packs(paths)? {
        let entry = entry(&folder)?;
        if list.packs.iter().any(|known| known.id == entry.id) {
            continue;
        }
        println!("publishing the pack {} ({})", entry.name, entry.licence);
        files::copy_all(&folder, &site.join("packs").join(&entry.folder))?;
        list.packs.push(entry);
    }
    write_json(&site.join(PACKS), &list)
}

/// The packs that the operator put into `packs/` of the checkout, sorted by path.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn operators_packs(paths: &Paths) -> Result<Vec<PathBuf>> {
    let folder = paths.packs();
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&folder).map_err(Error::io("reading", &folder))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("pack.json").is_file())
        .collect();
    found.sort();
    Ok(found)
}

/// Reads what the list says of a pack from its `pack.json`.
fn entry(folder: &Path) -> Result<PackEntry> {
    let file = folder.join("pack.json");
    let manifest: Value = serde_json::from_str(&files::read_text(&file)?)
        .map_err(|error| Error::bad_file(&file, error))?;
    let text = |field: &str| {
        let found = manifest[field].as_str().map(str::to_owned);
        found.ok_or_else(|| Error::bad_file(&file, format!("it has no {field}")))
    };
    let sizes = manifest["files"].as_array().into_iter().flatten();
    let (name, precision) = (text("name")?, text("precision")?);
    Ok(PackEntry {
        id: text("id")?,
        folder: format!("{name}-{precision}"),
        name,
        purpose: text("purpose")?,
        precision,
        licence: text("licence")?,
        attribution: String::new(),
        bytes: sizes.filter_map(|file| file["bytes"].as_u64()).sum(),
    })
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut json =
        serde_json::to_vec_pretty(value).map_err(|error| Error::bad_file(path, error))?;
    json.push(b'\n');
    files::write(path, json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Scratch;
    use crate::sources;

    fn fetched(name: &str, files: std::result::Result<Vec<std::path::PathBuf>, String>) -> Fetched {
        let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sources.toml");
        let mut all = sources::read(&list).unwrap();
        let source = all.remove(all.iter().position(|one| one.name == name).unwrap());
        Fetched { source, files }
    }

    fn list(site: &Path) -> Value {
        serde_json::from_str(&files::read_text(&site.join(REPORTS)).unwrap()).unwrap()
    }

    #[test]
    fn a_split_is_published_with_its_licence() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-splits").unwrap();
        let file = scratch.path().join("have.json");
        files::write(&file, "{}").unwrap();
        reports(&[fetched("iu-xray-test", Ok(vec![file]))], scratch.path()).unwrap();
        let split = &list(scratch.path())["splits"][0];
        assert_eq!(split["licence"], "CC BY-NC-ND 4.0");
        let name = split["file"].as_str().unwrap();
        assert_eq!(files::read_text(&scratch.path().join("data").join(name)).unwrap(), "{}");
    }

    #[test]
    fn a_missing_split_is_named_with_its_reason() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-missing").unwrap();
        reports(&[fetched("iu-xray-test", Err("no such host".into()))], scratch.path()).unwrap();
        let list = list(scratch.path());
        assert_eq!(list["splits"].as_array().unwrap().len(), 0);
        assert_eq!(list["missing"][0]["name"], "iu-xray-test");
        assert_eq!(list["missing"][0]["reason"], "no such host");
    }

    #[test]
    fn a_sample_says_what_it_is_of_or_why_it_is_missing() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-sample").unwrap();
        let file = scratch.path().join("have.csv");
        files::write(&file, "report,dicom_id\n").unwrap();
        let name = "cvt2distilgpt2-iu-xray";
        reports(&[fetched(name, Ok(vec![file]))], scratch.path()).unwrap();
        let with = list(scratch.path());
        assert_eq!(with["splits"].as_array().unwrap().len(), 0);
        let sample = &with["samples"][0];
        assert_eq!(sample["of"]["split"], "iu-xray-test");
        assert_eq!(sample["of"]["task"], "findings");
        assert_eq!(sample["reports"]["licence"], "GPL-3.0");
        reports(&[fetched(name, Err("no such host".into()))], scratch.path()).unwrap();
        let without = list(scratch.path());
        assert_eq!(without["samples"].as_array().unwrap().len(), 0);
        assert_eq!(without["missing_samples"][0]["reason"], "no such host");
    }

    #[test]
    fn the_operators_packs_are_published() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-operator").unwrap();
        let paths = Paths {
            root: scratch.path().join("root"),
            cache: scratch.path().join("cache"),
            target: scratch.path().join("target"),
        };
        assert!(operators_packs(&paths).unwrap().is_empty());
        let manifest = r#"{"id": "cd34", "name": "own", "purpose": "chexbert",
            "precision": "f32", "licence": "own", "files": [{"bytes": 3}]}"#;
        let folder = paths.packs().join("own-f32");
        files::write(&folder.join("pack.json"), manifest).unwrap();
        files::write(&folder.join("model.onnx"), "abc").unwrap();
        files::write(&paths.packs().join("notes.txt"), "").unwrap();
        let site = scratch.path().join("site");
        packs(&paths, &[], &site).unwrap();
        let list: Value =
            serde_json::from_str(&files::read_text(&site.join(PACKS)).unwrap()).unwrap();
        assert_eq!(list["packs"][0]["purpose"], "chexbert");
        let part = site.join("packs/own-f32/model.onnx");
        assert_eq!(files::read_text(&part).unwrap(), "abc");
    }

    #[test]
    fn a_pack_is_listed_by_its_manifest() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-pack").unwrap();
        let manifest = r#"{"id": "ab12", "name": "tiny", "purpose": "bertscore-minilm",
            "precision": "int8", "licence": "Apache-2.0",
            "files": [{"bytes": 40}, {"bytes": 2}]}"#;
        files::write(&scratch.path().join("pack.json"), manifest).unwrap();
        let entry = entry(scratch.path()).unwrap();
        assert_eq!((entry.folder.as_str(), entry.bytes), ("tiny-int8", 42));
        files::write(&scratch.path().join("pack.json"), "{}").unwrap();
        assert!(super::entry(scratch.path()).is_err());
    }
}
