use super::dygie::{
    DygieConfig, ENDS, ENTITY_SCORES, FAMILY, MENTION_SCORES, SPAN_VECTORS, STARTS, WORDS,
};
use super::writer::{Activation, Linear, Writer, split};
use crate::onnx::graph::{Attr, Dim, GraphValue};
use crate::onnx::proto::DataType;
use crate::onnx::weights::linear;
use crate::{PackError, Precision, Tensor, TensorSource};

/// Writes `spans.onnx`: the vectors of spans, their entity scores and their mention scores.
///
/// Inputs: `words` `[words, hidden]` f32, `starts` and `ends` `[spans]` i64, inclusive word
/// indices less than `max_span_width` apart. Outputs: `span_vectors`
/// `[spans, 2·hidden + feature_size]`, `entity_scores` `[spans, entities]` and `mention_scores`
/// `[spans]`, all f32. `dataset` is what stands before `__ner_labels` in the tensors' names.
///
/// The first layer of both feed-forward networks is computed per word and per width, and added
/// up per span: a word belongs to up to twice `max_span_width` spans' ends.
///
/// # Errors
/// When a tensor is missing, has another shape than the configuration says, or is not finite.
pub fn spans(
    tensors: &dyn TensorSource,
    config: &DygieConfig,
    dataset: &str,
    entities: usize,
    hidden: usize,
    precision: Precision,
) -> Result<Vec<u8>, PackError> {
    let (first, last) = config.first_and_last()?;
    let width = config.span_width(hidden);
    let room = 8 * first * (width + last) + (1 << 16);
    let mut writer = Writer::new("spans", tensors, "", FAMILY, precision, room);
    let rows = [Dim::Named("spans")];
    let words = [Dim::Named("words"), Dim::Fixed(hidden)];
    let words = writer.graph.input(WORDS, DataType::Float, &words);
    let starts = writer.graph.input(STARTS, DataType::Int64, &rows);
    let ends = writer.graph.input(ENDS, DataType::Int64, &rows);

    let name = "_endpoint_span_extractor._span_width_embedding.weight";
    let widths = writer.read(name, &[config.max_span_width, config.feature_size])?;
    let graph = &mut writer.graph;
    let first_axis = [("axis", Attr::Int(0))];
    let width_ids = graph.node("Sub", "width.ids", &[&ends, &starts], &[]);
    let table = graph.f32s("width.table", &widths.shape, &widths.values);
    let parts = [
        graph.node("Gather", "vectors.start", &[&words, &starts], &first_axis),
        graph.node("Gather", "vectors.end", &[&words, &ends], &first_axis),
        graph.node("Gather", "vectors.width", &[&table, &width_ids], &first_axis),
    ];
    let inputs = [&parts[0], &parts[1], &parts[2]];
    let vectors = graph.node("Concat", "vectors", &inputs, &[("axis", Attr::Int(1))]);

    let entity = format!("_ner._ner_scorers.{dataset}__ner_labels");
    let mention = format!("_relation._mention_pruners.{dataset}__relation_labels._scorer");
    let network = |scorer: &str| format!("{scorer}.0._module._linear_layers");
    let name = |scorer: &str| format!("{}.0", network(scorer));
    let layers = [
        writer.read_linear(&name(&entity), width, first)?,
        writer.read_linear(&name(&mention), width, first)?,
    ];
    let places = Places { words: &words, starts: &starts, ends: &ends };
    let [entity_active, mention_active] =
        first_layers(&mut writer, &layers, &widths, hidden, &places)?;

    let active = rest(&mut writer, &network(&entity), "entity", entity_active, config)?;
    let scorer = writer.read_linear(&format!("{entity}.1._module"), last, entities)?;
    let entity_scores = score(&mut writer, "entity.score", &active, &scorer)?;

    let active = rest(&mut writer, &network(&mention), "mention", mention_active, config)?;
    let scorer = writer.read_linear(&format!("{mention}.1._module"), last, 1)?;
    let mention_scores = score(&mut writer, "mention.score", &active, &scorer)?;
    let graph = &mut writer.graph;
    let axes = graph.i64s("mention.axes", &[1]);
    let mention_scores = graph.node("Squeeze", "mention", &[&mention_scores, &axes], &[]);

    graph.output(&vectors, SPAN_VECTORS, &[Dim::Named("spans"), Dim::Fixed(width)]);
    graph.output(&entity_scores, ENTITY_SCORES, &[Dim::Named("spans"), Dim::Fixed(entities)]);
    graph.output(&mention_scores, MENTION_SCORES, &rows);
    writer.graph.finish()
}

