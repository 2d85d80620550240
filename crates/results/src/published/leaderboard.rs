//! A table to look at: sorted by a column, with own runs among the published rows.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::column::PublishedColumn;
use super::rank::as_printed;
use super::tables::{PublishedScore, PublishedTable};

/// A run of the user, to be shown among the published rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnRun {
    /// The name to show.
    pub name: String,
    /// Its scores in the order of [`PublishedColumn::ALL`]; `None` for what was not computed or
    /// is not comparable.
    pub scores: [Option<PublishedScore>; PublishedColumn::ALL.len()],
}

/// A row of a [`leaderboard`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeaderboardRow {
    /// The name to show.
    pub name: String,
    /// The place of the own run in the list given to [`leaderboard`]; `None` for a published row.
    pub own: Option<usize>,
    /// The scores in the order of [`PublishedColumn::ALL`].
    pub scores: [Option<PublishedScore>; PublishedColumn::ALL.len()],
    /// Place by the sorted column among all rows of the view, 1 the best, equals sharing the
    /// better place; `None` without a value. It does not depend on [`RankOrder`].
    pub place: Option<usize>,
}

impl LeaderboardRow {
    /// The score in a column.
    #[must_use]
    pub fn score(&self, column: PublishedColumn) -> Option<PublishedScore> {
        self.scores.get(column.index()).copied().flatten()
    }
}

/// The direction of sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RankOrder {
    /// The best first.
    BestFirst,
    /// The worst first.
    WorstFirst,
}

/// The rows of a table and of own runs, sorted by a column.
///
/// Rows without a value come last in either order. Places are taken from the values as
/// printed (see [`super::Rank`]), the sorting from the full values; of equal rows published
/// ones come first, in the table's order.
#[must_use]
pub fn leaderboard(
    table: &PublishedTable,
    own: &[OwnRun],
    metric: PublishedColumn,
    order: RankOrder,
) -> Vec<LeaderboardRow> {
    let published = table.rows.iter().map(|row| LeaderboardRow {
        name: row.model.clone(),
        own: None,
        scores: row.scores.map(Some),
        place: None,
    });
    let own = own.iter().enumerate().map(|(index, run)| LeaderboardRow {
        name: run.name.clone(),
        own: Some(index),
        scores: run.scores.map(|score| score.filter(|score| score.mean.is_finite())),
        place: None,
    });
    let mut rows: Vec<LeaderboardRow> = published.chain(own).collect();
    // In every published column a higher number is the better one.
    let goodness = |row: &LeaderboardRow| row.score(metric).map(|score| score.mean);
    let all: Vec<i64> = rows.iter().filter_map(goodness).map(as_printed).collect();
    for row in &mut rows {
        row.place = goodness(row).map(|own| {
            let own = as_printed(own);
            1 + all.iter().filter(|other| **other > own).count()
        });
    }
    rows.sort_by(|a, b| match (goodness(a), goodness(b)) {
        (Some(a), Some(b)) => match order {
            RankOrder::BestFirst => b.total_cmp(&a),
            RankOrder::WorstFirst => a.total_cmp(&b),
        },
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    rows
}
