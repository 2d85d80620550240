//! Where the numbers lie, and tensors over them.

use crate::read::pickle::TensorView;
use crate::read::{ReadAt, Section};
use crate::{PackError, Tensor};
use flate2::bufread::DeflateDecoder;
use std::collections::BTreeMap;
use std::io::{BufReader, Read};

/// The storages of a file by their keys.
#[derive(Clone)]
pub(super) struct Storages<'a> {
    pub(super) data: &'a dyn ReadAt,
    pub(super) places: BTreeMap<String, Place>,
}

/// A storage's bytes in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) start: u64,
    /// Bytes in the file.
    pub(super) stored: u64,
    /// Bytes of the storage; differs from `stored` where it is deflated.
    pub(super) bytes: u64,
    pub(super) deflated: bool,
}

impl Storages<'_> {
    /// Reads a tensor; `context` is the file and the tensor, for messages.
    pub(super) fn tensor(
        &self,
        context: (&str, &str),
        view: &TensorView,
    ) -> Result<Tensor, PackError> {
        let (file, tensor) = context;
        let bad = |reason: &str| PackError::BadSource {
            file: file.to_owned(),
            reason: format!("tensor {tensor}: {reason}"),
        };
        let layout = Layout::of(view).ok_or_else(|| bad("its shape overlaps itself"))?;
        let storage = &view.storage;
        let width = storage.kind.bytes();
        let place = self.places.get(&storage.key).ok_or_else(|| bad("its storage is missing"))?;
        let end = view.offset.checked_add(layout.span as u64);
        if storage.elements.checked_mul(width) != Some(place.bytes)
            || end.is_none_or(|end| end > storage.elements)
        {
            return Err(bad("its storage is shorter than its shape"));
        }
        let section = Section::new(self.data, place.start, place.stored)
            .map_err(|error| bad(&error.to_string()))?;
        let from = view.offset * width;
        let values = if place.deflated {
            let bytes = inflate(&section, place.bytes).map_err(|reason| bad(&reason))?;
            storage.kind.read(context, &bytes, from, layout.span)?
        } else {
            storage.kind.read(context, &section, from, layout.span)?
        };
        Ok(Tensor { values: layout.gather(values), shape: layout.shape })
    }
}

/// A deflated section of exactly `bytes` bytes.
pub(super) fn inflate(section: &dyn ReadAt, bytes: u64) -> Result<Vec<u8>, String> {
    let cursor = BufReader::with_capacity(1 << 16, crate::read::Cursor::new(section));
    let mut out = Vec::new();
    DeflateDecoder::new(cursor)
        .take(bytes.saturating_add(1))
        .read_to_end(&mut out)
        .map_err(|error| error.to_string())?;
    if out.len() as u64 != bytes {
        return Err("its storage has another length than it says".to_owned());
    }
    Ok(out)
}

/// Shape and strides, checked: every element has a place of its own in `0..span`.
struct Layout {
    shape: Vec<usize>,
    strides: Vec<usize>,
    /// One past the last element's place.
    span: usize,
    elements: usize,
}

impl Layout {
    fn of(view: &TensorView) -> Option<Layout> {
        let wide = |lengths: &[u64]| -> Option<Vec<usize>> {
            lengths.iter().map(|&length| usize::try_from(length).ok()).collect()
        };
        let (shape, strides) = (wide(&view.shape)?, wide(&view.strides)?);
        let elements =
            shape.iter().try_fold(1usize, |product, &length| product.checked_mul(length))?;
        if elements == 0 {
            return Some(Layout { shape, strides, span: 0, elements });
        }
        // Sorted by stride, each axis must step over all that the smaller ones reach.
        let mut axes: Vec<(usize, usize)> =
            std::iter::zip(strides.iter().copied(), shape.iter().copied())
                .filter(|&(_, length)| length > 1)
                .collect();
        axes.sort_unstable();
        let mut span = 1usize;
        for (stride, length) in axes {
            if stride < span {
                return None;
            }
            span = stride.checked_mul(length - 1)?.checked_add(span)?;
        }
        Some(Layout { shape, strides, span, elements })
    }

    /// The elements in row-major order.
    fn gather(&self, values: Vec<f32>) -> Vec<f32> {
        let mut expected = 1;
        let contiguous = self.shape.iter().zip(&self.strides).rev().all(|(&length, &stride)| {
            let fits = length == 1 || stride == expected;
            expected *= length;
            fits
        });
        if contiguous || self.elements == 0 {
            return values;
        }
        let mut gathered = Vec::with_capacity(self.elements);
        let mut index = vec![0usize; self.shape.len()];
        for _ in 0..self.elements {
            let place: usize =
                index.iter().zip(&self.strides).map(|(at, stride)| at * stride).sum();
            gathered.extend(values.get(place));
            for (at, length) in index.iter_mut().zip(&self.shape).rev() {
                *at += 1;
                if at < &mut length.clone() {
                    break;
                }
                *at = 0;
            }
        }
        gathered
    }
}
