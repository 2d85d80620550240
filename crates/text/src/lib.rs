//! Official text cleaning, word and sentence splitting, tokenizers.
//!
//! What an official implementation does to a report before its model sees it, one file per
//! rule, and the tokenizers themselves.

mod error;
mod tokenizer;

pub use error::TextError;
pub use tokenizer::{Encoding, Tokenizer};
