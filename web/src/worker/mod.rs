//! The worker side of the page: the coordinator holds reports and results, annotators hold models,
//! the pack store keeps packs, a builder makes them from checkpoints. None of them fetches anything:
//! what they need comes by message.

pub mod annotator;
pub mod coordinator;

#[cfg(target_arch = "wasm32")]
pub mod builder;
#[cfg(target_arch = "wasm32")]
pub mod deferred;
#[cfg(target_arch = "wasm32")]
pub mod file;
#[cfg(target_arch = "wasm32")]
pub mod file_at;
#[cfg(target_arch = "wasm32")]
mod message;
#[cfg(target_arch = "wasm32")]
pub mod pack_store;
#[cfg(target_arch = "wasm32")]
pub mod start;
#[cfg(target_arch = "wasm32")]
pub mod store;
