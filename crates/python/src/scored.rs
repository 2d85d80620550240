//! What a run came to.

use std::path::PathBuf;

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use rrgscore_data::StudyField;
use rrgscore_native::{write_reasons, write_results};
use rrgscore_results::{Results, ScoredRun, StudyGrouping, correlations, extremes, group_scores};
use rrgscore_scoring::ScoredSet;
use rrgscore_scoring::run::{Cell, Column};
use rrgscore_scoring::shard::{MergedRun, row_results};
use rrgscore_session::StartedRun;
use rrgscore_stats::CorrelationMethod;

use crate::columns;
use crate::errors::{json, native, refused};

/// Studies with their scores.
pub(crate) enum Studies {
    /// Scored here: their reports and reasons are at hand.
    Here(Box<StartedRun>),
    /// Scored elsewhere, and gathered.
    Gathered(Box<MergedRun>),
}

/// Does the same with studies of either kind.
macro_rules! with {
    ($studies:expr, $run:ident => $done:expr) => {
        match $studies {
            Studies::Here(started) => {
                let $run = &started.run;
                $done
            }
            Studies::Gathered(merged) => {
                let $run = merged.as_ref();
                $done
            }
        }
    };
}

/// The studies of a run with their scores, and the run's summary. Values that Python reads as
/// dictionaries are given as JSON.
#[pyclass(frozen, module = "rrgscore._rrgscore")]
pub struct ScoredStudies {
    pub(crate) studies: Studies,
    pub(crate) results: Results,
    /// The doctor's findings, as JSON.
    pub(crate) findings: String,
    /// Packs and threads that broke.
    pub(crate) problems: Vec<String>,
}

#[pymethods]
impl ScoredStudies {
    /// Number of studies.
    fn __len__(&self) -> usize {
        with!(&self.studies, run => run.ids().len())
    }

    /// The studies' ids, in the order of the scores.
    fn ids(&self) -> Vec<&str> {
        with!(&self.studies, run => run.ids().collect())
    }

    /// The metrics: id and column.
    fn metrics(&self) -> Vec<(&'static str, &'static str)> {
        let name = |column: &Column| (column.metric.id(), column.metric.column());
        self.columns().iter().map(name).collect()
    }

    /// A metric's scores, by its place among the metrics; None for a study without one.
    fn scores(&self, place: usize) -> PyResult<Vec<Option<f64>>> {
        let column = self.columns().get(place);
        let column = column.ok_or_else(|| PyIndexError::new_err("there is no such metric"))?;
        Ok(column.cells.iter().map(Cell::value).collect())
    }

    /// Whether all was scored.
    fn is_complete(&self) -> bool {
        with!(&self.studies, run => run.is_complete())
    }

    /// `summary.json`.
    fn summary(&self) -> PyResult<String> {
        json(&self.results.summary)
    }

    /// The places among the published models, as JSON.
    fn standings(&self) -> PyResult<String> {
        json(&self.results.standings)
    }

    /// The doctor's findings, as JSON.
    fn findings(&self) -> &str {
        &self.findings
    }

    /// What broke on the way, a sentence each.
    fn problems(&self) -> Vec<String> {
        self.problems.clone()
    }

    /// A study with its texts, scores and reasons, as JSON.
    fn study(&self, place: u32) -> PyResult<String> {
        let study = rrgscore_results::study(&self.here()?.run, place);
        json(&study.ok_or_else(|| PyIndexError::new_err("there is no such study"))?)
    }

    /// The files that the command line writes: name and text.
    fn files(&self) -> PyResult<Vec<(&'static str, String)>> {
        let files = with!(&self.studies, run => self.results.files(run)).map_err(refused)?;
        Ok(files.into_iter().map(|(file, text)| (file.name(), text)).collect())
    }

    /// Writes them into a folder; with `reasons` also `reasons.jsonl`.
    fn write(&self, py: Python<'_>, folder: PathBuf, reasons: bool) -> PyResult<()> {
        let here = reasons.then(|| self.here()).transpose()?;
        py.detach(|| {
            with!(&self.studies, run => write_results(&folder, &self.results, run))?;
            match here {
                Some(here) => write_reasons(&folder.join("reasons.jsonl"), &here.run),
                None => Ok(()),
            }
        })
        .map_err(native)
    }

    /// Each metric's mean and interval in groups of studies, as JSON: by the values given, one or
    /// None for each study, or by a field of this name.
    #[pyo3(signature = (by, values))]
    fn groups(&self, by: &str, values: Option<Vec<Option<String>>>) -> PyResult<String> {
        let labels = with!(&self.studies, run => ScoredSet::chexbert_labels(run));
        let fields = self.here().map(|started| &*started.fields).unwrap_or_default();
        let grouping = match values {
            None => StudyGrouping::named(by, fields, &labels).map_err(refused)?,
            Some(values) => {
                let field = StudyField::of_values(by, values.iter().map(Option::as_deref));
                let many = || refused("there are too many different values, or too long ones");
                StudyGrouping::of_field(&field.ok_or_else(many)?)
            }
        };
        json(&group_scores(&self.scores_alone(), &grouping))
    }

    /// How every two metrics go together, as JSON.
    fn correlations(&self, method: &str) -> PyResult<String> {
        let unknown = || refused("the methods are pearson, spearman and kendall");
        let method = CorrelationMethod::from_name(method).ok_or_else(unknown)?;
        json(&correlations(&self.scores_alone(), method))
    }

    /// The best and worst studies of each metric, as JSON.
    fn extremes(&self, count: usize) -> PyResult<String> {
        json(&extremes(&self.scores_alone(), count))
    }

    /// The table that the command line prints.
    fn table(&self) -> String {
        rrgscore_results::table(&self.results)
    }

    /// Arrow's C stream; another schema than this one's is not made, as the interface allows.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        with!(&self.studies, run => columns::stream(py, run))
    }

    /// What the studies came to, for gathering them with others' of the same set: what all have in
    /// common, and a text per study.
    fn rows(&self) -> PyResult<(String, Vec<String>)> {
        let StartedRun { run, provenance, .. } = self.here()?;
        let rows = row_results(run, provenance);
        let rows = rows.ok_or_else(|| refused("not all studies were scored"))?;
        Ok((rows.facts, rows.studies))
    }
}

impl ScoredStudies {
    fn columns(&self) -> &[Column] {
        with!(&self.studies, run => ScoredSet::columns(run))
    }

    fn here(&self) -> PyResult<&StartedRun> {
        match &self.studies {
            Studies::Here(started) => Ok(started),
            Studies::Gathered(_) => {
                Err(refused("reports and reasons are where the studies were scored, not here"))
            }
        }
    }
}

impl ScoredStudies {
    fn scores_alone(&self) -> ScoredRun {
        with!(&self.studies, run => ScoredRun::of("", run, &self.results.summary))
    }
}
