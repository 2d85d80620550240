//! What is scored, and what happens to studies without a prediction.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which part of a report is compared: the two modes of the ReXrank leaderboard, and the
/// impression alone (RRG24's second track).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// The findings section of the reference against the findings text of the prediction.
    /// No public code of ReXrank does this; the rules are those of [`crate::findings_text`].
    Findings,
    /// The impression section of the reference against the impression text of the prediction, by
    /// the same rules ([`crate::impression_text`]).
    Impression,
    /// Findings and impression joined by the official glue string against the whole
    /// prediction (`split_json` of ReXrank's `evaluation_script.md`).
    Report,
}

impl Task {
    /// All tasks, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Findings, Self::Impression, Self::Report];

    /// The name used in settings and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Impression => "impression",
            Self::Report => "report",
        }
    }

    /// The name shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Findings => "Findings",
            Self::Impression => "Impression",
            Self::Report => "Findings + impression",
        }
    }
}

/// What to do with studies that have a reference but no prediction text.
///
/// The official run has no rule: an empty prediction becomes NaN in pandas and BERTScore's
/// cleaning raises a `TypeError`, so the choice is the user's and is recorded in the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MissingPolicy {
    /// Score nothing and name the studies.
    Refuse,
    /// Score the study with an empty candidate.
    Empty,
    /// Leave the study out of the means, and count it.
    Exclude,
}

impl MissingPolicy {
    /// All policies, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Refuse, Self::Empty, Self::Exclude];

    /// The name used in settings and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Empty => "empty",
            Self::Exclude => "exclude",
        }
    }
}

/// A name that is none of the accepted ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what}; use one of: {accepted}")]
pub struct UnknownName {
    /// What was being named, such as `task`.
    pub what: &'static str,
    /// The accepted names, separated by commas.
    pub accepted: &'static str,
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Task {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|task| task.as_str() == name)
            .ok_or(UnknownName { what: "task", accepted: "findings, impression, report" })
    }
}

impl fmt::Display for MissingPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MissingPolicy {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == name).ok_or(UnknownName {
            what: "policy for missing predictions",
            accepted: "refuse, empty, exclude",
        })
    }
}
