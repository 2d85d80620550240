//! The files of a judge's pack: how they are written in parts, read, and made into layers.

use super::{JudgeManifest, JudgePrecision};
use crate::model::{Embedding, LanguageHead, Layer, Stage};
use crate::{DecoderConfig, DecoderError, JudgeTokenizer, TokenizerRules};
use rrgscore_kernels::{CacheFormat, Kernels};
use rrgscore_packs::{FileEntry, MAX_PART_BYTES, PackPart, sha256};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::ops::Range;

/// Sizes and the tokenizer's rules.
pub(crate) const CONFIG_FILE: &str = "decoder.json";
pub(crate) const TOKENIZER_FILE: &str = "tokenizer.json";
/// The table of embeddings.
pub(crate) const EMBEDDING_FILE: &str = "embedding.bin";
/// The last norm, and the head unless the table is it.
pub(crate) const HEAD_FILE: &str = "head.bin";

/// The file of a layer.
pub(crate) fn layer_file(layer: usize) -> String {
    format!("layer-{layer:03}.bin")
}

/// What is written into [`CONFIG_FILE`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ConfigFile {
    pub(crate) config: DecoderConfig,
    pub(crate) precision: JudgePrecision,
    pub(crate) tokenizer: TokenizerRules,
}

/// Where parts are written to.
pub trait PartSink {
    /// Keeps a part under its name; parts come one by one, each whole.
    ///
    /// # Errors
    /// [`DecoderError::Part`] when it cannot be kept.
    fn write(&mut self, part: &str, bytes: &[u8]) -> Result<(), DecoderError>;
}

/// Where the parts of a pack are read from.
pub trait PartSource {
    /// Fills the buffer, which is as long as the part.
    ///
    /// # Errors
    /// [`DecoderError::Part`] when it cannot be read.
    fn read(&self, part: &PackPart, buffer: &mut [u8]) -> Result<(), DecoderError>;
}

/// How many parts a file of some bytes has.
pub(crate) fn part_count(bytes: u64) -> usize {
    bytes.div_ceil(MAX_PART_BYTES as u64).max(1) as usize
}

/// A file that is being written: parts go to the sink as they are full. Its size must be known,
/// because a file of one part keeps its name.
pub(crate) struct JudgeFile<'a> {
    sink: &'a mut dyn PartSink,
    name: String,
    bytes: u64,
    hash: Sha256,
    buffer: Vec<u8>,
    parts: Vec<PackPart>,
}

