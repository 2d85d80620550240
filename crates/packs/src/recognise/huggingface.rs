//! Folders of `transformers`: a configuration, weights and a tokenizer side by side.

use super::folder::Folder;
use super::opened::Tensors;
use super::plan::{Encoder, Kind, Plan};
use super::purposes::official;
use super::rules;
use crate::arch::{Classifier, EncoderConfig};
use crate::tokenizer::TokenizerFiles;
use crate::{BuildOptions, PackError, Purpose, SourceFile, TensorSource};
use rrgscore_annotations::EntityType;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many layers BERTScore reads of distilroberta-base: `bert_score`'s `model2layers`.
const DISTILROBERTA_LAYERS: usize = 5;

#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    id2label: BTreeMap<String, String>,
    #[serde(default, rename = "_name_or_path")]
    name: String,
}

pub(super) fn plan<'a>(
    file: SourceFile<'a>,
    tensors: &Tensors<'a>,
    sources: &[SourceFile<'a>],
    options: &BuildOptions,
) -> Result<Plan<'a>, PackError> {
    let folder = Folder::of(sources, file.folder());
    let config_file = folder.file("config.json").ok_or_else(|| PackError::MissingSource {
        file: "config.json".to_owned(),
        hint: format!("it is published beside {}; put it in the same folder", file.file_name()),
    })?;
    let json = config_file.read_all()?;
    let config = EncoderConfig::parse(&json)?;
    let more: Config = serde_json::from_slice(&json).map_err(|error| PackError::BadSource {
        file: config_file.name.to_owned(),
        reason: error.to_string(),
    })?;
    let prefix = prefix(tensors, config.model_type()).ok_or_else(|| PackError::BadSource {
        file: file.name.to_owned(),
        reason: format!("it holds no {} encoder, as config.json says", config.model_type()),
    })?;

    let sizes = (config.hidden(), config.layers());
    let minilm = official(Purpose::BertscoreMinilm).sizes;
    let none = |found: String| PackError::NoPurpose { file: file.name.to_owned(), found };
    let (purpose, kind) = match config.model_type() {
        "bert" if sizes == minilm || options.other_encoder => {
            (Purpose::BertscoreMinilm, Kind::Encoder)
        }
        "roberta" if config.layers() == 6 => (Purpose::BertscoreDistilroberta, Kind::Encoder),
        "mpnet" => (Purpose::RatescoreSynonyms, Kind::Encoder),
        "deberta-v2" => {
            let labels = labels(&more.id2label)
                .filter(|labels| is_rate_ner(labels) && tensors.has("classifier.weight"))
                .ok_or_else(|| none("a DeBERTa without RaTE-NER's labels".to_owned()))?;
            let classifier = Classifier {
                weight: "classifier.weight".to_owned(),
                bias: "classifier.bias".to_owned(),
                classes: labels.len(),
            };
            (Purpose::RatescoreEntities, Kind::Tokens { labels, classifier })
        }
        other => {
            let (hidden, layers) = sizes;
            return Err(none(format!("a {other} encoder, {layers} layers of {hidden}")));
        }
    };
    let mut plan = Plan::new(file, purpose, prefix, kind);
    plan.layers = (purpose == Purpose::BertscoreDistilroberta).then_some(DISTILROBERTA_LAYERS);
    plan.known = purpose == Purpose::RatescoreEntities
        || is_called(official(purpose).name, &folder, &more.name);
    let tokenizer = TokenizerFiles::find(&folder, config.model_type());
    if tokenizer.is_none() {
        let needed = TokenizerFiles::needed(config.model_type());
        let published = official(purpose).published;
        let hint = format!("it is published beside {}, e.g. at {published}", file.file_name());
        plan.miss(needed, &hint);
    }
    if purpose == Purpose::RatescoreEntities {
        plan.rules = rules::find(sources)?;
    }
    plan.encoder = Some(Encoder { config, config_file, tokenizer });
    Ok(plan)
}

/// What stands before the encoder's own names: the name of the field in which a model with a
/// head keeps it, or nothing.
fn prefix(tensors: &Tensors<'_>, model_type: &str) -> Option<&'static str> {
    let prefixes = match model_type {
        "bert" => ["bert.", "0.auto_model.", ""],
        "roberta" => ["roberta.", "0.auto_model.", ""],
        "mpnet" => ["mpnet.", "0.auto_model.", ""],
        "deberta-v2" => ["deberta.", "0.auto_model.", ""],
        _ => ["model.", "0.auto_model.", ""],
    };
    let tables = ["embeddings.word_embeddings.weight", "embeddings.tok_embeddings.weight"];
    prefixes
        .into_iter()
        .find(|prefix| tables.iter().any(|table| tensors.has(&format!("{prefix}{table}"))))
}

/// The labels in the order of their indices, if these are 0, 1, ….
fn labels(id2label: &BTreeMap<String, String>) -> Option<Vec<String>> {
    (0..id2label.len()).map(|index| id2label.get(&index.to_string()).cloned()).collect()
}

/// Whether these are RaTE-NER's labels: each entity type as B- and I-, and O.
fn is_rate_ner(labels: &[String]) -> bool {
    let expected: BTreeSet<String> = EntityType::ALL
        .into_iter()
        .flat_map(|kind| ["B", "I"].map(|place| format!("{place}-{}", kind.name())))
        .chain(["O".to_owned()])
        .collect();
    labels.len() == expected.len() && labels.iter().all(|label| expected.contains(label))
}

/// Whether the checkpoint's configuration, folder or model card calls it by a name: two models
/// of the same sizes cannot be told apart otherwise.
fn is_called(name: &str, folder: &Folder<'_>, config_name: &str) -> bool {
    let name = name.to_lowercase();
    let card = folder.file("README.md").and_then(|card| card.read_all().ok());
    let card = card.map(|card| String::from_utf8_lossy(&card).to_lowercase()).unwrap_or_default();
    [config_name.to_lowercase(), folder.path().to_lowercase(), card]
        .iter()
        .any(|text| text.contains(&name))
}
