//! Tables that are kept as they are stored; rows are widened when they are looked up.

use crate::constants::Constant;
use rrgscore_kernels::EmbeddingTable;

/// A table of embeddings.
#[derive(Debug)]
pub(crate) enum Stored {
    Int8 { levels: Vec<i8>, scales: Vec<f32> },
    F16(Vec<u16>),
    F32(Vec<f32>),
}

impl Stored {
    /// A constant of f32 or f16, and its shape.
    pub(crate) fn floats(constant: &Constant<'_>) -> Option<(Stored, Vec<usize>)> {
        if let Some(values) = constant.f32s() {
            return Some((Stored::F32(values), constant.shape(4)?));
        }
        Some((Stored::F16(constant.f16_bits()?), constant.shape(2)?))
    }

    /// Rows of levels with a scale each.
    pub(crate) fn levels(levels: &Constant<'_>, scales: Vec<f32>) -> Option<(Stored, Vec<usize>)> {
        let shape = levels.shape(1)?;
        let fits = shape.first() == Some(&scales.len());
        let levels = levels.i8s()?;
        fits.then_some((Stored::Int8 { levels, scales }, shape))
    }

    /// Tables of `length` f32 or f16 each, as which this one was stored.
    pub(crate) fn parts(self, length: usize) -> Vec<Stored> {
        let length = length.max(1);
        match self {
            Stored::Int8 { .. } => Vec::new(),
            Stored::F16(bits) => bits.chunks(length).map(|part| Stored::F16(part.into())).collect(),
            Stored::F32(values) => {
                values.chunks(length).map(|part| Stored::F32(part.into())).collect()
            }
        }
    }

    /// The whole table.
    pub(crate) fn table(&self) -> EmbeddingTable<'_> {
        match self {
            Stored::Int8 { levels, scales } => EmbeddingTable::Int8 { levels, scales },
            Stored::F16(bits) => EmbeddingTable::F16(bits),
            Stored::F32(values) => EmbeddingTable::F32(values),
        }
    }
}
