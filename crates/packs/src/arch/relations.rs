use super::dygie::{DygieConfig, FAMILY, MENTION_SCORES, RELATION_SCORES, SPAN_VECTORS};
use super::spans::{rest, score};
use super::writer::{Activation, Linear, Writer};
use crate::onnx::graph::Dim;
use crate::onnx::proto::DataType;
use crate::onnx::weights::product;
use crate::{PackError, Precision, Tensor, TensorSource};

/// Writes `relations.onnx`: the scores of relations between all ordered pairs of spans.
///
/// Inputs: `span_vectors` `[spans, 2·hidden + feature_size]` and `mention_scores` `[spans]`,
/// f32. Output: `relation_scores` `[spans, spans, relations]` f32, to which both mention scores
/// are already added. `dataset` is what stands before `__relation_labels` in the tensors' names.
///
/// The first layer's product on `[v_i; v_j; v_i∘v_j]` is the sum of one product per span for
/// `v_i`, one per span for `v_j`, and one per pair for `v_i∘v_j`.
///
/// # Errors
/// When a tensor is missing, has another shape than the configuration says, or is not finite.
pub fn relations(
    tensors: &dyn TensorSource,
    config: &DygieConfig,
    dataset: &str,
    relations: usize,
    hidden: usize,
    precision: Precision,
) -> Result<Vec<u8>, PackError> {
    let (first, last) = config.first_and_last()?;
    let width = config.span_width(hidden);
    let room = 4 * first * (3 * width + last) + (1 << 16);
    let mut writer = Writer::new("relations", tensors, "", FAMILY, precision, room);
    let vectors = [Dim::Named("spans"), Dim::Fixed(width)];
    let vectors = writer.graph.input(SPAN_VECTORS, DataType::Float, &vectors);
    let mentions = writer.graph.input(MENTION_SCORES, DataType::Float, &[Dim::Named("spans")]);

    let network =
        format!("_relation._relation_feedforwards.{dataset}__relation_labels._linear_layers");
    let Linear { weight, bias } = writer.read_linear(&format!("{network}.0"), 3 * width, first)?;
    let (of_ends, of_product) = weight.values.split_at(2 * width * first);
    let (of_source, of_target) = of_ends.split_at(width * first);
    let part = |values: &[f32], bias: Vec<f32>| Linear {
        weight: Tensor { shape: vec![width, first], values: values.to_vec() },
        bias,
    };
    let ends = [part(of_source, bias), part(of_target, vec![0.0; first])];
    let ends = Linear::side_by_side(&[&ends[0], &ends[1]])?;
    let projected = writer.linear("first.ends", &vectors, &ends, None, Activation::None)?;
    let [source, target] = writer.split("first.ends.split", &projected, 1, [first; 2]);

    let of_product = part(of_product, Vec::new());
    let mut step = writer.graph.step("first", "pairs");
    let down = step.i64s("down.axes", &[1]);
    let across = step.i64s("across.axes", &[0]);
    let source = step.node("Unsqueeze", "source", &[&source, &down], &[]);
    let target = step.node("Unsqueeze", "target", &[&target, &across], &[]);
    let of_source = step.node("Unsqueeze", "down", &[&vectors, &down], &[]);
    let of_target = step.node("Unsqueeze", "across", &[&vectors, &across], &[]);
    let pairs = step.node("Mul", "pairs", &[&of_source, &of_target], &[]);
    let product = product(&mut step, &pairs, &of_product.weight, precision)?;
    let both = step.node("Add", "both", &[&source, &target], &[]);
    let sum = step.node("Add", "sum", &[&product, &both], &[]);
    let active = step.node("Relu", "relu", &[&sum], &[]);
    let active = rest(&mut writer, &network, "relation", active, config)?;

    let scorer = format!("_relation._relation_scorers.{dataset}__relation_labels");
    let scorer = writer.read_linear(&scorer, last, relations)?;
    let scores = score(&mut writer, "relation.score", &active, &scorer)?;
    let graph = &mut writer.graph;
    let source_axes = graph.i64s("mention.source.axes", &[1, 2]);
    let target_axes = graph.i64s("mention.target.axes", &[0, 2]);
    let source = graph.node("Unsqueeze", "mention.source", &[&mentions, &source_axes], &[]);
    let target = graph.node("Unsqueeze", "mention.target", &[&mentions, &target_axes], &[]);
    let both = graph.node("Add", "mention.both", &[&source, &target], &[]);
    let scores = graph.node("Add", "relation.scores", &[&scores, &both], &[]);
    let output = [Dim::Named("spans"), Dim::Named("spans"), Dim::Fixed(relations)];
    graph.output(&scores, RELATION_SCORES, &output);
    writer.graph.finish()
}
