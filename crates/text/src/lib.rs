//! Official text cleaning, word and sentence splitting, tokenizers.
//!
//! What an official implementation does to a report before its model sees it, one file per
//! rule, and the tokenizers themselves.

pub mod clean;
mod error;
pub mod python;
pub mod sentences;
mod tokenizer;
pub mod words;

pub use error::TextError;
pub use tokenizer::{Encoding, Tokenizer};
