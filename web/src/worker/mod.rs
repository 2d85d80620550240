//! The worker side of the page: the coordinator holds reports and results, annotators hold models,
//! the pack store keeps packs, a builder makes them from checkpoints. None of them fetches anything:
//! what they need comes by message. A reader, a program of its own, reads the files that the
//! coordinator cannot.

#[cfg(feature = "worker")]
pub mod annotator;
#[cfg(feature = "worker")]
pub mod comparer;
#[cfg(feature = "worker")]
pub mod coordinator;
#[cfg(feature = "worker")]
pub mod dropped_name;

#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub mod builder;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub mod deferred;
#[cfg(target_arch = "wasm32")]
pub mod file;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub mod file_at;
#[cfg(target_arch = "wasm32")]
mod message;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub mod pack_store;
#[cfg(target_arch = "wasm32")]
mod panic;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
mod prove;
#[cfg(all(target_arch = "wasm32", feature = "reader"))]
pub mod reader;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub mod start;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub mod store;
