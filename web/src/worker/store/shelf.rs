//! Packs on the shelf: installing, listing, reading, verifying, removing.

use js_sys::{ArrayBuffer, Uint8Array};
use rrgscore_packs::{MANIFEST_FILE, Manifest, Measurement, Pack, PackError, PackPart, sha256};

use rrgscore_results::proof::PackProof;

use super::PackStoreError;
use super::folder::{Folder, space_left};
use super::lock::Lock;
use crate::protocol::packs::{Broken, Installed, Note, Partial, StoredPacks};

const NOTE: &str = ".note.json";
const PROOF: &str = ".proof.json";

/// Bytes that are left to the browser's own needs when space is reckoned.
const SPARE: u64 = 1 << 20;

fn lock_name(id: &str) -> String {
    format!("rrgscore-pack-{id}")
}

/// An installation under way: no other tab can touch the pack until it is dropped.
#[derive(Debug)]
pub struct Installation {
    manifest: Manifest,
    folder: Folder,
    have: Vec<String>,
    _lock: Lock,
}

impl Installation {
    /// Begins to install a pack, or goes on with an installation that was broken off. `told`
    /// hears how many bytes of what lies there already have been checked.
    ///
    /// # Errors
    /// When another tab is at it, there is no space, or the browser keeps no files.
    pub async fn begin(
        manifest: Manifest,
        note: &Note,
        told: &dyn Fn(u64),
    ) -> Result<Self, PackStoreError> {
        let lock = Lock::take(&lock_name(&manifest.id)).await?;
        let folder = Folder::packs().await?.inner(&manifest.id, true).await?;
        // Whatever was complete before is not, until it is finished anew.
        folder.remove(MANIFEST_FILE).await?;
        let mut have = Vec::new();
        let mut checked = 0;
        for part in manifest.parts() {
            if is_whole(&folder, part).await? {
                checked += part.bytes;
                told(checked);
                have.push(part.name.clone());
            }
        }
        let needed = manifest.total_bytes() - checked;
        if let Some(left) = space_left().await.filter(|left| *left < needed + SPARE) {
            let file = format!("{} ({} MB)", manifest.name, needed.div_ceil(1_000_000));
            return Err(PackStoreError::NoSpace { file, left: format!("{} MB", left / 1_000_000) });
        }
        let note = serde_json::to_vec(note).map_err(|_| PackStoreError::Unavailable)?;
        folder.write(NOTE, &note).await?;
        Ok(Self { manifest, folder, have, _lock: lock })
    }

    /// The pack's id.
    pub fn id(&self) -> &str {
        &self.manifest.id
    }

    /// The parts that need not be brought: they are there, whole.
    pub fn have(&self) -> &[String] {
        &self.have
    }

    /// Stores a part, once its size and sha256 are found right.
    ///
    /// # Errors
    /// When it is not a part of the pack, is damaged, or cannot be written.
    pub async fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), PackStoreError> {
        let part = self.manifest.parts().find(|part| part.name == name);
        let part = part.ok_or_else(|| PackError::UnknownPart { part: name.to_owned() })?;
        check(part, bytes)?;
        self.folder.write(name, bytes).await?;
        self.have.push(name.to_owned());
        Ok(())
    }

    /// Ends the installation: from now on the pack can be used.
    ///
    /// # Errors
    /// When a part was not brought, or the manifest cannot be written.
    pub async fn finish(self) -> Result<Installed, PackStoreError> {
        let missing = self.manifest.parts().find(|part| !self.have.contains(&part.name));
        if let Some(part) = missing {
            return Err(PackError::MissingPart { part: part.name.clone() }.into());
        }
        self.folder.write(MANIFEST_FILE, &self.manifest.to_bytes()?).await?;
        let note = read_note(&self.folder).await;
        Ok(Installed { manifest: self.manifest, note })
    }
}

