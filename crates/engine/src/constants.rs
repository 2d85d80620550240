//! Reads an ONNX file without copying its weights, which may lie outside of memory: a page's worker
//! that had them in its own would never give that memory back.

use crate::EngineError;
use prost::Message;
use prost::encoding::{WireType, decode_key, decode_varint};
use rrgscore_onnx::{Bytes, DataType, Model, OnnxGraph, TensorMessage, piece};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use tract_core::internal::*;

/// `ModelProto.graph`, `GraphProto.initializer` and `TensorProto.raw_data` in `onnx.proto3`.
const GRAPH: u32 = 7;
const INITIALIZER: u32 = 5;
const RAW_DATA: u32 = 9;

/// Bytes of a field's key and length at the most: two varints.
const HEAD: usize = 20;

/// A stored tensor.
#[derive(Debug, Clone)]
pub(crate) struct Constant<'a> {
    /// Lengths of its axes.
    pub(crate) dims: Vec<i64>,
    /// `TensorProto.DataType`.
    pub(crate) data_type: i32,
    /// The file, and where its elements lie in it, in little-endian order.
    pub(crate) elements: (&'a dyn Bytes, Range<usize>),
}

/// Stored tensors by name.
pub(crate) type Constants<'a> = BTreeMap<String, Constant<'a>>;

/// An ONNX file: its graph without the constants, and they.
///
/// Constants that are not stored as raw bytes, which no pack has, have no elements.
pub(crate) fn read(onnx: &dyn Bytes) -> Result<(OnnxGraph, Constants<'_>), EngineError> {
    let (rest, graphs) = split(onnx, 0..onnx.size(), GRAPH)?;
    Model::decode(rest.as_slice()).map_err(refuse)?;
    if graphs.is_empty() {
        return Err(EngineError::Load { reason: "it holds no graph".to_owned() });
    }
    let (mut graph, mut constants) = (OnnxGraph::default(), Constants::new());
    for part in graphs {
        let (rest, tensors) = split(onnx, part, INITIALIZER)?;
        // What a message holds twice is merged, as protobuf has it.
        graph.merge(rest.as_slice()).map_err(refuse)?;
        for tensor in tensors {
            let (rest, mut raw) = split(onnx, tensor, RAW_DATA)?;
            let TensorMessage { name, dims, data_type, .. } =
                TensorMessage::decode(rest.as_slice()).map_err(refuse)?;
            let elements = (onnx, raw.pop().unwrap_or(0..0));
            constants.insert(name, Constant { dims, data_type, elements });
        }
    }
    Ok((graph, constants))
}

fn refuse(error: prost::DecodeError) -> EngineError {
    EngineError::Load { reason: error.to_string() }
}

/// A message without one of its fields, and where that field's content lies, each time it occurs.
fn split(
    file: &dyn Bytes,
    message: Range<usize>,
    field: u32,
) -> Result<(Vec<u8>, Vec<Range<usize>>), EngineError> {
    let ends_early = || EngineError::Load { reason: "its bytes end too early".to_owned() };
    let (mut rest, mut found) = (Vec::new(), Vec::new());
    let Range { start: mut at, end } = message;
    while at < end {
        let head = piece(file, at, HEAD.min(end - at)).ok_or_else(ends_early)?;
        let mut left = head.as_ref();
        let (number, kind) = decode_key(&mut left).map_err(refuse)?;
        let content = match kind {
            WireType::LengthDelimited => {
                let length = decode_varint(&mut left).map_err(refuse)?;
                usize::try_from(length).map_err(|_| ends_early())?
            }
            WireType::Varint => {
                decode_varint(&mut left).map_err(refuse)?;
                0
            }
            WireType::ThirtyTwoBit => 4,
            WireType::SixtyFourBit => 8,
            WireType::StartGroup | WireType::EndGroup => {
                return Err(EngineError::Load { reason: "it holds a group".to_owned() });
            }
        };
        let start = at + head.len() - left.len();
        let after = start.checked_add(content).filter(|&after| after <= end);
        let after = after.ok_or_else(ends_early)?;
        if number == field && kind == WireType::LengthDelimited {
            found.push(start..after);
        } else {
            rest.extend_from_slice(&piece(file, at, after - at).ok_or_else(ends_early)?);
        }
        at = after;
    }
    Ok((rest, found))
}

impl Constant<'_> {
    /// Its elements' bytes.
    fn bytes(&self) -> Cow<'_, [u8]> {
        let (file, range) = &self.elements;
        // The range was found inside the file.
        piece(*file, range.start, range.len()).unwrap_or_default()
    }

    /// The lengths of its axes, if no one is negative and together they are as many elements of
    /// `size` bytes as are there.
    pub(crate) fn shape(&self, size: usize) -> Option<Vec<usize>> {
        let shape: Option<Vec<usize>> =
            self.dims.iter().map(|&length| usize::try_from(length).ok()).collect();
        let shape = shape?;
        let bytes = shape.iter().try_fold(size, |product, &length| product.checked_mul(length));
        (bytes == Some(self.elements.1.len())).then_some(shape)
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
        Some(self.bytes().as_chunks::<N>().0.iter().map(|&bytes| read(bytes)).collect())
    }
}
