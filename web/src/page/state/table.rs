//! The per-study table: the part of it that the page holds.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rrgscore_results::{ScoreRow, Sort, SortBy};

use crate::protocol::coordinator::RowsQuery;
use crate::protocol::look::{FilterValues, ShownTable};

/// Rows requested at once.
const PAGE: u32 = 100;
/// Rows beyond the view that are requested with it.
const AHEAD: u32 = 50;
/// Pages held; those far from the view are dropped.
const MOST_PAGES: usize = 12;

/// What is to be said of the studies under a filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filtered {
    /// The metrics over them; none where all studies are shown.
    pub means: Option<ShownTable>,
    /// What was filled in wrongly.
    pub problem: Option<String>,
}

/// The table as it is sorted and filtered, with the rows near the view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The order.
    pub sort: Sort,
    /// What is filled in of the filter.
    pub filter: FilterValues,
    /// What is to be said of the studies under the filter.
    pub filtered: Filtered,
    /// Rows under the filter, once that is known.
    pub total: Option<u32>,
    /// The row the keyboard is on.
    pub current: u32,
    /// The row whose study is to be opened as soon as it is there.
    pub opening: Option<u32>,
    pages: BTreeMap<u32, Rc<[ScoreRow]>>,
    requested: BTreeSet<u32>,
    /// Numbers the order and filter in force.
    pub version: u32,
    /// The version that `pages` are of.
    shown: u32,
}

impl Table {
    /// A row, if the page holds it.
    pub fn row(&self, at: u32) -> Option<&ScoreRow> {
        self.pages.get(&(at / PAGE))?.get((at % PAGE) as usize)
    }

    /// A row as it is under the order and filter in force; none while it has not come.
    pub fn current_row(&self, at: u32) -> Option<&ScoreRow> {
        self.row(at).filter(|_| self.shown == self.version)
    }

    /// Changes the order and requests what is in view; the old rows stay until the new ones come.
    pub fn sort_by(&mut self, by: SortBy) -> RowsQuery {
        let again = self.sort.by == by;
        // Scores are read from the best, names from the first.
        let descending = match by {
            SortBy::Metric(_) => !again || !self.sort.descending,
            SortBy::Place | SortBy::Id => again && !self.sort.descending,
        };
        self.sort = Sort { by, descending };
        self.restart()
    }

    /// Fills in a field of the filter.
    pub fn filter(&mut self, at: usize, value: String) -> RowsQuery {
        if self.filter.len() <= at {
            self.filter.resize(at + 1, String::new());
        }
        if let Some(field) = self.filter.get_mut(at) {
            *field = value;
        }
        self.restart()
    }

    /// Shows all studies in an order.
    pub fn all_by(&mut self, sort: Sort) -> RowsQuery {
        (self.sort, self.total) = (sort, None);
        self.show_all()
    }

    /// Empties the filter.
    pub fn show_all(&mut self) -> RowsQuery {
        self.filter.clear();
        self.restart()
    }

    /// Requests the first page under the order and filter in force.
    pub fn restart(&mut self) -> RowsQuery {
        self.version += 1;
        self.current = 0;
        self.opening = None;
        self.requested.clear();
        self.request(0)
    }

    /// Requests the pages of these rows, and of those that a short scroll would show, that the page
    /// does not hold.
    pub fn show(&mut self, from: u32, count: u32) -> Vec<RowsQuery> {
        let last = (from + count + AHEAD).min(self.total.unwrap_or(u32::MAX)).saturating_sub(1);
        if count == 0 {
            return Vec::new();
        }
        let pages = from.saturating_sub(AHEAD) / PAGE..=last / PAGE;
        let missing: Vec<u32> = pages
            .filter(|page| {
                let held = self.shown == self.version && self.pages.contains_key(page);
                !held && !self.requested.contains(page)
            })
            .collect();
        missing.into_iter().map(|page| self.request(page)).collect()
    }

    fn request(&mut self, page: u32) -> RowsQuery {
        self.requested.insert(page);
        let (version, filter) = (self.version, self.filter.clone());
        RowsQuery { version, sort: self.sort, filter, from: page * PAGE, count: PAGE }
    }

