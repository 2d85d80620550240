//! Writes files whole: first beside their place, then there. A command that is killed leaves the
//! old file or the new one.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::NativeError;

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Whoever the system lets.
    Anyone,
    /// Its owner alone: it holds words of reports.
    Owner,
}

/// Writes a file, and the folders that it lies in.
///
/// # Errors
/// When it cannot be written; what stood there before is left then.
pub fn write(
    path: &Path,
    readers: Readers,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), NativeError> {
    let written = open_beside(path, readers).and_then(|(beside, file)| {
        let mut out = BufWriter::new(file);
        content(&mut out)?;
        out.flush()?;
        drop(out);
        fs::rename(beside, path)
    });
    written.map_err(|source| NativeError::File { path: path.to_owned(), source })
}

/// Finds out whether a file can be written, before the work is done that would go into it.
///
/// # Errors
/// When it cannot.
pub fn can_write(path: &Path) -> Result<(), NativeError> {
    open_beside(path, Readers::Owner)
        .and_then(|(beside, _)| fs::remove_file(beside))
        .map_err(|source| NativeError::File { path: path.to_owned(), source })
}

/// A new file beside a place, named after it.
fn open_beside(path: &Path, readers: Readers) -> io::Result<(PathBuf, File)> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut name = path.file_name().map(OsString::from).ok_or(io::ErrorKind::IsADirectory)?;
    name.push(".part");
    let beside = path.with_file_name(name);
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let file = options.open(&beside)?;
    Ok((beside, file))
}
