use serde::{Deserialize, Serialize};

/// `model.json`, a file of the pack: the sizes of the network, the limits of its input, and what
/// its heads tell apart. Everything is read from the checkpoint, nothing is assumed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Family of the encoder: `bert`, `roberta`, `mpnet`, `deberta-v2`, `distilbert`
    /// or `modernbert`.
    pub architecture: String,
    /// Layers that the graph computes; may be fewer than the checkpoint has.
    pub layers: usize,
    /// Width of a hidden state.
    pub hidden: usize,
    /// Attention heads per layer.
    pub heads: usize,
    /// Width of the feed-forward layer.
    pub intermediate: usize,
    /// Number of token ids.
    pub vocabulary: usize,
    /// Most ids of one text, special ones included; a longer text is truncated or cut in chunks.
    pub max_ids: usize,
    /// What stands on the encoder, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Head>,
}

/// What stands on an encoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Head {
    /// Linear classifiers on the first token's state: `heads.onnx` gives their logits side by
    /// side, in this order (CheXbert: 13 of 4 classes, one of 2).
    Observations {
        /// The classifiers.
        observations: Vec<Observation>,
    },
    /// Yes-or-no findings on the first token's state: `heads.onnx` gives a logit for each
    /// (SRR-BERT, RadBERT-CT).
    Findings {
        /// Their names in the order of the logits.
        names: Vec<String>,
    },
    /// One classifier on every token's state, in `heads.onnx` (RaTE-NER).
    Tokens {
        /// The labels in the order of the logits.
        labels: Vec<String>,
    },
    /// DyGIE++'s span classifier, pruner and relation classifier, in `spans.onnx` and
    /// `relations.onnx` (RadGraph).
    Spans {
        /// The label namespace's dataset: `radgraph`, `radgraph-xl`, `None`, ….
        dataset: String,
        /// Labels of entities in the order of the scores; the null label is not among them.
        entities: Vec<String>,
        /// Labels of relations in the order of the scores; there is no null label among them.
        relations: Vec<String>,
        /// Most words of a span.
        max_span_width: usize,
        /// Share of the words that is kept as the number of candidate spans for relations.
        spans_per_word: f64,
        /// Whether the framing special tokens stand around each chunk of pieces. Where they do
        /// not, they are counted all the same: the radgraph package asks the tokenizer's class
        /// to add them, and that of ModernBERT, transformers' generic one, adds none. It does
        /// not ask when the archive names no `max_length`.
        #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
        framed: bool,
    },
}

fn yes() -> bool {
    true
}

/// One of CheXbert's classifiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// E.g. `Cardiomegaly`.
    pub name: String,
    /// Number of classes: 4 (blank, positive, negative, uncertain) or 2 (blank, positive).
    pub classes: usize,
}
