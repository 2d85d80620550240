//! A table to look at: sorted by a column, with own runs among the published rows.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::column::MetricColumn;
use crate::published::{Score, Table};
use crate::rank::as_printed;

/// A run of the user, to be shown among the published rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnRun {
    /// The name to show.
    pub name: String,
    /// Its scores in the order of [`MetricColumn::ALL`]; `None` for what was not computed or
    /// is not comparable.
    pub scores: [Option<Score>; MetricColumn::ALL.len()],
}

/// A row of a [`view`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewRow {
    /// The name to show.
    pub name: String,
    /// The place of the own run in the list given to [`view`]; `None` for a published row.
    pub own: Option<usize>,
    /// The scores in the order of [`MetricColumn::ALL`].
    pub scores: [Option<Score>; MetricColumn::ALL.len()],
    /// Place by the sorted column among all rows of the view, 1 the best, equals sharing the
    /// better place; `None` without a value. It does not depend on [`Order`].
    pub place: Option<usize>,
}

impl ViewRow {
    /// The score in a column.
    #[must_use]
    pub fn score(&self, column: MetricColumn) -> Option<Score> {
        self.scores.get(column.index()).copied().flatten()
    }
}

/// The direction of sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The best first.
    BestFirst,
    /// The worst first.
    WorstFirst,
}

/// The rows of a table and of own runs, sorted by a column.
///
/// Rows without a value come last in either order. Places are taken from the values as
/// printed (see [`crate::Rank`]), the sorting from the full values; of equal rows published
/// ones come first, in the table's order.
#[must_use]
pub fn view(table: &Table, own: &[OwnRun], metric: MetricColumn, order: Order) -> Vec<ViewRow> {
    let published = table.rows.iter().map(|row| ViewRow {
        name: row.model.clone(),
        own: None,
        scores: row.scores.map(Some),
        place: None,
    });
    let own = own.iter().enumerate().map(|(index, run)| ViewRow {
        name: run.name.clone(),
        own: Some(index),
        scores: run.scores.map(|score| score.filter(|score| score.mean.is_finite())),
        place: None,
    });
    let mut rows: Vec<ViewRow> = published.chain(own).collect();
    let goodness = |row: &ViewRow| -> Option<f64> {
        let mean = row.score(metric)?.mean;
        Some(if metric.higher_is_better() { mean } else { -mean })
    };
    let all: Vec<i64> = rows.iter().filter_map(goodness).map(as_printed).collect();
    for row in &mut rows {
        row.place = goodness(row).map(|own| {
            let own = as_printed(own);
            1 + all.iter().filter(|other| **other > own).count()
        });
    }
    rows.sort_by(|a, b| match (goodness(a), goodness(b)) {
        (Some(a), Some(b)) => match order {
            Order::BestFirst => b.total_cmp(&a),
            Order::WorstFirst => a.total_cmp(&b),
        },
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    rows
}
