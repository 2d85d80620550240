//! The result of aligning predictions with references.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::options::JoinOptions;
use crate::record::StudyPair;
use crate::splits::SplitMatch;
use crate::study_field::StudyField;
use crate::task::{MissingPolicy, Task};

/// Where the reference texts came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReferenceSource {
    /// From a file or built-in split of their own.
    Separate,
    /// From the predictions file itself.
    Inside,
}

/// How predictions and references were brought together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum JoinedBy {
    /// They stand in the same record.
    Record,
    /// By their ids.
    Ids(IdsMatched),
    /// By their place in the two files, which both have no ids.
    Place,
}

/// The fields whose ids are the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdsMatched {
    /// The field of the predictions.
    pub predictions: String,
    /// The field of the references.
    pub references: String,
}

/// How many studies ended where.
///
/// `scored = matched + scored_as_empty`, and
/// `missing = scored_as_empty + excluded` (both are 0 under [`MissingPolicy::Refuse`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Counts {
    /// Distinct studies (rows of a pair list) in the predictions file.
    pub predictions: u64,
    /// Distinct studies in the references (rows of a pair list).
    pub references: u64,
    /// Studies with both texts.
    pub matched: u64,
    /// Pairs that come out.
    pub scored: u64,
    /// Studies with a reference text and no prediction text.
    pub missing: u64,
    /// Of `missing`: the study is in the predictions file, but its text is empty or NA.
    pub empty_predictions: u64,
    /// Of `missing`: scored with an empty candidate.
    pub scored_as_empty: u64,
    /// Of `missing`: left out.
    pub excluded: u64,
    /// Predicted studies that the references do not know; not scored.
    pub extra_predictions: u64,
    /// Studies in the references without a reference text for the task; not scored.
    pub missing_references: u64,
    /// Of `missing_references`: the study has a report, but no findings section.
    pub without_findings: u64,
    /// Of `missing_references`: the study has a report, but no impression section.
    #[serde(skip_serializing_if = "is_zero")]
    pub without_impression: u64,
    /// Candidates cut to the section of the task.
    pub candidates_cut: u64,
    /// References cut to the section of the task.
    pub references_cut: u64,
    /// Repetitions of a study with the same text, dropped.
    pub duplicates: u64,
    /// Ids joined though they are spelled differently ([`crate::IdMatching::Loose`]).
    #[serde(skip_serializing_if = "is_zero")]
    pub joined_loosely: u64,
    /// References of other splits than the predictions', left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub other_splits: u64,
    /// Studies with different texts of which the first was taken ([`crate::RepeatedIds::First`]).
    #[serde(skip_serializing_if = "is_zero")]
    pub first_taken: u64,
    /// Studies with different texts, left out ([`crate::RepeatedIds::Drop`]).
    #[serde(skip_serializing_if = "is_zero")]
    pub repeated_dropped: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Predictions and references brought together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Alignment {
    /// The studies to score: in the order of the predictions file, then those without a
    /// prediction (policy [`MissingPolicy::Empty`]) in the order of the references.
    pub pairs: Vec<StudyPair>,
    /// The fields of the references that play no role, where they were kept: a value or none for
    /// each of `pairs`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<StudyField>,
    /// How many studies ended where.
    pub counts: Counts,
    /// What the doctor found, most severe first.
    pub findings: Vec<Finding>,
    /// The known split that the study ids are of, if any.
    pub split: Option<SplitMatch>,
    /// Where the reference texts came from.
    pub references: ReferenceSource,
    /// How the two were brought together.
    pub joined: JoinedBy,
    /// What was asked for about ids.
    pub join: JoinOptions,
    /// The task the texts were made for. It is not always the one asked for: where the files have
    /// one section only, that section is compared.
    pub task: Task,
    /// What was done about missing predictions.
    pub missing: MissingPolicy,
}
