//! The per-study table: rows in an order and under a filter.

use rrgscore_data::Finding;
use rrgscore_scoring::Run;
use rrgscore_scoring::run::Cell;

use serde::{Deserialize, Serialize};

use crate::StudyFilter;

/// The order of the per-study table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Largest first. Studies without a score stand last either way.
    pub descending: bool,
}

/// What the per-study table is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// Input order.
    #[default]
    Place,
    /// Study id.
    Id,
    /// A metric's score, by its place among the metrics.
    Metric(u32),
}

/// A row of the per-study table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreRow {
    /// The study's place in input order.
    pub place: u32,
    /// Its id.
    pub id: String,
    /// Scores in the order of the metrics; none while pending or failed.
    pub scores: Vec<Option<f64>>,
    /// Whether any column failed for this study.
    pub failed: bool,
    /// Whether a model saw only the beginning of a report.
    pub truncated: bool,
}

/// Rows of a run in an order; the last order is kept, because scrolling asks for the same one
/// again and again.
#[derive(Default)]
pub struct ScoreTable {
    key: Option<(Sort, StudyFilter)>,
    places: Vec<u32>,
}

impl ScoreTable {
    /// Forgets the order: scores have changed.
    pub fn forget(&mut self) {
        self.key = None;
    }

    /// The studies under the filter, by their places in input order and in the table's order.
    /// `findings` are the doctor's.
    pub fn places(
        &mut self,
        run: &Run,
        findings: &[Finding],
        sort: Sort,
        filter: &StudyFilter,
    ) -> &[u32] {
        let fresh = self.key.as_ref().is_some_and(|(s, f)| *s == sort && f == filter);
        if !fresh {
            self.places = filter.places(run, findings);
            arrange(run, sort, &mut self.places);
            self.key = Some((sort, filter.clone()));
        }
        &self.places
    }
}

fn arrange(run: &Run, sort: Sort, places: &mut [u32]) {
    let id = |place: u32| run.pairs().get(place as usize).map(|pair| pair.id.as_str());
    match sort.by {
        SortBy::Place => {}
        SortBy::Id => places.sort_by(|&a, &b| id(a).cmp(&id(b)).then(a.cmp(&b))),
        SortBy::Metric(metric) => {
            let value = |place: u32| value(run, metric, place);
            // The sort is stable, so equal scores keep input order; NaN does not occur.
            places.sort_by(|&a, &b| match (value(a), value(b)) {
                (Some(a), Some(b)) if sort.descending => b.total_cmp(&a),
                (Some(a), Some(b)) => a.total_cmp(&b),
                (None, None) => std::cmp::Ordering::Equal,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(_), None) => std::cmp::Ordering::Less,
            });
            return;
        }
    }
    if sort.descending {
        places.reverse();
    }
}

fn value(run: &Run, metric: u32, place: u32) -> Option<f64> {
    run.columns().get(metric as usize)?.cells.get(place as usize)?.value()
}

impl ScoreRow {
    /// The row of the study at a place in input order; none beyond the last.
    #[must_use]
    pub fn of(run: &Run, place: u32) -> Option<Self> {
        let pair = run.pairs().get(place as usize)?;
        let cells =
            || run.columns().iter().filter_map(move |column| column.cells.get(place as usize));
        Some(Self {
            place,
            id: pair.id.clone(),
            scores: cells().map(Cell::value).collect(),
            failed: cells().any(|cell| matches!(cell, Cell::Failed(_))),
            truncated: cells().any(|cell| matches!(cell, Cell::Scored(scored) if scored.truncated)),
        })
    }
}
