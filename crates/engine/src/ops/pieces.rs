//! f32 tensors cut along an axis, and put together along one.

use super::{Operator, axis_of, elements};
use tract_core::internal::*;

/// Tensors side by side along an axis.
#[derive(Debug, Clone)]
pub(super) struct Concat {
    pub(super) axis: i64,
}

/// Pieces of so many indices of an axis.
#[derive(Debug, Clone)]
pub(super) struct Split {
    axis: i64,
    sizes: Vec<usize>,
    /// Their sum.
    all: usize,
}

impl Split {
    pub(super) fn new(axis: i64, sizes: &[i64]) -> TractResult<Split> {
        let sizes: Result<Vec<usize>, _> = sizes.iter().map(|&size| size.try_into()).collect();
        let sizes = sizes.context("a piece of a negative length")?;
        let all = sizes.iter().try_fold(0usize, |sum, &size| sum.checked_add(size));
        Ok(Split { axis, sizes, all: all.context("pieces of too many values")? })
    }
}

/// Product of the lengths from an axis on.
fn from(shape: &[usize], axis: usize) -> usize {
    shape.iter().skip(axis).product()
}

/// A shape with another length of one axis.
fn with<D: Clone>(shape: &[D], axis: usize, length: D) -> TVec<D> {
    let mut shape: TVec<D> = shape.iter().cloned().collect();
    if let Some(found) = shape.get_mut(axis) {
        *found = length;
    }
    shape
}

impl Operator for Concat {
    fn name(&self) -> &'static str {
        "Concat"
    }

    fn facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let first = inputs.first().context("no input")?.shape.to_tvec();
        let axis = axis_of(self.axis, first.len())?;
        let mut length = 0.to_dim();
        for input in inputs {
            ensure!(input.datum_type == f32::datum_type(), "not f32");
            let shape = input.shape.to_tvec();
            length += shape.get(axis).context("other axes than those of the first")?;
            let alike = with(&shape, axis, 0.to_dim()) == with(&first, axis, 0.to_dim());
            ensure!(alike, "other lengths than those of the first: {shape:?}");
        }
        Ok(tvec![f32::fact(with(&first, axis, length))])
    }

    fn run(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let first = inputs.first().context("no input")?.shape();
        let axis = axis_of(self.axis, first.len())?;
        let mut length = 0;
        for input in &inputs {
            let alike = with(input.shape(), axis, 0) == with(first, axis, 0);
            ensure!(alike, "other lengths than those of the first: {:?}", input.shape());
            length += input.shape().get(axis).copied().unwrap_or(0);
        }
        let mut out = Tensor::zero::<f32>(&with(first, axis, length))?;
        let whole = from(out.shape(), axis);
        let mut view = out.try_as_plain_ram_mut()?;
        let values = view.as_slice_mut::<f32>()?;
        let mut start = 0;
        for (index, input) in inputs.iter().enumerate() {
            let part = from(input.shape(), axis);
            let pieces = elements::<f32>(&inputs, index)?.chunks_exact(part.max(1));
            for (row, piece) in values.chunks_exact_mut(whole.max(1)).zip(pieces) {
                if let Some(place) = row.get_mut(start..start + part) {
                    place.copy_from_slice(piece);
                }
            }
            start += part;
        }
        Ok(tvec![out.into_tvalue()])
    }
}

impl Operator for Split {
    fn name(&self) -> &'static str {
        "Split"
    }

    fn facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let [x] = inputs else { bail!("not one input") };
        ensure!(x.datum_type == f32::datum_type(), "not f32");
        let shape = x.shape.to_tvec();
        let axis = axis_of(self.axis, shape.len())?;
        let fits = shape.get(axis) == Some(&self.all.to_dim());
        ensure!(fits, "pieces of {} in all, of {shape:?}", self.all);
        Ok(self.sizes.iter().map(|size| f32::fact(with(&shape, axis, size.to_dim()))).collect())
    }

    fn run(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let [x] = inputs.as_slice() else { bail!("not one input") };
        let axis = axis_of(self.axis, x.rank())?;
        let fits = x.shape().get(axis) == Some(&self.all);
        ensure!(fits, "pieces of {} in all, of {:?}", self.all, x.shape());
        let values = elements::<f32>(&inputs, 0)?;
        let (whole, one) = (from(x.shape(), axis), from(x.shape(), axis + 1));
        let mut start = 0;
        let cut = |&size: &usize| {
            let mut piece = Tensor::zero::<f32>(&with(x.shape(), axis, size))?;
            let part = size * one;
            let mut view = piece.try_as_plain_ram_mut()?;
            let places = view.as_slice_mut::<f32>()?.chunks_exact_mut(part.max(1));
            for (place, row) in places.zip(values.chunks_exact(whole.max(1))) {
                if let Some(row) = row.get(start..start + part) {
                    place.copy_from_slice(row);
                }
            }
            start += part;
            Ok(piece.into_tvalue())
        };
        self.sizes.iter().map(cut).collect()
    }
}
