//! Where a run stands among the published models, metric by metric.

use std::fmt;

use rrgscore_data::Task;
use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::MetricSummary;
use serde::{Deserialize, Serialize};

use crate::published::{
    Edition, OwnRun, PublishedColumn, PublishedDataset, PublishedScore, Rank, RankInterval, rank,
};

/// Where one metric of a run stands in a published table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Standing {
    /// The metric's id.
    pub metric: String,
    /// The published column, e.g. `BLEU-2` or `1/RadCliQ-v1`.
    pub column: PublishedColumn,
    /// The edition of the leaderboard: `paper`, `site-2025-09`, `own`.
    pub edition: String,
    /// The dataset of the table.
    pub dataset: PublishedDataset,
    /// The task of the table.
    pub task: Task,
    /// Decimals to which the edition's numbers are rounded.
    pub decimals: usize,
    /// The run's number in that column, in the column's unit, with half its 95 % interval.
    pub score: PublishedScore,
    /// Its place among the published models.
    pub rank: Rank,
    /// How many of the split's studies were scored, when it was not all of them: the published
    /// models were scored on all.
    pub partial: Option<PartialSplit>,
}

/// A run over some studies of a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartialSplit {
    /// Studies of the split with a prediction.
    pub matched: u64,
    /// Studies of the split.
    pub of: u64,
}

/// Why a metric has no place in a published table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum NotRanked {
    /// No published column is computed this way.
    NotPublished,
    /// The metric has no mean: no study was scored.
    NoScore,
    /// The column is published as a reciprocal, which this mean does not have.
    NoReciprocal {
        /// Why, in words.
        why: String,
    },
    /// The studies are not those of a split with a published table.
    OtherStudies,
    /// The pairs were scored as given: which sections they are of is not known.
    AsGiven,
    /// The run was cancelled before its end.
    Incomplete,
    /// There is no published table of the split, or none of it under this task.
    NoTable {
        /// Name of the split.
        split: String,
        /// The task, where other tasks have a table.
        task: Option<Task>,
    },
}

impl fmt::Display for NotRanked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPublished => f.write_str("not a column of the published tables"),
            Self::NoScore => f.write_str("no study has a score"),
            Self::NoReciprocal { why } => f.write_str(why),
            Self::OtherStudies => f.write_str("these are not the studies of a published table"),
            Self::AsGiven => f.write_str(
                "the pairs were scored as given, and no task says which sections they are of",
            ),
            Self::Incomplete => f.write_str("the run was not finished"),
            Self::NoTable { split, task: None } => {
                write!(f, "there is no published table for {split}")
            }
            Self::NoTable { split, task: Some(task) } => write!(
                f,
                "there is no published table for {split} under the task {}",
                task.label().to_ascii_lowercase()
            ),
        }
    }
}

/// Where one metric of a run stands in an edition of the leaderboard, or why it has no place.
///
/// # Errors
/// [`NotRanked`] says why there is no place.
pub fn standing(
    edition: &Edition,
    summary: &Summary,
    metric: &MetricSummary,
) -> Result<Standing, NotRanked> {
    let (column, score) = published_score(metric)?;
    let split = summary.split.as_ref().ok_or(NotRanked::OtherStudies)?;
    if !summary.complete {
        return Err(NotRanked::Incomplete);
    }
    let no_table = |task| NotRanked::NoTable { split: split.name.clone(), task };
    let dataset = PublishedDataset::of_split(&split.key).ok_or_else(|| no_table(None))?;
    let task = summary.task.ok_or(NotRanked::AsGiven)?;
    let published = edition.table(dataset, task).ok_or_else(|| no_table(Some(task)))?;
    let partial =
        (split.matched < split.of).then_some(PartialSplit { matched: split.matched, of: split.of });
    Ok(Standing {
        metric: metric.metric.id().to_owned(),
        column,
        edition: edition.id.clone(),
        dataset,
        task,
        decimals: edition.decimals,
        score,
        rank: rank(published, edition.decimals, column, score).ok_or(NotRanked::NoScore)?,
        partial,
    })
}

