//! A judge's answers: kept as they came, and read for the studies that are checked.

use std::collections::BTreeMap;

use rrgscore_data::{MissingPolicy, StudyPair};
use rrgscore_judge::{JudgeMetric as Judge, Studies};
use rrgscore_scoring::Metric;
use rrgscore_scoring::judged::{self, AnswerFiles, JudgeSummary, Judged, JudgedError, column_of};

use crate::session::Session;

/// What the user has given for each judge.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    files: BTreeMap<Judge, JudgeFiles>,
}

/// One judge's files.
#[derive(Debug, Default)]
struct JudgeFiles {
    answers: Option<Vec<u8>>,
    studies: Option<Vec<u8>>,
}

/// Why a judge's answers cannot be used. Names lines and studies, never an answer's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswersProblem {
    /// Only the file of studies is there.
    #[error(
        "this file says which studies a batch is for; the answers themselves are still to come"
    )]
    OnlyStudies,
    /// The answers cannot be used for these studies.
    #[error(transparent)]
    Unusable(#[from] JudgedError),
}

impl AnswersProblem {
    /// Whether the answers could be used under another policy for missing studies.
    #[must_use]
    pub fn is_by_policy(&self) -> bool {
        matches!(self, Self::Unusable(JudgedError::Unanswered { .. }))
    }
}

impl Answers {
    pub(crate) fn set(&mut self, judge: Judge, bytes: Vec<u8>) {
        let files = self.files.entry(judge).or_default();
        // The file of studies is one JSON object, answers are lines of them.
        if serde_json::from_slice::<Studies>(&bytes).is_ok() {
            files.studies = Some(bytes);
        } else {
            files.answers = Some(bytes);
        }
    }

    pub(crate) fn clear(&mut self, judge: Judge) {
        self.files.remove(&judge);
    }

    /// Whether there are answers, usable or not.
    pub(crate) fn are_there(&self, judge: Judge) -> bool {
        self.files.get(&judge).is_some_and(|files| files.answers.is_some())
    }

    /// A judge's answers for some studies, as a column reads them; `None` without a file.
    pub(crate) fn read(
        &self,
        (judge, column): (Judge, Metric),
        pairs: &[StudyPair],
        (missing, cleaned): (MissingPolicy, bool),
    ) -> Option<Result<Judged, AnswersProblem>> {
        let files = self.files.get(&judge)?;
        let Some(answers) = &files.answers else { return Some(Err(AnswersProblem::OnlyStudies)) };
        let files = AnswerFiles { answers, studies: files.studies.as_deref(), cleaned };
        Some(judged::read(column, files, pairs, missing).map_err(Into::into))
    }
}

impl Session {
    /// What a judge's answers, as they came, are like for the studies of the last check (without a check: as far
    /// as the file alone tells); `None` without a file.
    #[must_use]
    pub fn answers(&self, judge: Judge) -> Option<Result<JudgeSummary, AnswersProblem>> {
        let (pairs, missing) = match &self.checked {
            Some(checked) => (checked.pairs(), checked.alignment.missing),
            None => (&[][..], MissingPolicy::Exclude),
        };
        let read = self.answers.read((judge, column_of(judge)?), pairs, (missing, false))?;
        Some(read.map(|judged| judged.summary().clone()))
    }
}
