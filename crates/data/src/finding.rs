//! What the input doctor says.

use serde::{Deserialize, Serialize};

use crate::hint::Hint;
use crate::splits::SplitMatch;

/// How bad a [`Finding`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing can be scored until this is solved.
    Error,
    /// Scores come out, but may not mean what the user thinks.
    Warning,
    /// Good to know.
    Note,
}

/// What was found, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Studies with both texts.
    Matched,
    /// The study ids are those of a known split.
    KnownSplit,
    /// Studies with a reference and no prediction text.
    MissingPredictions,
    /// Predictions that are there but empty, white space, null or an NA string.
    EmptyPredictions,
    /// Predictions of studies that have no reference.
    ExtraPredictions,
    /// Studies whose reference text is missing.
    MissingReferences,
    /// Studies whose reference has no findings section (task `findings`).
    NoFindingsSection,
    /// Studies whose reference has no impression section (task `impression`).
    NoImpressionSection,
    /// The files have one section only, so that the task became that section's.
    TaskFollows,
    /// A section was asked for that a file does not have.
    NoSuchSection,
    /// References of which both sections are missing (task `report`).
    BothSectionsMissing,
    /// Sections that hold the text "NaN" or "None" in place of a null.
    NaText,
    /// The same id twice with the same text.
    DuplicateStudies,
    /// The same id twice with different texts.
    ConflictingStudies,
    /// Studies with different texts: the first was taken, or they were left out, as asked for.
    RepeatedStudies,
    /// The same id more than once in a pair list, where each row counts.
    RepeatedIds,
    /// Predictions and references look exchanged.
    Swapped,
    /// Most predictions equal their reference.
    Identical,
    /// Characters that were decoded wrongly somewhere before.
    Mojibake,
    /// Reports that some model will probably cut.
    LongReports,
    /// Ids of the two files that differ by prefix, case, zeros or a file ending only.
    IdFormat,
    /// The ids of the two files have nothing in common.
    NothingMatches,
    /// Ids that a spreadsheet has rounded.
    RoundedIds,
    /// Which of several fields of ids joined.
    IdsJoined,
    /// Ids were joined though they are spelled differently, as asked for.
    JoinedLoosely,
    /// The ids of a file contradict each other about what belongs together.
    IdsContradict,
    /// One file has ids, the other has none.
    IdsOnOneSide,
    /// Neither file has ids, and they are not of the same length.
    UnequalWithoutIds,
    /// Neither file has ids: paired by place.
    PairedByPlace,
    /// References of other splits were left out.
    SplitTaken,
    /// The ids are those of a known split, the reference texts are not.
    OtherReferenceTexts,
    /// Texts with special tokens of a model or a chat template in them.
    SpecialTokens,
    /// Texts that are written as lists of a programming language.
    ListLiterals,
    /// A column of classes or numbers that is not taken for reports, or such texts on one side.
    NotReports,
    /// Few distinct predictions.
    FewDistinct,
    /// One side is all lower case, the other is not.
    CaseDiffers,
    /// Texts that are mostly not English.
    NotEnglish,
    /// Rows that repeat the header; skipped.
    RepeatedHeaders,
    /// Which of several sheets of a workbook was read.
    SheetTaken,
    /// Studies of several splits are scored together.
    SeveralSplits,
    /// Lines without a report, in a file of one report per line.
    BlankLines,
    /// The predictions file holds no predictions.
    NoPredictions,
    /// There are no references.
    NoReferences,
    /// References were given for a file that brings its own.
    ReferencesForPairList,
    /// References inside the predictions file were put aside for the given ones.
    ReferencesReplaced,
    /// Texts cut to the section of the task.
    SectionCut,
    /// Texts without the heading of the task's section, taken whole.
    HeadingMissing,
    /// A pair list is scored as given, without looking for sections.
    ScoredAsGiven,
    /// Rows without an id in a file that has ids.
    MissingIds,
    /// The same key twice in one JSON record; the last counts.
    DuplicateKeys,
    /// Two columns or keys of one record have the same role; the first in preference counts.
    AmbiguousColumns,
}

/// One thing that the doctor found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// What was found, for programs.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// How many studies (or rows) it concerns.
    pub count: u64,
    /// Their ids in file order, at most [`Finding::MAX_STUDIES`].
    pub studies: Vec<String>,
    /// What was found, in plain words, for people. Never holds report text.
    pub message: String,
    /// What can be done about it, in words that name no control; empty when there is nothing to
    /// do.
    pub hint: String,
    /// The control that does it, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Hint>,
    /// The known split that it names ([`Code::KnownSplit`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<SplitMatch>,
}

impl Finding {
    /// How many study ids a finding lists; `count` is always exact.
    pub const MAX_STUDIES: usize = 1000;

    /// A finding that concerns `studies`.
    pub(crate) fn about<'a>(
        code: Code,
        severity: Severity,
        studies: impl IntoIterator<Item = &'a str>,
        message: impl FnOnce(u64) -> String,
    ) -> Self {
        let mut count = 0;
        let mut listed = Vec::new();
        for id in studies {
            count += 1;
            if listed.len() < Self::MAX_STUDIES {
                listed.push(id.to_owned());
            }
        }
        let message = message(count);
        Self {
            code,
            severity,
            count,
            studies: listed,
            message,
            hint: String::new(),
            control: None,
            split: None,
        }
    }

    /// A finding that concerns the file as a whole.
    pub(crate) fn general(
        code: Code,
        severity: Severity,
        count: u64,
        message: impl Into<String>,
    ) -> Self {
        let message = message.into();
        Self {
            code,
            severity,
            count,
            studies: Vec::new(),
            message,
            hint: String::new(),
            control: None,
            split: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    pub(crate) fn control(mut self, control: Hint) -> Self {
        self.control = Some(control);
        self
    }
}
