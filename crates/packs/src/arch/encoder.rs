use super::config::{EncoderConfig, Sizes, unsupported};
use super::writer::Writer;
use super::{bert, mpnet};
use crate::onnx::graph::Dim;
use crate::onnx::proto::DataType;
use crate::{ModelInfo, PackError, Precision, TensorSource};

/// Name of the graph's input of token ids, `[batch, tokens]` i64.
pub const INPUT_IDS: &str = "input_ids";
/// Name of the graph's input that is 1 for tokens and 0 for padding, `[batch, tokens]` i64.
/// Padding stands after the tokens.
pub const ATTENTION_MASK: &str = "attention_mask";
/// Name of the graph's output, `[batch, tokens, hidden]` f32.
pub const HIDDEN: &str = "hidden";

/// Writes `model.onnx`, the graph of an encoder, and describes it.
///
/// `input_ids`, `attention_mask` `[batch, tokens]` i64 → `hidden` `[batch, tokens, hidden]` f32,
/// the last of the first `layers` layers' outputs (all layers when `None`). Opset 17.
///
/// `prefix` is what stands before the names that the family's own model class gives its
/// tensors: `bert.` in `bert.embeddings.word_embeddings.weight`.
///
/// # Errors
/// When a tensor is missing, has another shape than the configuration says, or is not finite,
/// or the checkpoint has fewer layers.
pub fn encoder(
    tensors: &dyn TensorSource,
    prefix: &str,
    config: &EncoderConfig,
    layers: Option<usize>,
    precision: Precision,
) -> Result<(Vec<u8>, ModelInfo), PackError> {
    let sizes = config.sizes();
    let used = layers.unwrap_or(sizes.layers);
    if used == 0 || used > sizes.layers {
        let needed = format!("at least the {used} layers that are used");
        return Err(unsupported("num_hidden_layers", sizes.layers, needed));
    }
    let room = estimated_bytes(&sizes, used, precision);
    let mut writer =
        Writer::new(config.model_type(), tensors, prefix, config.family(), precision, room);
    let axes = [Dim::Named("batch"), Dim::Named("tokens")];
    let ids = writer.graph.input(INPUT_IDS, DataType::Int64, &axes);
    let mask = writer.graph.input(ATTENTION_MASK, DataType::Int64, &axes);
    let hidden = match config {
        EncoderConfig::Bert(config) => {
            bert::hidden(&mut writer, config, bert::FIRST_POSITION, &ids, &mask, used)
        }
        EncoderConfig::Roberta(config) => {
            bert::hidden(&mut writer, config, bert::FIRST_ROBERTA_POSITION, &ids, &mask, used)
        }
        EncoderConfig::Mpnet(config) => mpnet::hidden(&mut writer, config, &ids, &mask, used),
    }?;
    let output = [Dim::Named("batch"), Dim::Named("tokens"), Dim::Fixed(sizes.hidden)];
    writer.graph.output(&hidden, HIDDEN, &output);
    let info = ModelInfo {
        architecture: config.model_type().to_owned(),
        layers: used,
        hidden: sizes.hidden,
        heads: sizes.heads,
        intermediate: sizes.intermediate,
        vocabulary: sizes.vocabulary,
        max_ids: sizes.max_ids,
        head: None,
    };
    Ok((writer.graph.finish()?, info))
}

/// About the size of the file, so that its buffer need not grow and be copied.
fn estimated_bytes(sizes: &Sizes, layers: usize, precision: Precision) -> usize {
    let element = match precision {
        Precision::Int8 => 1,
        Precision::F16 => 2,
        Precision::F32 => 4,
    };
    let hidden = sizes.hidden;
    // Attention has four square matrices, a gated feed-forward layer three matrices. A
    // thousandth and a megabyte are for scales, biases, small tables and nodes.
    let layer = hidden.saturating_mul(4 * hidden + 2 * sizes.intermediate);
    let table = hidden.saturating_mul(sizes.vocabulary);
    let weights = layer.saturating_mul(layers).saturating_add(table).saturating_mul(element);
    let positions = hidden.saturating_mul(sizes.max_ids).saturating_mul(element.max(2));
    weights.saturating_add(weights / 100).saturating_add(positions).saturating_add(1 << 20)
}
