//! What models say about one report: small enough to be kept for every distinct text, and all
//! that the metrics, the study view and the exports need.

use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// About how many bytes it takes in memory.
    fn bytes(&self) -> usize {
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

/// Bytes of annotations that are kept for the next run of a session: some ten thousand reports.
const STORE_BYTES: usize = 192 << 20;

/// Annotations made in a session, by pack and text: a text that was read once is not read again
/// in the next run, whichever side it stands on.
#[derive(Clone, Debug, Default)]
pub struct AnnotationStore {
    made: BTreeMap<(String, Annotator), BTreeMap<Arc<str>, Arc<Annotation>>>,
    bytes: usize,
}

impl AnnotationStore {
    /// The annotation of a text by a pack (named by its id), if it was made before.
    pub fn get(&self, pack: &str, annotator: Annotator, text: &str) -> Option<Arc<Annotation>> {
        self.made.get(&(pack.to_owned(), annotator))?.get(text).cloned()
    }

    /// Keeps an annotation, unless the store is full.
    pub fn keep(
        &mut self,
        pack: &str,
        annotator: Annotator,
        text: Arc<str>,
        annotation: Arc<Annotation>,
    ) {
        let bytes = annotation.bytes() + text.len();
        if self.bytes + bytes > STORE_BYTES {
            return;
        }
        let texts = self.made.entry((pack.to_owned(), annotator)).or_default();
        if texts.insert(text, annotation).is_none() {
            self.bytes += bytes;
        }
    }

    /// Number of annotations kept.
    pub fn len(&self) -> usize {
        self.made.values().map(BTreeMap::len).sum()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
