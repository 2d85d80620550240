//! `.rrgpack`: a pack as one file, for a memory stick: an uncompressed tar (ustar) with
//! `pack.json` first and the parts after it in the manifest's order, each in place.
//!
//! Any `tar` program opens it. It is read without being unpacked: [`read`] gives the manifest
//! and where each part lies; the parts' contents are checked by [`Pack::open`].

use crate::read::{Cursor, read_all};
use crate::{MANIFEST_FILE, Manifest, Pack, PackError, ReadAt};
use std::io::{self, BufReader, Write};

/// Manifests are a few kilobytes; a hostile one is not read beyond this.
const MAX_MANIFEST_BYTES: u64 = 4 << 20;

/// A pack file's manifest and the places of its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct PackFile {
    /// The bytes of `pack.json`.
    pub manifest_bytes: Vec<u8>,
    /// The same, read and checked.
    pub manifest: Manifest,
    /// Where each part lies, in the manifest's order.
    pub parts: Vec<PartRange>,
}

/// Where a part lies in a pack file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRange {
    /// Name of the part.
    pub name: String,
    /// Its first byte.
    pub start: u64,
    /// Its length in bytes.
    pub bytes: u64,
}

/// Writes a pack as one file. The same pack gives the same bytes.
///
/// # Errors
/// When the sink fails.
pub fn write(pack: &Pack, sink: &mut dyn Write) -> io::Result<()> {
    let manifest = pack.manifest_bytes().map_err(io::Error::other)?;
    let mut tar = tar::Builder::new(sink);
    append(&mut tar, MANIFEST_FILE, &manifest)?;
    for (name, bytes) in pack.parts() {
        append(&mut tar, name, bytes)?;
    }
    tar.into_inner()?.flush()
}

fn append(tar: &mut tar::Builder<&mut dyn Write>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_path(name)?;
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_cksum();
    tar.append(&header, bytes)
}

/// Reads a pack file's manifest and finds its parts; no part is read. `name` is used in
/// messages.
///
/// # Errors
/// When it is no tar with `pack.json` first, the manifest is not valid or of another version,
/// or a part is missing, there twice, in another place, of another size, or not the pack's.
pub fn read(name: &str, data: &dyn ReadAt) -> Result<PackFile, PackError> {
    let bad = |reason: &str| PackError::BadSource {
        file: name.to_owned(),
        reason: format!("it is no pack file ({reason}); download or copy it again"),
    };
    let damaged = |error: io::Error| bad(&error.to_string());
    let stream = BufReader::with_capacity(4096, Cursor::new(data));
    let mut tar = tar::Archive::new(stream);
    let mut entries = tar.entries_with_seek().map_err(damaged)?.raw(true);
    let mut next = || -> Result<Option<PartRange>, PackError> {
        let Some(entry) = entries.next() else { return Ok(None) };
        let entry = entry.map_err(damaged)?;
        if !entry.header().entry_type().is_file() {
            return Err(bad("it holds more than files"));
        }
        let name = String::from_utf8(entry.path_bytes().into_owned())
            .map_err(|_| bad("a name in it is not UTF-8"))?;
        let (start, bytes) = (entry.raw_file_position(), entry.size());
        if start.checked_add(bytes).is_none_or(|end| end > data.size()) {
            return Err(bad("it is cut off"));
        }
        Ok(Some(PartRange { name, start, bytes }))
    };
    let first = next()?.filter(|entry| entry.name == MANIFEST_FILE);
    let first = first.ok_or_else(|| bad("pack.json does not come first"))?;
    let section = crate::read::Section::new(data, first.start, first.bytes)
        .map_err(|error| bad(&error.to_string()))?;
    let manifest_bytes = read_all(name, &section, MAX_MANIFEST_BYTES)?;
    let manifest = Manifest::parse(&manifest_bytes)?;
    let mut parts = Vec::new();
    for expected in manifest.parts() {
        let missing = || PackError::MissingPart { part: expected.name.clone() };
        let found = next()?.ok_or_else(missing)?;
        if found.name != expected.name {
            return Err(missing());
        }
        if found.bytes != expected.bytes {
            return Err(PackError::PartSize {
                part: found.name,
                found: found.bytes,
                expected: expected.bytes,
            });
        }
        parts.push(found);
    }
    if let Some(other) = next()? {
        let part = other.name.chars().filter(char::is_ascii_graphic).take(100).collect();
        return Err(PackError::UnknownPart { part });
    }
    Ok(PackFile { manifest_bytes, manifest, parts })
}

impl PackFile {
    /// Reads the parts one by one and opens the pack; holds it once.
    ///
    /// # Errors
    /// As [`Pack::open`], and when the file cannot be read.
    pub fn open(self, name: &str, data: &dyn ReadAt) -> Result<Pack, PackError> {
        let mut ranges = self.parts.into_iter();
        Pack::open_with(&self.manifest_bytes, |part, buffer| {
            let missing = || PackError::MissingPart { part: part.name.clone() };
            let range = ranges.next().ok_or_else(missing)?;
            data.read_at(range.start, buffer).map_err(|error| PackError::BadSource {
                file: name.to_owned(),
                reason: error.to_string(),
            })
        })
    }
}
