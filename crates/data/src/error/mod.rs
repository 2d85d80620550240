//! Why a file cannot be read, or two files cannot be brought together.
//!
//! Messages name the place (row, line, study, field) and never hold report text, not even
//! a word of it: they end up in logs and bug reports.

mod align;
mod read;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use align::AlignError;
pub use read::ReadError;

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
