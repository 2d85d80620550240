use rrgscore_annotations::{GraphError, LabelError, Purpose};
use rrgscore_engine::EngineError;
use rrgscore_packs::PackError;
use rrgscore_text::TextError;

/// Why a text could not be annotated. Messages never hold any of the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnnotateError {
    /// The pack is not complete.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The pack's tokenizer cannot be used.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The pack's graph cannot be loaded or run.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A classifier's output cannot be read as labels.
    #[error(transparent)]
    Labels(#[from] LabelError),
    /// The annotation that was put together contradicts itself.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The pack serves another metric.
    #[error("the pack is made for {}, it cannot give {wanted}", .found.id())]
    Purpose {
        /// What the pack is for.
        found: Purpose,
        /// What was to be made with it.
        wanted: &'static str,
    },
    /// The tokenizer and the graph do not belong together.
    #[error("the pack's tokenizer has {tokenizer} ids, its model {model}; rebuild the pack")]
    Vocabulary {
        /// Ids of the tokenizer.
        tokenizer: usize,
        /// Rows of the model's embedding table.
        model: usize,
    },
    /// `model.json` does not say what the annotator has to know, or says what it cannot use.
    #[error("the pack's model.json {reason}; rebuild the pack")]
    ModelInfo {
        /// What is wrong.
        reason: String,
    },
    /// A graph of the pack gives something else than `model.json` says.
    #[error("the pack's {file} gives {reason}; rebuild the pack")]
    Output {
        /// The graph's file.
        file: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Two packs are not of the same model.
    #[error("the two packs cannot be compared: {reason}")]
    NotComparable {
        /// How they differ.
        reason: String,
    },
}
