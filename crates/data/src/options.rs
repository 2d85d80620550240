//! Overrides of what `read` would guess, and its limits.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::shape::{Format, Role, TextEncoding};

/// Overrides of every guess, and the limits of [`crate::read()`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
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
            max_bytes: Self::MAX_BYTES,
            max_decoded_bytes: Self::MAX_DECODED_BYTES,
            max_rows: Self::MAX_ROWS,
            max_record_bytes: Self::MAX_RECORD_BYTES,
        }
    }
}
