use super::config::{EncoderConfig, Sizes, unsupported};
use super::probe::Probe;
use super::writer::Writer;
use super::{bert, deberta, distilbert, modernbert, mpnet};
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
/// `probe` are the token ids of a few texts: an int8 graph's biases make up for what rounding takes
/// from the mean of a layer's outputs on them (not of ModernBERT, whose layers have no bias).
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
    probe: &[Vec<u32>],
) -> Result<(Vec<u8>, ModelInfo), PackError> {
    let sizes = config.sizes();
    let used = layers.unwrap_or(sizes.layers);
    if used == 0 || used > sizes.layers {
        let needed = format!("at least the {used} layers that are used");
        return Err(unsupported("num_hidden_layers", sizes.layers, needed));
    }
    let room = estimated_bytes(config, used, precision);
    let mut writer =
        Writer::new(config.model_type(), tensors, prefix, config.family(), precision, room);
    writer.probe = (precision == Precision::Int8).then(|| Probe::new(probe));
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
        EncoderConfig::DebertaV2(config) => deberta::hidden(&mut writer, config, &ids, &mask, used),
        EncoderConfig::Distilbert(config) => {
            distilbert::hidden(&mut writer, config, &ids, &mask, used)
        }
        EncoderConfig::Modernbert(config) => {
            modernbert::hidden(&mut writer, config, &ids, &mask, used)
        }
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
fn estimated_bytes(config: &EncoderConfig, layers: usize, precision: Precision) -> usize {
    let sizes = config.sizes();
    let element = match precision {
        Precision::Int8 => 1,
        Precision::F16 => 2,
        Precision::F32 => 4,
    };
    let small = element.max(2);
    let Sizes { hidden, intermediate, .. } = sizes;
    let matrices = match config {
        EncoderConfig::Modernbert(_) => 3,
        _ => 2,
    };
    let layer = element * hidden.saturating_mul(4 * hidden + matrices * intermediate);
    // Beside the large weights: positions, or relative positions in both directions per layer.
    let tables = match config {
        EncoderConfig::DebertaV2(config) => small * layers * 4 * config.span() * hidden,
        EncoderConfig::Modernbert(_) => 16 * sizes.max_ids * hidden / sizes.heads,
        _ => small * sizes.max_ids * hidden,
    };
    let words = element * hidden.saturating_mul(sizes.vocabulary);
    let scales = 4 * (sizes.vocabulary + layers * 16 * hidden);
    let weights = layer.saturating_mul(layers).saturating_add(words).saturating_add(scales);
    weights.saturating_add(tables).saturating_add(1 << 19)
}
