//! The per-study table: rows in an order and under a filter on study ids.

use rrgscore_scoring::Run;
use rrgscore_scoring::run::Cell;

use serde::{Deserialize, Serialize};

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
    key: Option<(Sort, String)>,
    places: Vec<u32>,
}

impl ScoreTable {
    /// Forgets the order: scores have changed.
    pub fn forget(&mut self) {
        self.key = None;
    }

    /// The number of rows under the filter, and some of them.
    pub fn rows(
        &mut self,
        run: &Run,
        sort: Sort,
        filter: &str,
        from: u32,
        count: u32,
    ) -> (u32, Vec<ScoreRow>) {
        let fresh = self.key.as_ref().is_some_and(|(s, f)| *s == sort && f == filter);
        if !fresh {
            self.places = arrange(run, sort, filter);
            self.key = Some((sort, filter.to_owned()));
        }
        let rows = self.places.iter().skip(from as usize).take(count as usize);
        (self.places.len() as u32, rows.filter_map(|&place| row(run, place)).collect())
    }
}

fn arrange(run: &Run, sort: Sort, filter: &str) -> Vec<u32> {
    let wanted = filter.to_lowercase();
    let mut places: Vec<u32> = (0u32..)
        .zip(run.pairs())
        .filter(|(_, pair)| wanted.is_empty() || pair.id.to_lowercase().contains(&wanted))
        .map(|(place, _)| place)
        .collect();
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
            return places;
        }
    }
    if sort.descending {
        places.reverse();
    }
    places
}

fn value(run: &Run, metric: u32, place: u32) -> Option<f64> {
    run.columns().get(metric as usize)?.cells.get(place as usize)?.value()
}

fn row(run: &Run, place: u32) -> Option<ScoreRow> {
    let pair = run.pairs().get(place as usize)?;
    let cells = || run.columns().iter().filter_map(move |column| column.cells.get(place as usize));
    Some(ScoreRow {
        place,
        id: pair.id.clone(),
        scores: cells().map(Cell::value).collect(),
        failed: cells().any(|cell| matches!(cell, Cell::Failed(_))),
        truncated: cells().any(|cell| matches!(cell, Cell::Scored(scored) if scored.truncated)),
    })
}
