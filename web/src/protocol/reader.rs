//! Messages to a reader, and what it says through its port to the coordinator.
//!
//! A reader reads what the coordinator has no reader for: workbooks and Parquet files. Those make a
//! program of their own, which the page loads when such a file is opened.

use rrgscore_data::ReadOptions;
use serde::{Deserialize, Serialize};

/// Read the `File` that comes with the message. The reader answers through its port.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReaderRequest {
    /// The user's overrides of what is guessed.
    pub options: ReadOptions,
}

/// What a reader says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderResponse {
    /// How much of the file has been read.
    Reading {
        /// Bytes of the file read so far.
        bytes: u64,
        /// Bytes in the file.
        of: u64,
    },
    /// It is read, or cannot be: the message's one buffer is the result as JSON, a
    /// `Result<Dataset, ReadError>`. A million reports are more than one text can hold.
    Read,
}
