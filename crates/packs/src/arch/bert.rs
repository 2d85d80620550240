//! BERT encoders, as in `transformers`' `BertModel`: Devlin et al. 2019, post-layer-norm.
//!
//! The graph is laid out for the engine: query, key and value are one product, the attention's
//! 1/√d is folded into the query's weights, token type 0 is folded into the positions, and the
//! pooler is left out.

use crate::onnx::graph::{Attr, Dim, GraphBuilder, Value};
use crate::onnx::proto::DataType;
use crate::onnx::weights::{embedding, linear, small_table, to_f32};
use crate::{ModelInfo, PackError, Precision, Tensor, TensorSource};
use serde::Deserialize;

const FAMILY: &str = "BERT";

/// Name of the graph's input of token ids, `[batch, tokens]` i64.
pub const INPUT_IDS: &str = "input_ids";
/// Name of the graph's input that is 1 for tokens and 0 for padding, `[batch, tokens]` i64.
pub const ATTENTION_MASK: &str = "attention_mask";
/// Name of the graph's output, `[batch, tokens, hidden]` f32.
pub const HIDDEN: &str = "hidden";

/// The fields of a BERT checkpoint's `config.json` that the graph depends on. Nothing has a
/// default but what `transformers` itself defaults to when the field is absent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BertConfig {
    /// Width of a hidden state.
    pub hidden_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Attention heads per layer.
    pub num_attention_heads: usize,
    /// Width of the feed-forward layer.
    pub intermediate_size: usize,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Number of positions.
    pub max_position_embeddings: usize,
    /// Number of token types.
    pub type_vocab_size: usize,
    /// The layer norms' epsilon.
    pub layer_norm_eps: f64,
    /// Activation; only the exact (erf) `gelu` is supported.
    pub hidden_act: String,
    /// Kind of position embeddings; absent means `absolute`, the only supported one.
    #[serde(default)]
    pub position_embedding_type: Option<String>,
}

impl BertConfig {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// When a field is missing, or asks for something that the graph cannot express.
    pub fn parse(json: &[u8]) -> Result<BertConfig, PackError> {
        let config: BertConfig = serde_json::from_slice(json).map_err(|error| {
            PackError::BadSource { file: "config.json".to_owned(), reason: error.to_string() }
        })?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), PackError> {
        let unsupported = |field, found: String, supported: &str| {
            Err(PackError::UnsupportedConfig { field, found, supported: supported.to_owned() })
        };
        if self.hidden_act != "gelu" {
            return unsupported("hidden_act", self.hidden_act.clone(), "gelu");
        }
        if let Some(kind) = self.position_embedding_type.as_deref()
            && kind != "absolute"
        {
            return unsupported("position_embedding_type", kind.to_owned(), "absolute");
        }
        // Bounds far above any published encoder keep a hostile file from asking for the moon.
        let sizes = [
            ("hidden_size", self.hidden_size, 16_384),
            ("num_hidden_layers", self.num_hidden_layers, 256),
            ("num_attention_heads", self.num_attention_heads, 1_024),
            ("intermediate_size", self.intermediate_size, 65_536),
            ("vocab_size", self.vocab_size, 4_000_000),
            ("max_position_embeddings", self.max_position_embeddings, 1_000_000),
            ("type_vocab_size", self.type_vocab_size, 1_024),
        ];
        for (field, found, most) in sizes {
            if found == 0 || found > most {
                return unsupported(field, found.to_string(), &format!("1 to {most}"));
            }
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return unsupported(
                "num_attention_heads",
                self.num_attention_heads.to_string(),
                &format!("a divisor of hidden_size, {}", self.hidden_size),
            );
        }
        if !(self.layer_norm_eps > 0.0 && self.layer_norm_eps < 1.0) {
            return unsupported("layer_norm_eps", self.layer_norm_eps.to_string(), "above 0");
        }
        Ok(())
    }
}

/// The prefixes under which published checkpoints keep a BERT encoder, the bare one last.
const PREFIXES: [&str; 2] = ["bert.", ""];

