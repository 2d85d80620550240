//! The files that a pack is built from: read where they lie, never whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rrgscore_packs::{ReadAt, ReadAtError, SourceFile};

use crate::error::NativeError;

/// Folders are searched this deep.
const DEPTH: u32 = 3;
/// More files than any checkpoint's folder has: someone pointed at a home folder.
const MOST: usize = 2_000;

/// A file that is read at offsets.
#[derive(Debug)]
pub(super) struct OnDisk {
    file: Mutex<File>,
    size: u64,
}

impl OnDisk {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> Result<Self, NativeError> {
        let file = File::open(path).map_err(NativeError::file(path))?;
        let size = file.metadata().map_err(NativeError::file(path))?.len();
        Ok(Self { file: Mutex::new(file), size })
    }
}

impl ReadAt for OnDisk {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadAtError> {
        use std::io::{Read, Seek, SeekFrom};
        let wanted = offset.saturating_add(buffer.len() as u64);
        if wanted > self.size {
            return Err(ReadAtError::PastEnd { size: self.size, wanted });
        }
        // A lock and a seek, because reading at an offset is not the same call everywhere.
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.read_exact(buffer))
            .map_err(|error| ReadAtError::Failed { reason: error.to_string() })
    }
}

/// Everything that was handed in, and which of it is the checkpoint, if that was named.
#[derive(Debug, Default)]
pub(crate) struct CheckpointFiles {
    files: Vec<(String, OnDisk)>,
    checkpoint: Option<String>,
}

impl CheckpointFiles {
    /// Gathers the files: of a folder all, of a file also what lies beside it, and what `with`
    /// names.
    ///
    /// # Errors
    /// When a file cannot be opened, or a folder holds too many.
    pub(crate) fn gather(from: &Path, with: &[PathBuf]) -> Result<Self, NativeError> {
        let mut sources = Self::default();
        if from.is_dir() {
            sources.folder(from, "", DEPTH, &|_| true)?;
        } else {
            let name = name_of(from);
            sources.files.push((name.clone(), OnDisk::open(from)?));
            // Its neighbours, but not other checkpoints among them.
            let beside = from.parent().filter(|folder| !folder.as_os_str().is_empty());
            let small = |path: &Path| is_description(path) && path != from;
            sources.folder(beside.unwrap_or(Path::new(".")), "", 1, &small)?;
            sources.checkpoint = Some(name);
        }
        for path in with {
            let name = name_of(path);
            if path.is_dir() {
                // What goes with a checkpoint, not other checkpoints that lie there as well.
                sources.folder(path, &format!("{name}/"), DEPTH, &is_description)?;
                // Named by the user, its descriptions count as lying beside the checkpoint too:
                // an encoder's folder need not have the name that the checkpoint gives it.
                sources.folder(path, "", 0, &is_description)?;
            } else {
                sources.files.push((name, OnDisk::open(path)?));
            }
        }
        Ok(sources)
    }

    /// Which of the files is the checkpoint, if one was named.
    pub(super) fn checkpoint(&self) -> Option<&str> {
        self.checkpoint.as_deref()
    }

    /// The files in the form that the builder takes.
    pub(crate) fn files(&self) -> Vec<SourceFile<'_>> {
        self.files.iter().map(|(name, data)| SourceFile { name, data }).collect()
    }

    fn folder(
        &mut self,
        folder: &Path,
        prefix: &str,
        depth: u32,
        wanted: &dyn Fn(&Path) -> bool,
    ) -> Result<(), NativeError> {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder)
            .map_err(NativeError::file(folder))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()
            .map_err(NativeError::file(folder))?;
        entries.sort();
        for path in entries {
            let name = format!("{prefix}{}", name_of(&path));
            if path.is_dir() && depth > 0 {
                self.folder(&path, &format!("{name}/"), depth - 1, wanted)?;
            } else if path.is_file() && wanted(&path) && !self.has(&name) {
                if self.files.len() >= MOST {
                    return Err(NativeError::TooManyFiles { path: folder.to_owned() });
                }
                self.files.push((name, OnDisk::open(&path)?));
            }
        }
        Ok(())
    }

    fn has(&self, name: &str) -> bool {
        self.files.iter().any(|(known, _)| known == name)
    }
}

/// Whether a file can describe a checkpoint rather than be one.
fn is_description(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("json" | "txt" | "tsv" | "tab" | "model" | "whl"))
}

fn name_of(path: &Path) -> String {
    let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // A link keeps its own name: caches of checkpoints name the files behind links by hashes.
    let named = path.file_name().or_else(|| absolute.file_name());
    named.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
