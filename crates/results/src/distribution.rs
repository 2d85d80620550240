//! How a metric's per-study scores are spread.

use rrgscore_scoring::ScoredSet;
use rrgscore_scoring::run::{Cell, Column};
use serde::{Deserialize, Serialize};

/// Number of bins of a [`Distribution`].
const BINS: usize = 24;

/// A histogram of one metric's scores: bins of equal width from `low` to `high`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Distribution {
    /// Smallest score, in the metric's unit.
    pub low: f64,
    /// Largest score, in the metric's unit.
    pub high: f64,
    /// Studies per bin; empty when no study has a finite score.
    pub bins: Vec<u32>,
}

/// One distribution per column of the run, in the run's order.
#[must_use]
pub fn distributions(run: &impl ScoredSet) -> Vec<Distribution> {
    run.columns().iter().map(distribution).collect()
}

fn distribution(column: &Column) -> Distribution {
    let values: Vec<f64> = column.cells.iter().filter_map(Cell::value).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !low.is_finite() || !high.is_finite() {
        return Distribution { low: 0.0, high: 0.0, bins: Vec::new() };
    }
    let mut bins = vec![0; BINS];
    for value in values {
        let share = if high > low { (value - low) / (high - low) } else { 0.0 };
        if let Some(bin) = bins.get_mut(((share * BINS as f64) as usize).min(BINS - 1)) {
            *bin += 1;
        }
    }
    Distribution { low, high, bins }
}
