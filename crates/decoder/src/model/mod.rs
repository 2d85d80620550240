//! The forward pass: matrices, layers, and a share of the layers with its caches.

mod angles;
mod ends;
mod layer;
mod matrix;
mod sequence;
mod stage;

pub(crate) use angles::Angles;
pub(crate) use layer::Layer;
pub(crate) use matrix::{Linear, has_bias};

pub use ends::{Embedding, LanguageHead};
pub use stage::Stage;