fn check(part: &PackPart, bytes: &[u8]) -> Result<(), PackError> {
    if bytes.len() as u64 != part.bytes {
        return Err(PackError::PartSize {
            part: part.name.clone(),
            found: bytes.len() as u64,
            expected: part.bytes,
        });
    }
    if sha256(bytes) != part.sha256 {
        return Err(PackError::HashMismatch { part: part.name.clone() });
    }
    Ok(())
}

async fn is_whole(folder: &Folder, part: &PackPart) -> Result<bool, PackStoreError> {
    match folder.file(&part.name).await? {
        Some(file) if file.size() as u64 == part.bytes => {
            let bytes = folder.bytes(&part.name).await?;
            Ok(check(part, &bytes).is_ok())
        }
        _ => Ok(false),
    }
}

/// Everything on the shelf.
///
/// # Errors
/// When the browser keeps no files.
pub async fn list() -> Result<StoredPacks, PackStoreError> {
    let packs = Folder::packs().await?;
    let mut shelf = StoredPacks::default();
    for id in packs.names().await? {
        // Another tab may be removing it just now.
        let Ok(folder) = packs.inner(&id, false).await else { continue };
        match open_folder(&folder).await {
            Ok(Some(manifest)) if manifest.id == id => {
                let note = read_note(&folder).await;
                shelf.packs.push(Installed { manifest, note });
            }
            Ok(None) => shelf.partial.push(Partial { bytes: bytes_in(&folder).await?, id }),
            Ok(Some(_)) => {
                let message = "its folder and its manifest name different packs".to_owned();
                shelf.broken.push(Broken { id, message });
            }
            Err(error) => shelf.broken.push(Broken { id, message: error.to_string() }),
        }
    }
    Ok(shelf)
}

/// The manifest of a finished installation with all its parts at their full size; none when it is
/// not finished.
async fn open_folder(folder: &Folder) -> Result<Option<Manifest>, PackStoreError> {
    let Some(_) = folder.file(MANIFEST_FILE).await? else { return Ok(None) };
    let bytes = folder.bytes(MANIFEST_FILE).await?;
    let manifest = Manifest::parse(&bytes)?;
    for part in manifest.parts() {
        let found = match folder.file(&part.name).await? {
            Some(file) => file.size() as u64,
            None => return Err(PackError::MissingPart { part: part.name.clone() }.into()),
        };
        if found != part.bytes {
            let (part, expected) = (part.name.clone(), part.bytes);
            return Err(PackError::PartSize { part, found, expected }.into());
        }
    }
    Ok(Some(manifest))
}

async fn read_note(folder: &Folder) -> Note {
    let note = folder.bytes(NOTE).await.ok();
    let proof = folder.bytes(PROOF).await.ok();
    let proof = proof.and_then(|bytes| serde_json::from_slice::<PackProof>(&bytes).ok());
    let note = note.and_then(|bytes| serde_json::from_slice::<Note>(&bytes).ok());
    let proof = proof.map(|proof| format!("{} ({})", proof.in_words(), proof.source));
    Note { proof: proof.unwrap_or_default(), ..note.unwrap_or_default() }
}

/// Keeps beside an installed pack how it came out beside published values.
///
/// # Errors
/// When the pack is not installed any more, or cannot be written to.
pub async fn keep_proof(proof: &PackProof) -> Result<(), PackStoreError> {
    let _lock = Lock::take(&lock_name(&proof.pack)).await?;
    let gone = || PackStoreError::Gone { file: "the model pack".to_owned() };
    let folder = Folder::packs().await?.inner(&proof.pack, false).await.map_err(|_| gone())?;
    let bytes = serde_json::to_vec(proof).map_err(|_| PackStoreError::Unavailable)?;
    folder.write(PROOF, &bytes).await
}

async fn bytes_in(folder: &Folder) -> Result<u64, PackStoreError> {
    let mut bytes = 0;
    for name in folder.names().await? {
        bytes += folder.file(&name).await?.map_or(0, |file| file.size() as u64);
    }
    Ok(bytes)
}

