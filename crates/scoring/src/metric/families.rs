//! What the rows of a family of metrics have in common.

use rrgscore_annotations::RadGraphModel::{ModernRadgraphXl, Radgraph, RadgraphXl};
use rrgscore_annotations::{Annotator, FindingSet, Purpose, RadGraphModel, SpaceRuns};
use rrgscore_metrics::bertscore::DISTILROBERTA_BASE_LAYER_5;
use rrgscore_metrics::radgraph::reward::Level::{self, Complete, Partial, Simple};
use rrgscore_metrics::radgraph::reward::RewardVersion;
use rrgscore_metrics::rouge::RougeKind;

use super::formula::{AnnotationFormula, BlankReports, TextFormula};
use super::spec::{Direction, Formula, Listing, MetricSpec};
use super::worth;
use crate::settings::Profile;

pub(super) const RADEVAL: &str =
    "As RadEval computes it, not the leaderboard: never ranked against it.";
pub(super) const MINILM: &str = "Not the leaderboard's BERTScore: another encoder (all-MiniLM-L6-v2), not rescaled. Never ranked against it.";
pub(super) const RATESCORE_2025: &str =
    "Not the leaderboard's RaTEScore: the package's weights of 2025-05. Never ranked against it.";

pub(super) const SET_VALUE: &str = "What papers print is the value of the whole set, which is no mean over studies: it stands under `of_set` in summary.json. Words alone: a report that denies a finding shares most words with one that has it.";

pub(super) const fn usual(profile: Profile, name: &'static str) -> Listing {
    Listing { profile, name, usual: true }
}

pub(super) const fn variant(profile: Profile, name: &'static str) -> Listing {
    Listing { profile, name, usual: false }
}

/// What most rows have in common.
pub(super) const ROW: MetricSpec = MetricSpec {
    id: "",
    label: "",
    column: "",
    about: "",
    worth: worth::WORDS,
    range: "0 to 1",
    direction: Direction::HigherIsBetter,
    reciprocal: false,
    listed: &[],
    needs: &[],
    stand_in: None,
    caution: None,
    published_as: None,
    cost: 0.0,
    formula: Formula::Texts(TextFormula::Bleu2),
};

/// BERTScore by distilroberta-base, with or without idf weights.
pub(super) const fn distilroberta(runs: SpaceRuns, idf: bool) -> Formula {
    Formula::TokenEmbeddings {
        encoder: Purpose::BertscoreDistilroberta,
        runs,
        idf,
        baseline: Some(&DISTILROBERTA_BASE_LAYER_5),
    }
}

pub(super) const BERTSCORE: MetricSpec = MetricSpec {
    worth: worth::TOKENS,
    range: "at most 1; about 0 for unrelated reports",
    needs: &[Purpose::BertscoreDistilroberta],
    cost: 1.0,
    formula: distilroberta(SpaceRuns::Joined, false),
    ..ROW
};

pub(super) const BERTSCORE_MINILM: MetricSpec = MetricSpec {
    worth: worth::TOKENS,
    range: "−1 to 1",
    needs: &[Purpose::BertscoreMinilm],
    caution: Some(MINILM),
    cost: 0.3,
    formula: Formula::TokenEmbeddings {
        encoder: Purpose::BertscoreMinilm,
        runs: SpaceRuns::Joined,
        idf: false,
        baseline: None,
    },
    ..ROW
};

pub(super) const CRIMSON: MetricSpec =
    MetricSpec { worth: worth::WEIGHED, range: "−1 to 1", ..ROW };

pub(super) const SEMB: MetricSpec = MetricSpec {
    worth: worth::LABELS,
    range: "−1 to 1",
    needs: &[Purpose::Chexbert],
    cost: 2.3,
    ..ROW
};

pub(super) const fn semb(cleaned: bool) -> Formula {
    Formula::Annotations {
        annotator: Annotator::Chexbert { cleaned },
        blank: BlankReports::AreRead,
        compare: AnnotationFormula::SembScore,
    }
}

pub(super) const RADGRAPH: MetricSpec =
    MetricSpec { worth: worth::GRAPHS, needs: &[Purpose::Radgraph], cost: 2.6, ..ROW };

