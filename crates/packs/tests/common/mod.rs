//! The tiny checkpoints in memory.

#![allow(clippy::unwrap_used, dead_code, reason = "each test uses its share")]

use rrgscore_packs::SourceFile;
use std::collections::BTreeMap;
use std::path::Path;

/// Files by their paths, sorted.
#[derive(Debug, Default, Clone)]
pub(crate) struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// In the form that the builder takes.
    pub(crate) fn sources(&self) -> Vec<SourceFile<'_>> {
        self.0.iter().map(|(name, data)| SourceFile { name, data }).collect()
    }

    /// Those whose paths begin with one of these.
    pub(crate) fn only(&self, starts: &[&str]) -> Files {
        let wanted = |name: &String| starts.iter().any(|start| name.starts_with(start));
        Files(
            self.0
                .iter()
                .filter(|(name, _)| wanted(name))
                .map(|(n, b)| (n.clone(), b.clone()))
                .collect(),
        )
    }

    /// All but one.
    pub(crate) fn without(&self, name: &str) -> Files {
        let mut files = self.clone();
        files.0.remove(name).unwrap();
        files
    }

    /// Adds or replaces a file.
    pub(crate) fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.0.insert(name.to_owned(), bytes);
    }

    /// A file's contents.
    pub(crate) fn get(&self, name: &str) -> Vec<u8> {
        self.0.get(name).unwrap().clone()
    }

    #[allow(clippy::disallowed_methods, reason = "tests read their own files")]
    fn read(&mut self, folder: &Path, prefix: &str) {
        for entry in folder.read_dir().unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                self.read(&entry.path(), &format!("{name}/"));
            } else {
                self.0.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }
}

/// The project's own checkpoints.
pub(crate) fn own() -> Files {
    let mut files = Files::default();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/checkpoints");
    files.read(Path::new(folder), "");
    files
}

/// Of the official run's checkpoints, those that packs are built of.
const OFFICIAL: [&str; 9] = [
    "BioLORD-2023-C/",
    "RaTE-NER-Deberta/",
    "bert-base-uncased/",
    "chexbert.pth",
    "distilroberta-base/",
    "physionet_model.tar.gz",
    "radgraph-xl.tar.gz",
    "radgraph.tar.gz",
    "tiny-pubmedbert/",
];

/// The checkpoints over which the official code ran, where they are at hand. Their archives'
/// encoder has BERT's vocabulary.
pub(crate) fn official() -> Option<Files> {
    let folder = rrgscore_parity::shared("golden/tiny_models")?;
    let mut files = Files::default();
    files.read(&folder, "");
    let mut files = files.only(&OFFICIAL);
    files.add("tiny-pubmedbert/vocab.txt", files.get("bert-base-uncased/vocab.txt"));
    Some(files)
}
