//! The per-study table: the part of it that the page holds.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::protocol::{ScoreRow, Sort, SortBy, ToDesk};

/// Rows asked for at once.
const PAGE: u32 = 100;
/// Rows beyond the view that are asked for with it.
const AHEAD: u32 = 50;
/// Pages held; those far from the view are dropped.
const MOST_PAGES: usize = 12;

/// The table as it is sorted and filtered, with the rows near the view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The order.
    pub sort: Sort,
    /// The filter on study ids.
    pub filter: String,
    /// Rows under the filter; none before the desk has said.
    pub total: Option<u32>,
    /// The row the keyboard is on.
    pub current: u32,
    /// The row whose study is to be opened as soon as it is there.
    pub opening: Option<u32>,
    pages: BTreeMap<u32, Rc<[ScoreRow]>>,
    asked: BTreeSet<u32>,
    /// Numbers the order and filter in force; answers to older ones are dropped.
    pub version: u32,
    /// The version that `pages` are of.
    shown: u32,
}

impl Table {
    /// A row, if the page holds it.
    pub fn row(&self, at: u32) -> Option<&ScoreRow> {
        self.pages.get(&(at / PAGE))?.get((at % PAGE) as usize)
    }

    /// Changes the order and asks for what is in view; the old rows stay until the new ones come.
    pub fn sort_by(&mut self, by: SortBy) -> ToDesk {
        let again = self.sort.by == by;
        // Scores are read from the best, names from the first.
        let descending = match by {
            SortBy::Metric(_) => !again || !self.sort.descending,
            SortBy::Place | SortBy::Id => again && !self.sort.descending,
        };
        self.sort = Sort { by, descending };
        self.restart()
    }

    /// Changes the filter.
    pub fn filter(&mut self, filter: String) -> ToDesk {
        self.filter = filter;
        self.restart()
    }

    /// Asks for the first page under the order and filter in force.
    pub fn restart(&mut self) -> ToDesk {
        self.version += 1;
        self.current = 0;
        self.opening = None;
        self.asked.clear();
        self.ask(0)
    }

    /// Asks for the pages of these rows, and of those that a short scroll would show, that the page
    /// does not hold.
    pub fn show(&mut self, from: u32, count: u32) -> Vec<ToDesk> {
        let last = (from + count + AHEAD).min(self.total.unwrap_or(u32::MAX)).saturating_sub(1);
        if count == 0 {
            return Vec::new();
        }
        let pages = from.saturating_sub(AHEAD) / PAGE..=last / PAGE;
        let missing: Vec<u32> = pages
            .filter(|page| {
                let held = self.shown == self.version && self.pages.contains_key(page);
                !held && !self.asked.contains(page)
            })
            .collect();
        missing.into_iter().map(|page| self.ask(page)).collect()
    }

    fn ask(&mut self, page: u32) -> ToDesk {
        self.asked.insert(page);
        ToDesk::Rows {
            request: self.version,
            sort: self.sort,
            filter: self.filter.clone(),
            from: page * PAGE,
            count: PAGE,
        }
    }

    /// Takes in an answer. False when it is to an older order or filter.
    pub fn take(&mut self, request: u32, total: u32, from: u32, rows: Vec<ScoreRow>) -> bool {
        if request != self.version {
            return false;
        }
        if self.shown != self.version {
            self.pages.clear();
            self.shown = self.version;
        }
        let page = from / PAGE;
        self.asked.remove(&page);
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

    /// The row so many rows below the current one, within the table.
    pub fn stepped(&self, rows: i64) -> u32 {
        let last = self.total.unwrap_or(0).saturating_sub(1);
        u32::try_from(i64::from(self.current).saturating_add(rows).max(0)).unwrap_or(last).min(last)
    }

    /// Marks a row as the current one.
    pub fn mark(&mut self, at: u32) {
        self.current = at.min(self.total.unwrap_or(0).saturating_sub(1));
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

    fn asked(message: &ToDesk) -> (u32, u32) {
        let ToDesk::Rows { request, from, .. } = message else { panic!("{message:?}") };
        (*request, *from)
    }

    #[test]
    fn a_page_is_asked_for_once() {
        let mut table = Table::default();
        assert_eq!(asked(&table.restart()), (1, 0));
        assert!(table.show(10, 40).is_empty());
        assert!(table.take(1, 1000, 0, rows(0, 100)));
        assert!(table.show(10, 40).is_empty());
        let more = table.show(80, 40);
        assert_eq!(more.iter().map(asked).collect::<Vec<_>>(), [(1, 100)]);
    }

    #[test]
    fn answers_to_an_older_order_are_dropped_and_old_rows_stay_until_the_new_come() {
        let mut table = Table::default();
        table.restart();
        table.take(1, 3, 0, rows(0, 3));
        let second = table.sort_by(SortBy::Metric(0));
        assert_eq!(table.row(0).map(|row| row.place), Some(0));
        assert!(!table.take(1, 3, 0, rows(0, 3)));
        let (request, _) = asked(&second);
        assert!(table.take(request, 3, 0, rows(7, 3)));
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
    fn only_rows_near_the_view_are_held() {
        let mut table = Table::default();
        table.restart();
        for page in 0..100 {
            table.take(1, 10_000, page * 100, rows(page * 100, 100));
        }
        assert!(table.row(0).is_none() && table.row(9_950).is_some());
        assert!(table.pages.len() <= MOST_PAGES);
    }
}
