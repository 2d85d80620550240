//! Runs a pack's ONNX graphs with tract: token ids in, hidden states out ([`Encoder`]), and
//! whatever stands on them ([`Graph`]).
//!
//! The only crate that knows tract; none of its types leave it.

mod encoder;
mod error;
mod fold;
mod graph;
mod limits;

pub use encoder::{Encoder, Hidden};
pub use error::EngineError;
pub use graph::{Graph, Input, Output};
pub use limits::Sizes;
