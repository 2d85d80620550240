//! CSV and TSV.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use super::bytes::LayerError;
use super::collect::{Collector, Name, PendingRow, too_long};
use super::quotes::Quotes;
use super::rows;
use crate::error::{Place, ReadError};
use crate::missing::is_pandas_na;
use crate::record::Field;
use crate::shape::Role;

/// Reads a table with a header, or with columns given by number. `skipped` lines stand before it.
///
/// An empty cell is a null, as for pandas; in section columns so is any of pandas' NA strings,
/// because a table is where pandas would have read them. A blank line in a table of one column is a
/// missing report, which keeps its place.
pub(super) fn rows(
    text: impl Read,
    delimiter: u8,
    skipped: u64,
    collector: &mut Collector<'_>,
) -> Result<(), ReadError> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(super::PREFIX)
        .from_reader(Quotes::new(text, delimiter, skipped));
    let mut row = StringRecord::new();
    let mut table = Table::default();
    for number in 0.. {
        let line = reader.position().line();
        if !reader.read_record(&mut row).map_err(|error| csv_error(error, skipped, collector))? {
            break;
        }
        let line = row.position().map_or(line, csv::Position::line) + skipped;
        for _ in 0..reader.get_ref().blank_lines_above(number) {
            table.blank_line(line, collector)?;
        }
        table.row(&row, line, collector)?;
    }
    Ok(())
}

/// A table, row by row.
#[derive(Default)]
pub(super) struct Table {
    columns: Option<Vec<Name>>,
    header: Option<StringRecord>,
}

impl Table {
    /// Takes a blank line: nothing, but in a table that has no more than a column of reports.
    fn blank_line(&self, line: u64, collector: &mut Collector<'_>) -> Result<(), ReadError> {
        match self.columns.as_deref() {
            Some([name]) if name.role().is_some_and(|role| role != Role::Id) => {
                collector.note_blank_line();
                collector.push(PendingRow::of_text(None, Field::Null, *name), Some(line))
            }
            _ => Ok(()),
        }
    }

    /// Takes the next row: the header, a study, or a row to be skipped.
    pub(super) fn row(
        &mut self,
        row: &StringRecord,
        line: u64,
        collector: &mut Collector<'_>,
    ) -> Result<(), ReadError> {
        let options = collector.options();
        if row.as_slice().len() > options.max_record_bytes {
            let place =
                Place { row: Some(collector.next_row()), line: Some(line), ..Place::default() };
            return Err(too_long(place, options));
        }
        match &self.columns {
            None if options.header == Some(false) => {
                let names = rows::by_number(row.len(), collector)?;
                cells(row, &names, line, collector)?;
                self.columns = Some(names);
            }
            None => {
                self.columns = Some(rows::header(&row.iter().collect::<Vec<_>>(), collector)?);
                self.header = Some(row.clone());
            }
            Some(_) if self.header.as_ref().is_some_and(|header| is_header(row, header)) => {
                collector.skip_header();
            }
            Some(names) => cells(row, names, line, collector)?,
        }
        Ok(())
    }
}

/// Whether a row repeats the header, as it does in files that were put together.
fn is_header(row: &StringRecord, header: &StringRecord) -> bool {
    row.len() == header.len()
        && row.iter().zip(header).all(|(cell, name)| cell.trim() == name.trim())
}

/// One row becomes a record.
fn cells(
    row: &StringRecord,
    names: &[Name],
    line: u64,
    collector: &mut Collector<'_>,
) -> Result<(), ReadError> {
    let blank = row.iter().all(|cell| cell.trim().is_empty());
    let has_id = names.iter().any(|name| name.role() == Some(Role::Id));
    if blank && (row.len() < names.len() || has_id) {
        // Spreadsheets leave such rows at the end.
        return Ok(());
    }
    let extra_is_blank = row.iter().skip(names.len()).all(|cell| cell.trim().is_empty());
    if row.len() < names.len() || !extra_is_blank {
        let mut place = collector.place();
        place.line = Some(line);
        return Err(ReadError::RowLength {
            place,
            expected: names.len() as u64,
            found: row.len() as u64,
        });
    }
    let mut pending = PendingRow::default();
    for (cell, name) in row.iter().zip(names) {
        let section = matches!(
            name.role(),
            Some(
                Role::Findings
                    | Role::Impression
                    | Role::PredictedFindings
                    | Role::PredictedImpression
            )
        );
        if name.role() == Some(Role::Id) {
            collector.set_id(&mut pending, *name, Some(cell.to_owned()));
        } else if cell.is_empty() || (section && is_pandas_na(cell)) {
            collector.set(&mut pending, *name, Field::Null)?;
        } else {
            collector.set(&mut pending, *name, Field::Text(cell.to_owned()))?;
        }
    }
    collector.push(pending, Some(line))
}

/// An error of the csv crate, without any of the text.
fn csv_error(error: csv::Error, skipped: u64, collector: &Collector<'_>) -> ReadError {
    let line = error.position().map(|position| position.line() + skipped);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => LayerError::unpack(error),
        _ => ReadError::NotARecord {
            place: Place { line, ..collector.place() },
            found: "a row that cannot be read".to_owned(),
        },
    }
}
