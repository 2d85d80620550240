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
    /// What models found in the reference and the candidate, each once.
    pub annotations: Vec<StudyAnnotation>,
}

impl Study {
    /// What models found in the reference and the candidate, of what a metric compares.
    #[must_use]
    pub fn annotation(&self, metric: Metric) -> Option<&StudyAnnotation> {
        self.annotations.iter().find(|annotation| annotation.metrics.contains(&metric))
    }
}

/// What a model found in both reports of a study; without embeddings, which nobody looks at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StudyAnnotation {
    /// The metrics that compare it.
    pub metrics: Vec<Metric>,
    /// What was found in the reference; `None` while it is not known.
    pub reference: Option<Annotation>,
    /// The same for the candidate.
    pub candidate: Option<Annotation>,
}

impl StudyAnnotation {
    /// A study's annotations with all metrics that compare the same.
    fn all(run: &Run, place: u32) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for metric in run.columns().iter().map(|column| column.metric) {
            let [reference, candidate] = run.annotations(metric, place).map(shown);
            let same = |other: &&mut Self| {
                (&other.reference, &other.candidate) == (&reference, &candidate)
            };
            match all.iter_mut().find(same) {
                Some(known) => known.metrics.push(metric),
                None if reference.is_none() && candidate.is_none() => {}
                None => all.push(Self { metrics: vec![metric], reference, candidate }),
            }
        }
        all
    }
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
        annotations: StudyAnnotation::all(run, place),
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
