//! Packs of the project's own tiny checkpoints, built from bytes in the program.

use rrgscore_packs::{BuildOptions, Pack, Precision, SourceFile};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// A checkpoint's files, as its authors would publish them.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    /// The pack's name in the goldens.
    pub(crate) name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

macro_rules! checkpoint {
    ($name:literal, $($file:literal),+) => {
        Checkpoint {
            name: $name,
            files: &[$((
                $file,
                include_bytes!(concat!("../../../../tests/checkpoints/", $file)),
            )),+],
        }
    };
}

pub(crate) const DISTILROBERTA: Checkpoint = checkpoint!(
    "bertscore-distilroberta",
    "distilroberta-base/config.json",
    "distilroberta-base/model.safetensors",
    "distilroberta-base/tokenizer.json"
);

pub(crate) const CHEXBERT: Checkpoint = checkpoint!(
    "chexbert",
    "chexbert.pth",
    "bert-base-uncased/config.json",
    "bert-base-uncased/tokenizer.json"
);

pub(crate) const RADGRAPH: Checkpoint = checkpoint!(
    "radgraph",
    "radgraph.tar.gz",
    "tiny-pubmedbert/config.json",
    "tiny-pubmedbert/tokenizer_config.json",
    "tiny-pubmedbert/vocab.txt"
);

pub(crate) const RADGRAPH_XL: Checkpoint = checkpoint!(
    "radgraph-xl",
    "radgraph-xl.tar.gz",
    "tiny-pubmedbert/config.json",
    "tiny-pubmedbert/tokenizer_config.json",
    "tiny-pubmedbert/vocab.txt"
);

pub(crate) const PHYSIONET: Checkpoint = checkpoint!(
    "physionet",
    "model.tar.gz",
    "tiny-pubmedbert/config.json",
    "tiny-pubmedbert/tokenizer_config.json",
    "tiny-pubmedbert/vocab.txt"
);

pub(crate) const MODERN_RADGRAPH_XL: Checkpoint = checkpoint!(
    "modern-radgraph-xl",
    "modern-radgraph-xl.tar.gz",
    "tiny-modernbert/config.json",
    "tiny-modernbert/tokenizer.json"
);

pub(crate) const RATE_NER: Checkpoint = checkpoint!(
    "ratescore-entities",
    "RaTE-NER-Deberta/config.json",
    "RaTE-NER-Deberta/model.safetensors",
    "RaTE-NER-Deberta/tokenizer.json"
);

pub(crate) const BIOLORD: Checkpoint = checkpoint!(
    "ratescore-synonyms",
    "BioLORD-2023-C/config.json",
    "BioLORD-2023-C/model.safetensors",
    "BioLORD-2023-C/tokenizer.json"
);

pub(crate) const DISTILBERT: Checkpoint = checkpoint!(
    "bertscore-distilbert",
    "distilbert-base-uncased/config.json",
    "distilbert-base-uncased/model.safetensors",
    "distilbert-base-uncased/tokenizer.json"
);

pub(crate) const RADEVAL_MODERNBERT: Checkpoint = checkpoint!(
    "bertscore-radeval",
    "RadEvalModernBERT/config.json",
    "RadEvalModernBERT/model.safetensors",
    "RadEvalModernBERT/tokenizer.json",
    "RadEvalModernBERT/tokenizer_config.json"
);

pub(crate) const SRR_BERT: Checkpoint = checkpoint!(
    "srr-bert",
    "SRR-BERT-Leaves-with-Statuses/config.json",
    "SRR-BERT-Leaves-with-Statuses/model.safetensors",
    "BiomedVLP-CXR-BERT-general/tokenizer_config.json",
    "BiomedVLP-CXR-BERT-general/vocab.txt",
    "punkt_tab/english/abbrev_types.txt",
    "punkt_tab/english/collocations.tab",
    "punkt_tab/english/ortho_context.tab",
    "punkt_tab/english/sent_starters.txt"
);

pub(crate) const SRR_BERT_UPPER: Checkpoint = checkpoint!(
    "srr-bert-upper-with-statuses",
    "SRRG-BERT-Upper-with-Statuses/config.json",
    "SRRG-BERT-Upper-with-Statuses/model.safetensors",
    "BiomedVLP-CXR-BERT-general/tokenizer_config.json",
    "BiomedVLP-CXR-BERT-general/vocab.txt",
    "punkt_tab/english/abbrev_types.txt",
    "punkt_tab/english/collocations.tab",
    "punkt_tab/english/ortho_context.tab",
    "punkt_tab/english/sent_starters.txt"
);

pub(crate) const RADBERT_CT: Checkpoint = checkpoint!(
    "radbert-ct",
    "RadBERT-CT/config.json",
    "RadBERT-CT/model.safetensors",
    "RadBERT-CT/tokenizer.json"
);

pub(crate) const ALL: [&Checkpoint; 13] = [
    &DISTILROBERTA,
    &CHEXBERT,
    &RADGRAPH,
    &RADGRAPH_XL,
    &PHYSIONET,
    &MODERN_RADGRAPH_XL,
    &RATE_NER,
    &BIOLORD,
    &DISTILBERT,
    &RADEVAL_MODERNBERT,
    &SRR_BERT,
    &SRR_BERT_UPPER,
    &RADBERT_CT,
];

/// The checkpoint's pack.
pub(crate) fn build(checkpoint: &Checkpoint, precision: Precision) -> Pack {
    let sources: Vec<SourceFile<'_>> =
        checkpoint.files.iter().map(|(name, data)| SourceFile { name, data }).collect();
    let options = BuildOptions::at(precision);
    rrgscore_packs::build(&sources, &options, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// The ids of all packs. They change when graphs are laid out anew or checkpoints made again;
/// that they are the same natively and in a browser is what this shows.
pub(crate) fn check_ids() {
    let expected: BTreeMap<String, String> =
        serde_json::from_str(include_str!("../goldens/pack_ids.json")).unwrap();
    let mut found = BTreeMap::new();
    for checkpoint in ALL {
        for precision in [Precision::F32, Precision::F16, Precision::Int8] {
            let pack = build(checkpoint, precision);
            found.insert(format!("{} {precision}", checkpoint.name), pack.id().to_owned());
        }
    }
    assert!(found == expected, "the packs' ids are {found:#?}");
}
