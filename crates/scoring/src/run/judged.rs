//! Columns that a judge's answers fill.

use std::collections::BTreeMap;

use super::{Cell, Run};
use crate::index::StudyIndex;
use crate::judged::{JudgeSummary, Judged};
use crate::metric::Metric;

impl Run {
    /// Fills a column with what a judge has answered. The answers must be read for this run's
    /// studies, for a shard for the whole set's; a run that does not compute the column stays as it
    /// is.
    #[must_use]
    pub fn with_answers(mut self, judged: Judged) -> Self {
        let Judged { metric, mut results, summary, .. } = judged;
        if let Some(share) = &self.share {
            results = share.pick(&results);
        }
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

    /// What a judge's answers for a column are like, for the whole set's studies.
    pub fn judge(&self, metric: Metric) -> Option<&JudgeSummary> {
        self.judged.get(&metric)
    }

    /// Studies of the set without a judge's answer for a column, besides those whose prediction is
    /// missing: under the policy that scores missing predictions as empty reports they are in the
    /// run and counted already.
    pub fn missing_answers(&self, metric: Metric) -> u64 {
        let unanswered = self.judge(metric).map_or(&[][..], |judge| &judge.unanswered);
        if unanswered.is_empty() {
            return 0;
        }
        let candidates: BTreeMap<&str, &str> =
            self.set.iter().map(|pair| (pair.id.as_str(), pair.candidate.as_str())).collect();
        let blank = |id: &&String| {
            candidates.get(id.as_str()).is_some_and(|candidate| candidate.trim().is_empty())
        };
        unanswered.iter().filter(|id| !blank(id)).count() as u64
    }
}
