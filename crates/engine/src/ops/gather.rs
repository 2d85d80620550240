//! Rows of an f32 tensor by index.

use super::{Operator, elements};
use tract_core::internal::*;

/// Indices below 0 count from the end, as in ONNX.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gather;

impl Operator for Gather {
    fn name(&self) -> &'static str {
        "Gather"
    }

    fn facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let [rows, places] = inputs else { bail!("not two inputs") };
        ensure!(rows.datum_type == f32::datum_type(), "rows of another type than f32");
        ensure!(places.datum_type == i64::datum_type(), "indices of another type than i64");
        ensure!(rows.rank() > 0, "rows of a scalar");
        let shape = places.shape.iter().chain(rows.shape.iter().skip(1)).cloned();
        Ok(tvec![f32::fact(shape.collect::<TVec<TDim>>())])
    }

    fn run(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let (rows, places) = (elements::<f32>(&inputs, 0)?, elements::<i64>(&inputs, 1)?);
        let [table, index] = inputs.as_slice() else { bail!("not two inputs") };
        let (_, axes) = table.shape().split_first().context("rows of a scalar")?;
        let shape: TVec<usize> = index.shape().iter().chain(axes).copied().collect();
        let width: usize = axes.iter().product();
        let mut out = Tensor::zero::<f32>(&shape)?;
        let mut view = out.try_as_plain_ram_mut()?;
        let out_rows = view.as_slice_mut::<f32>()?.chunks_exact_mut(width.max(1));
        for (out, &place) in out_rows.zip(places) {
            out.copy_from_slice(row(rows, width, place)?);
        }
        Ok(tvec![out.into_tvalue()])
    }
}

/// One of some rows of `width` values; an index below 0 counts from the end.
pub(crate) fn row(rows: &[f32], width: usize, index: i64) -> TractResult<&[f32]> {
    let count = rows.len() / width.max(1);
    let from_start = if index < 0 { index.saturating_add_unsigned(count as u64) } else { index };
    let place = usize::try_from(from_start).ok().filter(|&place| place < count);
    let place = place.with_context(|| format!("an index is not below {count}"))?;
    rows.get(place * width..(place + 1) * width).context("a row is cut off")
}