/// Writes the ONNX graph of a BERT encoder.
///
/// `input_ids`, `attention_mask` `[batch, tokens]` i64 → `hidden` `[batch, tokens, hidden]` f32,
/// the last of the first `layers` layers' outputs (all layers when `None`). Opset 17.
///
/// # Errors
/// When a tensor is missing, has another shape than the configuration says, or is not finite.
pub fn graph(
    tensors: &dyn TensorSource,
    config: &BertConfig,
    layers: Option<usize>,
    precision: Precision,
) -> Result<(Vec<u8>, ModelInfo), PackError> {
    config.check()?;
    let used = layers.unwrap_or(config.num_hidden_layers);
    if used == 0 || used > config.num_hidden_layers {
        return Err(PackError::UnsupportedConfig {
            field: "num_hidden_layers",
            found: config.num_hidden_layers.to_string(),
            supported: format!("at least the {used} layers that are used"),
        });
    }
    let word_table = "embeddings.word_embeddings.weight";
    let prefix = PREFIXES
        .into_iter()
        .find(|prefix| tensors.has(&format!("{prefix}{word_table}")))
        .ok_or(PackError::MissingTensor { tensor: word_table.to_owned(), architecture: FAMILY })?;

    let mut bert = Bert { graph: GraphBuilder::new("bert"), tensors, prefix, config, precision };
    let axes = [Dim::Named("batch"), Dim::Named("tokens")];
    let ids = bert.graph.input(INPUT_IDS, DataType::Int64, &axes);
    let mask = bert.graph.input(ATTENTION_MASK, DataType::Int64, &axes);
    let mask = bert.additive_mask(&mask);
    let mut hidden = bert.embeddings(&ids)?;
    for layer in 0..used {
        hidden = bert.layer(layer, &hidden, &mask)?;
    }
    let output = [Dim::Named("batch"), Dim::Named("tokens"), Dim::Fixed(config.hidden_size)];
    let bytes = bert.graph.finish(&hidden, HIDDEN, &output);
    let info = ModelInfo {
        architecture: "bert".to_owned(),
        layers: used,
        hidden: config.hidden_size,
        heads: config.num_attention_heads,
        intermediate: config.intermediate_size,
        vocabulary: config.vocab_size,
        max_ids: config.max_position_embeddings,
        head: None,
    };
    Ok((bytes, info))
}

struct Bert<'a> {
    graph: GraphBuilder,
    tensors: &'a dyn TensorSource,
    prefix: &'static str,
    config: &'a BertConfig,
    precision: Precision,
}

/// A linear layer as the graph wants it: weight `[inputs, outputs]` and bias.
struct Linear {
    weight: Tensor,
    bias: Vec<f32>,
}

