//! Why a run cannot start.

use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_scoring::Purpose;
use rrgscore_scoring::given::GivenError;
use rrgscore_scoring::metric::SelectionError;

use crate::answers::AnswersProblem;
use crate::check::CheckFailed;

/// Why a run cannot start. No message holds report text.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Predictions and references do not go together.
    #[error(transparent)]
    Check(#[from] Box<CheckFailed>),
    /// The files have not been checked.
    #[error("the files have not been checked")]
    NotChecked,
    /// The columns cannot be computed.
    #[error(transparent)]
    Metrics(#[from] SelectionError),
    /// A judge's answers cannot be used.
    #[error("{problem}")]
    Answers {
        /// Whose.
        judge: Judge,
        /// Why not.
        #[source]
        problem: AnswersProblem,
    },
    /// RadGraph annotations cannot be used.
    #[error(transparent)]
    Graphs(#[from] GivenError),
    /// A run was to go on, and one of its packs is not the one that it began with.
    #[error(
        "the run cannot go on: its {} pack is gone or has been replaced; score again instead",
        purpose.id()
    )]
    OtherPacks {
        /// What the pack is for.
        purpose: Purpose,
    },
}
