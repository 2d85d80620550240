//! The coordinator, driven as page and annotators drive it, without a browser.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "worker")]

mod annotators;
mod answers;
mod kept;
mod results;
mod scene;
