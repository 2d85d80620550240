//! What the page shows of a run, and downloads.

use rrgscore_results::{OutputFile, Results, ScoreRow, study};
use rrgscore_scoring::Run;

use super::details::details;
use super::{Coordinator, CurrentRun, Out, failed, page};
use crate::protocol::coordinator::{CoordinatorResponse, RowsQuery};

pub(super) const NOT_SCORED: &str = "nothing has been scored yet";

impl CurrentRun {
    /// The results of what has been scored, made once, and the run.
    pub(super) fn results(&mut self) -> (&Results, &Run) {
        let (run, provenance) = (self.drive.run(), &self.provenance);
        // The page ranks them: it has the leaderboard's editions.
        (self.results.get_or_insert_with(|| Results::new(run, provenance, &[])), run)
    }
}

impl Coordinator {
    pub(super) fn summarize(&mut self, out: Out<'_>) {
        let Some(run) = &mut self.run else { return failed(NOT_SCORED, out) };
        let (results, run) = run.results();
        let Results { summary, distributions, .. } = results.clone();
        let (details, encoded) = (details(&summary), run.encoded());
        let summary = Box::new(summary);
        page(CoordinatorResponse::Summary { summary, distributions, details, encoded }, out);
    }

    pub(super) fn rows(&mut self, query: &RowsQuery, out: Out<'_>) {
        let Some(run) = &mut self.run else { return failed(NOT_SCORED, out) };
        let (filter, problem) = run.study_filter(&query.filter);
        let &RowsQuery { version, sort, from, count, .. } = query;
        let scored = run.drive.run();
        let places = run.table.places(scored, &run.findings, sort, &filter);
        let wanted = places.iter().skip(from as usize).take(count as usize);
        let rows = wanted.filter_map(|&place| ScoreRow::of(scored, place)).collect();
        let total = places.len() as u32;
        page(CoordinatorResponse::Rows { version, from, total, rows }, out);
        if from == 0 {
            let means = (!filter.shows_all()).then(|| run.means_of_shown(sort, &filter));
            page(CoordinatorResponse::Filtered { version, means, problem }, out);
        }
    }

    pub(super) fn study(&self, place: u32, out: Out<'_>) {
        let Some(run) = &self.run else { return failed(NOT_SCORED, out) };
        match study(run.drive.run(), place) {
            Some(study) => page(CoordinatorResponse::Study { study: Box::new(study) }, out),
            None => failed("there is no such study in this run", out),
        }
    }

    pub(super) fn export(&mut self, format: OutputFile, out: Out<'_>) {
        let Some(run) = &mut self.run else { return failed(NOT_SCORED, out) };
        let (results, run) = run.results();
        match results.file(run, format) {
            Ok(Some(text)) => page(CoordinatorResponse::Exported { format, text }, out),
            Ok(None) => failed("this run has no such file", out),
            Err(error) => failed(&error.to_string(), out),
        }
    }
}
