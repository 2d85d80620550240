//! Synthetic checkpoints in the official file formats, for tests and benchmarks: real layouts
//! and sizes, seeded random weights, no meaning.
//!
//! Their tokenizers know some words of chest radiography and are filled up to the real size:
//! plain report text takes more tokens than with the published ones, which can be put in their
//! place with [`SyntheticCheckpoint::add`].

mod archives;
mod bert;
mod encoders;
mod random;
mod sizes;
mod tokenizers;
mod weights;

pub use bert::{bert_checkpoint, tiny_bert_config, wordpiece_vocabulary};
pub use sizes::Size;

use crate::{BuildOptions, Pack, PackError, Precision, Purpose, SourceFile, build};
use rrgscore_annotations::FindingSet;
use sizes::Sizes;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use weights::Weights;

/// The files of a synthetic checkpoint, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyntheticCheckpoint {
    files: BTreeMap<String, Vec<u8>>,
}

impl SyntheticCheckpoint {
    /// Adds or replaces a file.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) {
        self.files.insert(path.to_owned(), bytes);
    }

    /// The files by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// The files in the form that [`build`](crate::build()) takes.
    pub fn sources(&self) -> Vec<SourceFile<'_>> {
        self.files.iter().map(|(name, data)| SourceFile { name, data }).collect()
    }

    /// The pack of the checkpoint, whatever its size.
    ///
    /// # Errors
    /// As [`build`](crate::build()).
    pub fn build(&self, precision: Precision) -> Result<Pack, PackError> {
        let options = BuildOptions { other_encoder: true, ..BuildOptions::at(precision) };
        build(&self.sources(), &options, &mut |_| ControlFlow::Continue(()))
    }
}

/// A checkpoint in the form in which the official one of a purpose is published, with all that
/// belongs beside it. The same arguments give the same bytes on every machine.
///
/// # Errors
/// When it cannot be written, for want of memory.
pub fn checkpoint(
    purpose: Purpose,
    size: Size,
    seed: u64,
) -> Result<SyntheticCheckpoint, PackError> {
    let sizes = Sizes::of(purpose, size);
    let mut checkpoint = SyntheticCheckpoint::default();
    let mut weights = Weights::new(seed);
    match purpose {
        Purpose::BertscoreMinilm => {
            encoders::bert(&mut weights, "", &sizes);
            checkpoint.add("config.json", encoders::bert_config(&sizes)?);
            checkpoint.add("model.safetensors", weights.safetensors()?);
            checkpoint.add("vocab.txt", tokenizers::bert(&sizes));
        }
        Purpose::BertscoreDistilroberta => {
            encoders::roberta(&mut weights, "roberta.", &sizes);
            checkpoint.add("config.json", encoders::roberta_config(&sizes)?);
            checkpoint.add("model.safetensors", weights.safetensors()?);
            checkpoint.add("tokenizer.json", tokenizers::roberta(&sizes)?);
        }
        Purpose::RatescoreSynonyms => {
            encoders::mpnet(&mut weights, "", &sizes);
            checkpoint.add("config.json", encoders::mpnet_config(&sizes)?);
            checkpoint.add("model.safetensors", weights.safetensors()?);
            checkpoint.add("vocab.txt", tokenizers::mpnet(&sizes));
        }
        Purpose::RatescoreEntities => {
            encoders::deberta(&mut weights, "deberta.", &sizes);
            weights.linear("classifier", sizes.hidden, encoders::rate_labels().len(), 1.4);
            checkpoint.add("config.json", encoders::deberta_config(&sizes)?);
            checkpoint.add("model.safetensors", weights.safetensors()?);
            checkpoint.add("tokenizer.json", tokenizers::deberta(&sizes)?);
        }
        Purpose::Chexbert => {
            encoders::bert(&mut weights, "module.bert.", &sizes);
            for head in 0..14 {
                let classes = if head < 13 { 4 } else { 2 };
                weights.linear(&format!("module.linear_heads.{head}"), sizes.hidden, classes, 1.4);
            }
            let name = "chexbert";
            let file = weights.torch_zip(name, Some("model_state_dict"))?;
            checkpoint.add("chexbert.pth", file);
            checkpoint.add("bert-base-uncased/config.json", encoders::bert_config(&sizes)?);
            checkpoint.add("bert-base-uncased/vocab.txt", tokenizers::bert(&sizes));
        }
        Purpose::BertscoreDistilbert => {
            encoders::distilbert(&mut weights, "distilbert.", &sizes);
            checkpoint.add("config.json", encoders::distilbert_config(&sizes)?);
            checkpoint.add("model.safetensors", weights.safetensors()?);
            checkpoint.add("vocab.txt", tokenizers::bert(&sizes));
        }
        Purpose::BertscoreRadeval => {
            encoders::modernbert(&mut weights, "model.", &sizes);
            checkpoint.add("config.json", encoders::modernbert_config(&sizes)?);
            checkpoint.add("model.safetensors", weights.safetensors()?);
            checkpoint.add("tokenizer.json", tokenizers::modernbert(&sizes)?);
            checkpoint.add("tokenizer_config.json", br#"{"model_max_length": 8192}"#.to_vec());
        }
        Purpose::SrrBert
        | Purpose::SrrBertLeaves
        | Purpose::SrrBertUpperWithStatuses
        | Purpose::SrrBertUpper => {
            encoders::bert(&mut weights, "bert.", &sizes);
            weights.linear("classifier", sizes.hidden, outputs(purpose), 1.4);
            checkpoint.add("config.json", encoders::bert_config(&sizes)?);
            checkpoint.add("model.safetensors", weights.safetensors()?);
            checkpoint.add("BiomedVLP-CXR-BERT-general/vocab.txt", tokenizers::bert(&sizes));
        }
        Purpose::RadbertCt => {
            encoders::roberta(&mut weights, "roberta.", &sizes);
            weights.linear("classifier.dense", sizes.hidden, sizes.hidden, 1.1);
            weights.linear("classifier.out_proj", sizes.hidden, outputs(purpose), 1.4);
            checkpoint.add("config.json", encoders::roberta_config(&sizes)?);
            checkpoint.add("model.safetensors", weights.safetensors()?);
            checkpoint.add("tokenizer.json", tokenizers::roberta(&sizes)?);
        }
        Purpose::Radgraph | Purpose::RadgraphXl | Purpose::ModernRadgraphXl => {
            archives::radgraph(&mut checkpoint, weights, purpose, &sizes)?;
        }
    }
    Ok(checkpoint)
}

/// How many findings a model tells.
fn outputs(purpose: Purpose) -> usize {
    FindingSet::of(purpose).map_or(0, |set| set.outputs().len())
}
