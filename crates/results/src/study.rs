//! One study with its texts, its scores and the reasons for them.

use std::sync::Arc;

use rrgscore_annotations::{Annotation, ChexbertAnnotation};
use rrgscore_scoring::job::Scored;
use rrgscore_scoring::run::{Cell, Column};
use rrgscore_scoring::{Metric, Run};
use serde::{Deserialize, Serialize};

/// One study of a run: all that the study view draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Study {
    /// Place in input order.
    pub place: u32,
    /// Its id.
    pub id: String,
    /// The reference, as scored.
    pub reference: String,
    /// The candidate, as scored.
    pub candidate: String,
    /// One per metric: the score with its reasons, or why there is none (`None` while pending).
    pub scores: Vec<(Metric, Option<Result<Scored, String>>)>,
    /// What models found in the reference and the candidate, for the metrics that compare that;
    /// without embeddings, which nobody looks at.
    pub annotations: Vec<(Metric, [Option<Annotation>; 2])>,
}

/// The study at a place in input order; `None` past the last one.
#[must_use]
pub fn study(run: &Run, place: u32) -> Option<Study> {
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

/// An annotation as it is shown.
fn shown(annotation: Option<Arc<Annotation>>) -> Option<Annotation> {
    Some(match annotation?.as_ref() {
        Annotation::Chexbert(read) => Annotation::Chexbert(ChexbertAnnotation {
            embedding: Vec::new(),
            labels: read.labels,
            truncated: read.truncated,
        }),
        other => other.clone(),
    })
}
