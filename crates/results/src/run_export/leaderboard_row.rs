//! A run as a row of a published table.

use std::collections::BTreeMap;

use rrgscore_data::Task;
use rrgscore_scoring::Summary;
use serde::{Deserialize, Serialize};

use crate::published::{PublishedColumn, PublishedDataset, PublishedScore};
use crate::{ExportError, ScoredRun, leaderboard_entry};

/// What a leaderboard needs of a run: no study's score, and no report text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubmittedRow {
    /// What the run is called.
    pub model: String,
    /// The dataset of the table.
    pub dataset: PublishedDataset,
    /// The task of the table.
    pub task: Task,
    /// Studies scored.
    pub n: u32,
    /// By the published column, the mean or its reciprocal, with half its 95 % interval.
    pub scores: BTreeMap<String, PublishedScore>,
    /// All that decides the numbers, in one line.
    pub signature: String,
}

impl SubmittedRow {
    /// The row of a run of this name.
    ///
    /// # Errors
    /// When the run was not over one of the published splits, or not to its end.
    pub fn of(model: &str, summary: &Summary) -> Result<Self, ExportError> {
        let (dataset, task, own) =
            leaderboard_entry(model.to_owned(), summary).ok_or(ExportError::NoRow)?;
        let score = |column: PublishedColumn| {
            let score = own.scores.get(column.index()).copied().flatten()?;
            Some((column.label().to_owned(), score))
        };
        Ok(Self {
            model: own.name,
            dataset,
            task,
            n: summary.n,
            scores: PublishedColumn::ALL.into_iter().filter_map(score).collect(),
            signature: summary.signature.clone(),
        })
    }

    /// The row of a run for a leaderboard that did not compute it itself: its signature must be that
    /// of what the summary says, and the run over all studies of the split.
    ///
    /// # Errors
    /// As [`SubmittedRow::of`], and when a check fails.
    pub fn checked(model: &str, summary: &Summary) -> Result<Self, ExportError> {
        let row = Self::of(model, summary)?;
        if !summary.is_signed() {
            return Err(ExportError::NotSigned);
        }
        if summary.split.as_ref().is_some_and(|split| split.matched < split.of) {
            return Err(ExportError::PartOfSplit);
        }
        if row.scores.is_empty() {
            return Err(ExportError::NoColumn);
        }
        Ok(row)
    }
}

/// Writes a run as a row of a published table, as indented JSON.
///
/// # Errors
/// When the run was not over one of the published splits, or not to its end.
pub(super) fn leaderboard_row(run: &ScoredRun) -> Result<String, ExportError> {
    Ok(serde_json::to_string_pretty(&SubmittedRow::of(&run.name, &run.summary)?)? + "\n")
}
