//! What each metric sees of a change between two reports.

use rrgscore_scoring::ScoredSet;
use rrgscore_scoring::run::{Cell, Column};

use crate::{PlainCell, PlainRow, PlainTable};

/// Scores of changed reports beside the first pair's, which is the report beside itself: a row per
/// metric, a cell per pair, with the difference to the first one, or `unseen` where there is none.
#[must_use]
pub fn sanity_table(run: &impl ScoredSet) -> PlainTable {
    let row = |column: &Column| {
        let same = column.cells.first().and_then(Cell::value);
        let cell = |(at, cell): (usize, &Cell)| {
            let value = cell.value();
            let mut shown = PlainCell::number(value, 3);
            if let (true, Some(value), Some(same)) = (at > 0, value, same) {
                shown.text.push_str(&match value - same {
                    0.0 => " (unseen)".to_owned(),
                    difference => format!(" ({difference:+.3})"),
                });
            }
            shown
        };
        PlainRow {
            name: column.metric.label().to_owned(),
            cells: column.cells.iter().enumerate().map(cell).collect(),
        }
    };
    PlainTable {
        caption: "What each metric sees: score, and difference to the identical report".to_owned(),
        heads: std::iter::once("Metric").chain(run.ids()).map(str::to_owned).collect(),
        rows: run.columns().iter().map(row).collect(),
    }
}
