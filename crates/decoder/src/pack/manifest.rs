use super::{JudgePrecision, files::part_count};
use crate::DecoderError;
use rrgscore_packs::{FileEntry, MAX_PART_BYTES, Sha256Hex, Source, sha256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the field `format` of every judge's manifest says.
pub const JUDGE_PACK_FORMAT: &str = "rrgscore-judge-pack";

/// The format version that this crate writes and reads.
pub const JUDGE_PACK_VERSION: u32 = 1;

/// `pack.json` of a judge: what it is, where it came from, and its parts. Files and parts are those
/// of other packs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JudgeManifest {
    /// Always [`JUDGE_PACK_FORMAT`].
    pub format: String,
    /// Always [`JUDGE_PACK_VERSION`] after [`JudgeManifest::parse`].
    pub format_version: u32,
    /// sha256 over the lines `<sha256>  <file name>\n`, sorted by name. Packs of one id give the same
    /// answers.
    pub id: Sha256Hex,
    /// The model's published name, e.g. `GREEN-RadLlama2-7b`.
    pub name: String,
    /// The official class, e.g. `LlamaForCausalLM`.
    pub architecture: String,
    /// How the weights are stored.
    pub precision: JudgePrecision,
    /// The files with weights that the pack was built from; hashes where they were computed.
    pub sources: Vec<Source>,
    /// Program and version that built the pack.
    pub builder: String,
    /// The logical files, sorted by name.
    pub files: Vec<FileEntry>,
}

impl JudgeManifest {
    /// Completes a manifest with its id.
    pub(crate) fn new(
        name: &str,
        architecture: &str,
        precision: JudgePrecision,
        sources: Vec<Source>,
        mut files: Vec<FileEntry>,
    ) -> JudgeManifest {
        files.sort_by(|a, b| a.name.cmp(&b.name));
        JudgeManifest {
            format: JUDGE_PACK_FORMAT.to_owned(),
            format_version: JUDGE_PACK_VERSION,
            id: id_of(&files),
            name: name.to_owned(),
            architecture: architecture.to_owned(),
            precision,
            sources,
            builder: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
            files,
        }
    }

    /// Reads and checks a manifest; the parts' contents are checked when they are read.
    ///
    /// # Errors
    /// When it is none, of another version, or contradicts itself.
    pub fn parse(bytes: &[u8]) -> Result<JudgeManifest, DecoderError> {
        let bad = |reason: &dyn ToString| DecoderError::bad_file("pack.json", reason.to_string());
        let manifest: JudgeManifest = serde_json::from_slice(bytes).map_err(|error| bad(&error))?;
        if manifest.format != JUDGE_PACK_FORMAT {
            return Err(bad(&format!("its format is not {JUDGE_PACK_FORMAT}")));
        }
        if manifest.format_version != JUDGE_PACK_VERSION {
            let version = manifest.format_version;
            return Err(bad(&format!(
                "it is of format version {version}, and this program reads {JUDGE_PACK_VERSION}; \
                 convert the checkpoint again"
            )));
        }
        let mut names = BTreeSet::new();
        for file in &manifest.files {
            let bytes = file.parts.iter().fold(0u64, |sum, part| sum.saturating_add(part.bytes));
            let plain = |name: &str| {
                let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
                !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain)
            };
            let sound = plain(&file.name)
                && file.parts.iter().all(|part| plain(&part.name))
                && file.parts.iter().all(|part| part.bytes <= MAX_PART_BYTES as u64)
                && file.parts.len() == part_count(file.bytes)
                && bytes == file.bytes
                && file.parts.iter().all(|part| names.insert(part.name.as_str()));
            if !sound {
                return Err(bad(&"its list of files contradicts itself"));
            }
        }
        if !manifest.files.is_sorted_by(|a, b| a.name < b.name)
            || manifest.id != id_of(&manifest.files)
        {
            return Err(bad(&"its id does not follow from its files"));
        }
        Ok(manifest)
    }

    /// The bytes of `pack.json`.
    ///
    /// # Errors
    /// Never for a manifest made by this crate; the signature follows the serializer's.
    pub fn to_bytes(&self) -> Result<Vec<u8>, DecoderError> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| DecoderError::bad_file("pack.json", error))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Bytes of all parts together.
    pub fn total_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    pub(crate) fn file(&self, name: &str) -> Result<&FileEntry, DecoderError> {
        let found = self.files.iter().find(|file| file.name == name);
        found.ok_or_else(|| DecoderError::bad_file("pack.json", format!("it lists no {name}")))
    }
}

fn id_of(files: &[FileEntry]) -> Sha256Hex {
    let lines: String =
        files.iter().map(|file| format!("{}  {}\n", file.sha256, file.name)).collect();
    sha256(lines.as_bytes())
}