pub(super) const fn radgraph_f1(blank: BlankReports) -> Formula {
    Formula::Annotations {
        annotator: Annotator::RadGraph { model: Radgraph },
        blank,
        compare: AnnotationFormula::RadGraphF1,
    }
}

pub(super) const RATESCORE: MetricSpec = MetricSpec {
    worth: worth::ENTITIES,
    range: "mostly 0 to 1",
    needs: &[Purpose::RatescoreEntities, Purpose::RatescoreSynonyms],
    cost: 3.4,
    ..ROW
};

pub(super) const RADCLIQ: MetricSpec = MetricSpec {
    worth: worth::COMBINED,
    range: "any number",
    direction: Direction::LowerIsBetter,
    reciprocal: true,
    needs: &[Purpose::Radgraph, Purpose::BertscoreDistilroberta, Purpose::Chexbert],
    ..ROW
};

/// The leaderboard's components of RadCliQ.
pub(super) const COMPONENTS: [&str; 4] = ["radgraph-f1", "bertscore", "semb", "bleu2"];

/// BLEU of the COCO scorer: names, whose column it is, the longest n-grams.
pub(super) const fn coco_bleu(
    [id, column, label]: [&'static str; 3],
    about: &'static str,
    listed: &'static [Listing],
    order: usize,
) -> MetricSpec {
    MetricSpec {
        id,
        label,
        column,
        about,
        listed,
        caution: Some(SET_VALUE),
        formula: Formula::Texts(TextFormula::CocoBleu { order }),
        ..ROW
    }
}

/// ROUGE with stems.
pub(super) const fn rouge(
    [id, column, label]: [&'static str; 3],
    about: &'static str,
    listed: &'static [Listing],
    kind: RougeKind,
) -> MetricSpec {
    MetricSpec {
        id,
        label,
        column,
        about,
        listed,
        caution: Some(
            "Words and their order alone: a report that denies a finding shares most words with one that has it.",
        ),
        formula: Formula::Texts(TextFormula::Rouge(kind)),
        ..ROW
    }
}

/// Findings that both reports have, by SRR-BERT: names, what it is, the list, its pack.
pub(super) const fn srr_bert(
    [id, column, label]: [&'static str; 3],
    about: &'static str,
    listed: &'static [Listing],
    set: FindingSet,
    needs: &'static [Purpose],
) -> MetricSpec {
    MetricSpec {
        id,
        label,
        column,
        about,
        worth: worth::STRUCTURED,
        listed,
        needs,
        caution: Some(
            "What RadEval prints is the F1 of the whole set, weighted by support: `of_set` in summary.json, with the other averages under `findings_f1`. A study's value is another figure.",
        ),
        cost: 2.6,
        formula: findings(set),
        ..ROW
    }
}

pub(super) const fn findings(set: FindingSet) -> Formula {
    Formula::Annotations {
        annotator: Annotator::Findings { set },
        blank: BlankReports::AreRead,
        compare: AnnotationFormula::Findings(set),
    }
}

/// A reward of the radgraph package: names, model, which, whose code.
pub(super) const fn reward(
    [id, column, label]: [&'static str; 3],
    listed: &'static [Listing],
    model: RadGraphModel,
    level: Level,
    version: RewardVersion,
) -> MetricSpec {
    MetricSpec {
        id,
        label,
        column,
        about: match level {
            Simple => "Reward of the radgraph package: F1 of entities by words and label.",
            Partial => {
                "Reward of the radgraph package (RG_ER): F1 of entities by words, label and whether they have a relation."
            }
            Complete => {
                "Reward of the radgraph package: F1 of relations, and of entities without one."
            }
        },
        worth: worth::GRAPHS,
        listed,
        needs: match model {
            Radgraph => &[Purpose::Radgraph],
            RadgraphXl => &[Purpose::RadgraphXl],
            ModernRadgraphXl => &[Purpose::ModernRadgraphXl],
        },
        caution: Some("A reward of the radgraph package, not the leaderboard's RadGraph-F1."),
        cost: match model {
            Radgraph | RadgraphXl => 2.6,
            ModernRadgraphXl => 3.4,
        },
        formula: Formula::Annotations {
            annotator: Annotator::RadGraph { model },
            blank: BlankReports::AreSkippedOrRefused,
            compare: AnnotationFormula::RadGraphReward { level, version },
        },
        ..ROW
    }
}
