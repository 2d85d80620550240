//! The first layers on spans: what the first word, the last word and the width of a span add up to,
//! and ReLU (RadGraph's entities and mentions).

use super::Made;
use super::parts::{Parts, Refused, ensure, is_int};
use super::step::{Buffers, Step, elements, first};
use crate::ops::row;
use std::ops::Range;
use std::sync::Arc;
use tract_core::internal::*;

/// Some columns of `relu((of_start[start] + of_end[end]) + of_width[end − start])`.
#[derive(Debug, Clone)]
struct Spans {
    of_width: Arc<[f32]>,
    /// Values of a row.
    width: usize,
    columns: Range<usize>,
}

/// Reads such layers, one step for each of both.
pub(crate) fn read(parts: &mut Parts<'_>) -> Result<Vec<Made>, Refused> {
    is_int(parts.node("start", "Gather", &["of_start", "starts"])?, "axis", 0, 0)?;
    is_int(parts.node("end", "Gather", &["of_end", "ends"])?, "axis", 0, 0)?;
    parts.node("widths", "Sub", &["ends", "starts"])?;
    is_int(parts.node("width", "Gather", &["#table", "widths"])?, "axis", 0, 0)?;
    parts.node("both", "Add", &["start", "end"])?;
    parts.node("sum", "Add", &["both", "width"])?;
    parts.node("relu", "Relu", &["sum"])?;
    let layers = ["first", "second"];
    let split = parts.node_with_outputs("layers", "Split", &["relu", "#sizes"], &layers)?;
    is_int(split, "axis", 1, 0)?;

    let table = parts.constant("#table")?;
    let shape = table.shape(4).filter(|shape| shape.len() == 2);
    let width = shape.and_then(|shape| shape.last().copied()).ok_or("has no table of widths")?;
    let of_width: Arc<[f32]> = parts.f32s("#table")?.into();
    let (mut made, mut start) = (Vec::new(), 0usize);
    for (&size, layer) in parts.i64s("#sizes")?.iter().zip(layers) {
        let end = usize::try_from(size).ok().and_then(|size| size.checked_add(start));
        let end = end.ok_or("has a layer of no size")?;
        let (of_width, columns) = (Arc::clone(&of_width), start..end);
        let inputs = ["starts", "ends", "of_start", "of_end"];
        made.push(Made::new(parts, &inputs, layer, Spans { of_width, width, columns })?);
        start = end;
    }
    ensure(start == width && made.len() == 2, || "has not two layers side by side".to_owned())?;
    Ok(made)
}

impl Spans {
    /// The layer's columns of a row.
    fn part<'r>(&self, rows: &'r [f32], index: i64) -> TractResult<&'r [f32]> {
        let row = row(rows, self.width, index)?;
        row.get(self.columns.clone()).context("a row is too short")
    }
}

impl Step for Spans {
    fn name(&self) -> &'static str {
        "Spans"
    }

    fn shape(&self, inputs: &[TVec<TDim>]) -> TractResult<TVec<TDim>> {
        Ok(first(inputs)?.iter().cloned().chain([self.columns.len().to_dim()]).collect())
    }

    fn run(&self, inputs: &[TValue], out: &mut [f32], _buffers: &mut Buffers) -> TractResult<()> {
        let (starts, ends) = (elements::<i64>(inputs, 0)?, elements::<i64>(inputs, 1)?);
        let (of_start, of_end) = (elements::<f32>(inputs, 2)?, elements::<f32>(inputs, 3)?);
        let fits = |of: &TValue| of.shape().last() == Some(&self.width);
        ensure!(inputs.iter().skip(2).all(fits), "rows of another length than {}", self.width);
        ensure!(starts.len() == ends.len(), "another number of first words than of last ones");
        let places = out.chunks_exact_mut(self.columns.len().max(1));
        for (out, (&start, &end)) in places.zip(starts.iter().zip(ends)) {
            let (start_row, end_row) = (self.part(of_start, start)?, self.part(of_end, end)?);
            let width_row = self.part(&self.of_width, end.wrapping_sub(start))?;
            let of_ends = start_row.iter().zip(end_row).map(|(a, b)| a + b);
            for ((out, of_ends), of_width) in out.iter_mut().zip(of_ends).zip(width_row) {
                let sum = of_ends + of_width;
                *out = if sum > 0.0 { sum } else { 0.0 };
            }
        }
        Ok(())
    }
}
