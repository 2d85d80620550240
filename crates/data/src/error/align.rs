//! Why two files cannot be brought together.

use serde::{Deserialize, Serialize};

use super::Side;
use crate::finding::{Code, Finding, Severity};
use crate::hint::Hint;
use crate::shape::Role;
use crate::task::Task;
use crate::text::{counted, of_studies_have, sentence, thousands};

/// Why predictions and references cannot be brought together.
///
/// Each is also a [`Finding`] of severity [`Severity::Error`] in [`crate::check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AlignError {
    /// Predictions are missing and the policy is [`crate::MissingPolicy::Refuse`].
    #[error(
        "{} no prediction: {}",
        of_studies_have(*.count, *.of), first_ids(.studies, *.count)
    )]
    MissingPredictions {
        /// How many.
        count: u64,
        /// Studies with a reference text.
        of: u64,
        /// Their ids, at most [`Finding::MAX_STUDIES`].
        studies: Vec<String>,
    },
    /// The same study twice with different texts.
    #[error(
        "{} more than once in the {side} with different texts: {}",
        if *.count == 1 { "1 study stands".to_owned() } else { format!("{} studies stand", thousands(*.count)) },
        first_ids(.studies, *.count)
    )]
    ConflictingStudies {
        /// Which file.
        side: Side,
        /// How many studies.
        count: u64,
        /// Their ids, at most [`Finding::MAX_STUDIES`].
        studies: Vec<String>,
    },
    /// References were given for a file that brings its own pairs.
    #[error("the predictions file already pairs each prediction with its reference")]
    ReferencesForPairList,
    /// The predictions file holds no predictions.
    #[error("the predictions file holds references and no predictions")]
    NoPredictions,
    /// The references file holds no references.
    #[error("the references file holds predictions and no references")]
    NoReferencesInFile,
    /// No references inside and none given.
    #[error("there are no references: the predictions file has none inside and none were given")]
    NoReferences,
    /// No study of the predictions is in the references.
    #[error("no study id of the predictions is among the references")]
    NothingMatches {
        /// What differs between the ids, when that can be told.
        hint: String,
        /// Whether they would match if their spelling were put aside.
        #[serde(default)]
        joins_loosely: bool,
    },
    /// Ids that a spreadsheet has rounded match nothing.
    #[error("the study ids of the {side} are numbers that a spreadsheet has rounded")]
    RoundedIds {
        /// Which file.
        side: Side,
    },
    /// One file has ids, the other has none.
    #[error(
        "the {side} have no study ids, and the {} have: which belong together is not known",
        .side.other()
    )]
    IdsOnOneSide {
        /// The file without ids.
        side: Side,
    },
    /// Neither file has ids, and they are not of the same length.
    #[error(
        "neither file has study ids, and there are {} predictions for {} references: which belong \
         together is not known",
        thousands(*.predictions), thousands(*.references)
    )]
    UnequalWithoutIds {
        /// Records of the predictions.
        predictions: u64,
        /// Records of the references.
        references: u64,
    },
    /// Two fields of ids bring different studies together.
    #[error(
        "the ids of the two files contradict each other: by {by} other studies belong together \
         than by {against}: {}",
        first_ids(.studies, *.count)
    )]
    IdsContradict {
        /// The fields of the predictions and the references that join most, in words.
        by: String,
        /// Those that contradict them.
        against: String,
        /// How many predictions.
        count: u64,
        /// Their ids, at most [`Finding::MAX_STUDIES`].
        studies: Vec<String>,
    },
    /// Two columns of one file say of which study a row is, and do not say the same.
    #[error(
        "in the {side} {} and {} name different studies in {}: {}",
        .fields[0], .fields[1], counted(*.count, "row", "rows"), first_ids(.studies, *.count)
    )]
    RowsContradict {
        /// Which file.
        side: Side,
        /// The two columns, in words.
        fields: [String; 2],
        /// How many rows.
        count: u64,
        /// The ids of the first column there, at most [`Finding::MAX_STUDIES`].
        studies: Vec<String>,
    },
    /// Numbers of rows that count differently in the two files.
    #[error(
        "{} of the predictions and {} of the references number the rows of their own file, and \
         not alike: which belong together is not known",
        .names[0], .names[1]
    )]
    CountersDiffer {
        /// The fields of the predictions and the references, in words.
        names: [String; 2],
    },
    /// A section was asked for that a file does not have.
    #[error("the {side} have no {task} section")]
    NoSuchSection {
        /// Which file.
        side: Side,
        /// The task of that section.
        task: Task,
    },
    /// All studies fell away.
    #[error("no study can be scored: {reason}")]
    NothingToScore {
        /// Why.
        reason: String,
    },
}

/// How many ids a message lists.
const IDS_IN_MESSAGE: usize = 5;

