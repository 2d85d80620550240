//! What was guessed about a file, to be shown and overridden.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::task::UnknownName;

/// How the records are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A JSON object: study id → record (ReXrank's own format).
    RexrankJson,
    /// A JSON object: study id → text.
    JsonMap,
    /// A JSON list of records.
    JsonList,
    /// A JSON object with one list of records among other things.
    JsonEnvelope,
    /// A JSON object: name of a split → list of records (R2Gen's `annotation.json`).
    JsonSplits,
    /// A JSON object: name of a field → its values, in lists or by row number (RadEval; pandas'
    /// orientations `columns` and `list`).
    JsonColumns,
    /// A JSON object of the names of columns and a list of rows (pandas' orientation `split`).
    JsonTable,
    /// One JSON record per line.
    Jsonl,
    /// A table with a header, separated by commas, semicolons or bars.
    Csv,
    /// A table with a header, separated by tabs.
    Tsv,
    /// One report per line.
    Lines,
    /// A sheet of a workbook (`.xlsx`).
    Workbook,
    /// A Parquet file.
    Parquet,
}

impl Format {
    /// The formats that can be asked for, in the order in which they are offered. Workbooks and
    /// Parquet files are not among them: they are known by their bytes.
    pub const ALL: [Self; 11] = [
        Self::RexrankJson,
        Self::JsonMap,
        Self::JsonList,
        Self::JsonEnvelope,
        Self::JsonSplits,
        Self::JsonColumns,
        Self::JsonTable,
        Self::Jsonl,
        Self::Csv,
        Self::Tsv,
        Self::Lines,
    ];

    /// The name used in settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RexrankJson => "rexrank-json",
            Self::JsonMap => "json-map",
            Self::JsonList => "json-list",
            Self::JsonEnvelope => "json-envelope",
            Self::JsonSplits => "json-splits",
            Self::JsonColumns => "json-columns",
            Self::JsonTable => "json-table",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Lines => "lines",
            Self::Workbook => "xlsx",
            Self::Parquet => "parquet",
        }
    }

    /// The name shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::RexrankJson => "ReXrank JSON",
            Self::JsonMap => "JSON object of id and text",
            Self::JsonList => "JSON list",
            Self::JsonEnvelope => "JSON list inside an object",
            Self::JsonSplits => "JSON lists by split",
            Self::JsonColumns => "JSON object of columns",
            Self::JsonTable => "JSON table",
            Self::Jsonl => "JSON Lines",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Lines => "one report per line",
            Self::Workbook => "workbook",
            Self::Parquet => "Parquet",
        }
    }

    /// What a file of this format is called in a sentence.
    pub(crate) fn with_article(self) -> String {
        let label = self.label();
        match self {
            Self::Lines => "a file of one report per line".to_owned(),
            Self::Parquet => format!("a {label} file"),
            _ => format!("a {label}"),
        }
    }

    /// Whether this is a table of text (CSV or TSV).
    #[must_use]
    pub fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Tsv)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for Format {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|format| format.as_str() == name).ok_or(UnknownName {
            what: "format",
            accepted: "rexrank-json, json-map, json-list, json-envelope, json-splits, \
                       json-columns, json-table, jsonl, csv, tsv, lines",
        })
    }
}

/// How characters are written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TextEncoding {
    /// UTF-8, with or without a byte order mark. Never assumed of invalid bytes.
    Utf8,
    /// UTF-16, little endian.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
    /// Windows-1252 (Latin-1 and a few more). Only when asked for: no byte is invalid in it,
    /// so it cannot be told from a damaged file.
    Windows1252,
}

impl TextEncoding {
    /// All encodings, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1252];

    /// The name used in settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// The name shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 LE",
            Self::Utf16Be => "UTF-16 BE",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

impl fmt::Display for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for TextEncoding {
    type Err = UnknownName;

    /// The names of [`TextEncoding::as_str`], in any case; `latin-1` is Windows-1252, as on the
    /// web.
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "utf8" => return Ok(Self::Utf8),
            "latin-1" | "latin1" | "iso-8859-1" | "cp1252" => return Ok(Self::Windows1252),
            _ => {}
        }
        Self::ALL.into_iter().find(|encoding| encoding.as_str() == lower).ok_or(UnknownName {
            what: "encoding",
            accepted: "utf-8, utf-16le, utf-16be, windows-1252",
        })
    }
}

