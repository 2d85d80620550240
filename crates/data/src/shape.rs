//! What was guessed about a file, to be shown and overridden.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

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
    /// One JSON record per line.
    Jsonl,
    /// A table with a header, separated by commas or semicolons.
    Csv,
    /// A table with a header, separated by tabs.
    Tsv,
}

impl Format {
    /// All formats, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::RexrankJson, Self::JsonMap, Self::JsonList, Self::Jsonl, Self::Csv, Self::Tsv];

    /// The name shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::RexrankJson => "ReXrank JSON",
            Self::JsonMap => "JSON object of id and text",
            Self::JsonList => "JSON list",
            Self::Jsonl => "JSON Lines",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
        }
    }

    /// Whether this is a table (CSV or TSV).
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
    /// The findings section of the reference.
    Findings,
    /// The impression section of the reference.
    Impression,
    /// A report, of which the file itself does not say whose.
    Report,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 6] = [
        Self::Id,
        Self::Prediction,
        Self::Reference,
        Self::Findings,
        Self::Impression,
        Self::Report,
    ];

    /// The name used in messages and settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Prediction => "prediction",
            Self::Reference => "reference",
            Self::Findings => "findings",
            Self::Impression => "impression",
            Self::Report => "report",
        }
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
}

impl Shape {
    /// How many ignored names are kept.
    pub const MAX_IGNORED: usize = 32;

    /// Whether some record has a column or key of this role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains_key(&role)
    }
}
