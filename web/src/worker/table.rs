//! The per-study table's rows in the order and under the filter that the page asks for.

use rrgscore_scoring::Run;
use rrgscore_scoring::run::Cell;

use crate::protocol::{Row, Sort, SortBy};

/// The last order asked for, kept because scrolling asks for the same one again and again.
#[derive(Default)]
pub(super) struct Order {
    key: Option<(Sort, String)>,
    places: Vec<u32>,
}

impl Order {
    /// Forgets the order: scores have changed.
    pub(super) fn forget(&mut self) {
        self.key = None;
    }

    /// The number of rows under the filter, and some of them.
    pub(super) fn rows(
        &mut self,
        run: &Run,
        sort: Sort,
        filter: &str,
        from: u32,
        count: u32,
    ) -> (u32, Vec<Row>) {
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

fn row(run: &Run, place: u32) -> Option<Row> {
    let pair = run.pairs().get(place as usize)?;
    let cells = || run.columns().iter().filter_map(move |column| column.cells.get(place as usize));
    Some(Row {
        place,
        id: pair.id.clone(),
        scores: cells().map(Cell::value).collect(),
        failed: cells().any(|cell| matches!(cell, Cell::Failed(_))),
        truncated: cells().any(|cell| matches!(cell, Cell::Scored(scored) if scored.truncated)),
    })
}
