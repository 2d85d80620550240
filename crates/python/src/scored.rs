//! What a run came to.

use std::path::PathBuf;

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use rrgscore_native::{write_reasons, write_results};
use rrgscore_results::Results;
use rrgscore_scoring::Run;
use rrgscore_scoring::run::Cell;

use crate::columns;
use crate::errors::{json, native, refused};

/// The studies of a run with their scores, and the run's summary. Values that Python reads as
/// dictionaries are given as JSON.
#[pyclass(frozen, module = "rrgscore._rrgscore")]
pub struct ScoredStudies {
    pub(crate) run: Run,
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
        self.run.pairs().len()
    }

    /// The studies' ids, in the order of the scores.
    fn ids(&self) -> Vec<&str> {
        self.run.pairs().iter().map(|pair| pair.id.as_str()).collect()
    }

    /// The metrics: id and column.
    fn metrics(&self) -> Vec<(&'static str, &'static str)> {
        self.run
            .columns()
            .iter()
            .map(|column| (column.metric.id(), column.metric.column()))
            .collect()
    }

    /// A metric's scores, by its place among the metrics; None for a study without one.
    fn scores(&self, place: usize) -> PyResult<Vec<Option<f64>>> {
        let column = self.run.columns().get(place);
        let column = column.ok_or_else(|| PyIndexError::new_err("there is no such metric"))?;
        Ok(column.cells.iter().map(Cell::value).collect())
    }

    /// Whether all was scored.
    fn is_complete(&self) -> bool {
        self.run.is_complete()
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
        let study = rrgscore_results::study(&self.run, place);
        json(&study.ok_or_else(|| PyIndexError::new_err("there is no such study"))?)
    }

    /// The files that the command line writes: name and text.
    fn files(&self) -> PyResult<Vec<(&'static str, String)>> {
        let files = self.results.files(&self.run).map_err(refused)?;
        Ok(files.into_iter().map(|(file, text)| (file.name(), text)).collect())
    }

    /// Writes them into a folder; with `reasons` also `reasons.jsonl`.
    fn write(&self, py: Python<'_>, folder: PathBuf, reasons: bool) -> PyResult<()> {
        py.detach(|| {
            write_results(&folder, &self.results, &self.run)?;
            if reasons {
                write_reasons(&folder.join("reasons.jsonl"), &self.run)?;
            }
            Ok(())
        })
        .map_err(native)
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
        columns::stream(py, &self.run)
    }
}
