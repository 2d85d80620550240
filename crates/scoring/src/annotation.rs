//! What models say about one report: small enough to be kept for every distinct text, and all
//! that the metrics, the study view and the exports need.

use rrgscore_metrics::chexbert_labels::Labels;
use rrgscore_metrics::radgraph::Graph;
use rrgscore_metrics::ratescore::EntityType;
use serde::{Deserialize, Serialize};

use crate::metric::{PackUse, RadGraphModel};

/// Which model reads a text, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
}

impl Annotator {
    /// The pack that holds the model.
    pub fn pack_use(self) -> PackUse {
        match self {
            Self::Chexbert { .. } => PackUse::Chexbert,
            Self::RadGraph { model } => model.pack_use(),
            Self::Entities => PackUse::RatescoreEntities,
            Self::Synonyms => PackUse::RatescoreSynonyms,
        }
    }
}

/// What an [`Annotator`] says about one text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Annotation {
    /// By CheXbert.
    Chexbert {
        /// Hidden state of the first token.
        embedding: Vec<f32>,
        /// The 14 observations.
        labels: Labels,
        /// Whether the model saw only the first 512 pieces.
        truncated: bool,
    },
    /// By RadGraph.
    #[serde(rename = "radgraph")]
    RadGraph {
        /// Entities and relations, in the official form.
        graph: Graph,
        /// First byte and one past the last byte of each word in the text.
        words: Vec<(u32, u32)>,
        /// In how many pieces the encoder read the text: more than 1 for over 510 word pieces.
        chunks: u32,
    },
    /// By RaTE-NER.
    Entities {
        /// The entities of all sentences, in order.
        entities: Vec<Entity>,
        /// Name of what cut the report into sentences.
        splitter: String,
        /// Sentences that the report was cut into.
        sentences: u32,
        /// Whether the model saw only the beginning of a sentence.
        truncated: bool,
    },
    /// By BioLORD.
    Embedding {
        /// Hidden state of the first token.
        vector: Vec<f32>,
    },
}

/// An entity that RaTE-NER found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Its type.
    pub kind: EntityType,
    /// Its tokens joined: what is embedded.
    pub text: String,
    /// First byte in the report.
    pub start: u32,
    /// One past the last byte in the report.
    pub end: u32,
}

impl Annotation {
    /// The numbers of an embedding, for those that have one.
    pub(crate) fn numbers_mut(&mut self) -> Option<&mut Vec<f32>> {
        match self {
            Self::Chexbert { embedding, .. } => Some(embedding),
            Self::Embedding { vector } => Some(vector),
            Self::RadGraph { .. } | Self::Entities { .. } => None,
        }
    }

    /// About how many bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Chexbert { embedding, .. } => embedding.len() * size_of::<f32>() + 64,
            Self::RadGraph { graph, words, .. } => {
                graph.text().len() + graph.entities().len() * 160 + words.len() * 8
            }
            Self::Entities { entities, .. } => entities.len() * 64,
            Self::Embedding { vector } => vector.len() * size_of::<f32>(),
        }
    }
}
