//! Reads the user's files and the built-in splits into a session.

use std::fs::File;
use std::path::{Path, PathBuf};

use rrgscore_data::{Dataset, Format, ReadOptions, Role, Side, TextEncoding};
use rrgscore_session::Session;

use crate::args::Reading;
use crate::error::CliError;
use crate::folders;

/// The embedded synthetic split.
const SAMPLE: &str = "sample";

impl Reading {
    /// The overrides for the predictions, as the reader takes them.
    pub(crate) fn predictions(&self) -> ReadOptions {
        let header = self.no_header.then_some(false);
        options(self.format, &self.columns, self.encoding, self.delimiter, header)
    }

    /// Those for the references.
    pub(crate) fn references(&self) -> ReadOptions {
        options(
            self.reference_format,
            &self.reference_columns,
            self.reference_encoding,
            self.reference_delimiter,
            self.reference_no_header.then_some(false),
        )
    }
}

fn options(
    format: Option<Format>,
    columns: &[(Role, String)],
    encoding: Option<TextEncoding>,
    delimiter: Option<char>,
    header: Option<bool>,
) -> ReadOptions {
    let columns = columns.iter().cloned().collect();
    ReadOptions { format, columns, encoding, delimiter, header, ..ReadOptions::default() }
}

/// A session with predictions and, if given, references: a file, or a split by name.
pub(crate) fn open(
    predictions: &Path,
    references: Option<&str>,
    data: Option<&PathBuf>,
    reading: &Reading,
) -> Result<Session, CliError> {
    let mut session = Session::new();
    session.set(Side::Predictions, file(predictions, &reading.predictions())?);
    let Some(given) = references else { return Ok(session) };
    let path = Path::new(given);
    if path.exists() {
        session.set(Side::References, file(path, &reading.references())?);
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
    let found = data.as_deref().and_then(|folder| rrgscore_folders::find_split(folder, given));
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
    let options = ReadOptions {
        file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()),
        ..options.clone()
    };
    rrgscore_data::read(file, &options, &mut |_| {})
        .map_err(|error| CliError::Read { path: path.to_owned(), source: Box::new(error) })
}

/// The names of the splits, with what is to be done about those that are not there.
fn known(data: Option<&Path>) -> String {
    let present =
        |name: &str| data.and_then(|folder| rrgscore_folders::find_split(folder, name)).is_some();
    let files = rrgscore_folders::split_names().map(|name| match present(name) {
        true => name.to_owned(),
        false => format!("{name} (not fetched; run `cargo xtask setup` or give --data)"),
    });
    std::iter::once(SAMPLE.to_owned()).chain(files).collect::<Vec<_>>().join(", ")
}
