use super::writer::{Activation, Linear, Writer};
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

impl Classifier {
    fn read(&self, writer: &Writer<'_>, inputs: usize) -> Result<Linear, PackError> {
        let weight = writer.read(&self.weight, &[self.classes, inputs])?.transposed()?;
        let bias = writer.read(&self.bias, &[self.classes])?.values;
        Ok(Linear { weight, bias })
    }
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
    let read: Vec<Linear> =
        layers.iter().map(|layer| layer.read(&writer, hidden)).collect::<Result<_, _>>()?;
    let merged = Linear::side_by_side(&read.iter().collect::<Vec<_>>())?;
    let states =
        writer.graph.input(STATES, DataType::Float, &[Dim::Named("rows"), Dim::Fixed(hidden)]);
    let logits = writer.linear("classifiers", &states, &merged, None, Activation::None)?;
    let classes = merged.bias.len();
    writer.graph.output(&logits, LOGITS, &[Dim::Named("rows"), Dim::Fixed(classes)]);
    writer.graph.finish()
}

/// Writes `heads.onnx` of a model that classifies texts: a dense layer on the first token's state,
/// tanh, and a linear classifier on that. Always f32.
///
/// `states` `[rows, hidden]` f32 → `logits` `[rows, classes]` f32.
///
/// Source: `transformers`, `BertPooler` with `BertForSequenceClassification`, and
/// `RobertaClassificationHead`, which are the same but for the tensors' names.
///
/// # Errors
/// When a tensor is missing, of another shape or not finite.
pub fn pooled_classifier(
    tensors: &dyn TensorSource,
    pooler: &Classifier,
    classifier: &Classifier,
    hidden: usize,
) -> Result<Vec<u8>, PackError> {
    let mut writer = Writer::new("heads", tensors, "", "classifier", Precision::F32, 0);
    let dense = pooler.read(&writer, hidden)?;
    let last = classifier.read(&writer, pooler.classes)?;
    let states =
        writer.graph.input(STATES, DataType::Float, &[Dim::Named("rows"), Dim::Fixed(hidden)]);
    let pooled = writer.linear("pooler", &states, &dense, None, Activation::None)?;
    let pooled = writer.graph.node("Tanh", "pooler.tanh", &[&pooled], &[]);
    let logits = writer.linear("classifiers", &pooled, &last, None, Activation::None)?;
    writer.graph.output(&logits, LOGITS, &[Dim::Named("rows"), Dim::Fixed(classifier.classes)]);
    writer.graph.finish()
}
