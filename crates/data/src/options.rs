//! What a user can decide: how a file is read, and how two files are joined.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::shape::{Format, Role, TextEncoding};

/// Overrides of every guess, and the limits of [`crate::read()`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct ReadOptions {
    /// How the records are written down; guessed from the content if `None`.
    pub format: Option<Format>,
    /// How characters are written as bytes; guessed from the content if `None`.
    pub encoding: Option<TextEncoding>,
    /// A table's separator (ASCII); guessed from its first line if `None`.
    pub delimiter: Option<char>,
    /// Which column or key plays which role. A name is compared without regard to case;
    /// `#2` is the second column of a table. Roles not named here are guessed.
    pub columns: BTreeMap<Role, String>,
    /// Whether a table's first line names its columns. `Some(false)` needs [`Self::columns`]
    /// by number. `None` and `Some(true)` both expect a header.
    pub header: Option<bool>,
    /// Whether to keep fields that play no role, such as view, sex or age, where they can make
    /// groups of studies ([`crate::StudyField`]), or where a judge can be told of the patient
    /// ([`crate::PatientFact`]).
    pub fields: bool,
    /// The file's name, where it has one. It is looked at for its ending alone, and only to tell
    /// a file of one report per line (`.txt`, `.tok`, …) from a table without a header; it is
    /// never shown.
    pub file_name: Option<String>,
    /// Most bytes of the file as given.
    pub max_bytes: u64,
    /// Most bytes after decompression.
    pub max_decoded_bytes: u64,
    /// Most records.
    pub max_rows: u64,
    /// Most bytes of one text, one table row or one line of JSON Lines.
    pub max_record_bytes: usize,
}

impl ReadOptions {
    /// Default of [`Self::max_bytes`]: 1 GiB.
    pub const MAX_BYTES: u64 = 1 << 30;
    /// Default of [`Self::max_decoded_bytes`]: 2 GiB, half of what a WebAssembly memory holds.
    pub const MAX_DECODED_BYTES: u64 = 1 << 31;
    /// Default of [`Self::max_rows`].
    pub const MAX_ROWS: u64 = 5_000_000;
    /// Default of [`Self::max_record_bytes`]: 16 MiB.
    pub const MAX_RECORD_BYTES: usize = 1 << 24;
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            format: None,
            encoding: None,
            delimiter: None,
            columns: BTreeMap::new(),
            header: None,
            fields: false,
            file_name: None,
            max_bytes: Self::MAX_BYTES,
            max_decoded_bytes: Self::MAX_DECODED_BYTES,
            max_rows: Self::MAX_ROWS,
            max_record_bytes: Self::MAX_RECORD_BYTES,
        }
    }
}

/// How predictions and references are brought together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JoinOptions {
    /// When two ids are the same.
    pub ids: IdMatching,
    /// What to do with ids that stand for different texts in one file.
    pub repeated: RepeatedIds,
}

/// When the ids of two files are the same.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum IdMatching {
    /// When they are the same text.
    #[default]
    Exact,
    /// When they differ by white space around them, case, folders, a file ending, a prefix,
    /// zeros in front or a `.0` only, and no two ids of one file become one by that.
    Loose,
}

impl IdMatching {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Exact, Self::Loose];

    /// The name used in settings and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Loose => "loose",
        }
    }
}

/// What to do with a study that stands more than once in a file with different texts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RepeatedIds {
    /// Score nothing and name the studies.
    #[default]
    Refuse,
    /// Take the first text of each, and count them.
    First,
    /// Leave these studies out, and count them.
    Drop,
}

impl RepeatedIds {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Refuse, Self::First, Self::Drop];

    /// The name used in settings and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::First => "first",
            Self::Drop => "drop",
        }
    }
}
