use crate::joined::Joined;
use crate::manifest::id_of;
use crate::parts::{MAX_PART_BYTES, split};
use crate::{Bytes, FileEntry, Manifest, Measurement, ModelInfo, PackError, PackPart, sha256};
use std::collections::BTreeMap;

/// A verified pack: its manifest and its logical files.
#[derive(Debug)]
pub struct Pack {
    manifest: Manifest,
    files: BTreeMap<String, Vec<u8>>,
    /// The graph, if it lies outside of memory and is not among the files.
    model: Option<Joined>,
}

impl PartialEq for Pack {
    /// The same manifest, which has the hashes of all files.
    fn eq(&self, other: &Pack) -> bool {
        self.manifest == other.manifest && self.files == other.files
    }
}

impl Pack {
    /// The graph's file name.
    pub const MODEL: &str = "model.onnx";
    /// The tokenizer's file name.
    pub const TOKENIZER: &str = "tokenizer.json";
    /// The file name of the classifiers on the encoder's states: input `states`
    /// `[rows, hidden]`, output `logits` `[rows, classes]`.
    pub const HEADS: &str = "heads.onnx";
    /// The file name of the span classifier and pruner: inputs `words` `[words, hidden]`,
    /// `starts` and `ends` `[spans]` i64 (inclusive word indices); outputs `span_vectors`
    /// `[spans, width]`, `entity_scores` `[spans, labels]` and `mention_scores` `[spans]`.
    pub const SPANS: &str = "spans.onnx";
    /// The file name of the relation classifier: inputs `span_vectors` `[kept, width]` and
    /// `mention_scores` `[kept]`; output `relation_scores` `[kept, kept, labels]`, to which
    /// both mention scores are already added.
    pub const RELATIONS: &str = "relations.onnx";
    /// The file name of the rules for sentences, in a pack that was given them: PyRuSH's of
    /// RaTE-NER, what Punkt learnt of English of SRR-BERT (lines of a kind and its fields).
    pub const SENTENCE_RULES: &str = "sentence_rules.tsv";
    /// The file name of [`ModelInfo`].
    pub const MODEL_INFO: &str = "model.json";

    /// Completes a manifest with the entries of these files and its id.
    pub(crate) fn assemble(mut manifest: Manifest, files: BTreeMap<String, Vec<u8>>) -> Pack {
        manifest.files = files
            .iter()
            .map(|(name, bytes)| FileEntry {
                name: name.clone(),
                bytes: bytes.len() as u64,
                sha256: sha256(bytes),
                parts: split(name, bytes, MAX_PART_BYTES),
            })
            .collect();
        manifest.id = id_of(&manifest.files);
        Pack { manifest, files, model: None }
    }

