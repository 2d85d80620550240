//! What a run gives out to be passed on or printed, made of its scores and its summary alone.

mod leaderboard_row;
mod methods;
mod share_file;
mod tables;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{ExportError, ScoredRun};

pub use leaderboard_row::SubmittedRow;
pub use share_file::{is_share_file, read_share_file};

/// A form in which a run is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RunExport {
    /// A paragraph for a paper's methods: profile, versions, hashes.
    Methods,
    /// Means and intervals as a table in Markdown.
    Markdown,
    /// The same in LaTeX, for the package booktabs.
    Latex,
    /// The run as a row of a published table, in JSON.
    LeaderboardRow,
    /// Scores and summary in one file, without report text.
    Share,
}

impl RunExport {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Methods, Self::Markdown, Self::Latex, Self::LeaderboardRow, Self::Share];

    /// Its word in options and requests.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Methods => "methods",
            Self::Markdown => "markdown",
            Self::Latex => "latex",
            Self::LeaderboardRow => "leaderboard-row",
            Self::Share => "share",
        }
    }

    /// The name of a file of it.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Methods => "methods.txt",
            Self::Markdown => "run.md",
            Self::Latex => "run.tex",
            Self::LeaderboardRow => "leaderboard-row.json",
            Self::Share => "run.share.json",
        }
    }

    /// The run in this form.
    ///
    /// # Errors
    /// When the run has no row in a published table, or a number is not finite.
    pub fn write(self, run: &ScoredRun) -> Result<String, ExportError> {
        match self {
            Self::Methods => Ok(methods::methods(&run.summary)),
            Self::Markdown => Ok(tables::markdown(run)),
            Self::Latex => Ok(tables::latex(run)),
            Self::LeaderboardRow => leaderboard_row::leaderboard_row(run),
            Self::Share => share_file::share_file(run),
        }
    }
}

impl fmt::Display for RunExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A word that names no form of a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a run is given out as methods, markdown, latex, leaderboard-row or share")]
pub struct UnknownExport;

impl FromStr for RunExport {
    type Err = UnknownExport;

    fn from_str(word: &str) -> Result<Self, UnknownExport> {
        Self::ALL.into_iter().find(|export| export.id() == word).ok_or(UnknownExport)
    }
}
