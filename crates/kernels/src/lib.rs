//! The arithmetic of a transformer layer on plain slices, with one definition of every bit.
//!
//! Each operation is defined by its scalar code: which f32 additions and multiplications happen,
//! in which order, with which constants. No fused multiply-add is used, no function of a
//! platform's mathematics library, and a sum's order never depends on the width of a register:
//! so the kernels written for AVX2, AVX-512, NEON and WebAssembly's simd128 give the same bits as
//! the scalar code, and a score computed in a browser equals the one of the command line.
//!
//! - [`PackedWeights`] and [`Kernels::linear`]: integer products with 16-bit activations;
//! - [`PackedF32`] and [`Kernels::linear_f32`]: the f32 path, to measure the other against;
//! - [`Kernels::layer_norm`], [`Kernels::softmax`], [`Kernels::gelu`], [`Kernels::attention`],
//!   [`Kernels::embed`]: the rest of a layer, each in one pass over memory;
//! - [`GroupedWeights`] and [`Kernels::linear_grouped`], [`Kernels::cached_attention`],
//!   [`Kernels::rms_norm`], [`Kernels::rotate`], [`Kernels::silu_product`], [`Kernels::gelu_tanh`]:
//!   what a decoder needs beside them.
//!
//! Matrices are row-major slices. NaN and infinity are allowed everywhere and give NaN or infinity
//! where IEEE arithmetic would, but which NaN is not defined.
#![deny(unsafe_op_in_unsafe_fn)]

mod aligned;
mod attention;
mod cached_attention;
mod embedding;
mod error;
mod gated;
mod grouped;
mod isa;
mod lanes;
mod levels;
mod linear;
mod math;
mod norm;
mod pack;
mod peak;
mod rms_norm;
mod rotary;
mod rowwise;
mod scratch;
mod tiles;

pub use attention::{Attention, Rows, ScoreBias};
pub use cached_attention::{CacheFormat, CacheRows, CachedAttention};
pub use embedding::{EmbeddingTable, Lookup};
pub use error::ShapeError;
pub use grouped::{GROUP, GroupedScratch, GroupedWeights, LevelBits};
pub use isa::{Isa, Kernels};
pub use linear::Epilogue;
pub use math::{exp, gelu, normal_cdf};
pub use norm::LayerNorm;
pub use pack::{Order, PackedF32, PackedWeights};
pub use scratch::Scratch;
