//! Text in, typed annotation out: one annotator per model.

mod error;
mod text_encoder;

pub use error::AnnotateError;
pub use text_encoder::{TextEncoder, TokenEmbeddings};
