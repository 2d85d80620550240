//! CSV and TSV.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use super::bytes::LayerError;
use super::collect::{Collector, Draft, Name, too_long};
use super::quotes::Quotes;
use crate::error::{Place, ReadError};
use crate::missing::is_pandas_na;
use crate::options::ReadOptions;
use crate::record::Field;
use crate::roles::is_showable;
use crate::shape::Role;

/// Reads a table with a header.
///
/// An empty cell is a null, as for pandas; in section columns so is any of pandas' NA strings,
/// because a table is where pandas would have read them.
pub(super) fn rows(
    text: impl Read,
    delimiter: u8,
    collector: &mut Collector<'_>,
) -> Result<(), ReadError> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(super::PREFIX)
        .from_reader(Quotes::new(text, delimiter));
    let mut row = StringRecord::new();
    let options = collector.options();
    let mut columns: Option<Vec<Name>> = None;
    loop {
        let line = reader.position().line();
        if !reader.read_record(&mut row).map_err(|error| csv_error(error, collector))? {
            return Ok(());
        }
        let line = row.position().map_or(line, csv::Position::line);
        if row.as_slice().len() > options.max_record_bytes {
            let place =
                Place { row: Some(collector.next_row()), line: Some(line), ..Place::default() };
            return Err(too_long(place, options));
        }
        match &columns {
            None if options.header == Some(false) => {
                let names = by_number(row.len(), collector)?;
                cells(&row, &names, line, collector)?;
                columns = Some(names);
            }
            None => columns = Some(header(&row, collector)?),
            Some(names) => cells(&row, names, line, collector)?,
        }
    }
}

/// The roles of the columns of a header.
fn header(row: &StringRecord, collector: &mut Collector<'_>) -> Result<Vec<Name>, ReadError> {
    let numbered = numbered(collector.options(), row.len())?;
    let mut names = Vec::with_capacity(row.len());
    for (place, cell) in row.iter().enumerate() {
        let role = numbered.iter().find(|(_, column)| *column == place).map(|(role, _)| *role);
        names.push(match role {
            Some(role) => collector.named(cell, role),
            None => collector.name(cell),
        });
    }
    for (role, column) in &collector.options().columns {
        let given = names.iter().any(|name| name.guess.is_some_and(|guess| guess.role == *role));
        if !given {
            return Err(ReadError::NoSuchColumn { role: *role, column: column.clone() });
        }
    }
    // An empty name can be that of an index; it alone makes no header.
    let known = |role: fn(Role) -> bool| {
        names.iter().zip(row).any(|(name, cell)| {
            !cell.trim().is_empty() && name.guess.is_some_and(|guess| role(guess.role))
        })
    };
    if known(|role| role != Role::Id) {
        Ok(names)
    } else if known(|role| role == Role::Id) && row.iter().all(is_showable) {
        let cells = row.iter().map(|cell| cell.trim().to_owned());
        Err(ReadError::NoReportField { names: cells.filter(|cell| !cell.is_empty()).collect() })
    } else {
        Err(ReadError::NoHeader)
    }
}

/// The roles of the columns of a table without a header.
fn by_number(columns: usize, collector: &mut Collector<'_>) -> Result<Vec<Name>, ReadError> {
    let numbered = numbered(collector.options(), columns)?;
    if let Some((role, column)) =
        collector.options().columns.iter().find(|(_, column)| !column.starts_with('#'))
    {
        return Err(ReadError::NoSuchColumn { role: *role, column: column.clone() });
    }
    if numbered.is_empty() {
        return Err(ReadError::NoHeader);
    }
    let names = (0..columns).map(|place| {
        let label = format!("#{}", place + 1);
        match numbered.iter().find(|(_, column)| *column == place) {
            Some((role, _)) => collector.named(&label, *role),
            None => collector.unnamed(&label),
        }
    });
    Ok(names.collect())
}

/// The columns given by number (`#2`), counted from 0.
fn numbered(options: &ReadOptions, columns: usize) -> Result<Vec<(Role, usize)>, ReadError> {
    let mut numbered = Vec::new();
    for (role, column) in &options.columns {
        let Some(number) = column.trim().strip_prefix('#') else { continue };
        match number.parse::<usize>() {
            Ok(number) if (1..=columns).contains(&number) => numbered.push((*role, number - 1)),
            _ => return Err(ReadError::NoSuchColumn { role: *role, column: column.clone() }),
        }
    }
    Ok(numbered)
}

/// One row becomes a record.
fn cells(
    row: &StringRecord,
    names: &[Name],
    line: u64,
    collector: &mut Collector<'_>,
) -> Result<(), ReadError> {
    let blank = row.iter().all(|cell| cell.trim().is_empty());
    let has_id = names.iter().any(|name| name.guess.is_some_and(|guess| guess.role == Role::Id));
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
    let mut draft = Draft::default();
    for (cell, name) in row.iter().zip(names) {
        let Some(guess) = name.guess else { continue };
        let section = matches!(guess.role, Role::Findings | Role::Impression);
        if guess.role == Role::Id {
            collector.set_id(&mut draft, *name, Some(cell.to_owned()));
        } else if cell.is_empty() || (section && is_pandas_na(cell)) {
            collector.set(&mut draft, *name, Field::Null);
        } else {
            collector.set(&mut draft, *name, Field::Text(cell.to_owned()));
        }
    }
    collector.push(draft, Some(line))
}

/// An error of the csv crate, without any of the text.
fn csv_error(error: csv::Error, collector: &Collector<'_>) -> ReadError {
    let line = error.position().map(csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => LayerError::unpack(error),
        _ => ReadError::NotARecord {
            place: Place { line, ..collector.place() },
            found: "a row that cannot be read".to_owned(),
        },
    }
}
