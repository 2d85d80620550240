//! DeBERTa's disentangled attention: what scores take of relative distances.

use super::deberta::DebertaConfig;
use super::post_norm::{Attention, Layer, Projected};
use super::writer::{Linear, Writer, first_rows, to_f32};
use crate::onnx::graph::{Attr, GraphValue, StepBuilder};
use crate::onnx::weights::small_table;
use crate::{PackError, Precision, Tensor};

/// What the scores of all layers take of the text's distances.
pub(super) struct Relative {
    /// The relative embeddings, normalised when the configuration says so: `[2·span, hidden]`.
    embeddings: Tensor,
    /// Their rows for the distances 0, −0, 1, −1, …: `[2·tokens]`.
    rows: GraphValue,
    /// The place of i − j in that order, for each query i and key j: `[tokens, tokens]`.
    by_query: GraphValue,
    /// The same for each key j and query i.
    by_key: GraphValue,
}

/// The projected relative embeddings of a layer, `[heads, 2·span, hidden / heads]`.
pub(super) struct Tables {
    keys: Option<Vec<f32>>,
    queries: Option<Vec<f32>>,
}

impl Relative {
    pub(super) fn new(
        writer: &mut Writer<'_>,
        config: &DebertaConfig,
        ids: &GraphValue,
    ) -> Result<Relative, PackError> {
        let width = config.hidden_size;
        let shape = [2 * config.span(), width];
        let mut embeddings = writer.read("encoder.rel_embeddings.weight", &shape)?;
        if config.normalises_relative() {
            let scale = writer.read("encoder.LayerNorm.weight", &[width])?;
            let bias = writer.read("encoder.LayerNorm.bias", &[width])?;
            for row in embeddings.values.chunks_exact_mut(width) {
                normalise(row, &scale.values, &bias.values, config.layer_norm_eps);
            }
        }

        let most = config.max_position_embeddings as i64;
        let ordered: Vec<i64> =
            (0..most).flat_map(|apart| [config.row(apart), config.row(-apart)]).collect();
        let distance = writer.distances(ids, most as usize);
        let mut step = writer.graph.step("distance.rows", "distance_rows");
        let table = step.graph.i64_table("distance.rows.table", &[most as usize, 2], &ordered);
        let rows = first_rows(&mut step, &table, ids);
        let all = step.i64s("shape", &[-1]);
        let rows = step.node("Reshape", "flat", &[&rows, &all], &[]);

        let place = |distance: i64| 2 * distance.abs() + i64::from(distance < 0);
        let mut look_up = |name: &str, of: fn(i64) -> i64| {
            let mut step = writer.graph.step(name, "places");
            let places: Vec<i64> = (1 - most..most).map(|distance| place(of(distance))).collect();
            let table = step.i64s("table", &places);
            let middle = step.i64s("middle", &[most - 1]);
            let columns = step.node("Add", "columns", &[&distance, &middle], &[]);
            step.node("Gather", "places", &[&table, &columns], &[("axis", Attr::Int(0))])
        };
        let by_query = look_up("distance.by_query", |distance| distance);
        // The node's rows are the keys here, so that its i − j is the other way round.
        let by_key = look_up("distance.by_key", |distance| -distance);
        Ok(Relative { embeddings, rows, by_query, by_key })
    }

    /// Projects the relative embeddings by the weights of one layer. The queries are scaled, as
    /// those of the content are; the content's queries, already scaled, meet the keys.
    pub(super) fn tables(
        &self,
        writer: &Writer<'_>,
        config: &DebertaConfig,
        attention: &Attention,
        index: usize,
        scale: f32,
    ) -> Result<Tables, PackError> {
        let project =
            |linear: &Linear| per_head(&linear.apply(&self.embeddings.values), config.layer());
        let own = |name: &str| {
            let name = format!("encoder.layer.{index}.attention.self.{name}");
            writer.read_linear(&name, config.hidden_size, config.hidden_size)
        };
        let keys = match (config.has_kind("c2p"), config.share_att_key) {
            (false, _) => None,
            (true, true) => Some(project(&attention.key)),
            (true, false) => Some(project(&own("pos_key_proj")?)),
        };
        let queries = match (config.has_kind("p2c"), config.share_att_key) {
            (false, _) => None,
            (true, true) => Some(project(&attention.query)),
            (true, false) => {
                let mut linear = own("pos_query_proj")?;
                linear.scale(scale);
                Some(project(&linear))
            }
        };
        Ok(Tables { keys, queries })
    }

