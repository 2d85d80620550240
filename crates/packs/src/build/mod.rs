use crate::arch::{self, EncoderConfig};
use crate::{
    FORMAT, FORMAT_VERSION, Manifest, Pack, PackError, Precision, Purpose, ReadAt, SafetensorsFile,
    Source, sha256,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file of a checkpoint, as its authors publish it.
#[derive(Clone, Copy)]
pub struct SourceFile<'a> {
    /// File name without folders, e.g. `model.safetensors`.
    pub name: &'a str,
    /// Its contents.
    pub data: &'a dyn ReadAt,
}

impl SourceFile<'_> {
    /// The whole file; meant for small ones.
    ///
    /// # Errors
    /// [`PackError::BadSource`] when it cannot be read or does not fit in memory.
    pub fn read_all(&self) -> Result<Vec<u8>, PackError> {
        let bad = |reason: String| PackError::BadSource { file: self.name.to_owned(), reason };
        let size =
            usize::try_from(self.data.size()).map_err(|_| bad("it is too large".to_owned()))?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size).map_err(|_| bad("it does not fit in memory".to_owned()))?;
        bytes.resize(size, 0);
        self.data.read_at(0, &mut bytes).map_err(|error| bad(error.to_string()))?;
        Ok(bytes)
    }
}

impl std::fmt::Debug for SourceFile<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceFile").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What is to be built: the part of a pack's description that no file of the checkpoint tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// The model's published name.
    pub name: String,
    /// The metric that the pack serves.
    pub purpose: Purpose,
    /// Licence of the weights.
    pub licence: String,
    /// How many of the encoder's layers the metric reads; all when `None`.
    pub layers: Option<usize>,
}

impl Recipe {
    /// `sentence-transformers/all-MiniLM-L6-v2`, for BERTScore (MiniLM): all 6 layers, because
    /// no layer was ever tuned for it.
    pub fn minilm() -> Recipe {
        Recipe {
            name: "all-MiniLM-L6-v2".to_owned(),
            purpose: Purpose::BertscoreMinilm,
            licence: "Apache-2.0".to_owned(),
            layers: None,
        }
    }
}

/// Builds a pack in memory from a checkpoint's `model.safetensors`, `config.json` and
/// `tokenizer.json`; other files are ignored and not recorded.
///
/// The same sources and precision give the same bytes on every machine. Peak memory is about
/// the checkpoint plus twice the pack.
///
/// # Errors
/// When a needed file is missing or damaged, the configuration is not supported, or the
/// tensors do not fit it.
pub fn build(
    recipe: &Recipe,
    sources: &[SourceFile<'_>],
    precision: Precision,
) -> Result<Pack, PackError> {
    let weights = Loaded::find(sources, "model.safetensors")?;
    let config = Loaded::find(sources, "config.json")?;
    let tokenizer = Loaded::find(sources, "tokenizer.json")?;

    let family: ModelType = parse_json(&config)?;
    if family.model_type != "bert" {
        return Err(PackError::UnsupportedConfig {
            field: "model_type",
            found: family.model_type,
            supported: "bert".to_owned(),
        });
    }
    let tokenizer_kind: TokenizerFile = parse_json(&tokenizer)?;
    if tokenizer_kind.model.kind != "WordPiece" {
        return Err(PackError::BadSource {
            file: tokenizer.name.to_owned(),
            reason: format!("a WordPiece model was expected, not {}", tokenizer_kind.model.kind),
        });
    }

    let encoder_config = EncoderConfig::parse(&config.bytes)?;
    let tensors = SafetensorsFile::open(weights.name, &weights.bytes)?;
    let (model, info) = arch::encoder(&tensors, "", &encoder_config, recipe.layers, precision)?;
    let info_json = serde_json::to_vec_pretty(&info)
        .map_err(|error| PackError::Graph { reason: error.to_string() })?;

    let manifest = Manifest {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION,
        id: String::new(),
        name: recipe.name.clone(),
        purpose: recipe.purpose,
        architecture: info.architecture.clone(),
        precision,
        tokenizer: "bert-wordpiece".to_owned(),
        sources: [&weights, &config, &tokenizer].map(source).into(),
        licence: recipe.licence.clone(),
        terms: String::new(),
        measured: None,
        builder: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
        files: Vec::new(),
    };
    let files = BTreeMap::from([
        (Pack::MODEL.to_owned(), model),
        (Pack::MODEL_INFO.to_owned(), info_json),
        (Pack::TOKENIZER.to_owned(), tokenizer.bytes.clone()),
    ]);
    Ok(Pack::assemble(manifest, files))
}

#[derive(Deserialize)]
struct ModelType {
    model_type: String,
}

#[derive(Deserialize)]
struct TokenizerFile {
    model: TokenizerModel,
}

#[derive(Deserialize)]
struct TokenizerModel {
    #[serde(rename = "type")]
    kind: String,
}

/// A source file in memory.
struct Loaded<'a> {
    name: &'a str,
    bytes: Vec<u8>,
}

impl<'a> Loaded<'a> {
    fn find(sources: &[SourceFile<'a>], name: &str) -> Result<Loaded<'a>, PackError> {
        let missing = || PackError::MissingSource {
            file: name.to_owned(),
            hint: "it lies in the same folder or repository as the model's other files".to_owned(),
        };
        let found = sources.iter().find(|source| source.name == name).ok_or_else(missing)?;
        Ok(Loaded { name: found.name, bytes: found.read_all()? })
    }
}

fn parse_json<T: serde::de::DeserializeOwned>(file: &Loaded<'_>) -> Result<T, PackError> {
    serde_json::from_slice(&file.bytes).map_err(|error| PackError::BadSource {
        file: file.name.to_owned(),
        reason: error.to_string(),
    })
}

fn source(file: &Loaded<'_>) -> Source {
    Source {
        name: file.name.to_owned(),
        bytes: file.bytes.len() as u64,
        sha256: sha256(&file.bytes),
    }
}
