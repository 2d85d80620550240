//! What a run is asked to do.

use rrgscore_data::{MissingPolicy, Task};
use serde::{Deserialize, Serialize};

use crate::Metric;

/// A named set of definitions. A column's meaning is its metric and its profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// As the ReXrank leaderboard computes: CXR-Report-Metric at commit 9c9ecad, BERTScore
    /// without idf.
    #[default]
    Rexrank,
}

impl Profile {
    /// The name in summaries and signatures.
    pub fn id(self) -> &'static str {
        match self {
            Self::Rexrank => "rexrank",
        }
    }
}

/// Everything that decides a run's numbers besides the reports and the packs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The definitions in force.
    pub profile: Profile,
    /// Which sections are compared.
    pub task: Task,
    /// What was done about studies without a prediction.
    pub missing: MissingPolicy,
    /// The columns to compute, in order.
    pub metrics: Vec<Metric>,
}
