//! A table to look at: places by a column, with own runs among the published rows.

use std::cmp::Ordering;

use super::column::PublishedColumn;
use super::edition::{Edition, Published};
use super::rank::{RankInterval, as_printed};
use super::tables::{PublishedScore, PublishedTable};

/// A run of the user, to be shown among the published rows.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnRun {
    /// The name to show.
    pub name: String,
    /// Its scores in the order of [`PublishedColumn::ALL`]; `None` for what was not computed or
    /// is not comparable.
    pub scores: [Option<PublishedScore>; PublishedColumn::ALL.len()],
}

/// A row of a [`leaderboard`].
#[derive(Clone, Debug, PartialEq)]
pub struct LeaderboardRow {
    /// The name to show.
    pub name: String,
    /// The place of the own run in the list given to [`leaderboard`]; `None` for a published row.
    pub own: Option<usize>,
    /// Who made it, by its card; empty where that is not known.
    pub institution: String,
    /// Of when it is, by its card; empty where that is not known.
    pub year: String,
    /// The scores in the order of [`PublishedColumn::ALL`].
    pub scores: [Option<PublishedScore>; PublishedColumn::ALL.len()],
    /// Place by the ranked column among all rows of the view, 1 the best, equals sharing the
    /// better place; `None` without a value. It does not depend on how the rows are sorted.
    pub place: Option<usize>,
    /// The places that it may have where intervals overlap; `None` without a value.
    pub places: Option<RankInterval>,
}

impl LeaderboardRow {
    /// The score in a column.
    #[must_use]
    pub fn score(&self, column: PublishedColumn) -> Option<PublishedScore> {
        self.scores.get(column.index()).copied().flatten()
    }

    /// Its place as it is shown: a range where intervals overlap, `–` without a value.
    #[must_use]
    pub fn shown_place(&self) -> String {
        match (self.place, self.places) {
            (_, Some(places)) if places.best < places.worst => {
                format!("{}\u{2013}{}", places.best, places.worst)
            }
            (Some(place), _) => place.to_string(),
            (None, _) => "\u{2013}".to_owned(),
        }
    }
}

/// What a [`leaderboard`]'s rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoardSort {
    /// The model's name.
    Model,
    /// Who made it.
    Institution,
    /// Of when it is.
    Year,
    /// A score.
    Score(PublishedColumn),
}

/// The direction of sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoardOrder {
    /// Least first: the worst score, A before B.
    Ascending,
    /// Most first: the best score.
    Descending,
}

/// The rows of a table of an edition and of own runs, ranked by a column, the best first.
///
/// Places are taken from the values as printed (see [`super::Rank`]).
#[must_use]
pub fn leaderboard(
    published: &Published,
    edition: &Edition,
    table: &PublishedTable,
    own: &[OwnRun],
    ranked: PublishedColumn,
) -> Vec<LeaderboardRow> {
    let row = |name: &String, own: Option<usize>, scores| {
        let card = published.card(name).filter(|_| own.is_none());
        LeaderboardRow {
            name: name.clone(),
            own,
            institution: card.map(|card| card.institution.clone()).unwrap_or_default(),
            year: card.map(|card| card.year.clone()).unwrap_or_default(),
            scores,
            place: None,
            places: None,
        }
    };
    let listed = table.rows.iter().map(|one| row(&one.model, None, one.scores));
    let own = own.iter().enumerate().map(|(index, run)| {
        let finite = run.scores.map(|score| score.filter(|score| score.mean.is_finite()));
        row(&run.name, Some(index), finite)
    });
    let mut rows: Vec<LeaderboardRow> = listed.chain(own).collect();
    // In every published column a higher number is the better one.
    let all: Vec<Option<PublishedScore>> = rows.iter().map(|row| row.score(ranked)).collect();
    for (at, row) in rows.iter_mut().enumerate() {
        let Some(score) = row.score(ranked) else { continue };
        let printed = |score: PublishedScore| as_printed(score.mean, edition.decimals);
        let better = all.iter().flatten().filter(|other| printed(**other) > printed(score));
        row.place = Some(1 + better.count());
        let others = all.iter().enumerate().filter(|(other, _)| *other != at);
        row.places = Some(RankInterval::among(score, others.filter_map(|(_, score)| *score)));
    }
    sort_rows(&mut rows, BoardSort::Score(ranked), BoardOrder::Descending);
    rows
}

/// Sorts rows; those without what they are sorted by come last in either order, and equals stay as
/// they were. Scores are compared in full, names without regard to case.
pub fn sort_rows(rows: &mut [LeaderboardRow], by: BoardSort, order: BoardOrder) {
    let directed = |ordering: Ordering| match order {
        BoardOrder::Ascending => ordering,
        BoardOrder::Descending => ordering.reverse(),
    };
    if let BoardSort::Score(column) = by {
        let mean = |row: &LeaderboardRow| row.score(column).map(|score| score.mean);
        rows.sort_by(|a, b| match (mean(a), mean(b)) {
            (Some(a), Some(b)) => directed(a.total_cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        return;
    }
    let text = |row: &LeaderboardRow| match by {
        BoardSort::Institution => row.institution.to_ascii_lowercase(),
        BoardSort::Year => row.year.clone(),
        BoardSort::Model | BoardSort::Score(_) => row.name.to_ascii_lowercase(),
    };
    rows.sort_by(|a, b| {
        let (a, b) = (text(a), text(b));
        a.is_empty().cmp(&b.is_empty()).then_with(|| directed(a.cmp(&b)))
    });
}
