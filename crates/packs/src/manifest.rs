use crate::hash::{hex, is_sha256};
use crate::{MAX_PART_BYTES, Measurement, PackError, Precision, Sha256Hex};
use rrgscore_annotations::Purpose;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Name of the manifest's file in a pack's folder.
pub const MANIFEST_FILE: &str = "pack.json";

/// What the field `format` of every manifest says.
pub const FORMAT: &str = "rrgscore-pack";

/// The format version that this crate writes and reads.
pub const FORMAT_VERSION: u32 = 2;

/// `pack.json`: what a pack is, where it came from, and its parts.
///
/// What bears on a result is in the pack's files, which [`id`](Manifest::id) covers; the other
/// fields are for people and for choosing a pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`FORMAT`].
    pub format: String,
    /// Always [`FORMAT_VERSION`] after [`Manifest::parse`].
    pub format_version: u32,
    /// sha256 over the sorted list of (file name, sha256); see [`Manifest::computed_id`].
    pub id: Sha256Hex,
    /// The model's published name, e.g. `all-MiniLM-L6-v2`.
    pub name: String,
    /// The metric that the pack serves.
    pub purpose: Purpose,
    /// Family of the network, e.g. `bert`.
    pub architecture: String,
    /// How the weights are stored.
    pub precision: Precision,
    /// Family of the tokenizer in `tokenizer.json`, e.g. `bert-wordpiece`.
    pub tokenizer: String,
    /// The files that the pack was built from.
    pub sources: Vec<Source>,
    /// Licence of the weights: an SPDX expression or a name.
    pub licence: String,
    /// What the licence asks of who uses the pack, in a few sentences, shown before it is
    /// installed; empty for an open licence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub terms: String,
    /// Distance to the checkpoint in f32, when the builder could measure it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measurement>,
    /// Program and version that built the pack.
    pub builder: String,
    /// The logical files, sorted by name.
    pub files: Vec<FileEntry>,
}

/// A file that a pack was built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// File name as its authors publish it.
    pub name: String,
    /// Length in bytes.
    pub bytes: u64,
    /// sha256 of the file.
    pub sha256: Sha256Hex,
}

/// A logical file of a pack, such as `model.onnx`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Name of the file.
    pub name: String,
    /// Length in bytes; the sum of its parts.
    pub bytes: u64,
    /// sha256 of the whole file.
    pub sha256: Sha256Hex,
    /// The parts which, one after the other, are the file.
    pub parts: Vec<PackPart>,
}

/// A piece of a logical file, stored under its own name; at most [`MAX_PART_BYTES`] long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackPart {
    /// Name under which the part is stored.
    pub name: String,
    /// Length in bytes.
    pub bytes: u64,
    /// sha256 of the part.
    pub sha256: Sha256Hex,
}

#[derive(Deserialize)]
struct Header {
    format: String,
    format_version: u64,
}

impl Manifest {
    /// Reads and checks a manifest. The parts' contents are not checked here but in
    /// [`Pack::open`](crate::Pack::open).
    ///
    /// # Errors
    /// [`PackError::FormatVersion`] for a pack of another format version (told before anything
    /// else is looked at), [`PackError::BadManifest`] when it is not a manifest, contradicts
    /// itself, or has names that are not plain file names.
    pub fn parse(bytes: &[u8]) -> Result<Manifest, PackError> {
        let bad = |reason: String| PackError::BadManifest { reason };
        let header: Header =
            serde_json::from_slice(bytes).map_err(|error| bad(json_reason(&error)))?;
        if header.format != FORMAT {
            return Err(bad(format!("its format is not {FORMAT}")));
        }
        if header.format_version != u64::from(FORMAT_VERSION) {
            return Err(PackError::FormatVersion {
                found: header.format_version,
                supported: FORMAT_VERSION,
            });
        }
        let manifest: Manifest =
            serde_json::from_slice(bytes).map_err(|error| bad(json_reason(&error)))?;
        manifest.checked()
    }

