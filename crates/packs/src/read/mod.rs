//! Readers of the official file formats. All of them read through [`ReadAt`], keep only the
//! directory of a file in memory, and read a tensor when it is asked for.
//!
//! | file | reader |
//! |---|---|
//! | `model.safetensors` | [`SafetensorsFile`] |
//! | `.pth`, `.bin`, `.th` (zip and the form before torch 1.6) | [`TorchFile`] over [`pickle`] |
//! | `.tar.gz` of DyGIE++ | [`Archive`] |

mod archive;
mod elements;
mod format;
pub mod pickle;
mod read_at;
mod safetensors;
mod stream;
mod torch;

pub use archive::{Archive, ArchiveLimits};
pub use elements::ElementType;
pub use format::FileFormat;
pub use read_at::{ReadAt, ReadAtError};
pub use safetensors::SafetensorsFile;
pub use torch::TorchFile;

pub(crate) use stream::{Cursor, Section, read_all};
pub(crate) use torch::zip_entry;
