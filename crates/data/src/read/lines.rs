//! One report per line.

use std::io::{BufRead, BufReader, Read};

use super::bytes::LayerError;
use super::collect::{Collector, PendingRow, too_long};
use crate::error::{Place, ReadError};
use crate::record::Field;
use crate::shape::Role;

/// Reads one report per line. A blank line is a missing report and keeps its place; the line
/// break at the end of the file begins no line.
pub(super) fn lines(text: impl Read, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let mut text = BufReader::with_capacity(super::PREFIX, text);
    let limit = collector.options().max_record_bytes;
    // The one column that there is can be given a role; else the file says whose reports it holds.
    let role = collector.options().columns.iter().find(|(_, column)| column.trim() == "#1");
    let name = collector.named("(the line itself)", role.map_or(Role::Report, |(role, _)| *role));
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        number += 1;
        let count = (&mut text)
            .take(limit as u64 + 2)
            .read_until(b'\n', &mut line)
            .map_err(LayerError::unpack)?;
        if count == 0 {
            return Ok(());
        }
        let content = line.strip_suffix(b"\n").unwrap_or(&line);
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        let place = || Place { row: Some(number), line: Some(number), ..Place::default() };
        if content.len() > limit {
            return Err(too_long(place(), collector.options()));
        }
        let report = std::str::from_utf8(content).map_err(|_| ReadError::NotAText {
            place: place(),
            found: "bytes that are no characters".to_owned(),
        })?;
        let field = if report.trim().is_empty() {
            collector.note_blank_line();
            Field::Null
        } else {
            Field::Text(report.to_owned())
        };
        collector.push(PendingRow::of_text(None, field, name), Some(number))?;
    }
}
