//! Values that JavaScript gives and gets, besides those of the session and the results.

use std::collections::BTreeMap;

use rrgscore_data::Shape;
use rrgscore_results::Results;
use rrgscore_stats::Bootstrap;
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

/// The files of a run that is to be compared.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunFiles {
    /// What the run is called beside the others.
    pub name: String,
    /// Its `scores.csv`.
    pub scores: String,
    /// Its `summary.json`.
    pub summary: String,
}

/// How runs are compared.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompareOptions {
    /// Resamples of the bootstrap, and exchanges of the randomization; 10,000 unless given.
    pub resamples: u32,
    /// Seed of the random draws, 0 unless given: the same seed gives the same numbers everywhere.
    pub seed: u64,
}

impl Default for CompareOptions {
    fn default() -> Self {
        let Bootstrap { resamples, seed, .. } = Bootstrap::default();
        Self { resamples, seed }
    }
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
    /// Of how many studies the judge is told the patient's age, and of how many the indication.
    pub told: [usize; 2],
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
