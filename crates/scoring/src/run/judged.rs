//! Columns that a judge's answers fill.

use super::{Cell, Run};
use crate::job::{Failure, FailureKind};
use crate::judged::{JudgeSummary, Judged};
use crate::metric::Metric;

impl Run {
    /// Fills a column with what a judge has answered. The answers must be read for this run's
    /// studies; a run that does not compute the column stays as it is.
    #[must_use]
    pub fn with_answers(mut self, judged: Judged) -> Self {
        let Judged { metric, results, summary, .. } = judged;
        if let Some(column) = self.columns.iter_mut().find(|column| column.metric == metric) {
            for (place, result) in (0u32..).zip(results) {
                column.set(place, &Cell::of(result));
            }
            self.judged.insert(metric, summary);
        }
        self
    }

    /// What a judge's answers for a column are like.
    pub fn judge(&self, metric: Metric) -> Option<&JudgeSummary> {
        self.judged.get(&metric)
    }

    /// What a column holds for which no answers were given.
    pub(super) fn plan_answers(&mut self, column: usize) {
        let none =
            Cell::Failed(Failure::new(FailureKind::NoAnswer, "no judge's answers were given"));
        if let Some(column) = self.columns.get_mut(column) {
            for place in 0..column.cells.len() as u32 {
                column.set(place, &none);
            }
        }
    }
}