    /// Content to content, content to distance and distance to content, and the mask: the parts
    /// `scores`, `keys…` and `queries…`, and `masked`.
    pub(super) fn scores(
        &self,
        step: &mut StepBuilder<'_>,
        config: &DebertaConfig,
        precision: Precision,
        projected: &Projected,
        tables: &Tables,
        mask: &GraphValue,
    ) -> GraphValue {
        let Projected { query, key } = projected;
        let mut scores = step.node("MatMul", "scores", &[query, key], &[]);
        let shape = step.node("Shape", "shape", &[&scores], &[]);
        if let Some(keys) = &tables.keys {
            let keys = self.look_up(step, config, precision, "keys", keys);
            let products = step.node("MatMul", "keys.products", &[query, &keys], &[]);
            let picked = pick(step, "keys", &products, &self.by_query, &shape);
            scores = step.node("Add", "keys.sum", &[&scores, &picked], &[]);
        }
        if let Some(queries) = &tables.queries {
            let queries = self.look_up(step, config, precision, "queries", queries);
            let last = [("perm", Attr::Ints(vec![0, 1, 3, 2]))];
            let key = step.node("Transpose", "queries.key", &[key], &last);
            let products = step.node("MatMul", "queries.products", &[&key, &queries], &[]);
            let picked = pick(step, "queries", &products, &self.by_key, &shape);
            let picked = step.node("Transpose", "queries.turned", &[&picked], &last);
            scores = step.node("Add", "queries.sum", &[&scores, &picked], &[]);
        }
        step.node("Add", "masked", &[&scores, mask], &[])
    }

    /// The rows of a table for the text's distances: `[heads, hidden / heads, 2·tokens]`.
    fn look_up(
        &self,
        step: &mut StepBuilder<'_>,
        config: &DebertaConfig,
        precision: Precision,
        part: &str,
        table: &[f32],
    ) -> GraphValue {
        let sizes = config.layer();
        let shape = vec![sizes.heads, 2 * config.span(), sizes.head_width()];
        let table = Tensor { shape, values: table.to_vec() };
        let name = step.constant(&format!("{part}.table"));
        let table = small_table(step.graph, &name, &table, precision);
        let axis = [("axis", Attr::Int(1))];
        let stored = step.node("Gather", &format!("{part}.rows"), &[&table, &self.rows], &axis);
        let rows = match precision {
            Precision::F32 => stored,
            Precision::F16 | Precision::Int8 => to_f32(step, &format!("{part}.widened"), &stored),
        };
        let last = [("perm", Attr::Ints(vec![0, 2, 1]))];
        step.node("Transpose", &format!("{part}.columns"), &[&rows], &last)
    }
}

/// Of each row, the value at the place that another tensor tells.
fn pick(
    step: &mut StepBuilder<'_>,
    part: &str,
    products: &GraphValue,
    places: &GraphValue,
    shape: &GraphValue,
) -> GraphValue {
    let places = step.node("Expand", &format!("{part}.places"), &[places, shape], &[]);
    let last = [("axis", Attr::Int(3))];
    step.node("GatherElements", &format!("{part}.picked"), &[products, &places], &last)
}

/// `[rows, heads · part]` → `[heads, rows, part]`.
fn per_head(values: &[f32], sizes: Layer) -> Vec<f32> {
    let part = sizes.head_width();
    (0..sizes.heads)
        .flat_map(|head| values.chunks_exact(part).skip(head).step_by(sizes.heads))
        .flatten()
        .copied()
        .collect()
}

/// Layer norm of one row, in f64.
fn normalise(row: &mut [f32], scale: &[f32], bias: &[f32], epsilon: f64) {
    let count = row.len() as f64;
    let mean = row.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let squared = |value: f32| (f64::from(value) - mean) * (f64::from(value) - mean);
    let squares = row.iter().map(|&value| squared(value)).sum::<f64>();
    let deviation = (squares / count + epsilon).sqrt();
    for ((value, &scale), &bias) in row.iter_mut().zip(scale).zip(bias) {
        let normal = (f64::from(*value) - mean) / deviation;
        *value = (normal * f64::from(scale) + f64::from(bias)) as f32;
    }
}
