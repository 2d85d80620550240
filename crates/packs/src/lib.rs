//! Checkpoint readers, ONNX graph layout, quantization and the pack format.
//!
//! A checkpoint comes in exactly as its authors publish it ([`SourceFile`]s), is laid out for
//! the engine as a standard ONNX graph ([`arch`], [`onnx`]) at a chosen [`Precision`], and
//! goes out as a [`Pack`]: a manifest (`pack.json`) and parts of at most [`MAX_PART_BYTES`].
//! The same sources give the same bytes on every machine.
//!
//! ```text
//! sources ── read ──> tensors ── arch ──> ONNX graphs ─┐
//!    └── recognise: purpose, labels, tokenizer ─────────┴─ build ──> Pack ──> parts, rrgpack
//! ```

pub mod arch;
mod build;
mod error;
mod hash;
mod joined;
mod manifest;
mod measurement;
mod model_info;
pub mod onnx;
mod pack;
mod parts;
mod precision;
mod quant;
pub mod read;
mod recognise;
pub mod rrgpack;
mod source;
pub mod synth;
mod tensor;
mod tokenizer;

pub use build::{BuildOptions, BuildProgress, BuildStage, build};
pub use error::PackError;
pub use hash::{Sha256Hex, sha256};
pub use manifest::{FORMAT, FORMAT_VERSION, FileEntry, MANIFEST_FILE, Manifest, PackPart, Source};
pub use measurement::{Agreement, Measurement};
pub use model_info::{Head, ModelInfo, Observation};
pub use pack::Pack;
pub use parts::MAX_PART_BYTES;
pub use precision::Precision;
pub use read::{ReadAt, ReadAtError, SafetensorsFile, TorchFile};
pub use recognise::{MissingFile, Recognised, checkpoints, recognise};
pub use rrgscore_annotations::Purpose;
pub use rrgscore_onnx::Bytes;
pub use source::SourceFile;
pub use tensor::{Tensor, TensorSource};
