//! What the page shows of a run: one study with its reasons, and how scores are spread.

use std::sync::Arc;

use rrgscore_scoring::Run;
use rrgscore_scoring::annotation::Annotation;
use rrgscore_scoring::run::{Cell, Column};

use crate::protocol::{Distribution, Study};

/// Bars of a distribution.
const BINS: usize = 24;

/// One study's texts and scores.
pub(super) fn study(run: &Run, place: u32) -> Option<Study> {
    let pair = run.pairs().get(place as usize)?;
    let score = |column: &Column| {
        let result = match column.cells.get(place as usize) {
            Some(Cell::Scored(scored)) => Some(Ok(scored.as_ref().clone())),
            Some(Cell::Failed(failure)) => Some(Err(failure.message.clone())),
            Some(Cell::Pending) | None => None,
        };
        (column.metric, result)
    };
    Some(Study {
        place,
        id: pair.id.clone(),
        reference: pair.reference.clone(),
        candidate: pair.candidate.clone(),
        scores: run.columns().iter().map(score).collect(),
        annotations: run
            .columns()
            .iter()
            .map(|column| (column.metric, run.annotations(column.metric, place).map(shown)))
            .filter(|(_, annotations)| annotations.iter().any(Option::is_some))
            .collect(),
    })
}

/// An annotation as the page shows it.
fn shown(annotation: Option<Arc<Annotation>>) -> Option<Annotation> {
    Some(match annotation?.as_ref() {
        Annotation::Chexbert { labels, truncated, .. } => {
            Annotation::Chexbert { embedding: Vec::new(), labels: *labels, truncated: *truncated }
        }
        other => other.clone(),
    })
}

/// One distribution per metric; empty bins where nothing is scored.
pub(super) fn distributions(run: &Run) -> Vec<Distribution> {
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
