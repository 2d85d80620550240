//! Runs a pack's ONNX graphs with tract: token ids in, hidden states out ([`Encoder`]), and
//! whatever stands on them ([`NamedGraph`]).
//!
//! The only crate that knows tract; none of its types leave it.

mod constants;
#[cfg(feature = "counters")]
pub mod counters;
mod encoder;
mod error;
mod graph;
mod limits;
mod ops;
mod order;
mod steps;
mod translate;

pub use encoder::{Encoder, Hidden};
pub use error::EngineError;
pub use graph::{NamedGraph, TensorInput, TensorOutput};
pub use limits::Sizes;
pub use steps::StepCounts;
