//! What skins that run on the user's machine share, so that they do it alike: files and splits into
//! a session, packs on the disk, a run driven by threads, files written whole.
//!
//! It prints nothing and asks nobody: what the user should know is returned.

pub mod annotations;
mod error;
pub mod folders;
mod input;
pub mod judge;
mod output;
pub mod packs;
mod pool;
mod runs;

pub use error::NativeError;
pub use input::{FileOptions, open, read_bytes, read_text};
pub use output::{Readers, can_write, write};
pub use pool::{PackModels, drive};
pub use runs::{read_runs, write_reasons, write_results};
