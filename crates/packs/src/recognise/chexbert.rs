//! CheXbert: a BERT with 14 linear heads in one state dict (Smit et al. 2020,
//! github.com/stanfordmlgroup/CheXbert, `src/models/bert_labeler.py`).

use super::opened::Tensors;
use super::plan::{Kind, Plan};
use crate::arch::{Classifier, EncoderConfig};
use crate::{Observation, PackError, Purpose, SourceFile, TensorSource};
use rrgscore_annotations::{CLASSES, OBSERVATIONS};

/// The encoder's published name.
const ENCODER: &str = "bert-base-uncased";

/// What stands before `linear_heads.0.weight`, if the tensors are CheXbert's: `module.` where
/// several GPUs trained it.
pub(super) fn prefix(tensors: &Tensors<'_>) -> Option<&'static str> {
    ["module.", ""]
        .into_iter()
        .find(|prefix| tensors.has(&format!("{prefix}linear_heads.0.weight")))
}

pub(super) fn plan<'a>(
    file: SourceFile<'a>,
    tensors: &Tensors<'a>,
    prefix: &str,
    sources: &[SourceFile<'a>],
) -> Result<Plan<'a>, PackError> {
    let heads = tensors
        .names()
        .filter(|name| {
            name.starts_with(&format!("{prefix}linear_heads.")) && name.ends_with(".weight")
        })
        .count();
    if heads != OBSERVATIONS.len() {
        return Err(PackError::BadSource {
            file: file.name.to_owned(),
            reason: format!("it has {heads} heads, but CheXbert has 14"),
        });
    }
    let classifiers = CLASSES.into_iter().enumerate().map(|(head, classes)| Classifier {
        weight: format!("{prefix}linear_heads.{head}.weight"),
        bias: format!("{prefix}linear_heads.{head}.bias"),
        classes,
    });
    let observations = OBSERVATIONS
        .into_iter()
        .zip(CLASSES)
        .map(|(name, classes)| Observation { name: name.to_owned(), classes })
        .collect();
    let kind = Kind::Observations { observations, classifiers: classifiers.collect() };
    let mut plan = Plan::new(file, Purpose::Chexbert, &format!("{prefix}bert."), kind);
    plan.known = true;
    plan.find_encoder(sources, ENCODER, |config| {
        let parsed = EncoderConfig::parse(&config.read_all()?);
        // Beside the checkpoint may lie another model's configuration.
        Ok(parsed.ok().filter(|parsed| parsed.model_type() == "bert"))
    })?;
    Ok(plan)
}
