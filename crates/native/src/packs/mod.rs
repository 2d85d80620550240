//! Packs on the disk: finding, opening and writing them, and the checkpoints that they are built
//! from.

mod build;
mod found;
mod proof;
mod prove;
mod sources;
mod write;

pub use build::{BuildPass, PackBuild, build};
pub use found::{FoundPack, StoredPack, find, stored};
pub use prove::{ProveError, ProvedPacks, prove};
pub(crate) use sources::CheckpointFiles;
pub use write::write;
