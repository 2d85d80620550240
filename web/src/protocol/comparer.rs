//! Messages about comparing runs. A worker of its own, the *comparer*, lives for one comparison: it
//! gets the runs' scores from the coordinator through a port, and tells the page what differs.

use rrgscore_results::ScoredRun;
use serde::{Deserialize, Serialize};

use super::look::ShownTable;

/// What the coordinator hands a comparer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComparerRequest {
    /// The runs; each further one is compared with the first. An error where one of them is not there.
    pub runs: Result<Vec<ScoredRun>, String>,
}

/// What a comparer tells the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparerResponse {
    /// How much is done, 0 to 1.
    Progress {
        /// That part.
        done: f64,
    },
    /// All is done.
    Compared(Compared),
    /// Nothing could be compared.
    Failed {
        /// Why, in words.
        message: String,
    },
}

/// What differs between runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// One per run that could be compared with the first.
    pub tables: Vec<ShownTable>,
    /// What has to be known to read each of them.
    pub notes: Vec<String>,
    /// Why others could not be, in words.
    pub refused: Vec<String>,
    /// As a table in Markdown.
    pub markdown: String,
    /// As a table in LaTeX.
    pub latex: String,
    /// As CSV.
    pub csv: String,
}
