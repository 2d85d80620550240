//! The overrides of what is guessed about files, as the reader takes them.

use rrgscore_data::{Format, ReadOptions, Role, TextEncoding};
use rrgscore_native::FileOptions;

use crate::args::Reading;

impl Reading {
    /// The overrides for both files.
    pub(crate) fn options(&self) -> FileOptions {
        FileOptions {
            predictions: options(
                self.format,
                &self.columns,
                self.encoding,
                self.delimiter,
                self.no_header.then_some(false),
            ),
            references: options(
                self.reference_format,
                &self.reference_columns,
                self.reference_encoding,
                self.reference_delimiter,
                self.reference_no_header.then_some(false),
            ),
        }
    }
}

fn options(
    format: Option<Format>,
    columns: &[(Role, String)],
    encoding: Option<TextEncoding>,
    delimiter: Option<char>,
    header: Option<bool>,
) -> ReadOptions {
    let columns = columns.iter().cloned().collect();
    ReadOptions { format, columns, encoding, delimiter, header, ..ReadOptions::default() }
}
