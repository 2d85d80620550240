//! The layer that BERT, RoBERTa, MPNet and DeBERTa share: attention and a feed-forward layer,
//! each added to its input and normalised afterwards. They differ in the names of the
//! attention's tensors and in how the scores come about.

use super::probe::Probe;
use super::writer::{Activation, Linear, Writer, split, split_heads, weighted};
use crate::PackError;
use crate::onnx::graph::{GraphValue, StepBuilder};

/// Sizes of a layer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layer {
    pub(super) width: usize,
    pub(super) heads: usize,
    pub(super) inner: usize,
    pub(super) epsilon: f64,
}

/// Names of a layer's tensors.
pub(super) struct Names {
    /// What stands before a layer's number.
    pub(super) layers: &'static str,
    pub(super) query: &'static str,
    pub(super) key: &'static str,
    pub(super) value: &'static str,
    pub(super) output: &'static str,
    pub(super) norm: &'static str,
    /// The feed-forward layer's first product.
    pub(super) inner: &'static str,
    /// Its second.
    pub(super) outer: &'static str,
    /// The norm behind it.
    pub(super) last_norm: &'static str,
}

impl Names {
    /// BERT's and RoBERTa's.
    pub(super) const BERT: Names = Names {
        layers: "encoder.layer",
        query: "attention.self.query",
        key: "attention.self.key",
        value: "attention.self.value",
        output: "attention.output.dense",
        norm: "attention.output.LayerNorm",
        inner: "intermediate.dense",
        outer: "output.dense",
        last_norm: "output.LayerNorm",
    };
}

/// What the attention of a layer is made of.
pub(super) struct Attention {
    pub(super) query: Linear,
    pub(super) key: Linear,
    pub(super) value: Linear,
}

/// What attention scores are computed from.
pub(super) struct Projected {
    /// `[batch, heads, tokens, width / heads]`, the scale folded in.
    pub(super) query: GraphValue,
    /// `[batch, heads, width / heads, tokens]`.
    pub(super) key: GraphValue,
}

impl Layer {
    pub(super) fn head_width(&self) -> usize {
        self.width / self.heads
    }
}

impl Attention {
    /// Reads query, key and value of layer `index`; the query is multiplied by `scale`, which
    /// is free here and a pass over all scores at run time.
    pub(super) fn read(
        writer: &Writer<'_>,
        layer: &Layer,
        names: &Names,
        index: usize,
        scale: f32,
    ) -> Result<Attention, PackError> {
        let read = |name: &str| {
            let name = format!("{}.{index}.{name}", names.layers);
            writer.read_linear(&name, layer.width, layer.width)
        };
        let mut query = read(names.query)?;
        query.scale(scale);
        Ok(Attention { query, key: read(names.key)?, value: read(names.value)? })
    }
}

/// One layer: `[batch, tokens, width]` → the same. `scores` adds to the attention's step the nodes
/// that make the masked scores `[batch, heads, tokens, tokens]`.
pub(super) fn layer(
    writer: &mut Writer<'_>,
    layer: &Layer,
    names: &Names,
    index: usize,
    attention: &Attention,
    hidden: &GraphValue,
    scores: impl FnOnce(&mut StepBuilder<'_>, &Projected) -> GraphValue,
) -> Result<GraphValue, PackError> {
    let &Layer { width, heads, inner, epsilon } = layer;
    let from = format!("{}.{index}", names.layers);
    let name = format!("layer.{index}");
    let inside = format!("{name}.attention");

    let merged = Linear::side_by_side(&[&attention.query, &attention.key, &attention.value])?;
    let mut probe = writer.probe.take();
    let typical = probe.as_ref().map(Probe::mean);
    let typical = typical.as_deref();
    let qkv =
        writer.linear(&format!("{inside}.qkv"), hidden, &merged, typical, Activation::None)?;
    let step = &mut writer.graph.step(&inside, "attention");
    let [query, key, value] = split(step, "split", &qkv, 2, [width; 3]);
    let size = layer.head_width();
    let query = split_heads(step, "query", &query, heads, size, [0, 2, 1, 3]);
    let key = split_heads(step, "key", &key, heads, size, [0, 2, 3, 1]);
    let value = split_heads(step, "value", &value, heads, size, [0, 2, 1, 3]);
    let scores = scores(step, &Projected { query, key });
    let context = weighted(step, &scores, &value, width);

    let context_of_probe = probe.as_ref().map(|probe| probe.attend(&merged, heads));
    let dense = writer.read_linear(&format!("{from}.{}", names.output), width, width)?;
    let typical = context_of_probe.as_ref().map(Probe::mean);
    let output = format!("{inside}.output");
    let made = writer.linear(&output, &context, &dense, typical.as_deref(), Activation::None)?;
    let norm = writer.read_norm(&format!("{from}.{}", names.norm), width, epsilon)?;
    let hidden = writer.layer_norm(&norm, &format!("{inside}.norm"), &made, Some(hidden));
    if let (Some(probe), Some(context)) = (&mut probe, context_of_probe) {
        probe.add_and_norm(&context.linear(&dense), &norm);
    }

    let inside = format!("{name}.feed_forward");
    let dense = writer.read_linear(&format!("{from}.{}", names.inner), width, inner)?;
    let typical = probe.as_ref().map(Probe::mean);
    let typical = typical.as_deref();
    let active =
        writer.linear(&format!("{inside}.in"), &hidden, &dense, typical, Activation::Gelu)?;
    let active_of_probe = probe.as_ref().map(|probe| probe.linear(&dense).gelu());
    let dense = writer.read_linear(&format!("{from}.{}", names.outer), inner, width)?;
    let typical = active_of_probe.as_ref().map(Probe::mean);
    let output = format!("{inside}.out");
    let made = writer.linear(&output, &active, &dense, typical.as_deref(), Activation::None)?;
    let norm = writer.read_norm(&format!("{from}.{}", names.last_norm), width, epsilon)?;
    if let (Some(probe), Some(active)) = (&mut probe, active_of_probe) {
        probe.add_and_norm(&active.linear(&dense), &norm);
    }
    writer.probe = probe;
    Ok(writer.layer_norm(&norm, &format!("{inside}.norm"), &made, Some(&hidden)))
}

/// Query times key plus `bias`, the scores where nothing else enters them: the parts `scores` and
/// `masked`.
pub(super) fn plain_scores(
    step: &mut StepBuilder<'_>,
    projected: &Projected,
    bias: &GraphValue,
) -> GraphValue {
    let inputs = [&projected.query, &projected.key];
    let scores = step.node("MatMul", "scores", &inputs, &[]);
    step.node("Add", "masked", &[&scores, bias], &[])
}

/// The output of the first `count` layers, whose attention scores are query times key plus `bias`:
/// `[batch, tokens, width]`, as `hidden` is.
pub(super) fn plain_layers(
    writer: &mut Writer<'_>,
    sizes: &Layer,
    names: &Names,
    count: usize,
    mut hidden: GraphValue,
    bias: &GraphValue,
) -> Result<GraphValue, PackError> {
    let scale = 1.0 / (sizes.head_width() as f32).sqrt();
    for index in 0..count {
        let attention = Attention::read(writer, sizes, names, index, scale)?;
        let scores =
            |step: &mut StepBuilder<'_>, projected: &_| plain_scores(step, projected, bias);
        hidden = layer(writer, sizes, names, index, &attention, &hidden, scores)?;
    }
    Ok(hidden)
}