    /// Takes in rows. False when they are of an older order or filter.
    pub fn take(&mut self, version: u32, from: u32, total: u32, rows: Vec<ScoreRow>) -> bool {
        if version != self.version {
            return false;
        }
        if self.shown != self.version {
            self.pages.clear();
            self.shown = self.version;
        }
        let page = from / PAGE;
        self.requested.remove(&page);
        self.total = Some(total);
        self.current = self.current.min(total.saturating_sub(1));
        self.pages.insert(page, rows.into());
        while self.pages.len() > MOST_PAGES {
            let farthest = self.pages.keys().copied().max_by_key(|key| key.abs_diff(page));
            if let Some(key) = farthest {
                self.pages.remove(&key);
            }
        }
        true
    }

    /// Takes in what is to be said of the studies under the filter.
    pub fn said(&mut self, version: u32, filtered: Filtered) {
        if version == self.version {
            self.filtered = filtered;
        }
    }

    /// The row so many rows below the current one, within the table.
    pub fn stepped(&self, rows: i64) -> u32 {
        let last = self.total.unwrap_or(0).saturating_sub(1);
        u32::try_from(i64::from(self.current).saturating_add(rows).max(0)).unwrap_or(last).min(last)
    }

    /// Marks a row as the current one.
    pub fn mark(&mut self, at: u32) {
        self.current = at.min(self.total.unwrap_or(u32::MAX).saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(from: u32, count: u32) -> Vec<ScoreRow> {
        let row = |place: u32| ScoreRow {
            place,
            id: place.to_string(),
            scores: Vec::new(),
            failed: false,
            truncated: false,
        };
        (from..from + count).map(row).collect()
    }

    #[test]
    fn a_page_is_requested_once() {
        let mut table = Table::default();
        let first = table.restart();
        assert_eq!(first.from, 0);
        assert!(table.show(10, 40).is_empty());
        assert!(table.take(first.version, 0, 1000, rows(0, 100)));
        assert!(table.show(10, 40).is_empty());
        let more = table.show(80, 40);
        assert_eq!(more.iter().map(|query| query.from).collect::<Vec<_>>(), [100]);
    }

    #[test]
    fn rows_of_an_older_order_are_dropped_and_old_rows_stay_until_the_new_come() {
        let mut table = Table::default();
        let first = table.restart();
        table.take(first.version, 0, 3, rows(0, 3));
        let second = table.sort_by(SortBy::Metric(0));
        assert_eq!(table.row(0).map(|row| row.place), Some(0));
        assert!(!table.take(first.version, 0, 3, rows(0, 3)));
        assert!(table.take(second.version, 0, 3, rows(7, 3)));
        assert_eq!(table.row(0).map(|row| row.place), Some(7));
    }

    #[test]
    fn scores_are_sorted_best_first_and_names_first_first() {
        let mut table = Table::default();
        for (by, descending) in [
            (SortBy::Metric(1), true),
            (SortBy::Metric(1), false),
            (SortBy::Id, false),
            (SortBy::Id, true),
        ] {
            table.sort_by(by);
            assert_eq!(table.sort, Sort { by, descending });
        }
    }

    #[test]
    fn a_filter_is_filled_in_field_by_field_and_emptied_for_an_end_of_all_studies() {
        let mut table = Table::default();
        table.restart();
        assert_eq!(table.filter(2, "1".to_owned()).filter, ["", "", "1"]);
        let filtered = table.filter(0, "a".to_owned());
        assert_eq!(filtered.filter, ["a", "", "1"]);
        let problem = Some("no number".to_owned());
        table.said(filtered.version - 1, Filtered { problem: problem.clone(), means: None });
        assert_eq!(table.filtered, Filtered::default(), "that was of an older filter");
        table.take(filtered.version, 0, 1, rows(0, 1));
        let sort = Sort { by: SortBy::Metric(1), descending: true };
        let all = table.all_by(sort);
        assert!(all.filter.is_empty() && all.sort == sort);
        assert!(table.row(0).is_some() && table.current_row(0).is_none(), "it is of the old order");
        // The row is of a longer table than the one that was shown.
        table.mark(4);
        assert_eq!(table.current, 4);
    }

    #[test]
    fn only_rows_near_the_view_are_held() {
        let mut table = Table::default();
        let first = table.restart();
        for page in 0..100 {
            table.take(first.version, page * 100, 10_000, rows(page * 100, 100));
        }
        assert!(table.row(0).is_none() && table.row(9_950).is_some());
        assert!(table.pages.len() <= MOST_PAGES);
    }
}
