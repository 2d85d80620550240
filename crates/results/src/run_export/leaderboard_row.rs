//! A run as a row of a published table.

use std::collections::BTreeMap;

use rrgscore_data::Task;
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

/// Writes a run as a row of a published table, as indented JSON.
///
/// # Errors
/// When the run was not over one of the published splits, or not to its end.
pub(super) fn leaderboard_row(run: &ScoredRun) -> Result<String, ExportError> {
    let (dataset, task, own) =
        leaderboard_entry(run.name.clone(), &run.summary).ok_or(ExportError::NoRow)?;
    let score = |column: PublishedColumn| {
        let score = own.scores.get(column.index()).copied().flatten()?;
        Some((column.label().to_owned(), score))
    };
    let row = SubmittedRow {
        model: own.name,
        dataset,
        task,
        n: run.summary.n,
        scores: PublishedColumn::ALL.into_iter().filter_map(score).collect(),
        signature: run.summary.signature.clone(),
    };
    Ok(serde_json::to_string_pretty(&row)? + "\n")
}
