//! Values that JavaScript gives and gets, besides those of the session and the results.

use std::collections::BTreeMap;

use rrgscore_data::Shape;
use rrgscore_results::Results;
use serde::{Deserialize, Serialize};

/// A study whose two reports are at hand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pair {
    /// The study's id.
    pub id: String,
    /// The reference report.
    pub reference: String,
    /// The report to be scored.
    pub candidate: String,
}

/// What a file was recognised as.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileRead {
    /// Studies in it.
    pub studies: u64,
    /// Its format, encoding and columns.
    pub shape: Shape,
}

/// Requests to a judge. Both texts hold what the reports hold.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JudgeRequests {
    /// Lines of an OpenAI batch file, one per distinct pair of reports.
    pub requests: String,
    /// Which studies wait for which request: goes back with the answers of a batch.
    pub studies: String,
}

/// What a run came to.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScoreResults {
    /// Summary, places among the published models, distributions.
    #[serde(flatten)]
    pub results: Results,
    /// The files that the command line writes, by name: `scores.csv` and `summary.json`, with
    /// SembScore `labels.csv`, with a judge's answers `judgements.csv`.
    pub files: BTreeMap<&'static str, String>,
    /// What the user should know, e.g. a pack that could not be used.
    pub problems: Vec<String>,
}
