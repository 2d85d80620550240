//! Where a value would stand in a published table.

use serde::{Deserialize, Serialize};

use super::column::PublishedColumn;
use super::tables::{PublishedScore, PublishedTable};

/// One, in units of the last of this many decimals.
pub(crate) fn units(decimals: usize) -> f64 {
    (0..decimals).fold(1.0, |units, _| units * 10.0)
}

/// A number as printed with this many decimals, in units of the last one; halves go away from zero.
///
/// Sums of a few hundred scores carry an error of some 1e-14, so that a mean meant as 0.125
/// may come as 0.12499999999999999: numbers within 1e-9 of a half count as that half.
pub(crate) fn as_printed(value: f64, decimals: usize) -> i64 {
    let steps = value * units(decimals);
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

/// The places that a value may have, because its interval overlaps with those of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RankInterval {
    /// 1 + the number of values that are better beyond their intervals.
    pub best: usize,
    /// The number of values that are not worse beyond theirs, its own among them.
    pub worst: usize,
}

impl RankInterval {
    /// The places of `own` among `others` in a column in which more is better. A value without an
    /// interval is a point.
    pub(crate) fn among(own: PublishedScore, others: impl Iterator<Item = PublishedScore>) -> Self {
        // What was printed equal overlaps, whatever the last bits say.
        const SLACK: f64 = 1e-9;
        let ends = |score: PublishedScore| score.interval().unwrap_or([score.mean; 2]);
        let [low, high] = ends(own);
        let mut places = Self { best: 1, worst: 1 };
        for [other_low, other_high] in others.map(ends) {
            if other_low > high + SLACK {
                places.best += 1;
            }
            if other_high >= low - SLACK {
                places.worst += 1;
            }
        }
        places
    }
}

/// Where a value stands among the published rows.
///
/// Values are compared as they would be printed, rounded as the table is: a difference that the
/// published table cannot show makes no rank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rank {
    /// 1 + the number of published rows that are better.
    pub place: usize,
    /// The places that it may have by the intervals of the value and of the rows.
    pub places: RankInterval,
    /// The number of published rows with a value, and the ranked value itself.
    pub of: usize,
    /// The models whose published value is the same, in the table's order.
    pub ties: Vec<String>,
    /// The worst of the better rows (the first in the table's order, if several are equal).
    pub above: Option<Neighbour>,
    /// The best of the worse rows (the first in the table's order, if several are equal).
    pub below: Option<Neighbour>,
}

/// Ranks a score in a column of a published table whose numbers have this many decimals; `None` if
/// its mean is not finite.
///
/// For the reciprocal columns the mean is the reciprocal of the run's mean. Rows without a value in
/// the column do not count.
#[must_use]
pub fn rank(
    table: &PublishedTable,
    decimals: usize,
    metric: PublishedColumn,
    score: PublishedScore,
) -> Option<Rank> {
    if !score.mean.is_finite() {
        return None;
    }
    let rows = || table.rows.iter().filter_map(|row| Some((row, row.score(metric)?)));
    let own = as_printed(score.mean, decimals);
    let mut rank = Rank {
        place: 1,
        places: RankInterval::among(score, rows().map(|(_, score)| score)),
        of: rows().count() + 1,
        ties: Vec::new(),
        above: None,
        below: None,
    };
    let (mut above, mut below) = (i64::MAX, i64::MIN);
    for (row, score) in rows() {
        let other = as_printed(score.mean, decimals);
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
