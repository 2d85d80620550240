//! Reads the user's files and the built-in splits into a session.

use std::fs::File;
use std::path::{Path, PathBuf};

use rrgscore_data::{Dataset, ReadOptions, Side};
use rrgscore_session::Session;

use crate::args::Reading;
use crate::error::CliError;
use crate::folders;

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

/// A session with predictions and, if given, references: a file, or a split by name.
pub(crate) fn open(
    predictions: &Path,
    references: Option<&str>,
    data: Option<&PathBuf>,
    reading: &Reading,
) -> Result<Session, CliError> {
    let mut session = Session::new();
    session.set(Side::Predictions, file(predictions, &reading.options())?);
    let Some(given) = references else { return Ok(session) };
    let path = Path::new(given);
    if path.exists() {
        session.set(Side::References, file(path, &ReadOptions::default())?);
        return Ok(session);
    }
    if given == SAMPLE
        && let Some(sample) = Session::sample(given)
    {
        session
            .set_sample(Side::References, sample)
            .map_err(|error| CliError::Read { path: SAMPLE.into(), source: Box::new(error) })?;
        return Ok(session);
    }
    let data = folders::data(data);
    let split = SPLIT_FILES.iter().find(|(name, _)| *name == given);
    let found = split.and_then(|(name, split)| find(data.as_deref()?, name, split));
    let Some(path) = found else {
        let known = known(data.as_deref());
        return Err(CliError::NoSuchReferences { given: given.to_owned(), known });
    };
    session.set(Side::References, file(&path, &ReadOptions::default())?);
    Ok(session)
}

/// Reads a file.
fn file(path: &Path, options: &ReadOptions) -> Result<Dataset, CliError> {
    let file =
        File::open(path).map_err(|source| CliError::File { path: path.to_owned(), source })?;
    rrgscore_data::read(file, options, &mut |_| {})
        .map_err(|error| CliError::Read { path: path.to_owned(), source: Box::new(error) })
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
