//! Why a file cannot be read, or two files cannot be brought together.
//!
//! Messages name the place (row, line, study, field) and never hold report text, not even
//! a word of it: they end up in logs and bug reports.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding, Severity};
use crate::hint::Hint;
use crate::names::is_showable;
use crate::shape::{Format, Role, TextEncoding};
use crate::task::Task;
use crate::text::{of_studies_have, sentence, thousands};

/// Where in a file something is. Unknown parts are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// 1-based place among the records.
    pub row: Option<u64>,
    /// 1-based line of the decoded text.
    pub line: Option<u64>,
    /// The study id.
    pub study: Option<String>,
    /// The column or key.
    pub field: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        match (self.row, self.line) {
            (Some(row), Some(line)) => parts.push(format!("row {row} (line {line})")),
            (Some(row), None) => parts.push(format!("row {row}")),
            (None, Some(line)) => parts.push(format!("line {line}")),
            (None, None) => {}
        }
        if let Some(study) = &self.study {
            parts.push(format!("study {study}"));
        }
        if let Some(field) = &self.field {
            parts.push(format!("field {field}"));
        }
        if parts.is_empty() { f.write_str("the file") } else { f.write_str(&parts.join(", ")) }
    }
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReadError {
    /// The source failed; `message` is the system's or the browser's.
    #[error("the file could not be read to its end: {message}")]
    Source {
        /// What the source said.
        message: String,
    },
    /// No bytes, or white space alone.
    #[error("the file is empty")]
    Empty,
    /// More bytes than allowed.
    #[error(
        "the file is larger than the limit of {} bytes{}",
        thousands(*.limit),
        if *.decompressed { " after decompression" } else { "" }
    )]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
        /// Whether the decompressed bytes were counted.
        decompressed: bool,
    },
    /// The compressed data ends early.
    #[error("the gzip data ends in the middle")]
    GzipTruncated,
    /// The compressed data is damaged, or something else follows it.
    #[error("the gzip data is damaged")]
    GzipDamaged,
    /// Not a text file.
    #[error("this is {looks_like}, not a text file")]
    NotText {
        /// What it looks like, with its article.
        looks_like: String,
    },
    /// Bytes that are not characters of the encoding.
    #[error("line {line}: not valid {encoding}")]
    Encoding {
        /// The encoding that was guessed or given.
        encoding: TextEncoding,
        /// 1-based line of the first invalid byte.
        line: u64,
    },
    /// A JSON file that holds one bare value.
    #[error("the file holds a single JSON value and no reports")]
    JsonScalar,
    /// Text that is not JSON.
    #[error("{place}: not valid JSON: {reason}")]
    JsonSyntax {
        /// Where.
        place: Place,
        /// The parser's reason, without any of the text.
        reason: String,
    },
    /// A record that is neither an object nor a text.
    #[error("{place}: expected a record, found {found}")]
    NotARecord {
        /// Where.
        place: Place,
        /// What was found, with its article.
        found: String,
    },
    /// A field that should hold text and does not.
    #[error("{place}: expected text, found {found}")]
    NotAText {
        /// Where.
        place: Place,
        /// What was found, with its article.
        found: String,
    },
    /// Lists that should be of the same length, or have the same keys.
    #[error(
        "the field {} has {} values and the field {} has {}",
        shown(&.names[0]), thousands(.lengths[0]), shown(&.names[1]), thousands(.lengths[1])
    )]
    UnequalLists {
        /// The names of two fields.
        names: [String; 2],
        /// How many values they have.
        lengths: [u64; 2],
    },
    /// An object with several lists of reports.
    #[error("the file holds several lists of reports{}", list_names(&shown_all(.names)))]
    SeveralLists {
        /// Their keys.
        names: Vec<String>,
    },
    /// An archive of several files.
    #[error("the zip archive holds {} files", thousands(*.count))]
    SeveralFiles {
        /// How many.
        count: u64,
    },
    /// A workbook or a Parquet file, and no reader for it.
    #[error("this is {}, for which no reader is built in here", .format.with_article())]
    NotBuiltIn {
        /// The format.
        format: Format,
    },
    /// A workbook or a Parquet file that cannot be read.
    #[error("{} is damaged, or of a kind that is not known here", .format.with_article())]
    Damaged {
        /// The format.
        format: Format,
    },
    /// A header alone, `{}` or `[]`.
    #[error("the file holds no reports")]
    NoRecords,
    /// No column or key whose name says that it holds reports.
    #[error("no field of the records is known to hold a report{}", list_names(.names))]
    NoReportField {
        /// The names there are.
        names: Vec<String>,
    },
    /// A table whose first line is no header.
    #[error("the first line of the table does not name its columns")]
    NoHeader,
    /// A column named in the options that is not there.
    #[error("there is no column {column} to use as {role}")]
    NoSuchColumn {
        /// The role asked for.
        role: Role,
        /// The name or `#number` given in the options.
        column: String,
    },
    /// A table row with more or fewer cells than the header.
    #[error("{place}: {found} columns where the header has {expected}")]
    RowLength {
        /// Where.
        place: Place,
        /// Columns of the header.
        expected: u64,
        /// Columns of the row.
        found: u64,
    },
    /// A quoted cell that is never closed.
    #[error("line {line}: a quoted cell opens here and never closes")]
    UnclosedQuote {
        /// 1-based line of the opening quote.
        line: u64,
    },
    /// Text after the closing quote of a cell.
    #[error("line {line}: a quoted cell goes on after its closing quote")]
    StrayQuote {
        /// 1-based line of the quote.
        line: u64,
    },
    /// More records than allowed.
    #[error("more than {} records", thousands(*.limit))]
    TooManyRows {
        /// The limit.
        limit: u64,
    },
    /// A text, row or line longer than allowed.
    #[error("{place}: longer than {} bytes", thousands(*.limit))]
    RecordTooLong {
        /// Where.
        place: Place,
        /// The limit in bytes.
        limit: u64,
    },
    /// A study id that cannot be one.
    #[error("{place}: {reason}")]
    BadId {
        /// Where (without the id, which may well be report text).
        place: Place,
        /// What is wrong with it.
        reason: String,
    },
}

