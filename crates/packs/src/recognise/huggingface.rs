//! Folders of `transformers`: a configuration, weights and a tokenizer side by side.

use super::findings;
use super::folder::Folder;
use super::opened::Tensors;
use super::plan::{Encoder, Kind, Plan};
use super::purposes::official;
use super::{punkt, rules};
use crate::arch::{Classifier, EncoderConfig};
use crate::tokenizer::TokenizerFiles;
use crate::{BuildOptions, PackError, Purpose, SourceFile, TensorSource};
use rrgscore_annotations::{EntityType, FindingSet};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many layers BERTScore reads of distilroberta-base and of distilbert-base-uncased:
/// `bert_score`'s `model2layers`.
const DISTILLED_LAYERS: usize = 5;

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
    let classifier = findings::kind(file.name, tensors, prefix, config.model_type(), sizes.0);
    let (purpose, kind) = match (classifier.transpose()?, config.model_type()) {
        (Some(classifier), _) => classifier,
        (None, "bert") if sizes == minilm || options.other_encoder => {
            (Purpose::BertscoreMinilm, Kind::Encoder)
        }
        (None, "roberta") if config.layers() == 6 => {
            (Purpose::BertscoreDistilroberta, Kind::Encoder)
        }
        (None, "distilbert") if config.layers() == 6 => {
            (Purpose::BertscoreDistilbert, Kind::Encoder)
        }
        (None, "modernbert") => (Purpose::BertscoreRadeval, Kind::Encoder),
        (None, "mpnet") => (Purpose::RatescoreSynonyms, Kind::Encoder),
        (None, "deberta-v2") => {
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
        (None, other) => {
            let (hidden, layers) = sizes;
            return Err(none(format!("a {other} encoder, {layers} layers of {hidden}")));
        }
    };
    let mut plan = Plan::new(file, purpose, prefix, kind);
    plan.layers = matches!(purpose, Purpose::BertscoreDistilroberta | Purpose::BertscoreDistilbert)
        .then_some(DISTILLED_LAYERS);
    plan.known = purpose == Purpose::RatescoreEntities
        || is_called(official(purpose).name, &folder, &more.name);
    let is_srr = matches!(plan.kind, Kind::Findings { set, .. } if set != FindingSet::RadbertCt);
    // SRR-BERT's tokenizer is another repository's.
    let elsewhere = Folder::named(sources, file.folder(), findings::SRR_TOKENIZER);
    let tokenizer = elsewhere
        .filter(|_| is_srr)
        .and_then(|folder| TokenizerFiles::find(&folder, config.model_type()))
        .or_else(|| TokenizerFiles::find(&folder, config.model_type()));
    let published = if is_srr { findings::SRR_TOKENIZER } else { official(purpose).published };
    if tokenizer.is_none() {
        let needed = TokenizerFiles::needed(config.model_type());
        let hint = if is_srr {
            format!("published as huggingface.co/{published}; put it in a folder of that name")
        } else {
            format!("it is published beside {}, e.g. at {published}", file.file_name())
        };
        plan.miss(needed, &hint);
    }
    if purpose == Purpose::RatescoreEntities {
        plan.rules = rules::find(sources)?;
    }
    if is_srr {
        plan.rules = punkt::find(sources)?;
    }
    if purpose == Purpose::BertscoreRadeval {
        // bert_score cuts texts where the tokenizer's settings say, and not where the model ends.
        match folder.file("tokenizer_config.json") {
            Some(settings) => {
                plan.max_ids = model_max_length(&settings)?;
                plan.more.push(settings);
            }
            None => {
                let hint = format!("it says where texts are cut; published at {published}");
                plan.miss("tokenizer_config.json", &hint);
            }
        }
    }
    plan.encoder = Some(Encoder { config, config_file, tokenizer });
    Ok(plan)
}

/// The most ids of a text that a tokenizer's settings allow; none where they say nothing, or a
/// number that stands for no limit.
fn model_max_length(file: &SourceFile<'_>) -> Result<Option<usize>, PackError> {
    #[derive(Deserialize)]
    struct Settings {
        #[serde(default)]
        model_max_length: Option<f64>,
    }
    let settings: Settings = serde_json::from_slice(&file.read_all()?).map_err(|error| {
        PackError::BadSource { file: file.name.to_owned(), reason: error.to_string() }
    })?;
    let within = |length: &f64| (3.0..1e9).contains(length);
    Ok(settings.model_max_length.filter(within).map(|length| length as usize))
}

/// What stands before the encoder's own names: the name of the field in which a model with a
/// head keeps it, or nothing.
fn prefix(tensors: &Tensors<'_>, model_type: &str) -> Option<&'static str> {
    let prefixes = match model_type {
        "bert" => ["bert.", "0.auto_model.", ""],
        "roberta" => ["roberta.", "0.auto_model.", ""],
        "distilbert" => ["distilbert.", "0.auto_model.", ""],
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