impl Bert<'_> {
    fn read(&self, name: &str, shape: &[usize]) -> Result<Tensor, PackError> {
        self.tensors.shaped(&format!("{}{name}", self.prefix), shape, FAMILY)
    }

    fn read_linear(&self, name: &str, inputs: usize, outputs: usize) -> Result<Linear, PackError> {
        let weight = self.read(&format!("{name}.weight"), &[outputs, inputs])?.transposed()?;
        let bias = self.read(&format!("{name}.bias"), &[outputs])?.values;
        Ok(Linear { weight, bias })
    }

    /// 0 where the mask is 1, f32's lowest value where it is 0: `[batch, 1, 1, tokens]`.
    fn additive_mask(&mut self, mask: &Value) -> Value {
        let graph = &mut self.graph;
        let kept = to_f32(graph, "mask.kept", mask);
        let one = graph.f32s("mask.one", &[], &[1.0]);
        let hidden = graph.node("Sub", "mask.hidden", &[&one, &kept], &[]);
        let lowest = graph.f32s("mask.lowest", &[], &[f32::MIN]);
        let flat = graph.node("Mul", "mask.flat", &[&hidden, &lowest], &[]);
        let axes = graph.i64s("mask.axes", &[1, 2]);
        graph.node("Unsqueeze", "mask", &[&flat, &axes], &[])
    }

    /// Word + position + token type 0, then layer norm: `[batch, tokens, hidden]`.
    fn embeddings(&mut self, ids: &Value) -> Result<Value, PackError> {
        let config = self.config;
        let hidden = config.hidden_size;
        let table = "embeddings.word_embeddings.weight";
        let words = self.read(table, &[config.vocab_size, hidden])?;
        let words = embedding(&mut self.graph, "embeddings.word", ids, &words, self.precision)?;

        let table = "embeddings.position_embeddings.weight";
        let mut positions = self.read(table, &[config.max_position_embeddings, hidden])?;
        let table = "embeddings.token_type_embeddings.weight";
        let types = self.read(table, &[config.type_vocab_size, hidden])?;
        for row in positions.values.chunks_exact_mut(hidden) {
            for (value, of_type) in row.iter_mut().zip(&types.values) {
                *value += of_type;
            }
        }
        let graph = &mut self.graph;
        let table = small_table(graph, "embeddings.position.table", &positions, self.precision);
        let from = graph.i64s("embeddings.position.from", &[0]);
        let tokens = [("start", Attr::Int(1)), ("end", Attr::Int(2))];
        let to = graph.node("Shape", "embeddings.position.to", &[ids], &tokens);
        let axis = graph.i64s("embeddings.position.axis", &[0]);
        let inputs = [&table, &from, &to, &axis];
        let rows = graph.node("Slice", "embeddings.position.rows", &inputs, &[]);
        let rows = match self.precision {
            Precision::F32 => rows,
            Precision::F16 | Precision::Int8 => to_f32(graph, "embeddings.position", &rows),
        };
        let sum = graph.node("Add", "embeddings.sum", &[&words, &rows], &[]);
        self.layer_norm("embeddings.LayerNorm", "embeddings.norm", &sum)
    }

    fn layer(&mut self, index: usize, hidden: &Value, mask: &Value) -> Result<Value, PackError> {
        let (width, inner) = (self.config.hidden_size, self.config.intermediate_size);
        let from = format!("encoder.layer.{index}");
        let name = format!("layer.{index}");

        let context = self.attention(&from, &name, hidden, mask)?;
        let dense = self.read_linear(&format!("{from}.attention.output.dense"), width, width)?;
        let dense = self.linear(&format!("{name}.attention.output"), &context, &dense)?;
        let residual = format!("{name}.attention.residual");
        let sum = self.graph.node("Add", &residual, &[&dense, hidden], &[]);
        let norm = format!("{from}.attention.output.LayerNorm");
        let hidden = self.layer_norm(&norm, &format!("{name}.attention.norm"), &sum)?;

        let dense = self.read_linear(&format!("{from}.intermediate.dense"), width, inner)?;
        let dense = self.linear(&format!("{name}.feed_forward.in"), &hidden, &dense)?;
        let active = self.gelu(&format!("{name}.feed_forward.gelu"), &dense);
        let dense = self.read_linear(&format!("{from}.output.dense"), inner, width)?;
        let dense = self.linear(&format!("{name}.feed_forward.out"), &active, &dense)?;
        let residual = format!("{name}.feed_forward.residual");
        let sum = self.graph.node("Add", &residual, &[&dense, &hidden], &[]);
        self.layer_norm(
            &format!("{from}.output.LayerNorm"),
            &format!("{name}.feed_forward.norm"),
            &sum,
        )
    }

    /// Multi-head attention up to, and without, its output projection.
    fn attention(
        &mut self,
        from: &str,
        name: &str,
        hidden: &Value,
        mask: &Value,
    ) -> Result<Value, PackError> {
        let name = format!("{name}.attention");
        let width = self.config.hidden_size;
        let heads = self.config.num_attention_heads;
        let head_width = width / heads;

        let merged = self.merged_query_key_value(from)?;
        let merged = self.linear(&format!("{name}.qkv"), hidden, &merged)?;
        let graph = &mut self.graph;
        let sizes = graph.i64s(&format!("{name}.split.sizes"), &[width as i64; 3]);
        let [query, key, value] = graph.node_with_outputs(
            "Split",
            &format!("{name}.split"),
            &[&merged, &sizes],
            &[("axis", Attr::Int(2))],
        );
        let shape =
            graph.i64s(&format!("{name}.heads.shape"), &[0, 0, heads as i64, head_width as i64]);
        let mut per_head = |value: &Value, part: &str, axes: [i64; 4]| {
            let split =
                graph.node("Reshape", &format!("{name}.{part}.heads"), &[value, &shape], &[]);
            let order = [("perm", Attr::Ints(axes.to_vec()))];
            graph.node("Transpose", &format!("{name}.{part}"), &[&split], &order)
        };
        let query = per_head(&query, "query", [0, 2, 1, 3]);
        let key = per_head(&key, "key", [0, 2, 3, 1]);
        let value = per_head(&value, "value", [0, 2, 1, 3]);

        let scores = graph.node("MatMul", &format!("{name}.scores"), &[&query, &key], &[]);
        let masked = graph.node("Add", &format!("{name}.masked"), &[&scores, mask], &[]);
        let last = [("axis", Attr::Int(-1))];
        let weights = graph.node("Softmax", &format!("{name}.weights"), &[&masked], &last);
        let context = graph.node("MatMul", &format!("{name}.context"), &[&weights, &value], &[]);
        let order = [("perm", Attr::Ints(vec![0, 2, 1, 3]))];
        let context =
            graph.node("Transpose", &format!("{name}.context.tokens"), &[&context], &order);
        let shape = graph.i64s(&format!("{name}.merged.shape"), &[0, 0, width as i64]);
        Ok(graph.node("Reshape", &format!("{name}.merged"), &[&context, &shape], &[]))
    }

    /// Query, key and value side by side: `[hidden, 3·hidden]`. The query's part is divided by
    /// √(head width), which is free here and a pass over all scores at run time.
    fn merged_query_key_value(&self, from: &str) -> Result<Linear, PackError> {
        let width = self.config.hidden_size;
        let head_width = width / self.config.num_attention_heads;
        let scale = 1.0 / (head_width as f32).sqrt();
        let part =
            |name: &str| self.read_linear(&format!("{from}.attention.self.{name}"), width, width);
        let (mut query, key, value) = (part("query")?, part("key")?, part("value")?);
        for weight in query.weight.values.iter_mut().chain(&mut query.bias) {
            *weight *= scale;
        }
        let parts = [&query, &key, &value];
        let mut values = Vec::with_capacity(3 * width * width);
        for row in 0..width {
            for part in parts {
                values.extend(part.weight.values.chunks_exact(width).skip(row).take(1).flatten());
            }
        }
        let bias = parts.into_iter().flat_map(|part| part.bias.iter().copied()).collect();
        Ok(Linear { weight: Tensor { shape: vec![width, 3 * width], values }, bias })
    }

    fn linear(&mut self, name: &str, input: &Value, layer: &Linear) -> Result<Value, PackError> {
        linear(&mut self.graph, name, input, &layer.weight, &layer.bias, self.precision)
    }

    /// The exact GELU, x·(1 + erf(x/√2))/2.
    fn gelu(&mut self, name: &str, input: &Value) -> Value {
        let graph = &mut self.graph;
        let factor = graph.f32s(&format!("{name}.factor"), &[], &[std::f32::consts::FRAC_1_SQRT_2]);
        let scaled = graph.node("Mul", &format!("{name}.scaled"), &[input, &factor], &[]);
        let erf = graph.node("Erf", &format!("{name}.erf"), &[&scaled], &[]);
        let one = graph.f32s(&format!("{name}.one"), &[], &[1.0]);
        let shifted = graph.node("Add", &format!("{name}.shifted"), &[&erf, &one], &[]);
        let product = graph.node("Mul", &format!("{name}.product"), &[input, &shifted], &[]);
        let half = graph.f32s(&format!("{name}.half"), &[], &[0.5]);
        graph.node("Mul", name, &[&product, &half], &[])
    }

    fn layer_norm(&mut self, from: &str, name: &str, input: &Value) -> Result<Value, PackError> {
        let width = self.config.hidden_size;
        let scale = self.read(&format!("{from}.weight"), &[width])?;
        let bias = self.read(&format!("{from}.bias"), &[width])?;
        let scale = self.graph.f32s(&format!("{name}.scale"), &[width], &scale.values);
        let bias = self.graph.f32s(&format!("{name}.bias"), &[width], &bias.values);
        let attributes =
            [("axis", Attr::Int(-1)), ("epsilon", Attr::Float(self.config.layer_norm_eps as f32))];
        Ok(self.graph.node("LayerNormalization", name, &[input, &scale, &bias], &attributes))
    }
}