    /// Opens a pack from the bytes of `pack.json` and its parts by name (in any order), and
    /// verifies every size and sha256, of the parts and of the joined files.
    ///
    /// A file that is a single part is taken over without a copy.
    ///
    /// # Errors
    /// When the manifest is not valid or of another format version, or a part is missing,
    /// unknown, truncated or changed. The message names the part.
    pub fn open(
        manifest: &[u8],
        parts: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<Pack, PackError> {
        let manifest = Manifest::parse(manifest)?;
        let mut given: BTreeMap<String, Vec<u8>> = parts.into_iter().collect();
        let mut files = BTreeMap::new();
        for file in &manifest.files {
            let mut bytes = Vec::new();
            for part in &file.parts {
                let part_bytes = given
                    .remove(&part.name)
                    .ok_or_else(|| PackError::MissingPart { part: part.name.clone() })?;
                if part_bytes.len() as u64 != part.bytes {
                    return Err(PackError::PartSize {
                        part: part.name.clone(),
                        found: part_bytes.len() as u64,
                        expected: part.bytes,
                    });
                }
                if sha256(&part_bytes) != part.sha256 {
                    return Err(PackError::HashMismatch { part: part.name.clone() });
                }
                if file.parts.len() == 1 {
                    bytes = part_bytes;
                } else {
                    bytes.extend_from_slice(&part_bytes);
                }
            }
            // The parts of a file that was cut could have been listed in a wrong order.
            let whole_is_part =
                file.parts.len() == 1 && file.parts.iter().all(|p| p.sha256 == file.sha256);
            if !whole_is_part && sha256(&bytes) != file.sha256 {
                return Err(PackError::HashMismatch { part: file.name.clone() });
            }
            files.insert(file.name.clone(), bytes);
        }
        if let Some(part) = given.into_keys().next() {
            return Err(PackError::UnknownPart { part });
        }
        Ok(Pack { manifest, files, model: None })
    }

    /// Opens a pack whose parts are read where they lie: `read` is asked for every part in the
    /// manifest's order and fills the buffer, which is as long as the part. Verifies as
    /// [`open`](Pack::open) does, and holds the pack once.
    ///
    /// # Errors
    /// As [`open`](Pack::open), when `read` fails, or the pack does not fit in memory.
    pub fn open_with(
        manifest: &[u8],
        mut read: impl FnMut(&PackPart, &mut [u8]) -> Result<(), PackError>,
    ) -> Result<Pack, PackError> {
        let manifest = Manifest::parse(manifest)?;
        let mut files = BTreeMap::new();
        for file in &manifest.files {
            let mut bytes = Vec::new();
            let fits =
                usize::try_from(file.bytes).is_ok_and(|size| bytes.try_reserve_exact(size).is_ok());
            if !fits {
                return Err(PackError::BadManifest {
                    reason: format!("{} does not fit in memory", file.name),
                });
            }
            for part in &file.parts {
                let start = bytes.len();
                bytes.resize(start + part.bytes as usize, 0);
                let (_, buffer) = bytes.split_at_mut(start);
                read(part, buffer)?;
                if sha256(buffer) != part.sha256 {
                    return Err(PackError::HashMismatch { part: part.name.clone() });
                }
            }
            let whole_is_part =
                file.parts.len() == 1 && file.parts.iter().all(|p| p.sha256 == file.sha256);
            if !whole_is_part && sha256(&bytes) != file.sha256 {
                return Err(PackError::HashMismatch { part: file.name.clone() });
            }
            files.insert(file.name.clone(), bytes);
        }
        Ok(Pack { manifest, files, model: None })
    }

    /// Opens a pack whose parts lie outside of memory, where its graph stays: it is read piece by
    /// piece through [`bytes`](Pack::bytes), by whoever loads it, and is not among
    /// [`parts`](Pack::parts). `outside` is asked for every part in the manifest's order.
    /// Verifies every size and every file's sha256; the parts' own only to name the changed one.
    ///
    /// # Errors
    /// As [`open`](Pack::open), and when `outside` fails.
    pub fn open_outside(
        manifest: &[u8],
        mut outside: impl FnMut(&PackPart) -> Result<Box<dyn Bytes>, PackError>,
    ) -> Result<Pack, PackError> {
        let manifest = Manifest::parse(manifest)?;
        let (mut files, mut model) = (BTreeMap::new(), None);
        for file in &manifest.files {
            let parts = file.parts.iter().map(|part| Ok((part, outside(part)?)));
            let joined = Joined::verified(file, parts.collect::<Result<_, PackError>>()?)?;
            if file.name == Self::MODEL {
                model = Some(joined);
            } else {
                let mut bytes = vec![0; joined.size()];
                joined.copy(0, &mut bytes);
                files.insert(file.name.clone(), bytes);
            }
        }
        Ok(Pack { manifest, files, model })
    }

    /// Notes the builder's measurement; the pack's id does not depend on it.
    pub fn set_measured(&mut self, measured: Option<Measurement>) {
        self.manifest.measured = measured;
    }

    /// What the pack is.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The pack's id: a sha256 over its files, in hexadecimal. Two packs of the same id give
    /// the same results.
    pub fn id(&self) -> &str {
        &self.manifest.id
    }

    /// The bytes of `pack.json`.
    ///
    /// # Errors
    /// As [`Manifest::to_bytes`].
    pub fn manifest_bytes(&self) -> Result<Vec<u8>, PackError> {
        self.manifest.to_bytes()
    }

    /// The parts with their names, in the manifest's order: what lies beside `pack.json`.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.manifest.files.iter().flat_map(|file| {
            let bytes = self.files.get(&file.name).map_or(&[][..], Vec::as_slice);
            file.parts
                .iter()
                .zip(bytes.chunks(MAX_PART_BYTES).chain(std::iter::repeat(&[][..])))
                .map(|(part, bytes)| (part.name.as_str(), bytes))
        })
    }

    /// The bytes of a logical file, e.g. [`Pack::MODEL`].
    ///
    /// # Errors
    /// [`PackError::MissingFile`].
    pub fn file(&self, name: &str) -> Result<&[u8], PackError> {
        self.files.get(name).map(Vec::as_slice).ok_or_else(|| self.misses(name))
    }

    fn misses(&self, name: &str) -> PackError {
        PackError::MissingFile { pack: self.manifest.name.clone(), file: name.to_owned() }
    }

    /// The bytes of a logical file that may lie outside of memory.
    ///
    /// # Errors
    /// [`PackError::MissingFile`].
    pub fn bytes(&self, name: &str) -> Result<&dyn Bytes, PackError> {
        if let (Self::MODEL, Some(model)) = (name, &self.model) {
            return Ok(model);
        }
        let file = self.files.get(name).map(|bytes| bytes as &dyn Bytes);
        file.ok_or_else(|| self.misses(name))
    }

    /// The sizes of the network, from `model.json`.
    ///
    /// # Errors
    /// When the file is missing or not valid.
    pub fn model_info(&self) -> Result<ModelInfo, PackError> {
        serde_json::from_slice(self.file(Self::MODEL_INFO)?).map_err(|error| PackError::BadSource {
            file: Self::MODEL_INFO.to_owned(),
            reason: error.to_string(),
        })
    }
}
