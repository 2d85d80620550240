//! Finds and opens the packs in a folder: folders with a `pack.json`, and `.rrgpack` files.

use std::fs;
use std::path::{Path, PathBuf};

use rrgscore_packs::{MANIFEST_FILE, Manifest, Pack, Purpose, rrgpack};
use rrgscore_scoring::summary::PackRef;

use super::sources::OnDisk;
use crate::error::NativeError;
use crate::input::read_bytes;

/// A pack on the disk: its manifest is read, its parts are not.
#[derive(Clone, Debug)]
pub struct StoredPack {
    path: PathBuf,
    manifest: Manifest,
}

impl StoredPack {
    /// Its folder or file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says about itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Reads and verifies the whole pack.
    ///
    /// # Errors
    /// When a file cannot be read, or the pack is damaged.
    pub fn open(&self) -> Result<Pack, NativeError> {
        if self.path.is_file() {
            let (name, data) = (name(&self.path), OnDisk::open(&self.path)?);
            let pack = rrgpack::read(&name, &data).and_then(|file| file.open(&name, &data));
            return pack.map_err(NativeError::pack(&self.path));
        }
        let manifest = read_bytes(&self.path.join(MANIFEST_FILE))?;
        let mut parts = Vec::new();
        for part in self.manifest.files.iter().flat_map(|file| &file.parts) {
            parts.push((part.name.clone(), read_bytes(&self.path.join(&part.name))?));
        }
        Pack::open(&manifest, parts).map_err(NativeError::pack(&self.path))
    }
}

/// The pack that is used for its purpose.
#[derive(Clone, Debug)]
pub struct FoundPack {
    stored: StoredPack,
}

impl FoundPack {
    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.stored.manifest.purpose
    }

    /// The pack, as summaries name it.
    #[must_use]
    pub fn reference(&self) -> PackRef {
        let manifest = &self.stored.manifest;
        PackRef {
            purpose: manifest.purpose,
            name: manifest.name.clone(),
            precision: manifest.precision.to_string(),
            id: manifest.id.to_string(),
        }
    }

    /// Reads and verifies the whole pack.
    ///
    /// # Errors
    /// As [`StoredPack::open`].
    pub fn open(&self) -> Result<Pack, NativeError> {
        self.stored.open()
    }
}

/// The packs in a folder and its subfolders, sorted by path; of several packs for the
/// same purpose the first counts.
///
/// # Errors
/// When a folder or a manifest cannot be read.
pub fn find(folder: Option<&Path>) -> Result<Vec<FoundPack>, NativeError> {
    let mut packs: Vec<FoundPack> = Vec::new();
    for stored in folder.map(stored).transpose()?.unwrap_or_default() {
        if packs.iter().all(|pack| pack.purpose() != stored.manifest.purpose) {
            packs.push(FoundPack { stored });
        }
    }
    Ok(packs)
}

/// Folders are searched this deep: the set-up keeps each pack under its model's name and a hash.
const DEPTH: u32 = 2;

/// All packs in a folder and its subfolders, sorted by path; none in one that does not exist.
///
/// # Errors
/// When a folder or a manifest cannot be read.
pub fn stored(path: &Path) -> Result<Vec<StoredPack>, NativeError> {
    let mut packs = Vec::new();
    gather(path, DEPTH, &mut packs)?;
    Ok(packs)
}

fn gather(path: &Path, depth: u32, packs: &mut Vec<StoredPack>) -> Result<(), NativeError> {
    if path.is_file() {
        if path.extension().is_some_and(|extension| extension == "rrgpack") {
            let data = OnDisk::open(path)?;
            let file = rrgpack::read(&name(path), &data).map_err(NativeError::pack(path))?;
            packs.push(StoredPack { path: path.to_owned(), manifest: file.manifest });
        }
        return Ok(());
    }
    if path.join(MANIFEST_FILE).is_file() {
        let manifest = Manifest::parse(&read_bytes(&path.join(MANIFEST_FILE))?)
            .map_err(NativeError::pack(path))?;
        packs.push(StoredPack { path: path.to_owned(), manifest });
        return Ok(());
    }
    if depth == 0 || !path.is_dir() {
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(NativeError::file(path))?;
    let mut below: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    below.sort();
    below.iter().try_for_each(|path| gather(path, depth - 1, packs))
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