impl<'a> JudgeFile<'a> {
    pub(crate) fn new(sink: &'a mut dyn PartSink, name: &str, bytes: usize) -> JudgeFile<'a> {
        JudgeFile {
            sink,
            name: name.to_owned(),
            bytes: bytes as u64,
            hash: Sha256::new(),
            buffer: Vec::new(),
            parts: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> Result<(), DecoderError> {
        while !bytes.is_empty() {
            let room = MAX_PART_BYTES - self.buffer.len();
            let (here, rest) = bytes.split_at(bytes.len().min(room));
            self.buffer.extend_from_slice(here);
            bytes = rest;
            if self.buffer.len() == MAX_PART_BYTES {
                self.part()?;
            }
        }
        Ok(())
    }

    pub(crate) fn push_values(&mut self, values: &[f32]) -> Result<(), DecoderError> {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.push(&bytes)
    }

    fn part(&mut self) -> Result<(), DecoderError> {
        let name = match part_count(self.bytes) {
            1 => self.name.clone(),
            _ => format!("{}.{:03}", self.name, self.parts.len()),
        };
        self.hash.update(&self.buffer);
        self.sink.write(&name, &self.buffer)?;
        let (bytes, sha256) = (self.buffer.len() as u64, sha256(&self.buffer));
        self.parts.push(PackPart { name, bytes, sha256 });
        self.buffer.clear();
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<FileEntry, DecoderError> {
        if !self.buffer.is_empty() || self.parts.is_empty() {
            self.part()?;
        }
        let written: u64 = self.parts.iter().map(|part| part.bytes).sum();
        if written != self.bytes {
            let reason = format!("{written} bytes were written, not {}", self.bytes);
            return Err(DecoderError::bad_file(&self.name, reason));
        }
        let sha256 = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(FileEntry { name: self.name, bytes: written, sha256, parts: self.parts })
    }
}

/// A file that is taken apart from its beginning to its end.
pub(crate) struct FileReader<'a> {
    name: &'a str,
    left: &'a [u8],
}

impl<'a> FileReader<'a> {
    pub(crate) fn bad(&self, reason: impl ToString) -> DecoderError {
        DecoderError::bad_file(self.name, reason)
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8], DecoderError> {
        let (bytes, left) =
            self.left.split_at_checked(count).ok_or_else(|| self.bad("it is too short"))?;
        self.left = left;
        Ok(bytes)
    }

    pub(crate) fn values(&mut self, count: usize) -> Result<Vec<f32>, DecoderError> {
        let bytes = self.bytes(4 * count)?;
        Ok(bytes.as_chunks::<4>().0.iter().copied().map(f32::from_le_bytes).collect())
    }

    pub(crate) fn finish(&self) -> Result<(), DecoderError> {
        if self.left.is_empty() { Ok(()) } else { Err(self.bad("it is too long")) }
    }
}

/// Reads a file of a pack whole and verifies it.
fn read(
    manifest: &JudgeManifest,
    source: &dyn PartSource,
    name: &str,
) -> Result<Vec<u8>, DecoderError> {
    let file = manifest.file(name)?;
    let bad = |part: &str, reason: &str| DecoderError::Part {
        part: part.to_owned(),
        reason: reason.to_owned(),
    };
    let mut bytes = Vec::new();
    let size =
        usize::try_from(file.bytes).ok().filter(|&size| bytes.try_reserve_exact(size).is_ok());
    let size = size.ok_or_else(|| bad(name, "it does not fit in memory"))?;
    bytes.resize(size, 0);
    let mut left = bytes.as_mut_slice();
    for part in &file.parts {
        let (here, rest) = left.split_at_mut(left.len().min(part.bytes as usize));
        source.read(part, here)?;
        if sha256(here) != part.sha256 {
            return Err(bad(
                &part.name,
                "its contents are not those of the pack; install it again",
            ));
        }
        left = rest;
    }
    let whole = file.parts.len() == 1 && file.parts.iter().all(|part| part.sha256 == file.sha256);
    if !whole && sha256(&bytes) != file.sha256 {
        return Err(bad(name, "its parts are not in their order; install it again"));
    }
    Ok(bytes)
}

fn config_file(
    manifest: &JudgeManifest,
    source: &dyn PartSource,
) -> Result<ConfigFile, DecoderError> {
    let bytes = read(manifest, source, CONFIG_FILE)?;
    serde_json::from_slice(&bytes).map_err(|error| DecoderError::bad_file(CONFIG_FILE, error))
}

/// The sizes of a pack's model.
///
/// # Errors
/// When a part cannot be read or is not the pack's.
pub fn load_config(
    manifest: &JudgeManifest,
    source: &dyn PartSource,
) -> Result<DecoderConfig, DecoderError> {
    Ok(config_file(manifest, source)?.config)
}

/// The tokenizer of a pack.
///
/// # Errors
/// When a part cannot be read or is not the pack's.
pub fn load_tokenizer(
    manifest: &JudgeManifest,
    source: &dyn PartSource,
) -> Result<JudgeTokenizer, DecoderError> {
    let rules = config_file(manifest, source)?.tokenizer;
    JudgeTokenizer::new(read(manifest, source, TOKENIZER_FILE)?, rules)
}

/// The layers of worker `worker` of `workers`: as equal shares as can be.
pub fn share(layers: usize, worker: usize, workers: usize) -> Range<usize> {
    let workers = workers.max(1);
    worker * layers / workers..(worker + 1) * layers / workers
}

/// Loads some layers of a pack with what belongs to them: the table with the first layer, the head
/// with the last one. Files are read one by one, so that no more than one is held beside the model.
///
/// # Errors
/// When a part cannot be read, is not the pack's, or does not fit its sizes; or there are no such
/// layers.
pub fn load_stage(
    manifest: &JudgeManifest,
    source: &dyn PartSource,
    layers: Range<usize>,
    cache: CacheFormat,
) -> Result<Stage, DecoderError> {
    let ConfigFile { config, precision, .. } = config_file(manifest, source)?;
    if layers.is_empty() || layers.end > config.layers {
        let reason = format!("layers {layers:?} of {}", config.layers);
        return Err(DecoderError::out_of_order(reason));
    }
    let kernels = Kernels::best();
    let (is_first, is_last) = (layers.start == 0, layers.end == config.layers);
    let embedding = if is_first || is_last && config.tied {
        let bytes = read(manifest, source, EMBEDDING_FILE)?;
        let mut file = FileReader { name: EMBEDDING_FILE, left: &bytes };
        Some(Embedding::read(&mut file, &config, precision)?)
    } else {
        None
    };
    let mut loaded = Vec::with_capacity(layers.len());
    for layer in layers.clone() {
        let name = layer_file(layer);
        let bytes = read(manifest, source, &name)?;
        let mut file = FileReader { name: &name, left: &bytes };
        loaded.push(Layer::read(&mut file, &config, precision)?);
    }
    let head = if is_last {
        let bytes = read(manifest, source, HEAD_FILE)?;
        let mut file = FileReader { name: HEAD_FILE, left: &bytes };
        Some(LanguageHead::read(&mut file, &config, precision, embedding.as_ref(), kernels)?)
    } else {
        None
    };
    let embedding = embedding.filter(|_| is_first);
    Ok(Stage::new(config, kernels, cache, embedding, (layers.start, loaded), head))
}