struct Places<'a> {
    words: &'a GraphValue,
    starts: &'a GraphValue,
    ends: &'a GraphValue,
}

/// The first layers of both networks, and ReLU: `[spans, first]` each.
fn first_layers(
    writer: &mut Writer<'_>,
    layers: &[Linear; 2],
    widths: &Tensor,
    hidden: usize,
    places: &Places<'_>,
) -> Result<[GraphValue; 2], PackError> {
    let merged = Linear::side_by_side(&[&layers[0], &layers[1]])?;
    let outputs = merged.bias.len();
    let (words, of_width) = merged.weight.values.split_at(2 * hidden * outputs);
    let (of_start, of_end) = words.split_at(hidden * outputs);
    let part = |values: &[f32]| Linear {
        weight: Tensor { shape: vec![hidden, outputs], values: values.to_vec() },
        bias: Vec::new(),
    };
    let both = Linear::side_by_side(&[&part(of_start), &part(of_end)])?;
    let projected = writer.product("first.words", places.words, &both.weight)?;
    let [of_start, of_end] = writer.split("first.words.split", &projected, 1, [outputs; 2]);

    let features = widths.shape.last().copied().unwrap_or(0);
    let of_width = Linear {
        weight: Tensor { shape: vec![features, outputs], values: of_width.to_vec() },
        bias: merged.bias,
    };
    let table = of_width.apply(&widths.values);
    let mut step = writer.graph.step("first", "spans");
    let table = step.f32s("width.table", &[table.len() / outputs, outputs], &table);
    let first_axis = [("axis", Attr::Int(0))];
    let start = step.node("Gather", "start", &[&of_start, places.starts], &first_axis);
    let end = step.node("Gather", "end", &[&of_end, places.ends], &first_axis);
    let widths = step.node("Sub", "widths", &[places.ends, places.starts], &[]);
    let width = step.node("Gather", "width", &[&table, &widths], &first_axis);
    let sum = step.node("Add", "both", &[&start, &end], &[]);
    let sum = step.node("Add", "sum", &[&sum, &width], &[]);
    let active = step.node("Relu", "relu", &[&sum], &[]);
    Ok(split(&mut step, "layers", &active, 1, [outputs / 2; 2]))
}

/// The layers of a feed-forward network after the first, each followed by ReLU.
pub(super) fn rest(
    writer: &mut Writer<'_>,
    from: &str,
    name: &str,
    input: GraphValue,
    config: &DygieConfig,
) -> Result<GraphValue, PackError> {
    let mut value = input;
    for (index, widths) in config.feed_forward.windows(2).enumerate() {
        let &[inputs, outputs] = widths else { continue };
        let layer = writer.read_linear(&format!("{from}.{}", index + 1), inputs, outputs)?;
        let layer_name = format!("{name}.layer.{}", index + 1);
        value = writer.linear(&layer_name, &value, &layer, None, Activation::Relu)?;
    }
    Ok(value)
}

/// A last layer, in f32 whatever the precision: it is tiny and decides by itself.
pub(super) fn score(
    writer: &mut Writer<'_>,
    name: &str,
    input: &GraphValue,
    layer: &Linear,
) -> Result<GraphValue, PackError> {
    let layer = (&layer.weight, layer.bias.as_slice());
    linear(&mut writer.graph.step(name, "linear"), input, layer, Precision::F32, None)
}
