//! Reads the user's files and the built-in splits into a session.

use std::fs::{self, File};
use std::path::Path;

use rrgscore_data::{Dataset, ReadOptions, Side};
use rrgscore_session::Session;

use crate::error::NativeError;
use crate::folders;

/// The embedded synthetic split.
const SAMPLE: &str = "sample";

/// Overrides of what is guessed about either file.
#[derive(Clone, Debug, Default)]
pub struct FileOptions {
    /// For the predictions.
    pub predictions: ReadOptions,
    /// For the references.
    pub references: ReadOptions,
}

/// A session with predictions and, if given, references: a file, or a split by name. `data` is the
/// folder with the splits.
///
/// # Errors
/// When a file cannot be read, or the references are neither a file nor a split that is here.
pub fn open(
    predictions: &Path,
    references: Option<&str>,
    data: Option<&Path>,
    options: &FileOptions,
) -> Result<Session, NativeError> {
    let mut session = Session::new();
    session.set(Side::Predictions, file(predictions, &options.predictions)?);
    let Some(given) = references else { return Ok(session) };
    let path = Path::new(given);
    if path.exists() {
        session.set(Side::References, file(path, &options.references)?);
        return Ok(session);
    }
    if given == SAMPLE
        && let Some(sample) = Session::sample(given)
    {
        session
            .set_sample(Side::References, sample)
            .map_err(|error| NativeError::Read { path: SAMPLE.into(), source: Box::new(error) })?;
        return Ok(session);
    }
    let data = folders::data(data);
    let found = data.as_deref().and_then(|folder| rrgscore_folders::find_split(folder, given));
    let Some(path) = found else {
        let known = known(data.as_deref());
        return Err(NativeError::NoSuchReferences { given: given.to_owned(), known });
    };
    session.set(Side::References, file(&path, &ReadOptions::default())?);
    Ok(session)
}

/// Reads a file.
fn file(path: &Path, options: &ReadOptions) -> Result<Dataset, NativeError> {
    let file = File::open(path).map_err(NativeError::file(path))?;
    let options = ReadOptions {
        file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()),
        ..options.clone()
    };
    rrgscore_data::read(file, &options, &mut |_| {})
        .map_err(|error| NativeError::Read { path: path.to_owned(), source: Box::new(error) })
}

/// The names of the splits, with what is to be done about those that are not there.
fn known(data: Option<&Path>) -> String {
    let present =
        |name: &str| data.and_then(|folder| rrgscore_folders::find_split(folder, name)).is_some();
    let files = rrgscore_folders::split_names().map(|name| match present(name) {
        true => name.to_owned(),
        false => format!(
            "{name} (not fetched: run `cargo xtask setup`, or name the folder that holds it)"
        ),
    });
    std::iter::once(SAMPLE.to_owned()).chain(files).collect::<Vec<_>>().join(", ")
}

/// A whole file.
///
/// # Errors
/// When it cannot be read.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, NativeError> {
    fs::read(path).map_err(NativeError::file(path))
}

/// A whole file of text in UTF-8.
///
/// # Errors
/// When it cannot be read, or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, NativeError> {
    fs::read_to_string(path).map_err(NativeError::file(path))
}
