//! What models say about one text: small enough to be kept for every distinct text, and all that
//! the metrics, the study view and the exports need.

use serde::{Deserialize, Serialize};

use crate::{FindingSet, Graph, Labels, NamedEntity, Purpose};

/// The model behind a RadGraph annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RadGraphModel {
    /// RadGraph 1.0.
    Radgraph,
    /// RadGraph-XL.
    RadgraphXl,
    /// RadGraph-XL on ModernBERT.
    ModernRadgraphXl,
}

impl RadGraphModel {
    /// The pack that holds this model.
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::Radgraph => Purpose::Radgraph,
            Self::RadgraphXl => Purpose::RadgraphXl,
            Self::ModernRadgraphXl => Purpose::ModernRadgraphXl,
        }
    }
}

/// What becomes of runs of U+0020 in a text whose tokens BERTScore compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SpaceRuns {
    /// They are joined, as CXR-Report-Metric does.
    Joined,
    /// They stay, as in RadEval: a byte-level tokenizer has other tokens for them.
    Kept,
}

/// Which model reads a text, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "annotator")]
pub enum Annotator {
    /// CheXbert.
    Chexbert {
        /// Whether white space is cleaned first, as CXR-Report-Metric does and RadEval does not.
        cleaned: bool,
    },
    /// RadGraph.
    #[serde(rename = "radgraph")]
    RadGraph {
        /// Which.
        model: RadGraphModel,
    },
    /// RaTE-NER, sentence by sentence.
    Entities,
    /// BioLORD; its texts are entities, not reports.
    Synonyms,
    /// SRR-BERT or RadBERT-CT.
    Findings {
        /// The findings that it tells.
        set: FindingSet,
    },
}

impl Annotator {
    /// The pack that holds the model.
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::Chexbert { .. } => Purpose::Chexbert,
            Self::RadGraph { model } => model.purpose(),
            Self::Entities => Purpose::RatescoreEntities,
            Self::Synonyms => Purpose::RatescoreSynonyms,
            Self::Findings { set } => set.purpose(),
        }
    }
}

/// What an [`Annotator`] makes of one text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Annotation {
    /// By CheXbert.
    Chexbert(ChexbertAnnotation),
    /// By RadGraph.
    #[serde(rename = "radgraph")]
    RadGraph(RadgraphAnnotation),
    /// By RaTE-NER.
    Entities(EntitiesAnnotation),
    /// By BioLORD.
    Embedding {
        /// Hidden state of the first token, not normalised.
        vector: Vec<f32>,
    },
    /// By SRR-BERT or RadBERT-CT.
    Findings(FindingsAnnotation),
}

/// What CheXbert makes of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChexbertAnnotation {
    /// Hidden state of the first token, `[CLS]`, not normalised.
    pub embedding: Vec<f32>,
    /// The most likely class of each of the 14 observations.
    pub labels: Labels,
    /// Whether the text had more ids than the model takes (512), and was cut.
    pub truncated: bool,
}

/// What RadGraph makes of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RadgraphAnnotation {
    /// Entities and relations, in the official form; entities count words.
    pub graph: Graph,
    /// First byte and one past the last byte of each word in the text.
    pub words: Vec<(u32, u32)>,
    /// In how many pieces the encoder read the text: more than 1 for one that is longer than the
    /// model takes at once.
    pub chunks: u32,
}

/// What RaTE-NER makes of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntitiesAnnotation {
    /// The entities of all sentences, in order; their ranges are the report's.
    pub entities: Vec<NamedEntity>,
    /// Name of what cut the report into sentences.
    pub splitter: String,
    /// Sentences that the report was cut into.
    pub sentences: u32,
    /// Whether a sentence had more ids than the model takes, and was cut.
    pub truncated: bool,
}

/// What SRR-BERT or RadBERT-CT makes of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindingsAnnotation {
    /// The findings that the report has, by their positions in [`FindingSet::names`], ascending.
    pub positive: Vec<u16>,
    /// Name of what cut the report into sentences; none where it was read whole.
    pub splitter: Option<String>,
    /// Whether the report, or a sentence of it, had more ids than the model takes, and was cut.
    pub truncated: bool,
}

impl Annotation {
    /// The numbers of an embedding, for those that have one.
    pub fn numbers_mut(&mut self) -> Option<&mut Vec<f32>> {
        match self {
            Self::Chexbert(chexbert) => Some(&mut chexbert.embedding),
            Self::Embedding { vector } => Some(vector),
            Self::RadGraph(_) | Self::Entities(_) | Self::Findings(_) => None,
        }
    }

    /// About how many bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Chexbert(chexbert) => chexbert.embedding.len() * size_of::<f32>() + 64,
            Self::RadGraph(RadgraphAnnotation { graph, words, .. }) => {
                graph.text().len() + graph.entities().len() * 160 + words.len() * 8
            }
            Self::Entities(found) => found.entities.len() * 64,
            Self::Embedding { vector } => vector.len() * size_of::<f32>(),
            Self::Findings(found) => found.positive.len() * size_of::<u16>() + 64,
        }
    }
}
