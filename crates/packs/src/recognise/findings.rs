//! Models that answer yes or no to a list of findings: SRR-BERT and RadBERT-CT, of which RadEval
//! knows the lists. The number of outputs tells which list it is.

use super::opened::Tensors;
use super::plan::Kind;
use crate::arch::Classifier;
use crate::{PackError, Purpose, TensorSource};
use rrgscore_annotations::FindingSet;

/// The repository whose tokenizer SRR-BERT takes.
pub(super) const SRR_TOKENIZER: &str = "microsoft/BiomedVLP-CXR-BERT-general";

/// What a classifier of texts on a BERT or RoBERTa is for; none where it is none. An error where
/// no list of that length is known.
pub(super) fn kind(
    file: &str,
    tensors: &Tensors<'_>,
    prefix: &str,
    model_type: &str,
    hidden: usize,
) -> Option<Result<(Purpose, Kind), PackError>> {
    let (pooler, classifier) = match model_type {
        "bert" => (format!("{prefix}pooler.dense"), "classifier"),
        "roberta" => ("classifier.dense".to_owned(), "classifier.out_proj"),
        _ => return None,
    };
    let bias = format!("{classifier}.bias");
    if !tensors.has(&bias) {
        return None;
    }
    let outputs = tensors.elements(&bias) as usize;
    let set = FindingSet::ALL.into_iter().find(|set| set.outputs().len() == outputs);
    Some(match set {
        Some(set) if model_type == "bert" || set == FindingSet::RadbertCt => {
            let layer = |name: &str, classes| Classifier {
                weight: format!("{name}.weight"),
                bias: format!("{name}.bias"),
                classes,
            };
            let kind = Kind::Findings {
                set,
                pooler: layer(&pooler, hidden),
                classifier: layer(classifier, outputs),
            };
            Ok((set.purpose(), kind))
        }
        _ => Err(PackError::NoPurpose {
            file: file.to_owned(),
            found: format!("a classifier of texts with {outputs} outputs on a {model_type}"),
        }),
    })
}
