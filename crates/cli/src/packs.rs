//! Finds and opens the packs in a folder.

use std::fs;
use std::path::{Path, PathBuf};

use rrgscore_packs::{MANIFEST_FILE, Manifest, Pack};
use rrgscore_scoring::PackUse;
use rrgscore_scoring::summary::PackRef;

use crate::error::CliError;

/// A pack that lies in the folder: its manifest is read, its parts are not.
#[derive(Debug)]
pub(crate) struct Found {
    folder: PathBuf,
    manifest: Manifest,
    pub(crate) serves: PackUse,
}

impl Found {
    /// The pack, as summaries name it.
    pub(crate) fn reference(&self) -> PackRef {
        PackRef {
            serves: self.serves,
            name: self.manifest.name.clone(),
            precision: self.manifest.precision.to_string(),
            id: self.manifest.id.to_string(),
        }
    }

    /// Reads and verifies the whole pack.
    pub(crate) fn open(&self) -> Result<Pack, CliError> {
        let manifest = read(&self.folder.join(MANIFEST_FILE))?;
        let mut parts = Vec::new();
        for part in self.manifest.files.iter().flat_map(|file| &file.parts) {
            parts.push((part.name.clone(), read(&self.folder.join(&part.name))?));
        }
        Pack::open(&manifest, parts)
            .map_err(|source| CliError::Pack { path: self.folder.clone(), source })
    }
}

/// Folders are searched this deep: the set-up keeps each pack under its model's name and a hash.
const DEPTH: u32 = 2;

/// The packs in a folder and its subfolders, sorted by path. Packs that this version has no use
/// for are left out; of several packs with the same use the first counts.
pub(crate) fn find(folder: Option<&Path>) -> Result<Vec<Found>, CliError> {
    let mut packs: Vec<Found> = Vec::new();
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else { return Ok(packs) };
    for folder in folders(folder, DEPTH)? {
        let path = folder.join(MANIFEST_FILE);
        let manifest = Manifest::parse(&read(&path)?)
            .map_err(|source| CliError::Pack { path: path.clone(), source })?;
        if let Some(serves) = PackUse::of(manifest.purpose)
            && packs.iter().all(|pack| pack.serves != serves)
        {
            packs.push(Found { folder, manifest, serves });
        }
    }
    Ok(packs)
}

/// The folders that hold a manifest.
fn folders(folder: &Path, depth: u32) -> Result<Vec<PathBuf>, CliError> {
    if folder.join(MANIFEST_FILE).is_file() {
        return Ok(vec![folder.to_owned()]);
    }
    if depth == 0 {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder)
        .map_err(|source| CliError::File { path: folder.to_owned(), source })?;
    let mut below: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    below.sort();
    below
        .iter()
        .map(|folder| folders(folder, depth - 1))
        .collect::<Result<Vec<_>, _>>()
        .map(|found| found.concat())
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(path).map_err(|source| CliError::File { path: path.to_owned(), source })
}
