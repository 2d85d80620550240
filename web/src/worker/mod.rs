//! The worker side of the page: the desk holds reports and results, annotators hold models.
//! Neither fetches anything: what they need comes by message.

pub mod annotator;
pub mod desk;
mod results;
mod table;

#[cfg(target_arch = "wasm32")]
pub mod file;
