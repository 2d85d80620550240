//! What a run computes.

use rrgscore_data::{MissingPolicy, Task};
use rrgscore_metrics::radgraph::Graph;
use serde::{Deserialize, Serialize};

use crate::Metric;

/// A named set of definitions. A column's meaning is its metric and its profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// As the ReXrank leaderboard computes: CXR-Report-Metric at commit 9c9ecad, BERTScore
    /// without idf.
    #[default]
    Rexrank,
    /// As RadEval 2.2.1 computes RadCliQ-v1: idf-weighted BERTScore, its own sentence BLEU, text
    /// without white-space cleaning, constants rounded to eight digits.
    Radeval,
    /// As R2Gen and its descendants print: the COCO caption evaluation on the texts as they are.
    Coco,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rexrank, Self::Radeval, Self::Coco];

    /// The name in summaries and signatures.
    pub fn id(self) -> &'static str {
        match self {
            Self::Rexrank => "rexrank",
            Self::Radeval => "radeval",
            Self::Coco => "coco",
        }
    }

    /// The profile of this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.id() == id)
    }
}

/// What is done to both reports of each study before any column reads them. Nothing, unless asked
/// for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ReportCleaning {
    /// R2Gen's for IU X-ray: lower case, without numbers of items and most punctuation.
    #[serde(rename = "r2gen-iu-xray")]
    R2GenIuXray,
    /// R2Gen's for MIMIC-CXR.
    #[serde(rename = "r2gen-mimic-cxr")]
    R2GenMimicCxr,
}

impl ReportCleaning {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::R2GenIuXray, Self::R2GenMimicCxr];

    /// The name in requests, summaries and signatures.
    pub fn id(self) -> &'static str {
        match self {
            Self::R2GenIuXray => "r2gen-iu-xray",
            Self::R2GenMimicCxr => "r2gen-mimic-cxr",
        }
    }

    /// The cleaning of this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cleaning| cleaning.id() == id)
    }

    /// What a reader of the numbers must know.
    pub fn note(self) -> &'static str {
        "Reports are cleaned as R2Gen cleans its own, and no more: its cut at 60 or 100 words and its \
         <unk> for rare ones follow from a training set's vocabulary and are not imitated, so these \
         are not the numbers that its code prints for the same model."
    }
}

/// Everything that decides a run's numbers besides the reports and the packs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The definitions in force.
    pub profile: Profile,
    /// Which sections are compared; `None` for pairs that are scored as given.
    pub task: Option<Task>,
    /// What was done about studies without a prediction.
    pub missing: MissingPolicy,
    /// What was done to the reports first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleaning: Option<ReportCleaning>,
    /// The columns to compute, in order.
    pub metrics: Vec<Metric>,
}

/// RadGraph annotations that the user provides, one entry per study of the run, in its order;
/// `None` where the file holds no such study.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenGraphs {
    /// Of the references.
    pub reference: Vec<Option<Graph>>,
    /// Of the candidates.
    pub candidate: Vec<Option<Graph>>,
}
