//! The names of the columns: on the command line, in `scores.csv`, for people.

use super::{Encoder, Metric, RadCliqVersion, RateScoreVersion, RewardCode, RewardLevel};
use crate::settings::Profile::{Radeval, Rexrank};
use rrgscore_annotations::RadGraphModel;

impl Metric {
    /// The name on the command line and in `summary.json`, e.g. `bertscore-minilm`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Bleu2 => "bleu2",
            Self::Bleu2Radeval => "bleu2-radeval",
            Self::BertScore { encoder: Encoder::Minilm, idf: false } => "bertscore-minilm",
            Self::BertScore { encoder: Encoder::Minilm, idf: true } => "bertscore-minilm-idf",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: false } => "bertscore",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: true } => "bertscore-idf",
            Self::SembScore { profile: Rexrank } => "semb",
            Self::SembScore { profile: Radeval } => "semb-radeval",
            Self::RadGraphF1 { profile: Rexrank } => "radgraph-f1",
            Self::RadGraphF1 { profile: Radeval } => "radgraph-f1-radeval",
            Self::RadGraphReward { model, level, code } => reward(model, level, code).0,
            Self::RateScore { version: RateScoreVersion::October2024 } => "ratescore",
            Self::RateScore { version: RateScoreVersion::May2025Long } => "ratescore-2025-05-long",
            Self::RateScore { version: RateScoreVersion::May2025Short } => {
                "ratescore-2025-05-short"
            }
            Self::Green => "green",
            Self::FineRadScore => "fineradscore",
            Self::RadCliq { version: RadCliqVersion::V0, .. } => "radcliq-v0",
            Self::RadCliq { version: RadCliqVersion::V1, profile: Rexrank } => "radcliq-v1",
            Self::RadCliq { version: RadCliqVersion::V1, profile: Radeval } => "radcliq-v1-radeval",
        }
    }

    /// The column in `scores.csv`. Official names are kept for official definitions only.
    pub fn column(self) -> &'static str {
        match self {
            Self::Bleu2 => "bleu_score",
            Self::Bleu2Radeval => "bleu_score_radeval",
            Self::BertScore { encoder: Encoder::Minilm, idf: false } => "bertscore_minilm",
            Self::BertScore { encoder: Encoder::Minilm, idf: true } => "bertscore_minilm_idf",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: false } => "bertscore",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: true } => "bertscore_idf",
            Self::SembScore { profile: Rexrank } => "semb_score",
            Self::SembScore { profile: Radeval } => "semb_score_radeval",
            Self::RadGraphF1 { profile: Rexrank } => "radgraph_combined",
            Self::RadGraphF1 { profile: Radeval } => "radgraph_combined_radeval",
            Self::RadGraphReward { model, level, code } => reward(model, level, code).1,
            Self::RateScore { version: RateScoreVersion::October2024 } => "ratescore",
            Self::RateScore { version: RateScoreVersion::May2025Long } => "ratescore_2025_05_long",
            Self::RateScore { version: RateScoreVersion::May2025Short } => {
                "ratescore_2025_05_short"
            }
            Self::Green => "green_score",
            Self::FineRadScore => "fineradscore",
            Self::RadCliq { version: RadCliqVersion::V0, .. } => "RadCliQ-v0",
            Self::RadCliq { version: RadCliqVersion::V1, profile: Rexrank } => "RadCliQ-v1",
            Self::RadCliq { version: RadCliqVersion::V1, profile: Radeval } => "RadCliQ-v1-radeval",
        }
    }

    /// The name shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Bleu2 => "BLEU-2",
            Self::Bleu2Radeval => "BLEU-2 (RadEval)",
            Self::BertScore { encoder: Encoder::Minilm, idf: false } => "BERTScore (MiniLM)",
            Self::BertScore { encoder: Encoder::Minilm, idf: true } => "BERTScore (MiniLM, idf)",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: false } => "BERTScore",
            Self::BertScore { encoder: Encoder::Distilroberta, idf: true } => "BERTScore (idf)",
            Self::SembScore { profile: Rexrank } => "SembScore",
            Self::SembScore { profile: Radeval } => "SembScore (RadEval)",
            Self::RadGraphF1 { profile: Rexrank } => "RadGraph-F1",
            Self::RadGraphF1 { profile: Radeval } => "RadGraph-F1 (RadEval)",
            Self::RadGraphReward { model, level, code } => reward(model, level, code).2,
            Self::RateScore { version: RateScoreVersion::October2024 } => "RaTEScore",
            Self::RateScore { version: RateScoreVersion::May2025Long } => {
                "RaTEScore (2025-05, long)"
            }
            Self::RateScore { version: RateScoreVersion::May2025Short } => {
                "RaTEScore (2025-05, short)"
            }
            Self::Green => "GREEN",
            Self::FineRadScore => "FineRadScore",
            Self::RadCliq { version: RadCliqVersion::V0, .. } => "RadCliQ-v0",
            Self::RadCliq { version: RadCliqVersion::V1, profile: Rexrank } => "RadCliQ-v1",
            Self::RadCliq { version: RadCliqVersion::V1, profile: Radeval } => {
                "RadCliQ-v1 (RadEval)"
            }
        }
    }

    /// The name of the published column this one may be ranked in, if it is computed exactly as
    /// the leaderboard's is.
    pub fn published_as(self) -> Option<&'static str> {
        match self {
            Self::Bleu2 => Some("BLEU-2"),
            Self::BertScore { encoder: Encoder::Distilroberta, idf: false } => Some("BERTScore"),
            Self::SembScore { profile: Rexrank } => Some("SembScore"),
            Self::RadGraphF1 { profile: Rexrank } => Some("RadGraph-F1"),
            Self::RateScore { version: RateScoreVersion::October2024 } => Some("RaTEScore"),
            Self::Green => Some("GREEN"),
            Self::FineRadScore => Some("1/FineRadScore"),
            Self::RadCliq { version: RadCliqVersion::V1, profile: Rexrank } => Some("1/RadCliQ-v1"),
            _ => None,
        }
    }

    /// What to say beside a number that must not be read as the leaderboard's.
    pub fn caution(self) -> Option<&'static str> {
        match self {
            Self::BertScore { encoder: Encoder::Minilm, .. } => Some(
                "Not the leaderboard's BERTScore: another encoder (all-MiniLM-L6-v2), not rescaled. Never ranked against it.",
            ),
            Self::BertScore { encoder: Encoder::Distilroberta, idf: true } => {
                Some("Not the leaderboard's BERTScore: idf weighting is off there.")
            }
            Self::RadCliq { version: RadCliqVersion::V0, .. } => {
                Some("Lower is better. Not on the leaderboard, which shows 1/RadCliQ-v1.")
            }
            Self::RadCliq { version: RadCliqVersion::V1, profile: Rexrank } => Some(
                "Lower is better. The leaderboard shows the reciprocal of this mean, 1/RadCliQ-v1.",
            ),
            Self::Bleu2Radeval
            | Self::SembScore { profile: Radeval }
            | Self::RadGraphF1 { profile: Radeval }
            | Self::RadCliq { version: RadCliqVersion::V1, profile: Radeval } => {
                Some("As RadEval computes it, not the leaderboard: never ranked against it.")
            }
            Self::RateScore { version: RateScoreVersion::October2024 } => None,
            Self::RateScore { .. } => Some(
                "Not the leaderboard's RaTEScore: the package's weights of 2025-05. Never ranked against it.",
            ),
            Self::Green => Some(
                "By the judge that answered. The leaderboard's is GREEN-radllama2-7b with the official prompt: the rank means nothing for another.",
            ),
            Self::FineRadScore => Some(
                "Lower is better; 0 where nothing is to be corrected. By the judge that answered. The leaderboard's is GPT-4o with the official prompt, shown as 1/mean: the rank means nothing for another.",
            ),
            Self::RadGraphReward { .. } => {
                Some("A reward of the radgraph package, not the leaderboard's RadGraph-F1.")
            }
            _ => None,
        }
    }
}

