//! A Hugging Face folder of a decoder: `config.json`, and weights in one or more safetensors files.

use crate::{DecoderConfig, DecoderError};
use rrgscore_packs::{PackError, SafetensorsFile, SourceFile};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// Named tensors of a decoder, read some rows at a time: no matrix is ever held whole.
pub trait TensorRows {
    /// The shape of a tensor, if there is one of that name.
    fn shape(&self, name: &str) -> Option<&[usize]>;

    /// Reads consecutive rows of a matrix, or elements of a vector, widened to f32.
    ///
    /// # Errors
    /// When there are no such rows, they are not of a floating-point type, hold NaN or infinity, or
    /// the file cannot be read.
    fn rows(&self, name: &str, rows: Range<usize>) -> Result<Vec<f32>, DecoderError>;
}

/// A checkpoint as its authors publish it.
#[derive(Debug)]
pub struct Checkpoint<'a> {
    config: DecoderConfig,
    folder: Vec<SourceFile<'a>>,
    shards: Vec<SafetensorsFile<'a>>,
    /// Which shard holds a tensor.
    tensors: BTreeMap<String, usize>,
    /// The files that hold weights, in the order of their names.
    weights: Vec<SourceFile<'a>>,
}

const INDEX: &str = "model.safetensors.index.json";
const SINGLE: &str = "model.safetensors";

#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

impl<'a> Checkpoint<'a> {
    /// Opens the checkpoint among some files: the one whose folder holds a decoder's `config.json` and
    /// its weights. Headers are read, no tensor is.
    ///
    /// # Errors
    /// When a file is missing or not valid, `config.json` asks for what is not built here, or index
    /// and shards contradict each other.
    pub fn open(files: &[SourceFile<'a>]) -> Result<Checkpoint<'a>, DecoderError> {
        let weights = |file: &&SourceFile<'a>| matches!(file.file_name(), INDEX | SINGLE);
        let beside = files.iter().find(weights).map(SourceFile::folder);
        let missing = |file: &str| DecoderError::MissingFile { file: file.to_owned() };
        let path = beside.ok_or_else(|| missing(INDEX))?;
        let folder: Vec<SourceFile<'a>> =
            files.iter().filter(|file| file.folder() == path).copied().collect();
        let named = |name: &str| folder.iter().find(|file| file.file_name() == name).copied();
        let config = named("config.json").ok_or_else(|| missing("config.json"))?;
        let config = DecoderConfig::parse(&config.read_all()?)?;
        let (weights, map) = match named(INDEX) {
            Some(index) => {
                let Index { weight_map } = serde_json::from_slice(&index.read_all()?)
                    .map_err(|error| DecoderError::bad_file(INDEX, error))?;
                let mut names: Vec<&str> = weight_map.values().map(String::as_str).collect();
                names.sort_unstable();
                names.dedup();
                let shard = |name: &&str| named(name).ok_or_else(|| missing(name));
                let files: Vec<SourceFile<'a>> =
                    names.iter().map(shard).collect::<Result<_, _>>()?;
                (files, Some(weight_map))
            }
            None => (vec![named(SINGLE).ok_or_else(|| missing(SINGLE))?], None),
        };
        let open = |file: &SourceFile<'a>| SafetensorsFile::open(file.name, file.data);
        let shards: Vec<SafetensorsFile<'a>> =
            weights.iter().map(open).collect::<Result<_, _>>()?;
        let mut tensors = BTreeMap::new();
        for (at, shard) in shards.iter().enumerate() {
            for name in shard.names() {
                if let Some(map) = &map
                    && map.get(name).map(String::as_str)
                        != weights.get(at).map(|file| file.file_name())
                {
                    let reason = format!("it says of tensor {name} another file than it lies in");
                    return Err(DecoderError::bad_file(INDEX, reason));
                }
                tensors.insert(name.to_owned(), at);
            }
        }
        if let Some(name) =
            map.iter().flatten().map(|(name, _)| name).find(|n| !tensors.contains_key(*n))
        {
            let reason = format!("tensor {name} is not in the file that it names");
            return Err(DecoderError::bad_file(INDEX, reason));
        }
        Ok(Checkpoint { config, folder, shards, tensors, weights })
    }

    /// The sizes.
    pub fn config(&self) -> &DecoderConfig {
        &self.config
    }

    /// A file of the checkpoint's folder.
    pub fn file(&self, name: &str) -> Option<SourceFile<'a>> {
        self.folder.iter().find(|file| file.file_name() == name).copied()
    }

    /// The files that hold weights, in the order of their names.
    pub fn weights(&self) -> &[SourceFile<'a>] {
        &self.weights
    }
}

impl TensorRows for Checkpoint<'_> {
    fn shape(&self, name: &str) -> Option<&[usize]> {
        self.shards.get(*self.tensors.get(name)?)?.shape(name)
    }

    fn rows(&self, name: &str, rows: Range<usize>) -> Result<Vec<f32>, DecoderError> {
        let architecture = self.config.architecture();
        let missing = || PackError::MissingTensor { tensor: name.to_owned(), architecture };
        let shard = self.tensors.get(name).and_then(|&at| self.shards.get(at));
        Ok(shard.ok_or_else(missing)?.rows(name, rows, architecture)?)
    }
}