/// A name, unless it may be report text.
fn shown(name: &str) -> &str {
    if is_showable(name) { name } else { "(unnamed)" }
}

fn shown_all(names: &[String]) -> Vec<String> {
    names.iter().map(|name| shown(name).to_owned()).collect()
}

fn list_names(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(" (found: {})", names.join(", ")) }
}

impl ReadError {
    /// The place, where the error has one.
    pub(crate) fn place_mut(&mut self) -> Option<&mut Place> {
        match self {
            Self::JsonSyntax { place, .. }
            | Self::NotARecord { place, .. }
            | Self::NotAText { place, .. }
            | Self::RowLength { place, .. }
            | Self::RecordTooLong { place, .. }
            | Self::BadId { place, .. } => Some(place),
            _ => None,
        }
    }

    /// What the user can do about it, in plain words.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Source { .. } => "Try again; if the file lies on a network drive, copy it first.",
            Self::Empty => "Check that the export finished, and choose the file again.",
            Self::TooLarge { .. } => "Split the file, or raise the limit.",
            Self::GzipTruncated => "The download or copy was cut short: get the file again.",
            Self::GzipDamaged => "Get the file again, or unpack it and give the unpacked file.",
            Self::NotText { .. } => {
                "Give a JSON, JSON Lines, CSV or TSV file; save a spreadsheet as CSV (UTF-8)."
            }
            Self::Encoding { encoding: TextEncoding::Utf8, .. } => {
                "Save the file as UTF-8, or say which encoding it has (for example Windows-1252)."
            }
            Self::Encoding { .. } => "Save the file as UTF-8.",
            Self::JsonScalar => "Give an object of study id and record, or a list of records.",
            Self::JsonSyntax { .. } => {
                "Write the file with a JSON library; a JSON Lines file has one record per line."
            }
            Self::NotARecord { .. } => {
                "Each study needs a record such as {\"model_prediction\": …} or a text."
            }
            Self::NotAText { .. } => "Write the report as one JSON string.",
            Self::UnequalLists { .. } => "Write one value per study in each of the lists.",
            Self::SeveralLists { .. } => "Give a file with one of them.",
            Self::SeveralFiles { .. } => "Give one of them, unpacked.",
            Self::NotBuiltIn { .. } => "Save the file as CSV (UTF-8) or JSON.",
            Self::Damaged { .. } => "Write the file again, or save it as CSV (UTF-8) or JSON.",
            Self::NoRecords => "Check that the export wrote its records.",
            Self::NoReportField { .. } => {
                "Name a field prediction, reference, findings, impression or report, or say which \
                 field holds the reports."
            }
            Self::NoHeader => {
                "Put study_id,report in the first line; or say that there is no header and by \
                 number which column is which; or, if each line is one report, that the format is \
                 one report per line."
            }
            Self::NoSuchColumn { .. } => "Check the name, or use the column's number as in #2.",
            Self::RowLength { .. } => "Put reports with commas, quotes or line breaks in quotes.",
            Self::UnclosedQuote { .. } | Self::StrayQuote { .. } => {
                "Close the quote; a quote inside a quoted cell is written twice."
            }
            Self::TooManyRows { .. } => "Split the file, or raise the limit.",
            Self::RecordTooLong { .. } => {
                "Check for a missing quote or line break, or raise the limit."
            }
            Self::BadId { .. } => "Check that the id and report columns are not exchanged.",
        }
    }
}

impl ReadError {
    /// The control that solves it, if there is one.
    #[must_use]
    pub fn control(&self) -> Option<Hint> {
        Some(match self {
            Self::Encoding { encoding: TextEncoding::Utf8, .. } => Hint::ChooseEncoding,
            Self::NoReportField { .. } | Self::NotAText { .. } | Self::SeveralLists { .. } => {
                Hint::ChooseColumn { side: None, role: Role::Report }
            }
            Self::BadId { .. } => Hint::ChooseColumn { side: None, role: Role::Id },
            Self::NoSuchColumn { role, .. } => Hint::ChooseColumn { side: None, role: *role },
            Self::NoHeader => Hint::SayNoHeader,
            Self::RowLength { .. } => Hint::ChooseDelimiter,
            Self::JsonSyntax { .. } | Self::NotARecord { .. } | Self::JsonScalar => {
                Hint::ChooseFormat
            }
            _ => return None,
        })
    }
}

/// Which of the two files something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Side {
    /// The predictions file.
    Predictions,
    /// The references file.
    References,
}

impl Side {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Predictions => Self::References,
            Self::References => Self::Predictions,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Predictions => "predictions",
            Self::References => "references",
        })
    }
}

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
            Self::IdsContradict { .. } => {
                Hint::ChooseColumn { side: Some(Side::Predictions), role: Role::Id }
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
            Self::IdsContradict { count, studies, .. } => {
                (Code::IdsContradict, *count, studies.clone())
            }
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