    /// Gives a manifest back, however it was read, if it is one that this crate can use.
    ///
    /// # Errors
    /// When it is of another format or version, or not in order.
    pub fn checked(self) -> Result<Self, PackError> {
        let bad = |reason: String| PackError::BadManifest { reason };
        if self.format != FORMAT {
            return Err(bad(format!("its format is not {FORMAT}")));
        }
        if self.format_version != FORMAT_VERSION {
            let found = u64::from(self.format_version);
            return Err(PackError::FormatVersion { found, supported: FORMAT_VERSION });
        }
        self.check().map_err(bad)?;
        Ok(self)
    }

    /// The manifest as the bytes of `pack.json`: indented JSON with a final line break; the
    /// same manifest always gives the same bytes.
    ///
    /// # Errors
    /// Never for a manifest made by this crate; the signature follows the serializer's.
    pub fn to_bytes(&self) -> Result<Vec<u8>, PackError> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| PackError::BadManifest { reason: json_reason(&error) })?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// All parts, file by file, in the order of their bytes.
    pub fn parts(&self) -> impl Iterator<Item = &PackPart> {
        self.files.iter().flat_map(|file| &file.parts)
    }

    /// Bytes of all parts together.
    pub fn total_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// The id that follows from the files: the sha256 of the lines `<sha256>  <file name>\n`,
    /// sorted by file name; what `sha256sum` prints for the joined files, hashed again.
    pub fn computed_id(&self) -> Sha256Hex {
        id_of(&self.files)
    }

    fn check(&self) -> Result<(), String> {
        let mut names = BTreeSet::new();
        let mut part_names = BTreeSet::new();
        for file in &self.files {
            check_name(&file.name)?;
            if !names.insert(file.name.as_str()) {
                return Err(format!("the file {} is listed twice", file.name));
            }
            if !is_sha256(&file.sha256) {
                return Err(format!("the sha256 of {} is not one", file.name));
            }
            let mut bytes = 0u64;
            for part in &file.parts {
                check_name(&part.name)?;
                if part.name == MANIFEST_FILE || !part_names.insert(part.name.as_str()) {
                    return Err(format!("the part {} is listed twice", part.name));
                }
                if !is_sha256(&part.sha256) {
                    return Err(format!("the sha256 of {} is not one", part.name));
                }
                if part.bytes > MAX_PART_BYTES as u64 {
                    return Err(format!("the part {} is too large", part.name));
                }
                bytes = bytes.saturating_add(part.bytes);
            }
            if file.parts.is_empty() || bytes != file.bytes {
                return Err(format!("the parts of {} do not add up to its size", file.name));
            }
        }
        if !self.files.is_sorted_by(|a, b| a.name < b.name) {
            return Err("its files are not sorted by name".to_owned());
        }
        if self.id != self.computed_id() {
            return Err("its id does not follow from its files".to_owned());
        }
        Ok(())
    }
}

/// See [`Manifest::computed_id`].
pub(crate) fn id_of(files: &[FileEntry]) -> Sha256Hex {
    let mut lines: Vec<(&str, &str)> =
        files.iter().map(|file| (file.name.as_str(), file.sha256.as_str())).collect();
    lines.sort_unstable();
    let mut hasher = Sha256::new();
    for (name, sha256) in lines {
        hasher.update(format!("{sha256}  {name}\n"));
    }
    hex(&hasher.finalize())
}

/// Names become file names and URLs: letters, digits, `.`, `_`, `-`, not beginning with a dot.
fn check_name(name: &str) -> Result<(), String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if name.is_empty() || name.len() > 100 || name.starts_with('.') || !name.bytes().all(plain) {
        return Err("it lists a file whose name is not a plain file name".to_owned());
    }
    Ok(())
}

fn json_reason(error: &serde_json::Error) -> String {
    format!("line {}, column {}: {error}", error.line(), error.column())
}
