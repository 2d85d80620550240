//! A builder for ONNX graphs that holds each constant once, in the form in which it is written.

use super::proto::{
    Attribute, AttributeType, DataType, Dimension, DimensionValue, Model, Node, OnnxGraph,
    OperatorSet, ShapeMessage, TensorMessage, TensorType, ValueInfo, ValueType,
};
use crate::PackError;
use half::f16;
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};
use rrgscore_onnx::StepName;

/// The ONNX operator set of our graphs; 17 is the first with `LayerNormalization`.
pub const OPSET: i64 = 17;

/// The ONNX format version that goes with [`OPSET`].
pub const IR_VERSION: i64 = 8;

/// The ONNX operator set of graphs with int16 weights: the first whose `DequantizeLinear` takes
/// them.
pub const INT16_OPSET: i64 = 21;

/// The ONNX format version that goes with [`INT16_OPSET`].
pub const INT16_IR_VERSION: i64 = 10;

/// A value in a graph: an input, a constant, or the output of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphValue(String);

impl GraphValue {
    /// Its name in the graph.
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// A length of an axis in an input's or output's shape.
#[derive(Debug, Clone, Copy)]
pub enum Dim {
    /// Known when the graph is written.
    Fixed(usize),
    /// Known when the graph is run.
    Named(&'static str),
}

/// An attribute of a node.
#[derive(Debug, Clone)]
pub enum Attr {
    /// One integer.
    Int(i64),
    /// A list of integers.
    Ints(Vec<i64>),
    /// One f32.
    Float(f32),
}

/// Number of `Model.graph`, `Graph.initializer` and `TensorMessage.raw_data` in their messages.
const GRAPH_FIELD: u32 = 7;
const INITIALIZER_FIELD: u32 = 5;
const RAW_DATA_FIELD: u32 = 9;

/// Bytes kept free for the graph's length, which is known last: a varint of up to 2³⁵ − 1.
const LENGTH_BYTES: usize = 5;

/// A graph under construction. Nodes are kept in the order in which they are added, names are
/// given by the caller, and so the written bytes depend on the calls alone.
///
/// Constants go into the written bytes as they come, before the nodes (protobuf leaves the
/// order of fields open), so that no second copy of a model's weights ever exists.
#[derive(Debug)]
pub struct GraphBuilder {
    /// All but its constants.
    graph: OnnxGraph,
    /// The model's message up to and with the last constant.
    written: Vec<u8>,
    /// Where the graph's length belongs.
    length_at: usize,
}

impl GraphBuilder {
    /// An empty graph, with room for about `bytes` bytes.
    pub fn new(name: &str, bytes: usize) -> GraphBuilder {
        GraphBuilder::with_opset(name, bytes, OPSET, IR_VERSION)
    }

    /// The same for a graph that has int16 constants.
    pub fn with_int16(name: &str, bytes: usize) -> GraphBuilder {
        GraphBuilder::with_opset(name, bytes, INT16_OPSET, INT16_IR_VERSION)
    }

    fn with_opset(name: &str, bytes: usize, version: i64, ir_version: i64) -> GraphBuilder {
        let model = Model {
            ir_version,
            opset_import: vec![OperatorSet { domain: String::new(), version }],
            producer_name: env!("CARGO_PKG_NAME").to_owned(),
            graph: None,
        };
        let mut written = Vec::new();
        // Room is a matter of speed; without it the buffer grows as it is filled.
        let _ = written.try_reserve(bytes);
        written.extend(model.encode_to_vec());
        encode_key(GRAPH_FIELD, WireType::LengthDelimited, &mut written);
        let length_at = written.len();
        written.extend([0; LENGTH_BYTES]);
        let graph = OnnxGraph { name: name.to_owned(), ..OnnxGraph::default() };
        GraphBuilder { graph, written, length_at }
    }

    /// Adds an input.
    pub fn input(&mut self, name: &str, data_type: DataType, dims: &[Dim]) -> GraphValue {
        self.graph.input.push(value_info(name, data_type, dims));
        GraphValue(name.to_owned())
    }

