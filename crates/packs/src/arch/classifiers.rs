use super::writer::{Linear, Writer};
use crate::onnx::graph::Dim;
use crate::onnx::proto::DataType;
use crate::{PackError, Precision, TensorSource};

/// Name of the input of `heads.onnx`, `[rows, hidden]` f32.
pub const STATES: &str = "states";
/// Name of the output of `heads.onnx`, `[rows, classes]` f32.
pub const LOGITS: &str = "logits";

/// A linear classifier in a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classifier {
    /// Full name of its weight, `[classes, hidden]`.
    pub weight: String,
    /// Full name of its bias, `[classes]`.
    pub bias: String,
    /// Number of its classes.
    pub classes: usize,
}

/// Writes `heads.onnx`: linear classifiers on encoder states, their logits side by side in the
/// order of `layers`. Always f32, because it is tiny and decides by itself.
///
/// `states` `[rows, hidden]` f32 → `logits` `[rows, classes]` f32.
///
/// # Errors
/// When there is no classifier, or a tensor is missing, of another shape or not finite.
pub fn classifiers(
    tensors: &dyn TensorSource,
    layers: &[Classifier],
    hidden: usize,
) -> Result<Vec<u8>, PackError> {
    if layers.is_empty() {
        return Err(PackError::Graph { reason: "there is no classifier".to_owned() });
    }
    let mut writer = Writer::new("heads", tensors, "", "classifier", Precision::F32, 0);
    let read = |layer: &Classifier| {
        let weight = writer.read(&layer.weight, &[layer.classes, hidden])?.transposed()?;
        let bias = writer.read(&layer.bias, &[layer.classes])?.values;
        Ok(Linear { weight, bias })
    };
    let read: Vec<Linear> = layers.iter().map(read).collect::<Result<_, PackError>>()?;
    let merged = Linear::side_by_side(&read.iter().collect::<Vec<_>>())?;
    let states =
        writer.graph.input(STATES, DataType::Float, &[Dim::Named("rows"), Dim::Fixed(hidden)]);
    let logits = writer.linear("classifiers", &states, &merged)?;
    let classes = merged.bias.len();
    writer.graph.output(&logits, LOGITS, &[Dim::Named("rows"), Dim::Fixed(classes)]);
    writer.graph.finish()
}
