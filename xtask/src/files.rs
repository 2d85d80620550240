//! Folders: walking, copying, scratch space.

use crate::error::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// All files below a folder, as paths relative to it with `/`, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn list(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    walk(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io("reading folder", folder))? {
        let entry = entry.map_err(Error::io("reading folder", folder))?;
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            walk(&path, &format!("{name}/"), found)?;
        } else {
            found.push(name);
        }
    }
    Ok(())
}

/// Copies a file, making the folder that it goes to.
///
/// # Errors
/// When it cannot be read or written.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        make(folder)?;
    }
    // Not fs::copy: the mirror may be read-only, and a copy must not inherit that.
    let mut source = fs::File::open(from).map_err(Error::io("opening", from))?;
    let mut target = fs::File::create(to).map_err(Error::io("writing", to))?;
    std::io::copy(&mut source, &mut target).map_err(Error::io("writing", to))?;
    Ok(())
}

/// Copies all files below a folder.
///
/// # Errors
/// As [`copy`].
pub(crate) fn copy_all(from: &Path, to: &Path) -> Result<()> {
    for name in list(from)? {
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

/// Makes a folder and those above it.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(Error::io("making folder", folder))
}

/// Removes a folder with all in it; fine if it does not exist.
///
/// # Errors
/// When it cannot be removed.
pub(crate) fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("removing", folder)(error))
        }
        _ => Ok(()),
    }
}

/// Writes a file, making its folder.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = path.parent() {
        make(folder)?;
    }
    fs::write(path, bytes).map_err(Error::io("writing", path))
}

/// Reads a text file.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Error::io("reading", path))
}

/// A folder that is removed when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes an empty folder below `parent`, named after this process.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn new(parent: &Path, name: &str) -> Result<Scratch> {
        let folder = parent.join(format!(".{name}-{}", std::process::id()));
        remove(&folder)?;
        make(&folder)?;
        Ok(Scratch(folder))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Left-over scratch is harmless and the next run of the same process id removes it.
        let _ = remove(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_listed_copied_and_removed() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-files").unwrap();
        let from = scratch.path().join("from");
        write(&from.join("b/two.txt"), "2").unwrap();
        write(&from.join("a.txt"), "1").unwrap();
        assert_eq!(list(&from).unwrap(), ["a.txt", "b/two.txt"]);
        let to = scratch.path().join("to");
        copy_all(&from, &to).unwrap();
        assert_eq!(read_text(&to.join("b/two.txt")).unwrap(), "2");
        let kept = scratch.path().to_owned();
        drop(scratch);
        assert!(!kept.exists());
    }
}
