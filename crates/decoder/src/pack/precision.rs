use rrgscore_kernels::{CacheFormat, LevelBits};
use serde::{Deserialize, Serialize};

/// How a judge's weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JudgePrecision {
    /// As in the checkpoint; for tests and for measuring the others against.
    F32,
    /// 8 bits, with a scale for every 32 inputs of each output and biases that make up for the
    /// rounding.
    Int8,
    /// 4 bits in the layers, with a scale for every 32 inputs of each output and biases that make up
    /// for the rounding; the table of embeddings and the head in 8 bits.
    Q4,
}

impl JudgePrecision {
    /// The name in files and options: `f32`, `int8` or `q4`.
    pub fn name(self) -> &'static str {
        match self {
            JudgePrecision::F32 => "f32",
            JudgePrecision::Int8 => "int8",
            JudgePrecision::Q4 => "q4",
        }
    }

    /// Bits of the layers' matrices; none where they are f32.
    pub(crate) fn layers(self) -> Option<LevelBits> {
        match self {
            JudgePrecision::F32 => None,
            JudgePrecision::Int8 => Some(LevelBits::Eight),
            JudgePrecision::Q4 => Some(LevelBits::Four),
        }
    }

    /// Bits of the table of embeddings and the head.
    pub(crate) fn tables(self) -> Option<LevelBits> {
        (self != JudgePrecision::F32).then_some(LevelBits::Eight)
    }

    /// How keys and values are kept unless it is asked for otherwise.
    pub fn cache(self) -> CacheFormat {
        match self {
            JudgePrecision::F32 => CacheFormat::F32,
            JudgePrecision::Int8 | JudgePrecision::Q4 => CacheFormat::Int16,
        }
    }
}