/// The first few ids, for a message.
fn first_ids(studies: &[String], count: u64) -> String {
    let shown = studies.iter().take(IDS_IN_MESSAGE).cloned().collect::<Vec<_>>();
    let more = if count > shown.len() as u64 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

impl AlignError {
    /// What the user can do about it, in plain words.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::MissingPredictions { .. } => {
                "Add the predictions, or choose what happens to missing ones: score them as \
                 empty, or exclude them."
            }
            Self::ConflictingStudies { .. } => {
                "Keep one text per study; or choose to take the first of each, or to leave these \
                 studies out."
            }
            Self::ReferencesForPairList => {
                "Leave the references out, or give a file of predictions alone."
            }
            Self::NoPredictions => {
                "Exchange the two files, or add the model's text as model_prediction."
            }
            Self::NoReferencesInFile => "Exchange the two files.",
            Self::NoReferences => "Choose a built-in split or give a references file.",
            Self::NothingMatches { hint, .. } => return hint.clone(),
            Self::RoundedIds { .. } => {
                "Export the file again with the ids as text: the digits that are lost cannot be \
                 brought back."
            }
            Self::IdsOnOneSide { side } => {
                return format!(
                    "Add the study ids to the {side}, or say which column holds them; running \
                     numbers that nobody chose are not taken for ids."
                );
            }
            Self::UnequalWithoutIds { .. } => {
                "Add study ids to both files; or, if they are in the same order, an empty report \
                 for each study that has none."
            }
            Self::IdsContradict { .. } => "Say which column holds the study ids, in both files.",
            Self::RowsContradict { .. } => {
                "Check that no column was moved against the others; or say which column holds the \
                 study ids."
            }
            Self::CountersDiffer { .. } => {
                "Give both files the same study ids, or say which column holds them."
            }
            Self::NoSuchSection { .. } => "Choose another task, or give files with this section.",
            Self::NothingToScore { .. } => "Choose another task, or check the references.",
        }
        .to_owned()
    }

    /// The control that solves it, if there is one.
    #[must_use]
    pub fn control(&self) -> Option<Hint> {
        Some(match self {
            Self::MissingPredictions { .. } => Hint::ChooseMissing,
            Self::ConflictingStudies { .. } => Hint::ChooseRepeated,
            Self::ReferencesForPairList => Hint::LeaveReferencesOut,
            Self::NoPredictions | Self::NoReferencesInFile => Hint::ExchangeFiles,
            Self::NoReferences => Hint::GiveReferences,
            Self::NothingMatches { joins_loosely: true, .. } => Hint::JoinLoosely,
            Self::IdsOnOneSide { side } => Hint::ChooseColumn { side: Some(*side), role: Role::Id },
            Self::IdsContradict { .. } | Self::CountersDiffer { .. } => {
                Hint::ChooseColumn { side: Some(Side::Predictions), role: Role::Id }
            }
            Self::RowsContradict { side, .. } => {
                Hint::ChooseColumn { side: Some(*side), role: Role::Id }
            }
            Self::NoSuchSection { .. } | Self::NothingToScore { .. } => Hint::ChooseTask,
            Self::NothingMatches { joins_loosely: false, .. }
            | Self::RoundedIds { .. }
            | Self::UnequalWithoutIds { .. } => return None,
        })
    }

    /// The same as a finding of the doctor.
    #[must_use]
    pub fn to_finding(&self) -> Finding {
        let (code, count, studies) = match self {
            Self::MissingPredictions { count, studies, .. } => {
                (Code::MissingPredictions, *count, studies.clone())
            }
            Self::ConflictingStudies { count, studies, .. } => {
                (Code::ConflictingStudies, *count, studies.clone())
            }
            Self::IdsContradict { count, studies, .. }
            | Self::RowsContradict { count, studies, .. } => {
                (Code::IdsContradict, *count, studies.clone())
            }
            Self::CountersDiffer { .. } => (Code::IdsContradict, 0, Vec::new()),
            Self::ReferencesForPairList => (Code::ReferencesForPairList, 0, Vec::new()),
            Self::NoPredictions => (Code::NoPredictions, 0, Vec::new()),
            Self::NoReferencesInFile | Self::NoReferences => (Code::NoReferences, 0, Vec::new()),
            Self::NothingMatches { .. } => (Code::NothingMatches, 0, Vec::new()),
            Self::RoundedIds { .. } => (Code::RoundedIds, 0, Vec::new()),
            Self::IdsOnOneSide { .. } => (Code::IdsOnOneSide, 0, Vec::new()),
            Self::UnequalWithoutIds { .. } => (Code::UnequalWithoutIds, 0, Vec::new()),
            Self::NoSuchSection { .. } => (Code::NoSuchSection, 0, Vec::new()),
            Self::NothingToScore { .. } => (Code::MissingReferences, 0, Vec::new()),
        };
        Finding {
            code,
            severity: Severity::Error,
            count,
            studies,
            message: sentence(&self.to_string()),
            hint: self.hint(),
            control: self.control(),
            split: None,
        }
    }
}
