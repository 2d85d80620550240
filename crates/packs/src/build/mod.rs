//! From a checkpoint to a pack.

mod hashing;
mod progress;

pub use progress::{BuildProgress, BuildStage};

use crate::arch::{self, dygie};
use crate::recognise::{Kind, Opened, Plan, SentenceRules, choose, plan};
use crate::tokenizer::{PackTokenizer, probe};
use crate::{
    FORMAT, FORMAT_VERSION, Head, Manifest, ModelInfo, Pack, PackError, Precision, Source,
    SourceFile, TensorSource,
};
use progress::Watched;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// How a pack is to be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildOptions {
    /// How its weights are stored.
    pub precision: Precision,
    /// The checkpoint among the sources, by its path; needed when several serve a metric.
    pub checkpoint: Option<String>,
    /// Lets a BERT of any size serve BERTScore (MiniLM), for tests and experiments. The pack is
    /// named after its sizes: its scores are no one else's.
    pub other_encoder: bool,
}

impl Default for BuildOptions {
    fn default() -> Self {
        BuildOptions { precision: Precision::Int8, checkpoint: None, other_encoder: false }
    }
}

impl BuildOptions {
    /// The defaults at a precision.
    pub fn at(precision: Precision) -> Self {
        BuildOptions { precision, ..BuildOptions::default() }
    }
}

/// Recognises a checkpoint and builds its pack in memory, as
/// [`recognise`](crate::recognise()) tells it. `watch` is told how far it is and may stop it.
///
/// The same sources and precision give the same bytes on every machine. Peak memory is the pack
/// and the checkpoint's largest tensor; of an archive also its decompressed weights.
///
/// # Errors
/// As [`recognise`](crate::recognise()); when a needed file is missing, the configuration is
/// not supported, the tensors do not fit it, or `watch` stops it.
pub fn build(
    sources: &[SourceFile<'_>],
    options: &BuildOptions,
    watch: &mut dyn FnMut(BuildProgress) -> ControlFlow<()>,
) -> Result<Pack, PackError> {
    let file = choose(sources, options)?;
    let unpacking = &mut |fraction| watch(BuildProgress { stage: BuildStage::Unpacking, fraction });
    let opened = Opened::open(file, sources, true, unpacking)?;
    let mut plan = plan(&opened, sources, options)?;
    if let Some(missing) = plan.missing.first() {
        let (file, hint) = (missing.file.clone(), missing.hint.clone());
        return Err(PackError::MissingSource { file, hint });
    }
    let Some(encoder) = &mut plan.encoder else {
        return Err(PackError::Graph { reason: "it has no encoder".to_owned() });
    };
    let Some(tokenizer) = encoder.tokenizer.take() else {
        return Err(PackError::Graph { reason: "it has no tokenizer".to_owned() });
    };
    let config = encoder.config.clone();
    let tokenizer = tokenizer.read(config.model_type(), config.vocabulary())?;
    let sources = hashing::sources(&opened, &plan, &tokenizer, watch)?;

    let (files, info) = {
        let tensors = opened.tensors()?;
        let watched = Watched::new(&tensors, tensors.elements(&plan.prefix), watch);
        let probe = probe::ids(&tokenizer.json, config.vocabulary());
        graphs(&watched, &plan, &config, options.precision, &probe)?
    };
    let manifest = manifest(&plan, &info, &tokenizer, sources, options.precision);
    // An archive's weights are no longer needed.
    drop(opened);
    if watch(BuildProgress { stage: BuildStage::Finishing, fraction: 0.0 }).is_break() {
        return Err(PackError::Cancelled);
    }
    assemble(manifest, files, &info, tokenizer.json, plan.rules)
}

/// The ONNX files and what describes them.
fn graphs(
    tensors: &dyn TensorSource,
    plan: &Plan<'_>,
    config: &arch::EncoderConfig,
    precision: Precision,
    probe: &[Vec<u32>],
) -> Result<(BTreeMap<String, Vec<u8>>, ModelInfo), PackError> {
    let (model, mut info) =
        arch::encoder(tensors, &plan.prefix, config, plan.layers, precision, probe)?;
    let mut files = BTreeMap::from([(Pack::MODEL.to_owned(), model)]);
    let hidden = info.hidden;
    info.max_ids = plan.max_ids.unwrap_or(info.max_ids).min(info.max_ids);
    match &plan.kind {
        Kind::Encoder => {}
        Kind::Observations { observations, classifiers } => {
            let heads = arch::classifiers(tensors, classifiers, hidden)?;
            files.insert(Pack::HEADS.to_owned(), heads);
            info.head = Some(Head::Observations { observations: observations.clone() });
        }
        Kind::Findings { set, pooler, classifier } => {
            let heads = arch::pooled_classifier(tensors, pooler, classifier, hidden)?;
            files.insert(Pack::HEADS.to_owned(), heads);
            info.head = Some(Head::Findings { names: set.outputs() });
        }
        Kind::Tokens { labels, classifier } => {
            let heads = arch::classifiers(tensors, std::slice::from_ref(classifier), hidden)?;
            files.insert(Pack::HEADS.to_owned(), heads);
            info.head = Some(Head::Tokens { labels: labels.clone() });
        }
        Kind::Spans { config: heads, dataset, entities, relations } => {
            let spans = dygie::spans(tensors, heads, dataset, entities.len(), hidden, precision)?;
            files.insert(Pack::SPANS.to_owned(), spans);
            let scores =
                dygie::relations(tensors, heads, dataset, relations.len(), hidden, precision)?;
            files.insert(Pack::RELATIONS.to_owned(), scores);
            // A longer text is cut into chunks of the length that the archive asks for.
            info.max_ids = heads.max_length.unwrap_or(info.max_ids).min(info.max_ids);
            info.head = Some(Head::Spans {
                dataset: dataset.clone(),
                entities: entities.clone(),
                relations: relations.clone(),
                max_span_width: heads.max_span_width,
                spans_per_word: heads.spans_per_word,
                framed: heads.max_length.is_none() || config.model_type() != "modernbert",
            });
        }
    }
    Ok((files, info))
}

fn manifest(
    plan: &Plan<'_>,
    info: &ModelInfo,
    tokenizer: &PackTokenizer<'_>,
    sources: Vec<Source>,
    precision: Precision,
) -> Manifest {
    let (licence, terms) = plan.terms();
    Manifest {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION,
        id: String::new(),
        name: plan.name(sources.first().map(|source| source.sha256.as_str())),
        purpose: plan.purpose,
        architecture: info.architecture.clone(),
        precision,
        tokenizer: tokenizer.family.to_owned(),
        sources,
        licence: licence.to_owned(),
        terms: terms.to_owned(),
        measured: None,
        builder: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
        files: Vec::new(),
    }
}

fn assemble(
    manifest: Manifest,
    mut files: BTreeMap<String, Vec<u8>>,
    info: &ModelInfo,
    tokenizer: Vec<u8>,
    rules: Option<SentenceRules<'_>>,
) -> Result<Pack, PackError> {
    let info = serde_json::to_vec_pretty(info)
        .map_err(|error| PackError::Graph { reason: error.to_string() })?;
    files.insert(Pack::MODEL_INFO.to_owned(), info);
    files.insert(Pack::TOKENIZER.to_owned(), tokenizer);
    if let Some(rules) = rules {
        files.insert(Pack::SENTENCE_RULES.to_owned(), rules.bytes);
    }
    Ok(Pack::assemble(manifest, files))
}
