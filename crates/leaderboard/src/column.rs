//! The columns of the published tables.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A column of the published tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MetricColumn {
    /// Reciprocal of the mean RadCliQ-v1; what the leaderboard is sorted by.
    #[serde(rename = "1/RadCliQ-v1")]
    InverseRadCliQV1,
    /// Mean BLEU-2.
    #[serde(rename = "BLEU-2")]
    Bleu2,
    /// Mean BERTScore F1 (distilroberta-base, layer 5, rescaled; can be negative).
    #[serde(rename = "BERTScore")]
    BertScore,
    /// Mean cosine of the CheXbert embeddings.
    #[serde(rename = "SembScore")]
    SembScore,
    /// Mean RadGraph F1 (entities and relations combined).
    #[serde(rename = "RadGraph-F1")]
    RadGraphF1,
    /// Mean RaTEScore, of the package as it was in 2024-10.
    #[serde(rename = "RaTEScore")]
    RaTeScore,
    /// Mean GREEN.
    #[serde(rename = "GREEN")]
    Green,
    /// Reciprocal of the mean FineRadScore.
    #[serde(rename = "1/FineRadScore")]
    InverseFineRadScore,
}

impl MetricColumn {
    /// All columns in the order of the published tables.
    pub const ALL: [Self; 8] = [
        Self::InverseRadCliQV1,
        Self::Bleu2,
        Self::BertScore,
        Self::SembScore,
        Self::RadGraphF1,
        Self::RaTeScore,
        Self::Green,
        Self::InverseFineRadScore,
    ];

    /// The name at the head of the published column.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::InverseRadCliQV1 => "1/RadCliQ-v1",
            Self::Bleu2 => "BLEU-2",
            Self::BertScore => "BERTScore",
            Self::SembScore => "SembScore",
            Self::RadGraphF1 => "RadGraph-F1",
            Self::RaTeScore => "RaTEScore",
            Self::Green => "GREEN",
            Self::InverseFineRadScore => "1/FineRadScore",
        }
    }

    /// The column of per-study scores behind it, as the official `scores.csv` names it.
    #[must_use]
    pub fn csv_column(self) -> &'static str {
        match self {
            Self::InverseRadCliQV1 => "RadCliQ-v1",
            Self::Bleu2 => "bleu_score",
            Self::BertScore => "bertscore",
            Self::SembScore => "semb_score",
            Self::RadGraphF1 => "radgraph_combined",
            Self::RaTeScore => "ratescore",
            Self::Green => "green_score",
            Self::InverseFineRadScore => "fineradscore",
        }
    }

    /// The published column that the mean of an official CSV column goes into.
    #[must_use]
    pub fn from_csv_column(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.csv_column() == name)
    }

    /// Whether the published number is `1 / mean` of the CSV column.
    #[must_use]
    pub fn is_reciprocal(self) -> bool {
        matches!(self, Self::InverseRadCliQV1 | Self::InverseFineRadScore)
    }

    /// Whether a higher number is a better one. True of every column: RadCliQ and FineRadScore
    /// count errors and are published as reciprocals for that reason.
    #[must_use]
    pub fn higher_is_better(self) -> bool {
        true
    }

    /// The place of this column in [`crate::Row::scores`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for MetricColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