    /// Adds a node with one output; the output has the node's name.
    pub fn node(
        &mut self,
        op: &str,
        name: &str,
        inputs: &[&GraphValue],
        attributes: &[(&str, Attr)],
    ) -> GraphValue {
        self.push(op, name, inputs, attributes, vec![name.to_owned()]);
        GraphValue(name.to_owned())
    }

    /// Adds a node with several outputs, named `name.0`, `name.1`, ….
    pub fn node_with_outputs<const N: usize>(
        &mut self,
        op: &str,
        name: &str,
        inputs: &[&GraphValue],
        attributes: &[(&str, Attr)],
    ) -> [GraphValue; N] {
        let outputs: [GraphValue; N] =
            std::array::from_fn(|index| GraphValue(format!("{name}.{index}")));
        let names = outputs.iter().map(|value| value.0.clone()).collect();
        self.push(op, name, inputs, attributes, names);
        outputs
    }

    /// The nodes of a step of the model.
    pub fn step<'g>(&'g mut self, step: &'g str, kind: &'static str) -> StepBuilder<'g> {
        StepBuilder { graph: self, step, kind }
    }

    /// Adds an f32 constant.
    pub fn f32s(&mut self, name: &str, dims: &[usize], values: &[f32]) -> GraphValue {
        self.constant(name, DataType::Float, dims, values.iter().map(|value| value.to_le_bytes()))
    }

    /// Adds an f16 constant, rounded to nearest.
    pub fn f16s(&mut self, name: &str, dims: &[usize], values: &[f32]) -> GraphValue {
        let bytes = values.iter().map(|&value| f16::from_f32(value).to_le_bytes());
        self.constant(name, DataType::Float16, dims, bytes)
    }

    /// Adds an int8 constant.
    pub fn i8s(
        &mut self,
        name: &str,
        dims: &[usize],
        values: impl ExactSizeIterator<Item = i8>,
    ) -> GraphValue {
        self.constant(name, DataType::Int8, dims, values.map(i8::to_le_bytes))
    }

    /// Adds an int16 constant, to a graph that was made [`with_int16`](GraphBuilder::with_int16).
    pub fn i16s(
        &mut self,
        name: &str,
        dims: &[usize],
        values: impl ExactSizeIterator<Item = i16>,
    ) -> GraphValue {
        self.constant(name, DataType::Int16, dims, values.map(i16::to_le_bytes))
    }

    /// Adds a one-dimensional i64 constant: shapes, axes, split sizes.
    pub fn i64s(&mut self, name: &str, values: &[i64]) -> GraphValue {
        self.i64_table(name, &[values.len()], values)
    }

    /// Adds an i64 constant: indices.
    pub fn i64_table(&mut self, name: &str, dims: &[usize], values: &[i64]) -> GraphValue {
        self.constant(name, DataType::Int64, dims, values.iter().map(|value| value.to_le_bytes()))
    }

    /// Names a value under which it leaves the graph.
    pub fn output(&mut self, value: &GraphValue, name: &str, dims: &[Dim]) {
        self.node("Identity", name, &[value], &[]);
        self.graph.output.push(value_info(name, DataType::Float, dims));
    }

    /// The model's bytes. They do not tell the builder's version: the same weights keep their
    /// pack id over releases.
    ///
    /// # Errors
    /// When the graph is larger than its length can be written.
    pub fn finish(mut self) -> Result<Vec<u8>, PackError> {
        self.written.reserve_exact(self.graph.encoded_len());
        self.graph
            .encode(&mut self.written)
            .map_err(|error| PackError::Graph { reason: error.to_string() })?;
        let length = (self.written.len() - self.length_at - LENGTH_BYTES) as u64;
        if length >> (7 * LENGTH_BYTES) != 0 {
            return Err(PackError::Graph { reason: format!("{length} bytes are too many") });
        }
        let place = self.written.iter_mut().skip(self.length_at).take(LENGTH_BYTES);
        for (index, byte) in place.enumerate() {
            // Every byte but the last says that another one follows.
            let follows = if index + 1 < LENGTH_BYTES { 0x80 } else { 0 };
            *byte = ((length >> (7 * index)) & 0x7f) as u8 | follows;
        }
        Ok(self.written)
    }

