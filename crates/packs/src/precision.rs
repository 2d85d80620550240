use serde::{Deserialize, Serialize};

/// How a pack stores its weights. Activations are always computed in f32 by a standard ONNX
/// runtime; the stored form only decides size and the distance to the official f32 weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Linear weights int8, symmetric, one scale per output channel and, in an encoder's layers,
    /// one per input, with biases that make up for the rounding; word embeddings int8 with
    /// one scale per row; position embeddings f16; biases and layer norms f32.
    Int8,
    /// 16 bits for every weight: linear weights int16, symmetric, one scale per output channel, and
    /// embeddings f16; biases and layer norms f32.
    F16,
    /// Everything as in the checkpoint.
    F32,
}

impl Precision {
    /// The name used in file names, manifests and options: `int8`, `f16` or `f32`.
    pub fn name(self) -> &'static str {
        match self {
            Precision::Int8 => "int8",
            Precision::F16 => "f16",
            Precision::F32 => "f32",
        }
    }
}

impl std::fmt::Display for Precision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Precision {
    type Err = crate::PackError;

    fn from_str(name: &str) -> Result<Precision, crate::PackError> {
        match name {
            "int8" => Ok(Precision::Int8),
            "f16" => Ok(Precision::F16),
            "f32" => Ok(Precision::F32),
            other => Err(crate::PackError::UnsupportedConfig {
                field: "precision",
                found: other.to_owned(),
                supported: "int8, f16, f32".to_owned(),
            }),
        }
    }
}
