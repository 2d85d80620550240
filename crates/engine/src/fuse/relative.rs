//! MPNet's bias of the scores: a number per head and distance.

use super::tokens::Tokens;
use super::wiring::{Wiring, input, int};
use tract_core::internal::*;

/// A bias per head and distance.
#[derive(Debug)]
pub(crate) struct Relative {
    /// `[heads][2·most − 1]`, from the query that stands most − 1 tokens after its key down to
    /// the one that stands as far before it.
    by_distance: Vec<Vec<f32>>,
}

/// Recognises the look-up of each pair's distance in a table.
pub(crate) fn find(wiring: &Wiring<'_>, tokens: &Tokens<'_>, value: &str) -> Option<Relative> {
    let gather = wiring.made_by(value, "Gather").filter(|node| int(node, "axis") == Some(1))?;
    let table = wiring.constant(input(gather, 0)?)?;
    let &[_, distances] = table.shape(4)?.as_slice() else { return None };
    let middle = i64::try_from(distances / 2).ok()?;
    if distances % 2 == 0 || !tokens.is_shifted_distance(wiring, input(gather, 1)?, middle) {
        return None;
    }
    // Column `middle + d` is for a query d tokens after its key.
    let rows = table.f32s()?;
    let reversed = |row: &[f32]| row.iter().rev().copied().collect();
    Some(Relative { by_distance: rows.chunks_exact(distances).map(reversed).collect() })
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