/// Id, column and label of a reward.
fn reward(
    model: RadGraphModel,
    level: RewardLevel,
    code: RewardCode,
) -> (&'static str, &'static str, &'static str) {
    macro_rules! names {
        ($id:literal, $column:literal, $label:literal) => {
            match (level, code) {
                (RewardLevel::Simple, RewardCode::V0_1_18) => (
                    concat!($id, "-simple"),
                    concat!($column, "_simple"),
                    concat!($label, " simple"),
                ),
                (RewardLevel::Partial, RewardCode::V0_1_18) => (
                    concat!($id, "-partial"),
                    concat!($column, "_partial"),
                    concat!($label, " partial"),
                ),
                (RewardLevel::Complete, RewardCode::V0_1_18) => (
                    concat!($id, "-complete"),
                    concat!($column, "_complete"),
                    concat!($label, " complete"),
                ),
                (RewardLevel::Simple, RewardCode::Head) => (
                    concat!($id, "-simple-head"),
                    concat!($column, "_simple_head"),
                    concat!($label, " simple (head)"),
                ),
                (RewardLevel::Partial, RewardCode::Head) => (
                    concat!($id, "-partial-head"),
                    concat!($column, "_partial_head"),
                    concat!($label, " partial (head)"),
                ),
                (RewardLevel::Complete, RewardCode::Head) => (
                    concat!($id, "-complete-head"),
                    concat!($column, "_complete_head"),
                    concat!($label, " complete (head)"),
                ),
            }
        };
    }
    match model {
        RadGraphModel::Radgraph => names!("radgraph", "radgraph", "RadGraph"),
        RadGraphModel::RadgraphXl => names!("radgraph-xl", "radgraph_xl", "RadGraph-XL"),
        RadGraphModel::ModernRadgraphXl => {
            names!("modern-radgraph-xl", "modern_radgraph_xl", "Modern RadGraph-XL")
        }
    }
}
