//! Mean and interval of every metric in every group of studies.

use rrgscore_scoring::Metric;
use serde::{Deserialize, Serialize};

use super::{PlainCell, PlainRow, PlainTable, StudyGrouping, mean_of};
use crate::scores_csv::harmless;
use crate::{ExportError, ScoredRun};

/// What a run scores in each group of its studies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupedScores {
    /// By what the studies are put into groups.
    pub by: String,
    /// The groups, in their order.
    pub groups: Vec<GroupScores>,
    /// Studies in no group.
    pub without: u32,
}

/// What a run scores in one group of its studies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupScores {
    /// The group's name.
    pub name: String,
    /// Studies in it.
    pub studies: u32,
    /// One per metric, in the run's order.
    pub means: Vec<GroupMean>,
}

/// A metric's mean in a group.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupMean {
    /// The metric.
    pub metric: Metric,
    /// Studies with a score.
    pub n: u32,
    /// Mean over them; none without a score.
    pub mean: Option<f64>,
    /// 95 % confidence interval, mean ± 1.96 standard errors; none for fewer than two studies.
    pub ci95: Option<[f64; 2]>,
}

/// The means of a run's metrics over some of its studies, by their places in input order.
#[must_use]
pub fn means_of(run: &ScoredRun, studies: &[u32]) -> Vec<GroupMean> {
    let of = |metric: Metric| {
        let scores = run.columns.get(&metric).map_or(&[][..], Vec::as_slice);
        let score = |&place: &u32| *scores.get(place as usize)?;
        let (n, mean, ci95) = mean_of(&studies.iter().filter_map(score).collect::<Vec<f64>>());
        GroupMean { metric, n, mean, ci95 }
    };
    run.summary.metrics.iter().map(|metric| of(metric.metric)).collect()
}

/// The means of a run's metrics in each group of its studies.
#[must_use]
pub fn group_scores(run: &ScoredRun, grouping: &StudyGrouping) -> GroupedScores {
    let group = |(name, studies): &(String, Vec<u32>)| GroupScores {
        name: name.clone(),
        studies: studies.len() as u32,
        means: means_of(run, studies),
    };
    let groups = grouping.groups.iter().map(group).collect();
    GroupedScores { by: grouping.by.clone(), groups, without: grouping.without }
}

impl GroupMean {
    /// The mean with half the width of its interval; the number of scores where it is another than
    /// that of the studies.
    #[must_use]
    pub fn cell(&self, studies: u32) -> PlainCell {
        let mut cell = PlainCell::number(self.mean, 4);
        if let Some([low, high]) = self.ci95 {
            cell.text.push_str(&format!(" \u{b1} {:.4}", (high - low) / 2.0));
        }
        if self.n != studies && self.mean.is_some() {
            cell.text.push_str(&format!(" (n {})", self.n));
        }
        cell
    }
}

impl GroupedScores {
    /// As a table: a row per group, its number of studies, and each metric's mean ± half the width
    /// of its 95 % interval; `run` names the metrics.
    #[must_use]
    pub fn table(&self, run: &ScoredRun) -> PlainTable {
        let labels = run.summary.metrics.iter().map(|metric| metric.label.clone());
        let heads = [self.by.clone(), "studies".to_owned()].into_iter().chain(labels).collect();
        let row = |group: &GroupScores| {
            let means = group.means.iter().map(|mean| mean.cell(group.studies));
            let cells = std::iter::once(PlainCell::count(group.studies)).chain(means).collect();
            PlainRow { name: group.name.clone(), cells }
        };
        let mut caption = match self.by.as_str() {
            StudyGrouping::CHEXBERT => {
                "Studies whose reference is positive for an observation (CheXbert)".to_owned()
            }
            by => format!("Studies by {by}"),
        };
        caption.push_str(": mean \u{b1} half of the 95 % interval");
        if self.without > 0 {
            caption.push_str(&format!("; {} in no group", self.without));
        }
        PlainTable { caption, heads, rows: self.groups.iter().map(row).collect() }
    }
}

/// Groups as CSV, a row per group and metric, numbers with every digit.
///
/// # Errors
/// When the CSV writer refuses, which writing to memory does not do.
pub fn groups_csv(all: &[GroupedScores]) -> Result<String, ExportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["by", "group", "studies", "metric", "n", "mean", "lower", "upper"])?;
    for grouped in all {
        for group in &grouped.groups {
            for GroupMean { metric, n, mean, ci95 } in &group.means {
                let number =
                    |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
                writer.write_record([
                    harmless(&grouped.by),
                    harmless(&group.name),
                    group.studies.to_string(),
                    metric.id().to_owned(),
                    n.to_string(),
                    number(*mean),
                    number(ci95.map(|[low, _]| low)),
                    number(ci95.map(|[_, high]| high)),
                ])?;
            }
        }
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