/// Where each metric of a run stands, in the summary's order, for those that have a place: edition
/// after edition.
#[must_use]
pub fn standings(editions: &[Edition], summary: &Summary) -> Vec<Standing> {
    let of = |edition| {
        summary.metrics.iter().filter_map(move |metric| standing(edition, summary, metric).ok())
    };
    editions.iter().flat_map(of).collect()
}

/// A run as a row of a published table; `None` when it was not over one of the splits, or not to
/// its end.
#[must_use]
pub fn leaderboard_entry(
    name: String,
    summary: &Summary,
) -> Option<(PublishedDataset, Task, OwnRun)> {
    let dataset = PublishedDataset::of_split(&summary.split.as_ref()?.key)?;
    if !summary.complete {
        return None;
    }
    let mut scores = [None; PublishedColumn::ALL.len()];
    for (column, score) in summary.metrics.iter().filter_map(|m| published_score(m).ok()) {
        if let Some(slot) = scores.get_mut(column.index()) {
            *slot = Some(score);
        }
    }
    Some((dataset, summary.task?, OwnRun { name, scores }))
}

/// The published column of a metric that is computed as the leaderboard computes it, and the
/// run's score in it.
fn published_score(metric: &MetricSummary) -> Result<(PublishedColumn, PublishedScore), NotRanked> {
    let name = metric.published_as.as_deref().ok_or(NotRanked::NotPublished)?;
    let column = PublishedColumn::ALL
        .into_iter()
        .find(|column| column.label() == name)
        .ok_or(NotRanked::NotPublished)?;
    let (value, ci95) = match (column.is_reciprocal(), &metric.reciprocal) {
        (false, _) => (metric.mean, metric.ci95),
        (true, Some(reciprocal)) => {
            if let Some(why) = &reciprocal.refused {
                return Err(NotRanked::NoReciprocal { why: why.clone() });
            }
            (reciprocal.value, reciprocal.ci95)
        }
        (true, None) => (None, None),
    };
    let half = ci95.map(|[low, high]| (high - low) / 2.0);
    Ok((column, PublishedScore { mean: value.ok_or(NotRanked::NoScore)?, ci: half }))
}

impl fmt::Display for Standing {
    /// E.g. `would rank 5 of 17 on IU X-ray, findings (between A (0.24) and B (0.22); by intervals 3
    /// to 9)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let task = self.task.label().to_ascii_lowercase();
        let Rank { place, of, .. } = &self.rank;
        write!(f, "would rank {place} of {of} on {}, {task}", self.dataset.label())?;
        let beside: Vec<String> = self.neighbours().into_iter().chain(self.places()).collect();
        if !beside.is_empty() {
            write!(f, " ({})", beside.join("; "))?;
        }
        if let Some(PartialSplit { matched, of }) = self.partial {
            write!(f, "; {matched} of the split's {of} studies, the published models had all")?;
        }
        Ok(())
    }
}

impl Standing {
    /// The published models next to the run, e.g. `between A (0.24) and B (0.22), equal to C`;
    /// `None` in an empty table.
    #[must_use]
    pub fn neighbours(&self) -> Option<String> {
        let named = |neighbour: &crate::published::Neighbour| {
            format!("{} ({:.*})", neighbour.model, self.decimals, neighbour.score.mean)
        };
        let beside = match (&self.rank.above, &self.rank.below) {
            (Some(above), Some(below)) => {
                Some(format!("between {} and {}", named(above), named(below)))
            }
            (Some(above), None) => Some(format!("below {}", named(above))),
            (None, Some(below)) => Some(format!("above {}", named(below))),
            (None, None) => None,
        };
        let ties = match self.rank.ties.as_slice() {
            [] => None,
            ties => Some(format!("equal to {}", ties.join(", "))),
        };
        let parts: Vec<String> = [beside, ties].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// The places that intervals leave open, e.g. `by intervals 3 to 9`; `None` where it is one.
    #[must_use]
    pub fn places(&self) -> Option<String> {
        let RankInterval { best, worst } = self.rank.places;
        (best < worst).then(|| format!("by intervals {best} to {worst}"))
    }
}
