//! The worker side of the page: the desk holds reports and results, annotators hold models, the
//! keeper stores packs, a builder makes them from checkpoints. None of them fetches anything: what
//! they need comes by message.

pub mod annotator;
mod answers;
pub mod desk;
mod graphs;

#[cfg(target_arch = "wasm32")]
pub mod bell;
#[cfg(target_arch = "wasm32")]
pub mod builder;
#[cfg(target_arch = "wasm32")]
pub mod file;
#[cfg(target_arch = "wasm32")]
pub mod file_at;
#[cfg(target_arch = "wasm32")]
pub mod keeper;
#[cfg(target_arch = "wasm32")]
pub mod store;
