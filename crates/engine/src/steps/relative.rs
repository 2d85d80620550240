//! MPNet's bias of the scores: a number per head and distance.

use super::described::{Described, take_columns};
use super::parts::{Parts, Refused, ensure, is_int};
use std::sync::Arc;
use tract_core::internal::*;

/// A bias per head and distance.
#[derive(Debug)]
pub(crate) struct Relative {
    /// `[heads][2·most − 1]`, from the query that stands most − 1 tokens after its key down to
    /// the one that stands as far before it.
    by_distance: Vec<Vec<f32>>,
}

/// Reads the look-up of each pair's distance in a table, and the addition of the mask.
pub(crate) fn read(parts: &mut Parts<'_>) -> Result<Described, Refused> {
    let middle = take_columns(parts)?;
    is_int(parts.node("bias", "Gather", &["#table", "columns"])?, "axis", 1, 0)?;
    parts.node("masked", "Add", &["bias", "mask"])?;
    let no_mask = matches!(parts.described("mask")?, Described::NoMask);
    let table = parts.constant("#table")?;
    let shape = table.shape(4).filter(|shape| shape.len() == 2);
    let distances = shape.and_then(|shape| shape.last().copied()).unwrap_or(0);
    let centred = distances % 2 == 1 && i64::try_from(distances / 2) == Ok(middle);
    ensure(no_mask && centred, || "has no table with a column for each distance".to_owned())?;
    // Column `middle + d` is for a query d tokens after its key.
    let rows = parts.f32s("#table")?;
    let reversed = |row: &[f32]| row.iter().rev().copied().collect();
    let by_distance = rows.chunks_exact(distances).map(reversed).collect();
    Ok(Described::Relative(Arc::new(Relative { by_distance })))
}

impl Relative {
    /// Number of heads.
    pub(crate) fn heads(&self) -> usize {
        self.by_distance.len()
    }

    /// `[heads, 2·tokens − 1]`, from the farthest key before the query to the farthest after it.
    pub(crate) fn scores<'v>(
        &self,
        tokens: usize,
        values: &'v mut Vec<f32>,
    ) -> TractResult<&'v [f32]> {
        values.clear();
        for row in &self.by_distance {
            let middle = row.len() / 2;
            let first = (middle + 1).checked_sub(tokens);
            let part = first.and_then(|first| row.get(first..middle + tokens));
            values.extend(part.context("more tokens than distances have a bias")?);
        }
        Ok(values)
    }
}
