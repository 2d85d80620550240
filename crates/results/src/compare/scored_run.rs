//! A run as its files have it.

use std::collections::BTreeMap;

use rrgscore_scoring::{Metric, ScoredSet, Summary};
use rrgscore_stats::mean_estimate;
use serde::{Deserialize, Serialize};

use crate::read_summary;
use crate::run_export::{is_share_file, read_share_file};
use crate::scores_csv::harmless;

/// The scores of a run without its reports: of a run at hand, read from `scores.csv` and
/// `summary.json`, or from a share file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoredRun {
    /// What it is called beside others.
    pub name: String,
    /// Its summary.
    pub summary: Summary,
    /// The studies in their order.
    pub ids: Vec<String>,
    /// Each column's scores in the studies' order; `None` where a study has none.
    pub columns: BTreeMap<Metric, Vec<Option<f64>>>,
}

/// Why two files are not those of one run.
#[derive(Debug, thiserror::Error)]
pub enum ScoredRunError {
    /// `summary.json` is none of this version's.
    #[error("summary.json: {0}")]
    Summary(#[from] crate::ExportError),
    /// `scores.csv` cannot be read as CSV.
    #[error("scores.csv: {0}")]
    Csv(#[from] csv::Error),
    /// The table has other columns than the summary.
    #[error("scores.csv has the columns {found}, summary.json names {named}")]
    Columns {
        /// In the table.
        found: String,
        /// In the summary.
        named: String,
    },
    /// A field that is no number.
    #[error("scores.csv, line {line}: the field in {column} is no number")]
    NoNumber {
        /// Counted from 1, the heading among them.
        line: u64,
        /// The column.
        column: String,
    },
    /// A study stands twice.
    #[error("scores.csv, line {line}: the study stands there for the second time")]
    Repeated {
        /// Counted from 1, the heading among them.
        line: u64,
    },
    /// A share file that is damaged.
    #[error("the share file is damaged: {0}")]
    ShareFile(#[from] serde_json::Error),
    /// A share file of another version.
    #[error("the share file is of version {found}, this is version 1: use the same RRGScore")]
    ShareVersion {
        /// What it says.
        found: u32,
    },
    /// A column has scores of another number of studies than there are.
    #[error("{column} has {scores} scores for {studies} studies")]
    Length {
        /// The column.
        column: String,
        /// Its scores.
        scores: u64,
        /// The studies.
        studies: u64,
    },
    /// Files that are not those of one run.
    #[error(
        "these are not the files of one run: give scores.csv and summary.json, or a share file"
    )]
    NotARun,
    /// The scores have another number or another mean than the summary says.
    #[error("{column} has another mean in scores.csv than in summary.json: they are of two runs")]
    OtherRun {
        /// The column.
        column: String,
    },
}

/// Means that are further apart than this are not of the same scores.
const SAME: f64 = 1e-9;

impl ScoredRun {
    /// The scores of a run at hand. Study ids are as `scores.csv` has them.
    #[must_use]
    pub fn of(name: &str, run: &impl ScoredSet, summary: &Summary) -> Self {
        let column = |column: &rrgscore_scoring::run::Column| {
            (column.metric, column.cells.iter().map(|cell| cell.value()).collect())
        };
        Self {
            name: name.to_owned(),
            summary: summary.clone(),
            ids: run.ids().map(harmless).collect(),
            columns: run.columns().iter().map(column).collect(),
        }
    }

    /// Reads both files of a run and checks that they are of one.
    ///
    /// # Errors
    /// [`ScoredRunError`].
    pub fn read(name: &str, scores: &str, summary: &str) -> Result<Self, ScoredRunError> {
        let summary = read_summary(summary)?;
        let mut reader = csv::Reader::from_reader(scores.as_bytes());
        let found: Vec<&str> = reader.headers()?.iter().collect();
        let columns = summary.metrics.iter().map(|metric| metric.column.as_str());
        let named: Vec<&str> = std::iter::once("study_id").chain(columns).collect();
        if found != named {
            let [found, named] = [found.join(", "), named.join(", ")];
            return Err(ScoredRunError::Columns { found, named });
        }
        let mut run = Self {
            name: name.to_owned(),
            ids: Vec::new(),
            columns: summary.metrics.iter().map(|metric| (metric.metric, Vec::new())).collect(),
            summary,
        };
        let mut seen = std::collections::BTreeSet::new();
        for (row, record) in reader.records().enumerate() {
            let (record, line) = (record?, row as u64 + 2);
            let mut fields = record.iter();
            let id = fields.next().unwrap_or_default();
            if !seen.insert(id.to_owned()) {
                return Err(ScoredRunError::Repeated { line });
            }
            run.ids.push(id.to_owned());
            for (metric, field) in run.summary.metrics.iter().zip(fields) {
                let score = match field {
                    "" => None,
                    text => {
                        Some(text.parse().ok().filter(|score: &f64| score.is_finite()).ok_or_else(
                            || ScoredRunError::NoNumber { line, column: metric.column.clone() },
                        )?)
                    }
                };
                if let Some(column) = run.columns.get_mut(&metric.metric) {
                    column.push(score);
                }
            }
        }
        run.check()?;
        Ok(run)
    }

    /// Reads the files of a run, in any order: a share file, which brings its name, or `scores.csv`
    /// and `summary.json`, which are called `name`.
    ///
    /// # Errors
    /// [`ScoredRunError`].
    pub fn of_files(name: &str, files: &[String]) -> Result<Self, ScoredRunError> {
        let is_json =
            |text: &&String| text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        match files {
            [one] if is_share_file(one) => read_share_file(one),
            [json, csv] | [csv, json] if is_json(&json) && !is_json(&csv) => {
                Self::read(name, csv, json)
            }
            _ => Err(ScoredRunError::NotARun),
        }
    }

    /// Whether each column has a score or none for every study, and the summary's numbers and means.
    pub(crate) fn check(&self) -> Result<(), ScoredRunError> {
        for metric in &self.summary.metrics {
            let column = self.columns.get(&metric.metric).map_or(&[][..], Vec::as_slice);
            if column.len() != self.ids.len() {
                return Err(ScoredRunError::Length {
                    column: metric.column.clone(),
                    scores: column.len() as u64,
                    studies: self.ids.len() as u64,
                });
            }
            let scores: Vec<f64> = column.iter().copied().flatten().collect();
            let mean = mean_estimate(&scores).ok().map(|estimate| estimate.mean);
            let same = match (mean, metric.mean) {
                (Some(ours), Some(theirs)) => (ours - theirs).abs() <= SAME * theirs.abs().max(1.0),
                (ours, theirs) => ours.is_none() && theirs.is_none(),
            };
            if !same || scores.len() as u64 != u64::from(metric.n) {
                return Err(ScoredRunError::OtherRun { column: metric.column.clone() });
            }
        }
        Ok(())
    }
}
