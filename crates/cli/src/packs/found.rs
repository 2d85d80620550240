//! Finds and opens the packs in a folder: folders with a `pack.json`, and `.rrgpack` files.

use std::fs;
use std::path::{Path, PathBuf};

use rrgscore_packs::{MANIFEST_FILE, Manifest, Pack, PackError, Purpose, rrgpack};
use rrgscore_scoring::summary::PackRef;

use super::sources::OnDisk;
use crate::error::CliError;

/// A pack on the disk: its manifest is read, its parts are not.
#[derive(Debug)]
pub(super) struct Stored {
    path: PathBuf,
    manifest: Manifest,
}

impl Stored {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Reads and verifies the whole pack.
    pub(super) fn open(&self) -> Result<Pack, CliError> {
        if self.path.is_file() {
            let (name, data) = (name(&self.path), OnDisk::open(&self.path)?);
            let pack = rrgpack::read(&name, &data).and_then(|file| file.open(&name, &data));
            return pack.map_err(bad(&self.path));
        }
        let manifest = read(&self.path.join(MANIFEST_FILE))?;
        let mut parts = Vec::new();
        for part in self.manifest.files.iter().flat_map(|file| &file.parts) {
            parts.push((part.name.clone(), read(&self.path.join(&part.name))?));
        }
        Pack::open(&manifest, parts).map_err(bad(&self.path))
    }
}

/// The pack that is used for its purpose.
#[derive(Debug)]
pub(crate) struct Found {
    stored: Stored,
}

impl Found {
    /// What it is for.
    pub(crate) fn purpose(&self) -> Purpose {
        self.stored.manifest.purpose
    }

    /// The pack, as summaries name it.
    pub(crate) fn reference(&self) -> PackRef {
        let manifest = &self.stored.manifest;
        PackRef {
            purpose: manifest.purpose,
            name: manifest.name.clone(),
            precision: manifest.precision.to_string(),
            id: manifest.id.to_string(),
        }
    }

    /// Reads and verifies the whole pack.
    pub(crate) fn open(&self) -> Result<Pack, CliError> {
        self.stored.open()
    }
}

/// The packs in a folder and its subfolders, sorted by path; of several packs for the
/// same purpose the first counts.
pub(crate) fn find(folder: Option<&Path>) -> Result<Vec<Found>, CliError> {
    let mut packs: Vec<Found> = Vec::new();
    for stored in folder.map(stored).transpose()?.unwrap_or_default() {
        if packs.iter().all(|pack| pack.purpose() != stored.manifest.purpose) {
            packs.push(Found { stored });
        }
    }
    Ok(packs)
}

/// Folders are searched this deep: the set-up keeps each pack under its model's name and a hash.
const DEPTH: u32 = 2;

/// All packs in a folder and its subfolders, sorted by path; none in one that does not exist.
pub(super) fn stored(path: &Path) -> Result<Vec<Stored>, CliError> {
    let mut packs = Vec::new();
    gather(path, DEPTH, &mut packs)?;
    Ok(packs)
}

fn gather(path: &Path, depth: u32, packs: &mut Vec<Stored>) -> Result<(), CliError> {
    if path.is_file() {
        if path.extension().is_some_and(|extension| extension == "rrgpack") {
            let data = OnDisk::open(path)?;
            let file = rrgpack::read(&name(path), &data).map_err(bad(path))?;
            packs.push(Stored { path: path.to_owned(), manifest: file.manifest });
        }
        return Ok(());
    }
    if path.join(MANIFEST_FILE).is_file() {
        let manifest = Manifest::parse(&read(&path.join(MANIFEST_FILE))?).map_err(bad(path))?;
        packs.push(Stored { path: path.to_owned(), manifest });
        return Ok(());
    }
    if depth == 0 || !path.is_dir() {
        return Ok(());
    }
    let entries =
        fs::read_dir(path).map_err(|source| CliError::File { path: path.to_owned(), source })?;
    let mut below: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    below.sort();
    below.iter().try_for_each(|path| gather(path, depth - 1, packs))
}

fn bad(path: &Path) -> impl Fn(PackError) -> CliError {
    move |source| CliError::Pack { path: path.to_owned(), source: Box::new(source) }
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(path).map_err(|source| CliError::File { path: path.to_owned(), source })
}
