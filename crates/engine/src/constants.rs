//! Reads an ONNX file without copying its weights.

use crate::EngineError;
use prost::Message;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, ModelProto, TensorProto};

/// `ModelProto.graph`, `GraphProto.initializer` and `TensorProto.raw_data` in `onnx.proto3`.
const GRAPH: u32 = 7;
const INITIALIZER: u32 = 5;
const RAW_DATA: u32 = 9;

/// A stored tensor.
#[derive(Debug, Clone)]
pub(crate) struct Constant<'a> {
    /// Lengths of its axes.
    pub(crate) dims: Vec<i64>,
    /// `TensorProto.DataType`.
    pub(crate) data_type: i32,
    /// Its elements in little-endian order, in the file where nothing changed them.
    pub(crate) bytes: Cow<'a, [u8]>,
}

/// Stored tensors by name.
pub(crate) type Constants<'a> = BTreeMap<String, Constant<'a>>;

/// An ONNX file: its graph without the constants, and they.
///
/// Constants that are not stored as raw bytes, which no pack has, stay in the graph.
pub(crate) fn read(onnx: &[u8]) -> Result<(ModelProto, Constants<'_>), EngineError> {
    let (rest, graphs) = split(onnx, GRAPH)?;
    let mut model = ModelProto::decode(rest.as_slice()).map_err(refuse)?;
    let mut constants = Constants::new();
    for graph in graphs {
        let (rest, tensors) = split(graph, INITIALIZER)?;
        // What a message holds twice is merged, as protobuf has it.
        let graph = model.graph.get_or_insert_with(GraphProto::default);
        graph.merge(rest.as_slice()).map_err(refuse)?;
        for tensor in tensors {
            let (rest, mut raw) = split(tensor, RAW_DATA)?;
            let TensorProto { name, dims, data_type, .. } =
                TensorProto::decode(rest.as_slice()).map_err(refuse)?;
            match raw.pop() {
                Some(bytes) => {
                    let bytes = Cow::Borrowed(bytes);
                    constants.insert(name, Constant { dims, data_type, bytes });
                }
                None => graph.initializer.push(TensorProto::decode(tensor).map_err(refuse)?),
            }
        }
    }
    Ok((model, constants))
}

fn refuse(error: prost::DecodeError) -> EngineError {
    EngineError::Load { reason: error.to_string() }
}

/// A message without one of its fields, and what that field holds, each time it occurs.
fn split(message: &[u8], field: u32) -> Result<(Vec<u8>, Vec<&[u8]>), EngineError> {
    let (mut rest, mut found, mut at) = (Vec::new(), Vec::new(), message);
    while !at.is_empty() {
        let start = at;
        let (number, kind) = decode_key(&mut at).map_err(refuse)?;
        if number == field && kind == WireType::LengthDelimited {
            let length =
                usize::try_from(decode_varint(&mut at).map_err(refuse)?).unwrap_or(usize::MAX);
            let Some((payload, after)) = at.split_at_checked(length) else {
                return Err(EngineError::Load { reason: "its bytes end too early".to_owned() });
            };
            found.push(payload);
            at = after;
        } else {
            skip_field(kind, number, &mut at, DecodeContext::default()).map_err(refuse)?;
            rest.extend(start.iter().take(start.len() - at.len()));
        }
    }
    Ok((rest, found))
}

/// Puts those constants into the graph that its nodes take.
pub(crate) fn put_back(model: &mut ModelProto, constants: Constants<'_>) {
    let Some(graph) = model.graph.as_mut() else { return };
    let taken: BTreeSet<&str> = graph
        .node
        .iter()
        .flat_map(|node| node.input.iter().map(String::as_str))
        .chain(graph.output.iter().map(|output| output.name.as_str()))
        .collect();
    let kept = constants.into_iter().filter(|(name, _)| taken.contains(name.as_str()));
    let kept: Vec<TensorProto> = kept
        .map(|(name, constant)| TensorProto {
            name,
            dims: constant.dims,
            data_type: constant.data_type,
            raw_data: constant.bytes.into_owned(),
            ..TensorProto::default()
        })
        .collect();
    graph.initializer.extend(kept);
}

impl Constant<'_> {
    /// The lengths of its axes, if no one is negative and together they are as many elements of
    /// `size` bytes as are there.
    pub(crate) fn shape(&self, size: usize) -> Option<Vec<usize>> {
        let shape: Option<Vec<usize>> =
            self.dims.iter().map(|&length| usize::try_from(length).ok()).collect();
        let shape = shape?;
        let bytes = shape.iter().try_fold(size, |product, &length| product.checked_mul(length));
        (bytes == Some(self.bytes.len())).then_some(shape)
    }

    /// The elements, if they are f32.
    pub(crate) fn f32s(&self) -> Option<Vec<f32>> {
        self.elements(DataType::Float, f32::from_le_bytes)
    }

    /// The elements, if they are f16, as their bits.
    pub(crate) fn f16_bits(&self) -> Option<Vec<u16>> {
        self.elements(DataType::Float16, u16::from_le_bytes)
    }

    /// The elements, if they are int8.
    pub(crate) fn i8s(&self) -> Option<Vec<i8>> {
        self.elements(DataType::Int8, i8::from_le_bytes)
    }

    /// The elements, if they are i64.
    pub(crate) fn i64s(&self) -> Option<Vec<i64>> {
        self.elements(DataType::Int64, i64::from_le_bytes)
    }

    fn elements<const N: usize, T>(&self, of: DataType, read: fn([u8; N]) -> T) -> Option<Vec<T>> {
        if self.data_type != of as i32 || self.shape(N).is_none() {
            return None;
        }
        Some(self.bytes.as_chunks::<N>().0.iter().map(|&bytes| read(bytes)).collect())
    }
}
