//! Columns that a judge's answers fill.

use super::{Cell, Run};
use crate::index::StudyIndex;
use crate::judged::{JudgeSummary, Judged};
use crate::metric::Metric;

impl Run {
    /// Fills a column with what a judge has answered. The answers must be read for this run's
    /// studies; a run that does not compute the column stays as it is.
    #[must_use]
    pub fn with_answers(mut self, judged: Judged) -> Self {
        let Judged { metric, results, summary, .. } = judged;
        if let Some(column) = self.columns.find(|m| m == metric) {
            let mut results = (0u32..).map(StudyIndex).zip(results);
            let filled = results.try_for_each(|(study, result)| {
                self.columns.fill(column, &[study], &Cell::new(result))
            });
            self.judged.insert(metric, summary);
            self.end_on_error(filled);
        }
        self
    }

    /// What a judge's answers for a column are like.
    pub fn judge(&self, metric: Metric) -> Option<&JudgeSummary> {
        self.judged.get(&metric)
    }
}
