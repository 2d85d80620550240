//! What a user asks of a run: the same for every skin.

use rrgscore_data::{JoinOptions, MissingPolicy, Task};
use rrgscore_scoring::{Profile, ReportCleaning};
use serde::{Deserialize, Serialize};

/// What is scored, and how. The command line's flags, the page's messages and the npm package's
/// options are views of this type; what is left out is decided as the defaults say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct RunRequest {
    /// Which sections are compared. Left out: findings and impression as the leaderboard compares
    /// them; pairs of both reports are then scored as given, and the summary names no task.
    pub task: Option<Task>,
    /// What happens to studies without a prediction.
    pub missing: MissingPolicy,
    /// When two ids are the same, and what happens to studies with different texts.
    pub join: JoinOptions,
    /// Whose definitions; decides what a short name such as `bleu2` means.
    pub profile: Profile,
    /// What is done to both reports of each study before any column reads them; nothing, unless
    /// asked for.
    pub cleaning: Option<ReportCleaning>,
    /// Whether a judge's answers are cleaned before they are read: thoughts and code fences are
    /// taken out, which no official code does. The signature says so.
    pub clean_answers: bool,
    /// Ids or short names of the columns; `all-available` stands for every column of the profile
    /// that can be computed. Empty: the profile's usual columns, as far as they can be computed.
    pub metrics: Vec<String>,
}

impl Default for RunRequest {
    /// Findings and impression as the leaderboard compares them, its definitions, its usual
    /// columns; nothing is scored when a prediction is missing.
    fn default() -> Self {
        Self {
            task: None,
            missing: MissingPolicy::Refuse,
            join: JoinOptions::default(),
            profile: Profile::default(),
            cleaning: None,
            clean_answers: false,
            metrics: Vec::new(),
        }
    }
}

impl RunRequest {
    /// The task under which files are brought together.
    #[must_use]
    pub fn task(&self) -> Task {
        self.task.unwrap_or(Task::Report)
    }
}
