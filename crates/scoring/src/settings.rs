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

/// Everything that decides a run's numbers besides the reports and the packs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The definitions in force.
    pub profile: Profile,
    /// Which sections are compared; `None` for pairs that are scored as given.
    pub task: Option<Task>,
    /// What was done about studies without a prediction.
    pub missing: MissingPolicy,
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
