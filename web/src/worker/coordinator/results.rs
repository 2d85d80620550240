//! What the page shows of a run, and downloads.

use rrgscore_results::{OutputFile, Results, study};
use rrgscore_scoring::Run;

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
        let (summary, encoded) = (Box::new(summary), run.encoded());
        page(CoordinatorResponse::Summary { summary, distributions, encoded }, out);
    }

    pub(super) fn rows(&mut self, query: RowsQuery, out: Out<'_>) {
        let Some(run) = &mut self.run else { return failed(NOT_SCORED, out) };
        let RowsQuery { sort, ref filter, from, count } = query;
        let (total, rows) = run.table.rows(run.drive.run(), sort, filter, from, count);
        page(CoordinatorResponse::Rows { query, total, rows }, out);
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
