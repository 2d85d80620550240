//! The columns of the published tables.

use std::fmt;

use rrgscore_scoring::Metric;
use serde::{Deserialize, Serialize};

/// A column of the published tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum PublishedColumn {
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

impl PublishedColumn {
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

    /// Whether the published number is the reciprocal of a mean. RadCliQ and FineRadScore count
    /// errors; published so, a higher number is the better one in every column.
    #[must_use]
    pub fn is_reciprocal(self) -> bool {
        matches!(self, Self::InverseRadCliQV1 | Self::InverseFineRadScore)
    }

    /// The metric that is computed as this column is: its row of the table says what it measures and
    /// which values it takes.
    #[must_use]
    pub fn metric(self) -> Option<Metric> {
        Metric::all().find(|metric| metric.published_as() == Some(self.label()))
    }

    /// What a good number in this column does not tell, in a sentence.
    #[must_use]
    pub fn blind_spots(self) -> &'static str {
        match self {
            Self::InverseRadCliQV1 => {
                "It sees what its four parts see; a reciprocal stretches differences between good models."
            }
            Self::Bleu2 => {
                "A negation or a side that is wrong costs a word or two, a paraphrase costs most of the score."
            }
            Self::BertScore => {
                "Reports of one style are close to each other whatever they find: a flipped negation hardly counts."
            }
            Self::SembScore => {
                "Only the 14 observations that CheXbert knows; neither side, place nor severity."
            }
            Self::RadGraphF1 => {
                "A synonym is another entity, and what RadGraph does not mark is not compared."
            }
            Self::RaTeScore => {
                "Similar terms count as similar whether or not they are true of the patient; order and number of findings count little."
            }
            Self::Green => {
                "A language model's judgement: it depends on the judge, and a report without findings in common scores 0 however harmless."
            }
            Self::InverseFineRadScore => {
                "A language model's judgement of the worst correction alone: one grave error and ten weigh the same."
            }
        }
    }

    /// The place of this column in [`super::PublishedRow::scores`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for PublishedColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
