/// Why a text could not be tokenized. Messages never hold any of the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// `tokenizer.json` cannot be read.
    #[error("tokenizer.json is not a valid tokenizer: {reason}")]
    BadTokenizer {
        /// What is wrong with it.
        reason: String,
    },
    /// The tokenizer refused a text.
    #[error("the tokenizer cannot encode a text of {bytes} bytes; is the pack damaged?")]
    Encode {
        /// Length of the text.
        bytes: usize,
    },
}
