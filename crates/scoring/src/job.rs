//! What crosses the line between a run and its workers. Everything here is plain data that can be
//! posted as a message.

use rrgscore_annotations::{Annotation, Annotator, FindingSet, Purpose};
use rrgscore_judge::{CrimsonResult, FineRadScoreResult, GreenResult};
use rrgscore_metrics::bertscore::Idf;
use rrgscore_metrics::bleu::Bleu;
use rrgscore_metrics::cider::Cider;
use rrgscore_metrics::radcliq::RadCliQ;
use rrgscore_metrics::radgraph::RadGraphF1;
use rrgscore_metrics::radgraph::reward::Reward;
use rrgscore_metrics::ratescore::RateScore;
use rrgscore_metrics::rouge::{Rouge, RougeKind};
use serde::{Deserialize, Serialize};

use crate::index::{PairIndex, TextIndex};
use crate::metric::{Formula, Metric};

/// Names a job within its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JobId(pub u64);

/// A piece of work of a fraction of a second, so that a cancel needs no more than to hand out no
/// further job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The job's name, returned in its outcome.
    pub id: JobId,
    /// What to do.
    pub work: Work,
}

impl Job {
    /// What the pack is for that a worker must have loaded before it can do this job.
    pub fn needs(&self) -> Option<Purpose> {
        match &self.work {
            Work::Score { metric, .. } | Work::TokenIds { metric, .. } => {
                match metric.spec().formula {
                    Formula::TokenEmbeddings { encoder, .. } => Some(encoder),
                    _ => None,
                }
            }
            Work::Annotate { annotator, .. } => Some(annotator.purpose()),
        }
    }
}

/// The kinds of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Work {
    /// The score of each pair in a column that is computed pair by pair.
    Score {
        /// The column.
        metric: Metric,
        /// Token weights, for a column that has any; all 1 (specials 0) without.
        idf: Option<Idf>,
        /// The texts.
        pairs: Vec<PairTexts>,
        /// For a column that weighs words by the references of the whole set: those of the
        /// studies that are scored elsewhere.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        elsewhere: Vec<String>,
    },
    /// What a model makes of each text.
    Annotate {
        /// The model.
        annotator: Annotator,
        /// Index of a text among those of the annotator, and the text.
        texts: Vec<(TextIndex, String)>,
    },
    /// The token ids of each reference: what idf tables are counted from.
    TokenIds {
        /// The column, which says whose tokenizer.
        metric: Metric,
        /// Index of a text in the run, and the text.
        texts: Vec<(TextIndex, String)>,
    },
}

/// One reference and candidate to compare.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PairTexts {
    /// The pair's index in the run, counted from 0.
    pub pair: PairIndex,
    /// How many studies of the run have these texts.
    pub studies: u32,
    /// The reference report.
    pub reference: String,
    /// The candidate report.
    pub candidate: String,
}

/// What came of a job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// The job's name.
    pub id: JobId,
    /// Its result.
    pub done: Done,
    /// How many texts went through a model for this job (0 when all were cached).
    pub encoded: u32,
}

/// The result of a [`Work`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Done {
    /// For [`Work::TokenIds`]: index of the text and its ids, specials included.
    TokenIds {
        /// One entry per text.
        ids: Vec<(TextIndex, Vec<u32>)>,
    },
    /// For [`Work::Annotate`]: index of the text and its annotation, or why there is none.
    Annotations {
        /// One entry per text, in the job's order.
        made: Vec<(TextIndex, Result<Annotation, Failure>)>,
    },
    /// For the scoring kinds: one entry per pair.
    Scores {
        /// One entry per pair, in the job's order.
        scores: Vec<PairScore>,
    },
}

/// One pair's score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairScore {
    /// The pair's index in the run.
    pub pair: PairIndex,
    /// The score, or why there is none.
    pub result: Result<Scored, Failure>,
}

/// A score with what it was made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scored {
    /// The value.
    pub value: f64,
    /// Whether the model saw only the beginning of the reference or the candidate.
    pub truncated: bool,
    /// What happened on the way that a reader of the number should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// What it was made of.
    pub reasons: Reasons,
}

/// Something about a pair that decides its score by a rule rather than by a comparison, or that a
/// reader of the number should know. Counted in the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// The reference holds no word: RadGraph gets no graph of it.
    EmptyReference,
    /// The candidate holds no word: RadGraph gets no graph of it, which scores 0.
    EmptyCandidate,
    /// The reference's graph has no entity: RadGraph-F1 is 0.
    NoReferenceEntities,
    /// The candidate's graph has no entity: RadGraph-F1 is 0.
    NoCandidateEntities,
    /// Neither graph has a relation: relation F1 is 0, RadGraph-F1 at most 0.5.
    NoRelations,
    /// A report was longer than the encoder's window and was read in several pieces.
    Chunked,
    /// A report has no entity: RaTEScore is 0.5 by the official rule.
    NoEntities,
    /// A report has no sentence of three characters or more, hence no entity. The official
    /// RaTEScore drops such a report and pairs every later one with the wrong partner; that is
    /// not reproduced.
    NoSentence,
    /// A judge's answer did not parse as intended; the official rules give it a number all the
    /// same.
    NotAsIntended,
    /// A judge found nothing to correct: FineRadScore is 0.
    NoEdits,
}