    fn push(
        &mut self,
        op: &str,
        name: &str,
        inputs: &[&GraphValue],
        attributes: &[(&str, Attr)],
        output: Vec<String>,
    ) {
        self.graph.node.push(Node {
            input: inputs.iter().map(|value| value.0.clone()).collect(),
            output,
            name: name.to_owned(),
            op_type: op.to_owned(),
            attribute: attributes.iter().map(|(name, value)| attribute(name, value)).collect(),
        });
    }

    fn constant<const N: usize>(
        &mut self,
        name: &str,
        data_type: DataType,
        dims: &[usize],
        elements: impl ExactSizeIterator<Item = [u8; N]>,
    ) -> GraphValue {
        let head = TensorMessage {
            dims: dims.iter().map(|&dim| dim as i64).collect(),
            data_type: data_type.into(),
            name: name.to_owned(),
            raw_data: Vec::new(),
        };
        let bytes = elements.len() * N;
        let mut head = head.encode_to_vec();
        encode_key(RAW_DATA_FIELD, WireType::LengthDelimited, &mut head);
        encode_varint(bytes as u64, &mut head);
        encode_key(INITIALIZER_FIELD, WireType::LengthDelimited, &mut self.written);
        encode_varint((head.len() + bytes) as u64, &mut self.written);
        self.written.reserve(head.len() + bytes);
        self.written.extend(head);
        for element in elements {
            self.written.extend_from_slice(&element);
        }
        GraphValue(name.to_owned())
    }
}

/// Adds the nodes of one step of the model, whose names say so ([`StepName`]).
#[derive(Debug)]
pub struct StepBuilder<'g> {
    /// For what the step takes: constants, and nodes of other steps.
    pub graph: &'g mut GraphBuilder,
    step: &'g str,
    kind: &'static str,
}

impl StepBuilder<'_> {
    /// Adds a node with one output.
    pub fn node(
        &mut self,
        op: &str,
        part: &str,
        inputs: &[&GraphValue],
        attributes: &[(&str, Attr)],
    ) -> GraphValue {
        self.graph.node(op, &self.name(part), inputs, attributes)
    }

    /// Adds a node with several outputs.
    pub fn node_with_outputs<const N: usize>(
        &mut self,
        op: &str,
        part: &str,
        inputs: &[&GraphValue],
        attributes: &[(&str, Attr)],
    ) -> [GraphValue; N] {
        self.graph.node_with_outputs(op, &self.name(part), inputs, attributes)
    }

    /// Adds an f32 constant of the step.
    pub fn f32s(&mut self, name: &str, dims: &[usize], values: &[f32]) -> GraphValue {
        self.graph.f32s(&self.constant(name), dims, values)
    }

    /// Adds a one-dimensional i64 constant of the step.
    pub fn i64s(&mut self, name: &str, values: &[i64]) -> GraphValue {
        self.graph.i64s(&self.constant(name), values)
    }

    /// Name of a constant of the step.
    pub(crate) fn constant(&self, name: &str) -> String {
        format!("{}.{name}", self.step)
    }

    fn name(&self, part: &str) -> String {
        StepName { step: self.step, kind: self.kind, part }.to_string()
    }
}

fn attribute(name: &str, value: &Attr) -> Attribute {
    let mut attribute = Attribute { name: name.to_owned(), ..Attribute::default() };
    let kind = match value {
        Attr::Int(value) => {
            attribute.i = *value;
            AttributeType::Int
        }
        Attr::Ints(values) => {
            attribute.ints = values.clone();
            AttributeType::Ints
        }
        Attr::Float(value) => {
            attribute.f = *value;
            AttributeType::Float
        }
    };
    attribute.set_type(kind);
    attribute
}

fn value_info(name: &str, data_type: DataType, dims: &[Dim]) -> ValueInfo {
    let dim = dims
        .iter()
        .map(|dim| Dimension {
            value: Some(match dim {
                Dim::Fixed(length) => DimensionValue::Length(*length as i64),
                Dim::Named(symbol) => DimensionValue::Symbol((*symbol).to_owned()),
            }),
        })
        .collect();
    let tensor_type = TensorType { elem_type: data_type.into(), shape: Some(ShapeMessage { dim }) };
    ValueInfo { name: name.to_owned(), r#type: Some(ValueType { tensor_type: Some(tensor_type) }) }
}
