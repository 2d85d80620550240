//! Workbooks: the first sheet that has columns of reports.

use std::io::Cursor;

use calamine::{Data, ExcelDateTime, Range, Reader as _, Xlsx};
use csv::StringRecord;

use super::caught;
use super::collect::Collector;
use super::rows;
use super::table::Table;
use crate::error::ReadError;
use crate::finding::{Code, Finding, Severity};
use crate::names::is_showable;
use crate::shape::Format;

/// How many rows may stand above the header: titles, and names that go over several columns.
const ABOVE_HEADER: usize = 5;

/// Reads the first sheet of an `.xlsx` file in which a row near the top names a column of reports;
/// where the columns are given by number, the first sheet that is not empty.
pub(super) fn sheet(bytes: &[u8], collector: &mut Collector<'_>) -> Result<(), ReadError> {
    caught(Format::Workbook, || read_sheet(bytes, collector))
}

fn read_sheet(bytes: &[u8], collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let damaged = || ReadError::Damaged { format: Format::Workbook };
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let by_number = collector.options().header == Some(false);
    let mut first_error = None;
    // The sheet that is read with the place of its header, and the names of others like it.
    let mut taken: Option<(String, Range<Data>, usize)> = None;
    let mut others: Vec<String> = Vec::new();
    for name in workbook.sheet_names() {
        let sheet = workbook.worksheet_range(&name).map_err(|_| damaged())?;
        if sheet.rows().next().is_none() {
            continue;
        }
        match header(&sheet, by_number, collector) {
            Ok(_) if taken.is_some() => others.push(name),
            Ok(at) => taken = Some((name, sheet, at)),
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    let Some((name, sheet, header)) = taken else {
        return Err(first_error.unwrap_or(ReadError::Empty));
    };
    if !others.is_empty() {
        collector.note_sheets(of_several(&name, &others));
    }
    let mut table = Table::default();
    let last = sheet.rows().rposition(|row| !row.iter().all(is_blank)).unwrap_or_default();
    for (line, row) in (1..).zip(sheet.rows()).take(last + 1).skip(header) {
        let record: StringRecord = row.iter().map(text).collect();
        table.row(&record, line, collector)?;
    }
    Ok(())
}

/// The place of a sheet's header.
fn header(
    sheet: &Range<Data>,
    by_number: bool,
    collector: &Collector<'_>,
) -> Result<usize, ReadError> {
    if by_number {
        return Ok(0);
    }
    let mut first_error = None;
    for (place, row) in sheet.rows().enumerate().take(ABOVE_HEADER + 1) {
        let cells: Vec<String> = row.iter().map(text).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        match rows::header(&cells, &mut Collector::new(collector.options())) {
            Ok(_) => return Ok(place),
            // A row that names columns and cannot be used is the header all the same.
            Err(error @ ReadError::ColumnTwice { .. }) => return Err(error),
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    Err(first_error.unwrap_or(ReadError::NoHeader))
}

fn of_several(taken: &str, others: &[String]) -> Finding {
    let shown =
        |name: &str| if is_showable(name) { name.to_owned() } else { "(unnamed)".to_owned() };
    let count = others.len() as u64;
    let names: Vec<String> = others.iter().take(5).map(|name| shown(name)).collect();
    Finding::general(
        Code::SheetTaken,
        Severity::Warning,
        count,
        format!(
            "The workbook has several sheets of reports: {} is read; not read: {}.",
            shown(taken),
            names.join(", "),
        ),
    )
    .hint("Save the sheet that is meant as a file of its own, if it is another.")
}

fn is_blank(cell: &Data) -> bool {
    match cell {
        Data::Empty => true,
        Data::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// A cell as the text that a spreadsheet would export: whole numbers without a point, those of
/// more digits than it keeps in scientific notation, dates as ISO 8601 writes them.
fn text(cell: &Data) -> String {
    match cell {
        Data::Float(number) => of_number(*number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(when) => of_date(when),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

fn of_number(number: f64) -> String {
    if number.fract() != 0.0 {
        return number.to_string();
    }
    if number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    // Digits beyond the fifteenth are not those that were written.
    let text = format!("{number:E}");
    text.replace('E', "E+")
}

fn of_date(when: &ExcelDateTime) -> String {
    if !when.is_datetime() {
        return when.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = when.to_ymd_hms_milli();
    match (hour, minute, second) {
        (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
    }
}
