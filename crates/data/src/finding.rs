//! What the input doctor says.

use serde::{Deserialize, Serialize};

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
    /// References of which both sections are missing (task `report`).
    BothSectionsMissing,
    /// Sections that hold the text "NaN" or "None" in place of a null.
    NaText,
    /// The same id twice with the same text.
    DuplicateStudies,
    /// The same id twice with different texts.
    ConflictingStudies,
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
    /// The predictions file holds no predictions.
    NoPredictions,
    /// There are no references.
    NoReferences,
    /// References were given for a file that brings its own.
    ReferencesForPairList,
    /// References inside the predictions file were put aside for the given ones.
    ReferencesReplaced,
    /// Texts cut to their findings section (task `findings`).
    FindingsCut,
    /// Texts without a findings header, taken whole (task `findings`).
    FindingsHeaderMissing,
    /// A pair list is scored as given, without looking for sections.
    ScoredAsGiven,
    /// Rows without an id in a file that has ids.
    MissingIds,
    /// The file has no ids; row numbers stand for them.
    RowNumbersAsIds,
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
    /// What can be done about it; empty when there is nothing to do.
    pub hint: String,
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
        Self { code, severity, count, studies: listed, message, hint: String::new(), split: None }
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
            split: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}