impl Flag {
    /// In words, for a count of studies.
    pub fn label(self) -> &'static str {
        match self {
            Self::EmptyReference => "reference is empty",
            Self::EmptyCandidate => "candidate is empty",
            Self::NoReferenceEntities => "no entity in the reference",
            Self::NoCandidateEntities => "no entity in the candidate",
            Self::NoRelations => "no relation in either report",
            Self::Chunked => "read in several pieces",
            Self::NoEntities => "no entity in a report",
            Self::NoSentence => "no sentence in a report",
            Self::NotAsIntended => "answer did not parse as intended",
            Self::NoEdits => "nothing to correct",
        }
    }
}

/// What a score was made of: drawn by the study view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Reasons {
    /// n-gram counts, the brevity penalty, and which tokens of the texts were matched.
    Bleu {
        /// The counts behind the score.
        counts: Bleu,
        /// The reference's tokens.
        reference: Vec<NgramToken>,
        /// The candidate's tokens.
        candidate: Vec<NgramToken>,
    },
    /// Precision and recall, and which tokens of the texts were matched.
    Rouge {
        /// What was counted.
        of: RougeKind,
        /// The figures behind the score.
        counts: Rouge,
        /// The reference's tokens.
        reference: Vec<NgramToken>,
        /// The candidate's tokens.
        candidate: Vec<NgramToken>,
    },
    /// The similarity of n-grams of one to four words, and the penalty for length.
    Cider(Cider),
    /// Nothing but the score itself.
    Plain,
    /// Which entities and relations the two graphs share.
    #[serde(rename = "radgraph_f1")]
    RadGraphF1(RadGraphF1),
    /// The overlap behind a reward, and which entities and relations it is of.
    #[serde(rename = "radgraph_reward")]
    RadGraphReward(Reward),
    /// Each entity's match, its weight and the penalty for contradiction.
    #[serde(rename = "ratescore")]
    RateScore(RateScore),
    /// A judge's counts and explanation.
    #[serde(rename = "green")]
    Green(Box<GreenResult>),
    /// A judge's corrections.
    #[serde(rename = "fineradscore")]
    FineRadScore(Box<FineRadScoreResult>),
    /// A judge's findings and errors.
    #[serde(rename = "crimson")]
    Crimson(Box<CrimsonResult>),
    /// Which findings of the list both reports have.
    Findings {
        /// The list.
        set: FindingSet,
        /// The reference's, by their positions in [`FindingSet::names`], ascending.
        reference: Vec<u16>,
        /// The candidate's.
        candidate: Vec<u16>,
    },
    /// The summands.
    #[serde(rename = "radcliq")]
    RadCliQ(RadCliQ),
    /// Precision and recall before any rescaling, and each token's best match.
    BertScore {
        /// Mean similarity of the candidate's tokens to their best match in the reference; none
        /// when no token has a weight.
        precision: Option<f64>,
        /// Mean similarity of the reference's tokens to their best match in the candidate; none
        /// when no token has a weight.
        recall: Option<f64>,
        /// Their harmonic mean, before any rescaling.
        f1: f64,
        /// The reference's tokens.
        reference: Vec<TokenMatch>,
        /// The candidate's tokens.
        candidate: Vec<TokenMatch>,
    },
}

/// One token of a text as BLEU or ROUGE reads it: written as `[start, end, ngrams]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "(u32, u32, u8)", into = "(u32, u32, u8)")]
pub struct NgramToken {
    /// First byte of the token in the text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// Bit n − 1 is set where an n-gram of order n begins here that was matched with one of the
    /// other side; bit 0 also for a token of the longest common subsequence.
    pub ngrams: u8,
}

impl NgramToken {
    /// Whether a matched n-gram of that order, counted from 1, begins here.
    pub fn begins(self, order: u32) -> bool {
        self.ngrams.checked_shr(order.saturating_sub(1)).unwrap_or(0) & 1 == 1
    }
}

impl From<(u32, u32, u8)> for NgramToken {
    fn from((start, end, ngrams): (u32, u32, u8)) -> Self {
        Self { start, end, ngrams }
    }
}

impl From<NgramToken> for (u32, u32, u8) {
    fn from(token: NgramToken) -> Self {
        (token.start, token.end, token.ngrams)
    }
}

/// One token and its best match on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenMatch {
    /// First byte of the token in the text.
    pub start: u32,
    /// One past its last byte; equal to `start` for special tokens.
    pub end: u32,
    /// Index of the best match among the other side's tokens, if it has any.
    pub best: Option<u32>,
    /// Cosine similarity to it, -1 to 1.
    pub similarity: f32,
    /// The token's share of precision or recall: 0 for special tokens.
    pub weight: f32,
}

/// Why a pair has no score. Holds no report text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{message}")]
pub struct Failure {
    /// What kind of reason it is.
    pub kind: FailureKind,
    /// What happened, in words for a user.
    pub message: String,
}

/// The kinds of reasons for which a pair has no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The official code refuses such a report.
    Refused,
    /// A judge gave no answer that can be scored, or none at all.
    NoAnswer,
    /// The annotations that the user provided lack the study.
    NoAnnotation,
    /// A column that this one is combined from has no score, or is not part of the run.
    Component,
    /// A model, or its tokenizer, could not take the text.
    Model,
    /// The model pack is not loaded or cannot be used.
    Pack,
    /// The formula does not take these values.
    Formula,
    /// The worker that had the job stopped or answered with something else.
    Worker,
    /// A mistake of this program.
    Internal,
}

impl Failure {
    /// A failure of a kind, in words.
    pub fn new(kind: FailureKind, message: impl std::fmt::Display) -> Self {
        Self { kind, message: message.to_string() }
    }
}

impl Scored {
    /// A score of whole texts about which there is nothing to note.
    pub fn new(value: f64, reasons: Reasons) -> Self {
        Self { value, truncated: false, flags: Vec::new(), reasons }
    }
}
