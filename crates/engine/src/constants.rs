//! Reads an ONNX file without copying its weights.

use crate::EngineError;
use prost::Message;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};
use rrgscore_onnx::{DataType, Graph, Model, TensorMessage};
use std::borrow::Cow;
use std::collections::BTreeMap;
use tract_core::internal::*;

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
/// Constants that are not stored as raw bytes, which no pack has, have no elements.
pub(crate) fn read(onnx: &[u8]) -> Result<(Graph, Constants<'_>), EngineError> {
    let (rest, graphs) = split(onnx, GRAPH)?;
    Model::decode(rest.as_slice()).map_err(refuse)?;
    if graphs.is_empty() {
        return Err(EngineError::Load { reason: "it holds no graph".to_owned() });
    }
    let (mut graph, mut constants) = (Graph::default(), Constants::new());
    for part in graphs {
        let (rest, tensors) = split(part, INITIALIZER)?;
        // What a message holds twice is merged, as protobuf has it.
        graph.merge(rest.as_slice()).map_err(refuse)?;
        for tensor in tensors {
            let (rest, mut raw) = split(tensor, RAW_DATA)?;
            let TensorMessage { name, dims, data_type, .. } =
                TensorMessage::decode(rest.as_slice()).map_err(refuse)?;
            let bytes = Cow::Borrowed(raw.pop().unwrap_or_default());
            constants.insert(name, Constant { dims, data_type, bytes });
        }
    }
    Ok((graph, constants))
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

    /// The elements, if they are int16.
    pub(crate) fn i16s(&self) -> Option<Vec<i16>> {
        self.elements(DataType::Int16, i16::from_le_bytes)
    }

    /// The elements, if they are i64.
    pub(crate) fn i64s(&self) -> Option<Vec<i64>> {
        self.elements(DataType::Int64, i64::from_le_bytes)
    }

    /// The tensor, if it is one of f32 or i64.
    pub(crate) fn tensor(&self) -> TractResult<Tensor> {
        if let (Some(shape), Some(values)) = (self.shape(4), self.f32s()) {
            return Tensor::from_shape(&shape, &values);
        }
        let (Some(shape), Some(values)) = (self.shape(8), self.i64s()) else {
            bail!("a constant is not stored as f32 or i64, element by element");
        };
        Tensor::from_shape(&shape, &values)
    }

    fn elements<const N: usize, T>(&self, of: DataType, read: fn([u8; N]) -> T) -> Option<Vec<T>> {
        if self.data_type != of as i32 || self.shape(N).is_none() {
            return None;
        }
        Some(self.bytes.as_chunks::<N>().0.iter().map(|&bytes| read(bytes)).collect())
    }
}
