//! Predictions and references are brought together once; the pairs are kept for the run.

use std::sync::Arc;

use rrgscore_data::{
    AlignError, Alignment, Finding, JoinOptions, MissingPolicy, StudyField, StudyPair, Task,
    align_with, check_with,
};
use serde::{Deserialize, Serialize};

use crate::request::RunRequest;
use crate::session::Session;

/// Files that can be scored: their pairs, and what the doctor found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Counts, findings, split, task and policy. Its `pairs` and `fields` are empty: see
    /// [`Checked::pairs`].
    pub alignment: Alignment,
    pub(crate) pairs: Arc<[StudyPair]>,
    pub(crate) fields: Arc<[StudyField]>,
    /// The task that was asked for; the files may have decided on another.
    pub(crate) asked: Task,
}

impl Checked {
    /// The studies to score, in the order of the results.
    #[must_use]
    pub fn pairs(&self) -> &[StudyPair] {
        &self.pairs
    }

    /// Fields of the references that play no role, where they were kept
    /// ([`rrgscore_data::ReadOptions::fields`]): a value or none for each study.
    #[must_use]
    pub fn fields(&self) -> &[StudyField] {
        &self.fields
    }

    /// Whether it was made as a request wants it.
    pub(crate) fn fits(&self, request: &RunRequest) -> bool {
        let Alignment { missing, join, .. } = self.alignment;
        (self.asked, missing, join) == (request.task(), request.missing, request.join)
    }
}

/// Why nothing can be scored as things are, with everything else that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{error}")]
pub struct CheckFailed {
    /// What stands in the way.
    #[source]
    pub error: CheckError,
    /// All findings of the doctor, most severe first.
    pub findings: Vec<Finding>,
}

/// What stands in the way of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CheckError {
    /// No predictions were read.
    #[error("there are no predictions yet")]
    NoPredictions,
    /// The two files do not go together.
    #[error(transparent)]
    Align(#[from] AlignError),
}

impl Session {
    /// Brings predictions and references together and runs the doctor.
    ///
    /// # Errors
    /// [`CheckFailed`], with the doctor's findings, when nothing can be scored as things are.
    pub fn check(
        &mut self,
        task: Task,
        missing: MissingPolicy,
        join: JoinOptions,
    ) -> Result<&Checked, CheckFailed> {
        self.checked = None;
        let Some(predictions) = &self.predictions else {
            return Err(CheckFailed { error: CheckError::NoPredictions, findings: Vec::new() });
        };
        let references = self.references.as_ref();
        match align_with(predictions, references, task, missing, join) {
            Ok(mut alignment) => {
                let pairs = std::mem::take(&mut alignment.pairs).into();
                let fields = std::mem::take(&mut alignment.fields).into();
                Ok(self.checked.insert(Checked { alignment, pairs, fields, asked: task }))
            }
            Err(error) => Err(CheckFailed {
                error: error.into(),
                findings: check_with(predictions, references, task, missing, join),
            }),
        }
    }
}
