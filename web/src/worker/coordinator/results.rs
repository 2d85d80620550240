//! What the page shows of a run, and downloads.

use rrgscore_results::OutputFile;
use rrgscore_results::{
    ExportError, distributions, judgements_csv, labels_csv, scores_csv, study, summary_json,
};
use rrgscore_scoring::{Run, Summary};

use super::{Coordinator, CurrentRun, Out, failed, page};
use crate::protocol::coordinator::{CoordinatorResponse, RowsQuery};

const NOT_SCORED: &str = "nothing has been scored yet";

impl CurrentRun {
    fn run(&self) -> &Run {
        self.drive.run()
    }

    /// The summary of what has been scored; made once.
    fn summary(&mut self) -> &Summary {
        let (run, provenance) = (self.drive.run(), &self.provenance);
        self.summary.get_or_insert_with(|| Summary::of(run, provenance))
    }
}

impl Coordinator {
    pub(super) fn summarize(&mut self, out: Out<'_>) {
        let Some(run) = &mut self.run else { return failed(NOT_SCORED, out) };
        let summary = Box::new(run.summary().clone());
        let (distributions, encoded) = (distributions(run.run()), run.run().encoded());
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
        match study(run.run(), place) {
            Some(study) => page(CoordinatorResponse::Study { study: Box::new(study) }, out),
            None => failed("there is no such study in this run", out),
        }
    }

    pub(super) fn export(&mut self, format: OutputFile, out: Out<'_>) {
        let Some(run) = &mut self.run else { return failed(NOT_SCORED, out) };
        match text(run, format) {
            Ok(Some(text)) => page(CoordinatorResponse::Exported { format, text }, out),
            Ok(None) => failed("this run has no such file", out),
            Err(error) => failed(&error.to_string(), out),
        }
    }
}

fn text(run: &mut CurrentRun, format: OutputFile) -> Result<Option<String>, ExportError> {
    match format {
        OutputFile::ScoresCsv => scores_csv(run.run()).map(Some),
        OutputFile::LabelsCsv => labels_csv(run.run()),
        OutputFile::JudgementsCsv => judgements_csv(run.run()),
        OutputFile::SummaryJson => summary_json(run.summary()).map(Some),
    }
}
