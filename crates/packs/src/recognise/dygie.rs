//! DyGIE++ archives: RadGraph, RadGraph-XL and its ModernBERT form, told apart by the dataset
//! in their label files' names.

use super::opened::{Content, Opened};
use super::plan::{Kind, Plan};
use crate::arch::EncoderConfig;
use crate::arch::dygie::DygieConfig;
use crate::{PackError, Purpose, SourceFile};
use std::collections::BTreeMap;

/// Where an archive keeps its encoder's tensors.
const ENCODER: &str = "_embedder.token_embedder_bert._matched_embedder.transformer_model.";

pub(super) fn plan<'a>(
    opened: &Opened<'a>,
    sources: &[SourceFile<'a>],
) -> Result<Plan<'a>, PackError> {
    let checkpoint = opened.file;
    let bad = |reason: String| PackError::BadSource { file: checkpoint.name.to_owned(), reason };
    let (files, more): (BTreeMap<String, Vec<u8>>, Vec<SourceFile<'a>>) = match &opened.content {
        Content::Archive(archive) => (archive.files.clone(), Vec::new()),
        Content::Unpacked(files, _) => {
            let read = |(name, file): (&String, &SourceFile<'_>)| {
                Ok::<_, PackError>((name.clone(), file.read_all()?))
            };
            let contents = files.iter().map(read).collect::<Result<_, _>>()?;
            (contents, files.values().copied().collect())
        }
        Content::Tensors(_) => return Err(bad("it is no DyGIE++ archive".to_owned())),
    };
    let config = files.get("config.json").ok_or_else(|| bad("it has no config.json".to_owned()))?;
    let config = DygieConfig::parse(config)?;
    let dataset = dataset(&files).map_err(bad)?;
    let purpose = match dataset.as_str() {
        "radgraph" | "None" => Purpose::Radgraph,
        "radgraph-xl" => Purpose::RadgraphXl,
        "modern-radgraph-xl" => Purpose::ModernRadgraphXl,
        _ => {
            return Err(PackError::NoPurpose {
                file: checkpoint.name.to_owned(),
                found: "a DyGIE++ archive of another dataset than RadGraph or RadGraph-XL"
                    .to_owned(),
            });
        }
    };
    let labels = |kind: &str| {
        let name = format!("vocabulary/{dataset}__{kind}_labels.txt");
        files
            .get(&name)
            .map_or_else(|| Err(format!("it has no {name}")), |file| labels(&name, file))
    };
    let mut entities = labels("ner").map_err(bad)?;
    if entities.first().is_none_or(|label| !label.is_empty()) {
        return Err(bad("its entity labels do not begin with the empty one".to_owned()));
    }
    entities.remove(0);
    let relations = labels("relation").map_err(bad)?;
    if entities.is_empty() || relations.is_empty() {
        return Err(bad("it has no labels".to_owned()));
    }
    let physionet = dataset == "None";
    let published_as = config.model_name.clone();
    let kind = Kind::Spans { config, dataset, entities, relations };
    let mut plan = Plan::new(checkpoint, purpose, ENCODER, kind);
    plan.known = true;
    plan.physionet = physionet;
    plan.more = more;
    let own_config =
        plan.more.iter().map(|file| file.name).find(|name| name.ends_with("config.json"));
    plan.find_encoder(sources, &published_as, |config| {
        if Some(config.name) == own_config {
            return Ok(None);
        }
        let mut json = config.read_all()?;
        // CXR-BERT is a BERT that calls itself otherwise.
        if let Ok(mut fields) = serde_json::from_slice::<serde_json::Map<_, _>>(&json)
            && fields.get("model_type").is_some_and(|kind| kind == "cxr-bert")
        {
            fields.insert("model_type".to_owned(), "bert".into());
            json = serde_json::to_vec(&fields).unwrap_or(json);
        }
        match EncoderConfig::parse(&json) {
            Ok(parsed) => Ok(Some(parsed)),
            // In the encoder's own folder there is no other configuration to be taken for it.
            Err(error) if config.folder() != checkpoint.folder() => Err(error),
            Err(_) => Ok(None),
        }
    })?;
    Ok(plan)
}

/// The one dataset that has label files.
fn dataset(files: &BTreeMap<String, Vec<u8>>) -> Result<String, String> {
    let mut found = files
        .keys()
        .filter_map(|name| name.strip_prefix("vocabulary/")?.strip_suffix("__ner_labels.txt"));
    match (found.next(), found.next()) {
        (Some(dataset), None) => Ok(dataset.to_owned()),
        (None, _) => Err("it has no vocabulary/…__ner_labels.txt".to_owned()),
        _ => Err("it has labels of several datasets".to_owned()),
    }
}

/// One label a line, in the order of their indices.
fn labels(name: &str, file: &[u8]) -> Result<Vec<String>, String> {
    let text = std::str::from_utf8(file).map_err(|_| format!("{name} is not UTF-8"))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let labels: Vec<String> =
        text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect();
    if labels.len() > 1000 {
        return Err(format!("{name} has more than 1000 labels"));
    }
    Ok(labels)
}
