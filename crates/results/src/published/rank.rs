//! Where a value would stand in a published table.

use serde::{Deserialize, Serialize};

use super::column::PublishedColumn;
use super::tables::{PublishedScore, PublishedTable};

/// The rows of a table are printed to hundredths.
const STEPS: f64 = 100.0;

/// A number as printed, in hundredths; halves go away from zero.
///
/// Sums of a few hundred scores carry an error of some 1e-14, so that a mean meant as 0.125
/// may come as 0.12499999999999999: numbers within 1e-9 of a half count as that half.
pub(crate) fn as_printed(value: f64) -> i64 {
    let steps = value * STEPS;
    // Saturates outside of i64, which no score is.
    (steps + steps.signum() * 1e-9).round() as i64
}

/// A published row next to a ranked value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Neighbour {
    /// The model's name.
    pub model: String,
    /// Its published score.
    pub score: PublishedScore,
}

/// Where a value stands among the published rows.
///
/// Values are compared as they would be printed, rounded to hundredths: a difference that the
/// published table cannot show makes no rank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rank {
    /// 1 + the number of published rows that are better.
    pub place: usize,
    /// The number of published rows, and the ranked value itself.
    pub of: usize,
    /// The models whose published value is the same, in the table's order.
    pub ties: Vec<String>,
    /// The worst of the better rows (the first in the table's order, if several are equal).
    pub above: Option<Neighbour>,
    /// The best of the worse rows (the first in the table's order, if several are equal).
    pub below: Option<Neighbour>,
}

/// Ranks a value in a column of a published table; `None` if the value is not finite.
///
/// For the reciprocal columns `value` is the reciprocal of the run's mean.
#[must_use]
pub fn rank(table: &PublishedTable, metric: PublishedColumn, value: f64) -> Option<Rank> {
    if !value.is_finite() {
        return None;
    }
    let own = as_printed(value);
    let mut rank =
        Rank { place: 1, of: table.rows.len() + 1, ties: Vec::new(), above: None, below: None };
    let (mut above, mut below) = (i64::MAX, i64::MIN);
    for row in &table.rows {
        let score = row.score(metric);
        let other = as_printed(score.mean);
        let neighbour = || Some(Neighbour { model: row.model.clone(), score });
        if other > own {
            rank.place += 1;
            if other < above {
                above = other;
                rank.above = neighbour();
            }
        } else if other < own {
            if other > below {
                below = other;
                rank.below = neighbour();
            }
        } else {
            rank.ties.push(row.model.clone());
        }
    }
    Some(rank)
}
