//! Annotations that are kept in a file from one run to the next.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use rrgscore_scoring::store::StoreError;
use rrgscore_scoring::{AnnotationStore, Run};
use rrgscore_session::Session;

use crate::error::CliError;
use crate::output::{self, Readers};

/// Gives a session the annotations of a file, if it is there.
///
/// # Errors
/// When the file cannot be read, or is not one of annotations. Those of another version are not
/// used, and said so.
pub(crate) fn read(path: &Path, session: &mut Session) -> Result<(), CliError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(CliError::File { path: path.to_owned(), source }),
    };
    match AnnotationStore::from_bytes(&bytes) {
        Ok(store) => session.add_annotations(store),
        Err(error @ StoreError::OtherVersion) => eprintln!("note: {}: {error}", path.display()),
        Err(source) => return Err(CliError::Annotations { path: path.to_owned(), source }),
    }
    Ok(())
}

/// Writes all annotations of a run, those that it began with among them.
///
/// # Errors
/// When the file cannot be written; the old one is left then.
pub(crate) fn write(path: &Path, run: &Run) -> Result<(), CliError> {
    let bytes = run.store().to_bytes()?;
    output::write(path, Readers::Owner, |out| out.write_all(&bytes))
}
