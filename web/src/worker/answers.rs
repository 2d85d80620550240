//! A judge's answers at the desk: kept as they came, and read whenever the studies change.

use std::collections::BTreeMap;

use rrgscore_data::{MissingPolicy, StudyPair};
use rrgscore_judge::{Metric, Studies};
use rrgscore_scoring::judged::{self, AnswerFiles, Judged, JudgedError};

use crate::protocol::{AnswersProblem, FromDesk};

/// What the user has given for each metric.
#[derive(Debug, Default)]
pub(super) struct AnswerShelf {
    held: BTreeMap<Metric, Held>,
}

/// One metric's files.
#[derive(Debug, Default)]
struct Held {
    answers: Option<Vec<u8>>,
    studies: Option<Vec<u8>>,
}

impl AnswerShelf {
    /// Keeps a file in place of the last one of its kind, which its content tells: the file of
    /// studies that goes with a batch is one JSON object, answers are lines of them.
    pub(super) fn put(&mut self, metric: Metric, bytes: Vec<u8>) {
        let held = self.held.entry(metric).or_default();
        if serde_json::from_slice::<Studies>(&bytes).is_ok() {
            held.studies = Some(bytes);
        } else {
            held.answers = Some(bytes);
        }
    }

    /// Forgets a metric's files.
    pub(super) fn clear(&mut self, metric: Metric) {
        self.held.remove(&metric);
    }

    /// Reads a metric's answers for some studies; `None` when there are none.
    pub(super) fn read(
        &self,
        metric: Metric,
        pairs: &[StudyPair],
        missing: MissingPolicy,
    ) -> Option<Result<Judged, JudgedError>> {
        let held = self.held.get(&metric)?;
        let answers = held.answers.as_deref()?;
        let files = AnswerFiles { answers, studies: held.studies.as_deref() };
        Some(judged::read(metric, files, pairs, missing))
    }

    /// What to tell the page of a metric's answers; nothing when it has no file.
    pub(super) fn look(
        &self,
        metric: Metric,
        pairs: &[StudyPair],
        missing: MissingPolicy,
    ) -> Option<FromDesk> {
        self.held.get(&metric)?;
        let found = match self.read(metric, pairs, missing) {
            Some(Ok(judged)) => Ok(Box::new(judged.summary().clone())),
            Some(Err(error)) => Err(AnswersProblem {
                by_policy: matches!(error, JudgedError::Unanswered { .. }),
                message: error.to_string(),
            }),
            None => Err(AnswersProblem {
                by_policy: false,
                message: "this file says which studies a batch is for; the answers themselves are \
                          still to come"
                    .to_owned(),
            }),
        };
        Some(FromDesk::Answers { metric, found })
    }

    /// [`look`](Self::look) for both metrics.
    pub(super) fn look_at_all(&self, pairs: &[StudyPair], missing: MissingPolicy) -> Vec<FromDesk> {
        Metric::ALL.into_iter().filter_map(|metric| self.look(metric, pairs, missing)).collect()
    }
}
