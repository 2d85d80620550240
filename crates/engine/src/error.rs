/// Why a graph could not be loaded or run. Messages never hold token ids.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The bytes are not an ONNX graph that can be run.
    #[error("the model's graph cannot be loaded: {reason}")]
    Load {
        /// What is wrong.
        reason: String,
    },
    /// The graph has other inputs or outputs than an encoder.
    #[error("the model's graph is not an encoder: {reason}")]
    NotAnEncoder {
        /// What is wrong.
        reason: String,
    },
    /// An id that the embedding table does not have, no ids at all, or tensors that are not the
    /// graph's inputs.
    #[error("the input does not fit the model: {reason}")]
    BadInput {
        /// What is wrong.
        reason: String,
    },
    /// The graph failed while running.
    #[error("the model failed on a text of {tokens} tokens: {reason}")]
    Run {
        /// Number of ids of the text.
        tokens: usize,
        /// What went wrong.
        reason: String,
    },
    /// A graph beside the encoder failed while running.
    #[error("a part of the model failed: {reason}")]
    RunGraph {
        /// What went wrong.
        reason: String,
    },
}