/// The files of an installed pack with their names, `pack.json` first: to be handed on.
///
/// # Errors
/// When it is not installed, or the browser removed a part.
pub async fn read(id: &str) -> Result<(Vec<String>, Vec<ArrayBuffer>), PackStoreError> {
    let gone = || PackStoreError::Gone { file: "the model pack".to_owned() };
    let folder = Folder::packs().await?.inner(id, false).await.map_err(|_| gone())?;
    let manifest = open_folder(&folder).await?.ok_or_else(gone)?;
    let mut names = vec![MANIFEST_FILE.to_owned()];
    names.extend(manifest.parts().map(|part| part.name.clone()));
    let mut bytes = Vec::with_capacity(names.len());
    for name in &names {
        bytes.push(folder.buffer(name).await?);
    }
    Ok((names, bytes))
}

/// An installed pack, opened and verified.
///
/// # Errors
/// As [`read`], and when a part is damaged.
pub async fn open(id: &str) -> Result<Pack, PackStoreError> {
    let (names, buffers) = read(id).await?;
    let mut files = names.into_iter().zip(buffers);
    let bytes = |buffer: ArrayBuffer| Uint8Array::new(&buffer).to_vec();
    let manifest = files.next().map(|(_, buffer)| bytes(buffer)).unwrap_or_default();
    Ok(Pack::open(&manifest, files.map(|(name, buffer)| (name, bytes(buffer))))?)
}

/// Hashes every part of an installed pack anew and says what is wrong with it, if anything.
///
/// # Errors
/// When it is not installed or cannot be read.
pub async fn verify(id: &str, told: &dyn Fn(u64, u64)) -> Result<Vec<String>, PackStoreError> {
    let gone = || PackStoreError::Gone { file: "the model pack".to_owned() };
    let folder = Folder::packs().await?.inner(id, false).await.map_err(|_| gone())?;
    let bytes = folder.bytes(MANIFEST_FILE).await?;
    let manifest = Manifest::parse(&bytes)?;
    let of = manifest.total_bytes();
    let mut problems = Vec::new();
    let mut done = 0;
    for part in manifest.parts() {
        match folder.bytes(&part.name).await {
            Ok(bytes) => {
                problems.extend(check(part, &bytes).err().map(|error| error.to_string()));
            }
            Err(error) => problems.push(error.to_string()),
        }
        done += part.bytes;
        told(done, of);
    }
    Ok(problems)
}

/// Notes the builder's measurement and what the conversion took beside an installed pack.
///
/// # Errors
/// When the pack is not installed any more, or cannot be written to.
pub async fn finish_measured(id: &str, measured: Measurement) -> Result<Installed, PackStoreError> {
    let _lock = Lock::take(&lock_name(id)).await?;
    let gone = || PackStoreError::Gone { file: "the model pack".to_owned() };
    let folder = Folder::packs().await?.inner(id, false).await.map_err(|_| gone())?;
    let mut manifest = open_folder(&folder).await?.ok_or_else(gone)?;
    manifest.measured = Some(measured);
    folder.write(MANIFEST_FILE, &manifest.to_bytes()?).await?;
    let note = read_note(&folder).await;
    Ok(Installed { manifest, note })
}

/// Removes a pack, finished or not.
///
/// # Errors
/// When another tab is at it.
pub async fn delete(id: &str) -> Result<(), PackStoreError> {
    let _lock = Lock::take(&lock_name(id)).await?;
    Folder::packs().await?.remove(id).await
}

/// Removes unfinished installations, but for those that can be gone on with and those that
/// another tab is at.
///
/// # Errors
/// When the browser keeps no files.
pub async fn clean(keep: &[String]) -> Result<(), PackStoreError> {
    let packs = Folder::packs().await?;
    for id in packs.names().await? {
        let Ok(folder) = packs.inner(&id, false).await else { continue };
        if keep.contains(&id) || folder.file(MANIFEST_FILE).await?.is_some() {
            continue;
        }
        match delete(&id).await {
            Ok(()) | Err(PackStoreError::Busy) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