/// What a column or key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The study id.
    Id,
    /// What the model wrote.
    Prediction,
    /// The whole reference report.
    Reference,
    /// The findings section that the model wrote.
    PredictedFindings,
    /// The impression section that the model wrote.
    PredictedImpression,
    /// The findings section: the reference's, or the model's in a predictions file without any
    /// other prediction.
    Findings,
    /// The impression section, as [`Role::Findings`].
    Impression,
    /// A report, of which the file itself does not say whose.
    Report,
    /// The split that a study is of (`train`, `val`, `test`).
    Split,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 9] = [
        Self::Id,
        Self::Prediction,
        Self::Reference,
        Self::PredictedFindings,
        Self::PredictedImpression,
        Self::Findings,
        Self::Impression,
        Self::Report,
        Self::Split,
    ];

    /// The name used in messages and settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Prediction => "prediction",
            Self::Reference => "reference",
            Self::PredictedFindings => "predicted findings",
            Self::PredictedImpression => "predicted impression",
            Self::Findings => "findings",
            Self::Impression => "impression",
            Self::Report => "report",
            Self::Split => "split",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    /// The names of [`Role::as_str`], with a space, a hyphen or a low line between words.
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let name = name.replace(['-', '_'], " ");
        Self::ALL.into_iter().find(|role| role.as_str() == name).ok_or(UnknownName {
            what: "role",
            accepted: "id, prediction, reference, predicted-findings, predicted-impression, \
                       findings, impression, report, split",
        })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a file is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Id and report, or id and text: predictions or references, as the user says.
    ReportsById,
    /// Predictions by study id, no references inside.
    PredictionsById,
    /// References by study id, no predictions inside.
    ReferencesById,
    /// Predictions by study id with the reference (sections or `report`) in the same record:
    /// its own source of references.
    PredictionsAndReferencesById,
    /// Prediction and reference texts side by side: scored as given, ids may repeat.
    PairList,
}

impl Kind {
    /// The name shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ReportsById => "reports by study",
            Self::PredictionsById => "predictions by study",
            Self::ReferencesById => "references by study",
            Self::PredictionsAndReferencesById => "predictions and references by study",
            Self::PairList => "list of pairs",
        }
    }

    /// Whether each record brings its own reference.
    #[must_use]
    pub fn has_references_inside(self) -> bool {
        matches!(self, Self::PredictionsAndReferencesById | Self::PairList)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// What was guessed about a file. Each guess can be overridden in [`crate::ReadOptions`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Shape {
    /// How the records are written down.
    pub format: Format,
    /// Whether the file was gzip-compressed.
    pub gzip: bool,
    /// Whether the file was the one file of a zip archive.
    #[serde(default)]
    pub zip: bool,
    /// How characters are written as bytes.
    pub encoding: TextEncoding,
    /// Whether a byte order mark stood in front.
    pub bom: bool,
    /// The character between a table's columns; `None` for JSON.
    pub delimiter: Option<char>,
    /// What the file is good for.
    pub kind: Kind,
    /// Which columns or keys played which role, in order of preference. Usually one each;
    /// more where the records of a JSON file name the same thing differently.
    pub roles: BTreeMap<Role, Vec<String>>,
    /// Columns or keys that played no role (at most [`Shape::MAX_IGNORED`]).
    pub ignored: Vec<String>,
    /// Whether the ids are row numbers because the file has none.
    pub ids_are_rows: bool,
    /// Whether the ids are running numbers that nobody chose, such as an unnamed first column or
    /// pandas' outer keys: they are places, not ids.
    #[serde(default)]
    pub ids_are_running: bool,
    /// The name of the column or key that [`crate::Record::id`] is from; `None` where the ids
    /// stand outside of the records, and where there are none.
    #[serde(default)]
    pub id_name: Option<String>,
}

impl Shape {
    /// How many ignored names are kept.
    pub const MAX_IGNORED: usize = 32;

    /// Whether the studies have ids that somebody chose.
    #[must_use]
    pub fn has_ids(&self) -> bool {
        !self.ids_are_rows && !self.ids_are_running
    }

    /// Whether some record has a column or key of this role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains_key(&role)
    }
}
