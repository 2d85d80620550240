//! The columns a run can compute: what each is, what it needs, where it is published.

mod names;
mod request;

use std::fmt;

use rrgscore_annotations::{Purpose, RadGraphModel};
use serde::{Deserialize, Serialize};

pub use request::{Request, RequestError, Wish, request, rewards};

use crate::settings::Profile;

/// The encoder behind a BERTScore column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoder {
    /// all-MiniLM-L6-v2, last layer, no baseline rescale.
    Minilm,
    /// distilroberta-base, layer 5, rescaled: as CXR-Report-Metric runs it.
    Distilroberta,
}

/// Which of the radgraph package's three rewards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RewardLevel {
    /// Words and label of entities.
    Simple,
    /// And whether an entity has a relation (RG_ER).
    Partial,
    /// And the relations themselves.
    Complete,
}

/// Which code of the radgraph package's rewards: they treat upper and lower case differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RewardCode {
    /// Release 0.1.18.
    #[serde(rename = "0.1.18")]
    V0_1_18,
    /// The repository's head.
    #[serde(rename = "head")]
    Head,
}

/// The two published fits of RadCliQ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RadCliqVersion {
    /// RadCliQ-v0.
    V0,
    /// RadCliQ-v1, what the leaderboard is sorted by.
    V1,
}

/// Which of the package's weights RaTEScore is computed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RateScoreVersion {
    /// As in 2024-10, the leaderboard's.
    #[default]
    #[serde(rename = "2024-10")]
    October2024,
    /// The package's default since 2025-05.
    #[serde(rename = "2025-05-long")]
    May2025Long,
    /// The package's option since 2025-05.
    #[serde(rename = "2025-05-short")]
    May2025Short,
}

impl RateScoreVersion {
    /// The version's name: `2024-10`, `2025-05-long` or `2025-05-short`.
    pub fn id(self) -> &'static str {
        self.weights().name()
    }

    /// The version of this name.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::October2024, Self::May2025Long, Self::May2025Short]
            .into_iter()
            .find(|version| version.id() == id)
    }

    /// The weights.
    pub(crate) fn weights(self) -> rrgscore_metrics::ratescore::Version {
        use rrgscore_metrics::ratescore::Version;
        match self {
            Self::October2024 => Version::October2024,
            Self::May2025Long => Version::May2025Long,
            Self::May2025Short => Version::May2025Short,
        }
    }
}

/// One column of a result. The same name always means the same model and settings: a variant is
/// another metric with another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "metric")]
pub enum Metric {
    /// Sentence BLEU-2 as CXR-Report-Metric computes it (fast_bleu), 0 to 1.
    Bleu2,
    /// Sentence BLEU-2 as RadEval computes it inside its RadCliQ, 0 to 1.
    Bleu2Radeval,
    /// BERTScore F1.
    BertScore {
        /// The encoder.
        encoder: Encoder,
        /// Whether tokens are weighted by inverse document frequency over the references.
        idf: bool,
    },
    /// Cosine of two reports' CheXbert embeddings, −1 to 1.
    SembScore {
        /// `rexrank` cleans white space before tokenizing, `radeval` does not.
        profile: Profile,
    },
    /// RadGraph F1 of entities and relations (RadGraph 1.0), 0 to 1.
    #[serde(rename = "radgraph-f1")]
    RadGraphF1 {
        /// `rexrank` gives an empty report no graph, `radeval` the graph of the word "None".
        profile: Profile,
    },
    /// A reward of the radgraph package, 0 to 1.
    #[serde(rename = "radgraph-reward")]
    RadGraphReward {
        /// The model.
        model: RadGraphModel,
        /// Which reward.
        level: RewardLevel,
        /// Whose code.
        code: RewardCode,
    },
    /// RaTEScore: agreement of medical entities, mostly 0 to 1.
    #[serde(rename = "ratescore")]
    RateScore {
        /// Whose weights.
        version: RateScoreVersion,
    },
    /// GREEN out of a judge's answers: matched findings in relation to significant errors, 0 to 1.
    Green,
    /// FineRadScore out of a judge's answers: severity of the worst correction, 1 to 4, and 0
    /// without any; lower is better.
    #[serde(rename = "fineradscore")]
    FineRadScore,
    /// RadCliQ of the four component columns; lower is better.
    #[serde(rename = "radcliq")]
    RadCliq {
        /// The fit.
        version: RadCliqVersion,
        /// Whose components.
        profile: Profile,
    },
}

impl Metric {
    /// The columns that this one is computed from, in the formula's order.
    pub fn components(self) -> Option<[Metric; 4]> {
        let Self::RadCliq { profile, .. } = self else { return None };
        Some([
            Self::RadGraphF1 { profile },
            Self::BertScore { encoder: Encoder::Distilroberta, idf: profile == Profile::Radeval },
            Self::SembScore { profile },
            match profile {
                Profile::Rexrank => Self::Bleu2,
                Profile::Radeval => Self::Bleu2Radeval,
            },
        ])
    }

    /// The model packs this metric needs.
    pub fn needs(self) -> &'static [Purpose] {
        match self {
            Self::Bleu2 | Self::Bleu2Radeval | Self::Green | Self::FineRadScore => &[],
            Self::BertScore { encoder: Encoder::Minilm, .. } => &[Purpose::BertscoreMinilm],
            Self::BertScore { encoder: Encoder::Distilroberta, .. } => {
                &[Purpose::BertscoreDistilroberta]
            }
            Self::SembScore { .. } => &[Purpose::Chexbert],
            Self::RadGraphF1 { .. }
            | Self::RadGraphReward { model: RadGraphModel::Radgraph, .. } => &[Purpose::Radgraph],
            Self::RadGraphReward { model: RadGraphModel::RadgraphXl, .. } => &[Purpose::RadgraphXl],
            Self::RadGraphReward { model: RadGraphModel::ModernRadgraphXl, .. } => {
                &[Purpose::ModernRadgraphXl]
            }
            Self::RateScore { .. } => &[Purpose::RatescoreEntities, Purpose::RatescoreSynonyms],
            Self::RadCliq { .. } => {
                &[Purpose::Radgraph, Purpose::BertscoreDistilroberta, Purpose::Chexbert]
            }
        }
    }

    /// Whether a higher value is a better report.
    pub fn higher_is_better(self) -> bool {
        !self.is_published_as_reciprocal()
    }

    /// Whether the reciprocal of the mean is what is published and ranked.
    pub fn is_published_as_reciprocal(self) -> bool {
        matches!(self, Self::RadCliq { .. } | Self::FineRadScore)
    }

    /// For a metric that is scored from a judge's answers: which one it is to the judge.
    pub fn judge(self) -> Option<rrgscore_judge::Metric> {
        match self {
            Self::Green => Some(rrgscore_judge::Metric::Green),
            Self::FineRadScore => Some(rrgscore_judge::Metric::Fineradscore),
            _ => None,
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
