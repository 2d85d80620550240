//! Why a file cannot be read.

use serde::{Deserialize, Serialize};

use super::Place;
use crate::hint::Hint;
use crate::names::is_showable;
use crate::shape::{Format, Role, TextEncoding};
use crate::text::thousands;

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
    /// A Parquet file that is compressed in a way that is not read here.
    #[error("the Parquet file is compressed with {compression}, which is not read here")]
    Compression {
        /// Its name.
        compression: String,
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
    /// Two columns of reports with one name.
    #[error("the header names the column {} twice", shown(.name))]
    ColumnTwice {
        /// What it stands for.
        role: Role,
        /// The name.
        name: String,
    },
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
            Self::TooLarge { .. } => "Split the file.",
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
            Self::Compression { .. } => {
                "Write the file again with snappy or without compression, or save it as CSV \
                 (UTF-8) or JSON."
            }
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
            Self::ColumnTwice { .. } => {
                "Rename one of the two, or say by number which column is which, as in #2."
            }
            Self::NoSuchColumn { .. } => "Check the name, or use the column's number as in #2.",
            Self::RowLength { .. } => "Put reports with commas, quotes or line breaks in quotes.",
            Self::UnclosedQuote { .. } | Self::StrayQuote { .. } => {
                "Close the quote; a quote inside a quoted cell is written twice."
            }
            Self::TooManyRows { .. } => "Split the file.",
            Self::RecordTooLong { .. } => "Check for a missing quote or line break.",
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
            Self::NoSuchColumn { role, .. } | Self::ColumnTwice { role, .. } => {
                Hint::ChooseColumn { side: None, role: *role }
            }
            Self::NoHeader => Hint::SayNoHeader,
            Self::RowLength { .. } => Hint::ChooseDelimiter,
            Self::JsonSyntax { .. } | Self::NotARecord { .. } | Self::JsonScalar => {
                Hint::ChooseFormat
            }
            _ => return None,
        })
    }
}
