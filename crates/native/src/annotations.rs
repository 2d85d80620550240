//! Annotations that are kept in a file from one run to the next.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use rrgscore_scoring::AnnotationStore;
use rrgscore_scoring::store::StoreError;
use rrgscore_session::Session;

use crate::error::NativeError;
use crate::output::{self, Readers};

/// Gives a session the annotations of a file, if it is there. Those of another version are not
/// used: the note that is returned says so.
///
/// # Errors
/// When the file cannot be read, or is not one of annotations.
pub fn read(path: &Path, session: &mut Session) -> Result<Option<String>, NativeError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(NativeError::File { path: path.to_owned(), source }),
    };
    match AnnotationStore::from_bytes(&bytes) {
        Ok(store) => session.add_annotations(store),
        Err(error @ StoreError::OtherVersion) => {
            return Ok(Some(format!("{}: {error}", path.display())));
        }
        Err(source) => return Err(NativeError::Annotations { path: path.to_owned(), source }),
    }
    Ok(None)
}

/// Writes annotations, those that a run began with among them.
///
/// # Errors
/// When the file cannot be written; the old one is left then.
pub fn write(path: &Path, store: &AnnotationStore) -> Result<(), NativeError> {
    let bytes = store.to_bytes().map_err(|error| NativeError::file(path)(error.into()))?;
    output::write(path, Readers::Owner, |out| out.write_all(&bytes))
}
