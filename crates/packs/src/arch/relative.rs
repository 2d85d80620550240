//! DeBERTa's disentangled attention: what scores take of relative distances.

use super::deberta::DebertaConfig;
use super::post_norm::{Attention, Layer, Projected};
use super::writer::{Linear, Writer};
use crate::onnx::graph::{Attr, GraphValue};
use crate::onnx::weights::{small_table, to_f32};
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
    /// Both expanded to all texts and heads, once the first layer's scores tell how many.
    expanded: Option<(GraphValue, GraphValue)>,
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
        let table = writer.graph.i64_table("distance.rows.table", &[most as usize, 2], &ordered);
        let rows = writer.first_rows("distance.rows.pairs", &table, ids);
        let distance = writer.distances(ids, most as usize);
        let place = |distance: i64| 2 * distance.abs() + i64::from(distance < 0);
        let forward: Vec<i64> = (1 - most..most).map(place).collect();
        let backward: Vec<i64> = (1 - most..most).map(|distance| place(-distance)).collect();

        let graph = &mut writer.graph;
        let all = graph.i64s("distance.rows.shape", &[-1]);
        let rows = graph.node("Reshape", "distance.rows", &[&rows, &all], &[]);
        let middle = graph.i64s("distance.middle", &[most - 1]);
        let columns = graph.node("Add", "distance.columns", &[&distance, &middle], &[]);
        let mut look_up = |name: &str, places: &[i64]| {
            let table = graph.i64s(&format!("{name}.table"), places);
            graph.node("Gather", name, &[&table, &columns], &[("axis", Attr::Int(0))])
        };
        let by_query = look_up("distance.by_query", &forward);
        // The node's rows are the keys here, so that its i − j is the other way round.
        let by_key = look_up("distance.by_key", &backward);
        Ok(Relative { embeddings, rows, by_query, by_key, expanded: None })
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

    /// Content to content, content to distance and distance to content, and the mask.
    pub(super) fn scores(
        &mut self,
        writer: &mut Writer<'_>,
        config: &DebertaConfig,
        name: &str,
        projected: &Projected,
        tables: &Tables,
        mask: &GraphValue,
    ) -> GraphValue {
        let Projected { query, key } = projected;
        let inputs = [query, key];
        let mut scores = writer.graph.node("MatMul", &format!("{name}.scores"), &inputs, &[]);
        let (by_query, by_key) = self.expanded(writer, &scores);
        if let Some(keys) = &tables.keys {
            let name = format!("{name}.c2p");
            let keys = self.look_up(writer, config, &format!("{name}.keys"), keys);
            let graph = &mut writer.graph;
            let products = format!("{name}.products");
            let products = graph.node("MatMul", &products, &[query, &keys], &[]);
            let picked = pick(writer, &name, &products, &by_query);
            let sum = format!("{name}.sum");
            scores = writer.graph.node("Add", &sum, &[&scores, &picked], &[]);
        }
        if let Some(queries) = &tables.queries {
            let name = format!("{name}.p2c");
            let queries = self.look_up(writer, config, &format!("{name}.queries"), queries);
            let graph = &mut writer.graph;
            let last = [("perm", Attr::Ints(vec![0, 1, 3, 2]))];
            let key = graph.node("Transpose", &format!("{name}.key"), &[key], &last);
            let products = format!("{name}.products");
            let products = graph.node("MatMul", &products, &[&key, &queries], &[]);
            let picked = pick(writer, &format!("{name}.by_key"), &products, &by_key);
            let graph = &mut writer.graph;
            let picked = graph.node("Transpose", &name, &[&picked], &last);
            scores = graph.node("Add", &format!("{name}.sum"), &[&scores, &picked], &[]);
        }
        writer.graph.node("Add", &format!("{name}.masked"), &[&scores, mask], &[])
    }

    /// The rows of a table for the text's distances: `[heads, hidden / heads, 2·tokens]`.
    fn look_up(
        &self,
        writer: &mut Writer<'_>,
        config: &DebertaConfig,
        name: &str,
        table: &[f32],
    ) -> GraphValue {
        let sizes = config.layer();
        let shape = vec![sizes.heads, 2 * config.span(), sizes.head_width()];
        let table = Tensor { shape, values: table.to_vec() };
        let precision = writer.precision;
        let graph = &mut writer.graph;
        let table = small_table(graph, &format!("{name}.table"), &table, precision);
        let axis = [("axis", Attr::Int(1))];
        let stored = graph.node("Gather", &format!("{name}.rows"), &[&table, &self.rows], &axis);
        let rows = match precision {
            Precision::F32 => stored,
            Precision::F16 | Precision::Int8 => to_f32(graph, &format!("{name}.widened"), &stored),
        };
        graph.node("Transpose", name, &[&rows], &[("perm", Attr::Ints(vec![0, 2, 1]))])
    }

    fn expanded(
        &mut self,
        writer: &mut Writer<'_>,
        scores: &GraphValue,
    ) -> (GraphValue, GraphValue) {
        let (by_query, by_key) = (&self.by_query, &self.by_key);
        self.expanded
            .get_or_insert_with(|| {
                let graph = &mut writer.graph;
                let shape = graph.node("Shape", "distance.shape", &[scores], &[]);
                let mut expand =
                    |name: &str, places| graph.node("Expand", name, &[places, &shape], &[]);
                let by_query = expand("distance.by_query.all", by_query);
                (by_query, expand("distance.by_key.all", by_key))
            })
            .clone()
    }
}

/// Of each row, the value at the place that another tensor tells.
fn pick(
    writer: &mut Writer<'_>,
    name: &str,
    products: &GraphValue,
    places: &GraphValue,
) -> GraphValue {
    let last = [("axis", Attr::Int(3))];
    writer.graph.node("GatherElements", name, &[products, places], &last)
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
