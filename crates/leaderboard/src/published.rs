//! The tables and their rows.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::column::MetricColumn;

/// A dataset of the leaderboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Dataset {
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

/// Which part of the reports was scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Findings only.
    Findings,
    /// Findings and impression.
    Report,
}

/// A name that is none of the accepted ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// The accepted names, separated by commas.
    pub accepted: &'static str,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown name; use one of: {}", self.accepted)
    }
}

impl std::error::Error for UnknownName {}

impl Dataset {
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

impl fmt::Display for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for Dataset {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let accepted = "ReXGradient, MIMIC-CXR, IU X-ray, CheXpert Plus";
        Self::ALL
            .into_iter()
            .find(|dataset| dataset.label() == name)
            .ok_or(UnknownName { accepted })
    }
}

impl Task {
    /// Both tasks, in the order of the paper.
    pub const ALL: [Self; 2] = [Self::Report, Self::Findings];

    /// The name used in settings and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Report => "report",
        }
    }

    /// The name shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Findings => "Findings",
            Self::Report => "Findings + impression",
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Task {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let accepted = "findings, report";
        Self::ALL.into_iter().find(|task| task.as_str() == name).ok_or(UnknownName { accepted })
    }
}

/// A mean over a dataset with its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64)", into = "(f64, f64)")]
pub struct Score {
    /// The mean (or the reciprocal of a mean).
    pub mean: f64,
    /// Half the width of the 95 % confidence interval: the number after ±.
    pub ci: f64,
}

impl From<(f64, f64)> for Score {
    fn from((mean, ci): (f64, f64)) -> Self {
        Self { mean, ci }
    }
}

impl From<Score> for (f64, f64) {
    fn from(score: Score) -> Self {
        (score.mean, score.ci)
    }
}

/// One model in a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The model's name as printed.
    pub model: String,
    /// Its scores in the order of [`MetricColumn::ALL`].
    pub scores: [Score; MetricColumn::ALL.len()],
}

impl Row {
    /// The score in a column.
    #[must_use]
    pub fn score(&self, column: MetricColumn) -> Score {
        let [radcliq, bleu, bert, semb, radgraph, rate, green, fine] = self.scores;
        match column {
            MetricColumn::InverseRadCliQV1 => radcliq,
            MetricColumn::Bleu2 => bleu,
            MetricColumn::BertScore => bert,
            MetricColumn::SembScore => semb,
            MetricColumn::RadGraphF1 => radgraph,
            MetricColumn::RaTeScore => rate,
            MetricColumn::Green => green,
            MetricColumn::InverseFineRadScore => fine,
        }
    }
}

/// One published table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Of which dataset.
    pub dataset: Dataset,
    /// Of which part of the reports.
    pub task: Task,
    /// The models in the paper's order.
    pub rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Published {
    columns: [MetricColumn; MetricColumn::ALL.len()],
    tables: Vec<Table>,
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    // The file is part of the program; a test reads every number of it.
    serde_json::from_str::<Published>(include_str!("../data/published.json"))
        .ok()
        .filter(|published| published.columns == MetricColumn::ALL)
        .map(|published| published.tables)
        .unwrap_or_default()
});

/// The eight published tables, by dataset and then task (findings + impression first).
#[must_use]
pub fn tables() -> &'static [Table] {
    &TABLES
}

/// The table of a dataset and task.
#[must_use]
pub fn table(dataset: Dataset, task: Task) -> Option<&'static Table> {
    tables().iter().find(|table| table.dataset == dataset && table.task == task)
}
