//! The first layers on spans: what the first word, the last word and the width of a span add up to,
//! and ReLU (RadGraph's entities and mentions).

use super::step::{Buffers, Step, elements};
use super::wiring::{Wiring, input, int};
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

/// What such layers were recognised as.
struct Found {
    /// First words, last words, and a row for every word as the one and as the other.
    inputs: [String; 4],
    /// The layers and their outputs.
    steps: Vec<(Spans, String)>,
}

/// Fuses every such sum that is split into layers.
pub(crate) fn fuse(wiring: &mut Wiring<'_>) {
    for split in wiring.all("Split") {
        let Some(Found { inputs, steps }) = find(wiring, split) else { continue };
        let inputs = inputs.each_ref().map(String::as_str);
        for (step, output) in steps {
            wiring.fuse(&inputs, &output, Arc::new(step));
        }
    }
}

fn find(wiring: &Wiring<'_>, split: usize) -> Option<Found> {
    let split = wiring.node(split, "Split").filter(|node| int(node, "axis") == Some(1))?;
    let relu = wiring.made_for(input(split, 0)?, "Relu")?;
    let sum = wiring.made_by(input(relu, 0)?, "Add")?;
    let ends = wiring.made_by(input(sum, 0)?, "Add")?;
    let picked = |value| {
        let node = wiring.made_by(value, "Gather")?;
        matches!(int(node, "axis"), None | Some(0)).then_some((input(node, 0)?, input(node, 1)?))
    };
    let (of_start, starts) = picked(input(ends, 0)?)?;
    let (of_end, ends) = picked(input(ends, 1)?)?;
    let (table, widths) = picked(input(sum, 1)?)?;
    let widths = wiring.made_by(widths, "Sub")?;
    if input(widths, 0)? != ends || input(widths, 1)? != starts {
        return None;
    }
    let &[_, width] = wiring.constant(table)?.dims.as_slice() else { return None };
    let width = usize::try_from(width).ok()?;
    let of_width: Arc<[f32]> = wiring.f32s(table)?.into();

    let mut steps = Vec::new();
    let mut start = 0;
    for (&size, output) in wiring.i64s(input(split, 1)?)?.iter().zip(&split.output) {
        let end = usize::try_from(size).ok()?.checked_add(start)?;
        let (of_width, columns) = (Arc::clone(&of_width), start..end);
        steps.push((Spans { of_width, width, columns }, output.clone()));
        start = end;
    }
    let inputs = [starts, ends, of_start, of_end].map(str::to_owned);
    (start == width && steps.len() == split.output.len()).then_some(Found { inputs, steps })
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

    fn shape(&self, first: &[TDim]) -> TractResult<TVec<TDim>> {
        Ok(first.iter().cloned().chain([self.columns.len().to_dim()]).collect())
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
