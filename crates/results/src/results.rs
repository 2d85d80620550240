//! What a run came to, computed once: summary, places, distributions and files.

use std::fmt;

use rrgscore_scoring::summary::Provenance;
use rrgscore_scoring::{ScoredSet, Summary};
use serde::{Deserialize, Serialize};

use crate::published::Edition;
use crate::{
    Distribution, ExportError, Standing, distributions, judgements_csv, labels_csv, scores_csv,
    standings, summary_json,
};

/// The results of a run, as they are at one moment: of a finished run, or of what a cancelled one
/// had scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Results {
    /// What `summary.json` holds.
    pub summary: Summary,
    /// The places among the published models, for the metrics that have one, edition after edition.
    pub standings: Vec<Standing>,
    /// One per metric, in the summary's order.
    pub distributions: Vec<Distribution>,
}

impl Results {
    /// Summarises a run and ranks it in these editions of the leaderboard; the intervals by
    /// resampling are computed here, once.
    #[must_use]
    pub fn new(run: &impl ScoredSet, provenance: &Provenance, editions: &[Edition]) -> Self {
        let summary = Summary::of(run, provenance);
        let standings = standings(editions, &summary);
        Self { standings, distributions: distributions(run), summary }
    }

    /// All files that a run gives out, in the order of [`OutputFile::ALL`]: `labels.csv` only
    /// with a SembScore column, `judgements.csv` only with a judge's answers.
    ///
    /// # Errors
    /// When a file cannot be written, which in memory does not happen.
    pub fn files(&self, run: &impl ScoredSet) -> Result<Vec<(OutputFile, String)>, ExportError> {
        let all = OutputFile::ALL.into_iter().map(|file| Ok((file, self.file(run, file)?)));
        let all: Vec<(OutputFile, Option<String>)> = all.collect::<Result<_, ExportError>>()?;
        Ok(all.into_iter().filter_map(|(file, text)| Some((file, text?))).collect())
    }

    /// One of the files; `None` when this run has nothing to put into it.
    ///
    /// # Errors
    /// When it cannot be written, which in memory does not happen.
    pub fn file(
        &self,
        run: &impl ScoredSet,
        file: OutputFile,
    ) -> Result<Option<String>, ExportError> {
        match file {
            OutputFile::ScoresCsv => scores_csv(run).map(Some),
            OutputFile::SummaryJson => summary_json(&self.summary).map(Some),
            OutputFile::LabelsCsv => labels_csv(run),
            OutputFile::JudgementsCsv => judgements_csv(run),
        }
    }
}

/// A file that a run gives out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OutputFile {
    /// A row per study, a column per metric, every digit.
    #[serde(rename = "scores.csv")]
    ScoresCsv,
    /// Means, intervals, counts, packs, inputs and signature.
    #[serde(rename = "summary.json")]
    SummaryJson,
    /// CheXbert's labels of both reports of every study.
    #[serde(rename = "labels.csv")]
    LabelsCsv,
    /// What a judge has counted in every study.
    #[serde(rename = "judgements.csv")]
    JudgementsCsv,
}

impl OutputFile {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::ScoresCsv, Self::SummaryJson, Self::LabelsCsv, Self::JudgementsCsv];

    /// The file's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ScoresCsv => "scores.csv",
            Self::SummaryJson => "summary.json",
            Self::LabelsCsv => "labels.csv",
            Self::JudgementsCsv => "judgements.csv",
        }
    }
}

impl fmt::Display for OutputFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
