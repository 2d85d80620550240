use rrgscore_kernels::ShapeError;
use rrgscore_packs::PackError;
use thiserror::Error;

/// What can go wrong with a judge's model. No message holds text of a report.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecoderError {
    /// A file that was handed in cannot be read, or a tensor is missing or of another shape.
    #[error(transparent)]
    Source(#[from] PackError),
    /// A file of the checkpoint is not there.
    #[error(
        "{file} is missing; choose the checkpoint's whole folder, as its authors publish it: \
         config.json, the tokenizer's files and all safetensors files"
    )]
    MissingFile {
        /// Its name.
        file: String,
    },
    /// `config.json` or `tokenizer_config.json` asks for something that is not built here.
    #[error("{file}: {field} is {found}, but only {supported} can be run")]
    Unsupported {
        /// The file.
        file: &'static str,
        /// The setting.
        field: &'static str,
        /// Its value.
        found: String,
        /// What is known.
        supported: String,
    },
    /// A file is not what its name says.
    #[error("{file} is not valid: {reason}")]
    BadFile {
        /// The file.
        file: String,
        /// In words.
        reason: String,
    },
    /// A text cannot be tokenized.
    #[error("a text of {bytes} bytes cannot be tokenized: {reason}")]
    Tokenize {
        /// Its length.
        bytes: usize,
        /// In words.
        reason: String,
    },
    /// A question fills the model's context, so that no token of an answer fits.
    #[error(
        "the prompt of study {study} has {tokens} tokens, and prompt and answer together may have \
         {limit}: the official code cannot judge it either"
    )]
    PromptTooLong {
        /// The study.
        study: String,
        /// Tokens of the prompt.
        tokens: usize,
        /// Tokens of prompt and answer.
        limit: usize,
    },
    /// A token id that the model has no row for.
    #[error("token {id} is not one of the model's {vocabulary}")]
    UnknownToken {
        /// The id.
        id: u32,
        /// Rows of the table.
        vocabulary: usize,
    },
    /// A layer's slices do not fit: an error of this program, or of a pack that passed its checks.
    #[error("layer {layer}: {error}")]
    Shape {
        /// The layer, counted from 0; the number of layers for what follows them.
        layer: usize,
        /// What does not fit.
        error: ShapeError,
    },
    /// A pass asks for something that does not follow from the passes before it.
    #[error("a pass of the model is out of order: {reason}")]
    OutOfOrder {
        /// In words.
        reason: String,
    },
    /// A pack's part could not be written or read.
    #[error("{part}: {reason}")]
    Part {
        /// The part.
        part: String,
        /// In words.
        reason: String,
    },
    /// The model gives values that are not finite.
    #[error("the model's values are not finite in layer {layer}; the checkpoint may be damaged")]
    NotFinite {
        /// The layer, counted from 0; the number of layers for what follows them.
        layer: usize,
    },
}

impl DecoderError {
    pub(crate) fn bad_file(file: &str, reason: impl ToString) -> DecoderError {
        DecoderError::BadFile { file: file.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn out_of_order(reason: impl Into<String>) -> DecoderError {
        DecoderError::OutOfOrder { reason: reason.into() }
    }
}
