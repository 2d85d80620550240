//! Runs beside each other.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use rrgscore_results::{CompareError, ScoredRun, compare};
use rrgscore_stats::{Bootstrap, PairedFailure};

use crate::errors::{guarded, json, refused};

/// Compares each further run with the first one; the comparisons as JSON. A run is its name, its
/// `scores.csv` and its `summary.json`.
#[pyfunction]
#[pyo3(signature = (runs, resamples, seed))]
pub(crate) fn compare_runs(
    py: Python<'_>,
    runs: Vec<(String, String, String)>,
    resamples: u32,
    seed: u64,
) -> PyResult<String> {
    py.detach(|| {
        guarded(|| {
            let read = |(name, scores, summary): &(String, String, String)| {
                ScoredRun::read(name, scores, summary)
                    .map_err(|reason| refused(format!("{name}: {reason}")))
            };
            let runs = runs.iter().map(read).collect::<PyResult<Vec<_>>>()?;
            let Some((first, others)) = runs.split_first() else {
                return Err(refused("there is no run to compare"));
            };
            let settings = Bootstrap { resamples, seed, ..Bootstrap::default() };
            let mut raised = None;
            let mut watch = |_| match Python::attach(|py| py.check_signals()) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    raised = Some(error);
                    ControlFlow::Break(())
                }
            };
            let mut comparisons = Vec::with_capacity(others.len());
            for second in others {
                match compare(first, second, settings, &mut watch) {
                    Ok(comparison) => comparisons.push(comparison),
                    Err(CompareError::Ended(PairedFailure::Cancelled)) => break,
                    Err(error) => return Err(refused(error)),
                }
            }
            match raised {
                Some(error) => Err(error),
                None => json(&comparisons),
            }
        })
    })
}
