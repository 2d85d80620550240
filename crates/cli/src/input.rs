//! Opens the user's files and the built-in splits.

use std::fs::File;
use std::path::{Path, PathBuf};

use rrgscore_data::{Dataset, ReadOptions, samples};

use crate::args::Reading;
use crate::error::CliError;

/// Built-in splits: their names, and the files that hold them in the data folder.
const SPLIT_FILES: [(&str, &str); 1] = [("iu-xray-test", "ReXRank_IUXray_test.json")];
/// The embedded synthetic split.
const SAMPLE: &str = "sample";

impl Reading {
    /// The overrides as the reader takes them.
    pub(crate) fn options(&self) -> ReadOptions {
        ReadOptions {
            format: self.format,
            columns: self.columns.iter().cloned().collect(),
            ..ReadOptions::default()
        }
    }
}

/// Reads a file.
pub(crate) fn file(path: &Path, options: &ReadOptions) -> Result<Dataset, CliError> {
    let file =
        File::open(path).map_err(|source| CliError::File { path: path.to_owned(), source })?;
    rrgscore_data::read(file, options, &mut |_| {})
        .map_err(|error| CliError::Read { path: path.to_owned(), source: Box::new(error) })
}

/// Reads references: a file, or a split by name.
pub(crate) fn references(given: &str, data: Option<&Path>) -> Result<Dataset, CliError> {
    let path = Path::new(given);
    if path.exists() {
        return file(path, &ReadOptions::default());
    }
    if given == SAMPLE {
        return rrgscore_data::read(
            samples::SPLIT.text.as_bytes(),
            &ReadOptions::default(),
            &mut |_| {},
        )
        .map_err(|error| CliError::Read { path: SAMPLE.into(), source: Box::new(error) });
    }
    let split = SPLIT_FILES.iter().find(|(name, _)| *name == given);
    match split.and_then(|(name, split)| find(data?, name, split)) {
        Some(path) => file(&path, &ReadOptions::default()),
        None => Err(CliError::NoSuchReferences { given: given.to_owned(), known: known(data) }),
    }
}

/// A split's file: in the folder itself, or where the set-up keeps it, below the split's name.
fn find(folder: &Path, name: &str, file: &str) -> Option<PathBuf> {
    [folder.join(file), folder.join(name).join(file)].into_iter().find(|path| path.exists())
}

fn known(data: Option<&Path>) -> String {
    let present =
        |name: &str, file: &str| data.and_then(|folder| find(folder, name, file)).is_some();
    let mut names = vec![SAMPLE.to_owned()];
    names.extend(SPLIT_FILES.iter().map(|(name, file)| {
        if present(name, file) {
            (*name).to_owned()
        } else {
            format!("{name} (not fetched; run `cargo xtask setup` or give --data)")
        }
    }));
    names.join(", ")
}
