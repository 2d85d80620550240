use rrgscore_engine::EngineError;
use rrgscore_packs::{PackError, Purpose};
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
    /// The pack serves another metric.
    #[error("the pack is made for {found:?}, which has no token embeddings of its own")]
    Purpose {
        /// What the pack is for.
        found: Purpose,
    },
    /// The tokenizer and the graph do not belong together.
    #[error("the pack's tokenizer has {tokenizer} ids, its model {model}; rebuild the pack")]
    Vocabulary {
        /// Ids of the tokenizer.
        tokenizer: usize,
        /// Rows of the model's embedding table.
        model: usize,
    },
}
