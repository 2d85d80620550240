//! The tables and their rows.

use std::fmt;

use rrgscore_data::Task;
use serde::{Deserialize, Serialize};

use super::column::PublishedColumn;

/// A dataset of the leaderboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum PublishedDataset {
    /// ReXGradient, the leaderboard's private test set.
    #[serde(rename = "ReXGradient")]
    ReXGradient,
    /// MIMIC-CXR, test split.
    #[serde(rename = "MIMIC-CXR")]
    MimicCxr,
    /// IU X-ray (Open-i), test split.
    #[serde(rename = "IU X-ray")]
    IuXray,
    /// CheXpert Plus, validation split.
    #[serde(rename = "CheXpert Plus")]
    CheXpertPlus,
}

impl PublishedDataset {
    /// All datasets in the order of the paper.
    pub const ALL: [Self; 4] =
        [Self::ReXGradient, Self::MimicCxr, Self::IuXray, Self::CheXpertPlus];

    /// The name shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ReXGradient => "ReXGradient",
            Self::MimicCxr => "MIMIC-CXR",
            Self::IuXray => "IU X-ray",
            Self::CheXpertPlus => "CheXpert Plus",
        }
    }

    /// The dataset of a known split, by the split's key (`iu-xray-test`, `mimic-cxr-test`,
    /// `chexpert-plus-valid`). Other splits of a dataset have no published table.
    #[must_use]
    pub fn of_split(key: &str) -> Option<Self> {
        match key {
            "iu-xray-test" => Some(Self::IuXray),
            "mimic-cxr-test" => Some(Self::MimicCxr),
            "chexpert-plus-valid" => Some(Self::CheXpertPlus),
            _ => None,
        }
    }
}

impl fmt::Display for PublishedDataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// A mean over a dataset with its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "(f64, Option<f64>)", into = "(f64, Option<f64>)")]
pub struct PublishedScore {
    /// The mean (or the reciprocal of a mean).
    pub mean: f64,
    /// Half the width of the 95 % confidence interval: the number after ±. `None` where no interval
    /// is published.
    pub ci: Option<f64>,
}

impl PublishedScore {
    /// Lower and upper end of its interval, if it has one.
    #[must_use]
    pub fn interval(self) -> Option<[f64; 2]> {
        self.ci.map(|half| [self.mean - half, self.mean + half])
    }
}

impl From<(f64, Option<f64>)> for PublishedScore {
    fn from((mean, ci): (f64, Option<f64>)) -> Self {
        Self { mean, ci }
    }
}

impl From<PublishedScore> for (f64, Option<f64>) {
    fn from(score: PublishedScore) -> Self {
        (score.mean, score.ci)
    }
}

/// One model in a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PublishedRow {
    /// The model's name as printed.
    pub model: String,
    /// Its scores in the order of [`PublishedColumn::ALL`]; `None` for what is not published.
    pub scores: [Option<PublishedScore>; PublishedColumn::ALL.len()],
}

impl PublishedRow {
    /// The score in a column.
    #[must_use]
    pub fn score(&self, column: PublishedColumn) -> Option<PublishedScore> {
        self.scores.get(column.index()).copied().flatten()
    }
}

/// One published table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PublishedTable {
    /// Of which dataset.
    pub dataset: PublishedDataset,
    /// Of which part of the reports.
    pub task: Task,
    /// The models in the source's order.
    pub rows: Vec<PublishedRow>,
}
