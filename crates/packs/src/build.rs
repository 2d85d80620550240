use crate::arch::bert;
use crate::{
    FORMAT, FORMAT_VERSION, Manifest, Pack, PackError, Precision, Purpose, SafetensorsFile, Source,
    sha256,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file of a checkpoint, as its authors publish it.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    /// File name without folders, e.g. `model.safetensors`.
    pub name: &'a str,
    /// Its contents.
    pub bytes: &'a [u8],
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
    let weights = find(sources, "model.safetensors")?;
    let config = find(sources, "config.json")?;
    let tokenizer = find(sources, "tokenizer.json")?;

    let family: ModelType = parse_json(config)?;
    if family.model_type != "bert" {
        return Err(PackError::UnsupportedConfig {
            field: "model_type",
            found: family.model_type,
            supported: "bert".to_owned(),
        });
    }
    let tokenizer_kind: TokenizerFile = parse_json(tokenizer)?;
    if tokenizer_kind.model.kind != "WordPiece" {
        return Err(PackError::BadSource {
            file: tokenizer.name.to_owned(),
            reason: format!("a WordPiece model was expected, not {}", tokenizer_kind.model.kind),
        });
    }

    let bert_config = bert::BertConfig::parse(config.bytes)?;
    let tensors = SafetensorsFile::open(weights.name, weights.bytes)?;
    let (model, info) = bert::graph(&tensors, &bert_config, recipe.layers, precision)?;
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
        sources: [weights, config, tokenizer].map(source).into(),
        licence: recipe.licence.clone(),
        builder: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
        files: Vec::new(),
    };
    let files = BTreeMap::from([
        (Pack::MODEL.to_owned(), model),
        (Pack::MODEL_INFO.to_owned(), info_json),
        (Pack::TOKENIZER.to_owned(), tokenizer.bytes.to_vec()),
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

fn find<'a>(sources: &[SourceFile<'a>], name: &str) -> Result<SourceFile<'a>, PackError> {
    sources.iter().copied().find(|source| source.name == name).ok_or_else(|| {
        PackError::MissingSource {
            file: name.to_owned(),
            hint: "it lies in the same folder or repository as the model's other files".to_owned(),
        }
    })
}

fn parse_json<T: serde::de::DeserializeOwned>(file: SourceFile<'_>) -> Result<T, PackError> {
    serde_json::from_slice(file.bytes).map_err(|error| PackError::BadSource {
        file: file.name.to_owned(),
        reason: error.to_string(),
    })
}

fn source(file: SourceFile<'_>) -> Source {
    Source {
        name: file.name.to_owned(),
        bytes: file.bytes.len() as u64,
        sha256: sha256(file.bytes),
    }
}
