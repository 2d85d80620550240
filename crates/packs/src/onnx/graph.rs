//! A builder for small ONNX graphs.

use super::proto::{
    Attribute, AttributeType, DataType, Dimension, DimensionValue, Graph, Model, Node, OperatorSet,
    Shape, TensorMessage, TensorType, ValueInfo, ValueType,
};
use half::f16;
use prost::Message;

/// The ONNX operator set of our graphs; 17 is the first with `LayerNormalization`.
pub const OPSET: i64 = 17;

/// The ONNX format version that goes with [`OPSET`].
pub const IR_VERSION: i64 = 8;

/// A value in a graph: an input, a constant, or the output of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value(String);

impl Value {
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

/// A graph under construction. Nodes are kept in the order in which they are added, names are
/// given by the caller, and so the written bytes depend on the calls alone.
#[derive(Debug, Default)]
pub struct GraphBuilder {
    graph: Graph,
}

impl GraphBuilder {
    /// An empty graph.
    pub fn new(name: &str) -> GraphBuilder {
        GraphBuilder { graph: Graph { name: name.to_owned(), ..Graph::default() } }
    }

    /// Adds an input.
    pub fn input(&mut self, name: &str, data_type: DataType, dims: &[Dim]) -> Value {
        self.graph.input.push(value_info(name, data_type, dims));
        Value(name.to_owned())
    }

    /// Adds a node with one output; the output has the node's name.
    pub fn node(
        &mut self,
        op: &str,
        name: &str,
        inputs: &[&Value],
        attributes: &[(&str, Attr)],
    ) -> Value {
        self.push(op, name, inputs, attributes, vec![name.to_owned()]);
        Value(name.to_owned())
    }

    /// Adds a node with several outputs, named `name.0`, `name.1`, ….
    pub fn node_with_outputs<const N: usize>(
        &mut self,
        op: &str,
        name: &str,
        inputs: &[&Value],
        attributes: &[(&str, Attr)],
    ) -> [Value; N] {
        let outputs: [Value; N] = std::array::from_fn(|index| Value(format!("{name}.{index}")));
        let names = outputs.iter().map(|value| value.0.clone()).collect();
        self.push(op, name, inputs, attributes, names);
        outputs
    }

    /// Adds an f32 constant.
    pub fn f32s(&mut self, name: &str, dims: &[usize], values: &[f32]) -> Value {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(name, DataType::Float, dims, bytes)
    }

    /// Adds an f16 constant, rounded to nearest.
    pub fn f16s(&mut self, name: &str, dims: &[usize], values: &[f32]) -> Value {
        let bytes = values.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes()).collect();
        self.constant(name, DataType::Float16, dims, bytes)
    }

    /// Adds an int8 constant.
    pub fn i8s(&mut self, name: &str, dims: &[usize], values: &[i8]) -> Value {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(name, DataType::Int8, dims, bytes)
    }

    /// Adds a one-dimensional i64 constant: shapes, axes, split sizes.
    pub fn i64s(&mut self, name: &str, values: &[i64]) -> Value {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(name, DataType::Int64, &[values.len()], bytes)
    }

    /// Names an output under which a value leaves the graph, and writes the model's bytes.
    /// They do not tell the builder's version: the same weights keep their pack id over
    /// releases.
    pub fn finish(mut self, value: &Value, output: &str, dims: &[Dim]) -> Vec<u8> {
        self.node("Identity", output, &[value], &[]);
        self.graph.output.push(value_info(output, DataType::Float, dims));
        let model = Model {
            ir_version: IR_VERSION,
            opset_import: vec![OperatorSet { domain: String::new(), version: OPSET }],
            producer_name: env!("CARGO_PKG_NAME").to_owned(),
            graph: Some(self.graph),
        };
        model.encode_to_vec()
    }

    fn push(
        &mut self,
        op: &str,
        name: &str,
        inputs: &[&Value],
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

    fn constant(
        &mut self,
        name: &str,
        data_type: DataType,
        dims: &[usize],
        raw_data: Vec<u8>,
    ) -> Value {
        self.graph.initializer.push(TensorMessage {
            dims: dims.iter().map(|&dim| dim as i64).collect(),
            data_type: data_type.into(),
            name: name.to_owned(),
            raw_data,
        });
        Value(name.to_owned())
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
    let tensor_type = TensorType { elem_type: data_type.into(), shape: Some(Shape { dim }) };
    ValueInfo { name: name.to_owned(), r#type: Some(ValueType { tensor_type: Some(tensor_type) }) }
}
