//! Workbooks: the first sheet that has columns of reports.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use csv::StringRecord;

use super::collect::Collector;
use super::rows;
use super::table::Table;
use crate::error::ReadError;
use crate::shape::Format;

/// Reads the first sheet of an `.xlsx` file whose first row names a column of reports; where the
/// columns are given by number, the first sheet that is not empty.
pub(super) fn sheet(bytes: &[u8], collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let damaged = || ReadError::Damaged { format: Format::Workbook };
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let by_number = collector.options().header == Some(false);
    let mut first_error = None;
    for name in workbook.sheet_names() {
        let sheet = workbook.worksheet_range(&name).map_err(|_| damaged())?;
        let mut rows_of_sheet = sheet.rows();
        let Some(first) = rows_of_sheet.next() else { continue };
        let first: Vec<String> = first.iter().map(text).collect();
        let cells: Vec<&str> = first.iter().map(String::as_str).collect();
        if !by_number
            && let Err(error) = rows::header(&cells, &mut Collector::new(collector.options()))
        {
            first_error.get_or_insert(error);
            continue;
        }
        let mut table = Table::default();
        table.row(&StringRecord::from(cells), 1, collector)?;
        for (line, row) in (2..).zip(rows_of_sheet) {
            let record: StringRecord = row.iter().map(text).collect();
            table.row(&record, line, collector)?;
        }
        return Ok(());
    }
    Err(first_error.unwrap_or(ReadError::Empty))
}

/// A cell as the text that a spreadsheet would export: whole numbers without a point.
fn text(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(when) => when.as_f64().to_string(),
        Data::Error(_) | Data::Empty => String::new(),
    }
}
