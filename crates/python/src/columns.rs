//! Scores as columns of Arrow, which pandas, polars, DuckDB and others take without a copy.

use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, Float64Array, RecordBatch, RecordBatchIterator, StringArray};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use rrgscore_scoring::ScoredSet;
use rrgscore_scoring::run::Cell;

use crate::errors::refused;

/// The name that Arrow's C stream interface gives the capsule.
const STREAM: &std::ffi::CStr = c"arrow_array_stream";

/// A run's scores as a stream of one batch: `study_id` (text), then a column per metric under its
/// name in `scores.csv` (f64, null where a study has no score).
pub(crate) fn stream<'py>(
    py: Python<'py>,
    run: &impl ScoredSet,
) -> PyResult<Bound<'py, PyCapsule>> {
    let ids: StringArray = run.ids().map(Some).collect();
    let mut columns: Vec<(&str, ArrayRef, bool)> = vec![("study_id", Arc::new(ids), false)];
    for column in run.columns() {
        let scores: Float64Array = column.cells.iter().map(Cell::value).collect();
        columns.push((column.metric.column(), Arc::new(scores), true));
    }
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(refused)?;
    let schema = batch.schema();
    let batches = RecordBatchIterator::new(std::iter::once(Ok(batch)), schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(batches)), STREAM)
}
