//! Runs a pack's ONNX graph with tract: token ids in, hidden states out.
//!
//! The only crate that knows tract; none of its types leave it.

mod encoder;
mod error;
mod fold;
mod limits;

pub use encoder::{Encoder, Hidden};
pub use error::EngineError;
