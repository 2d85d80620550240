//! Parquet files, as Hugging Face's data sets are.

use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use serde::de::DeserializeSeed as _;

use super::caught;
use super::collect::Collector;
use super::json::{Study, json_error};
use crate::error::ReadError;
use crate::names::{guess, is_answer, is_question};
use crate::options::ReadOptions;
use crate::shape::{Format, Role};

/// Reads the rows of a Parquet file. Columns whose names mean nothing here, such as those of
/// images, are not read at all.
pub(super) fn rows(bytes: Vec<u8>, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    caught(Format::Parquet, || read_rows(bytes, collector))
}

fn read_rows(bytes: Vec<u8>, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let damaged = |_| ReadError::Damaged { format: Format::Parquet };
    let reader = SerializedFileReader::new(Bytes::from(bytes)).map_err(damaged)?;
    let schema = reader.metadata().file_metadata().schema();
    let options = collector.options();
    let is_wanted = |column: &&Arc<Type>| {
        let name = column.name();
        let role = guess(name, options).map(|guess| guess.role);
        // Images stand in groups of bytes and a path.
        let is_id = role != Some(Role::Id) || column.is_primitive();
        let is_field = options.fields && column.is_primitive();
        is_id && (role.is_some() || is_answer(name) || is_question(name) || is_field)
    };
    let columns: Vec<Arc<Type>> = schema.get_fields().iter().filter(is_wanted).cloned().collect();
    if columns.is_empty() {
        let names = schema.get_fields().iter().map(|column| column.name());
        let names = names.filter(|name| crate::names::is_showable(name)).map(str::to_owned);
        return Err(ReadError::NoReportField { names: names.collect() });
    }
    let wanted =
        Type::group_type_builder(schema.name()).with_fields(columns).build().map_err(damaged)?;
    if let Some(compression) = unread_compression(&reader) {
        return Err(ReadError::Compression { compression });
    }
    for row in reader.get_row_iter(Some(wanted)).map_err(damaged)? {
        let row = row.map_err(damaged)?;
        let mut record = row.to_json_value();
        if let serde_json::Value::Object(record) = &mut record {
            as_texts(&row, record, collector.options())
                .map_err(|name| no_text(&name, collector))?;
        }
        let record = record.to_string();
        let mut parser = serde_json::Deserializer::from_str(&record);
        Study { collector: &mut *collector, id: None }
            .deserialize(&mut parser)
            .map_err(|error| json_error(error, collector, Some(0)))
            .map_err(without_line)?;
    }
    Ok(())
}

/// The compression of a column that cannot be read here.
fn unread_compression(reader: &SerializedFileReader<Bytes>) -> Option<String> {
    let groups = reader.metadata().row_groups().iter();
    groups.flat_map(|group| group.columns()).find_map(|column| match column.compression() {
        Compression::ZSTD(_) => Some("zstd".to_owned()),
        Compression::LZO => Some("LZO".to_owned()),
        _ => None,
    })
}

/// Columns of bytes that are not said to be text: some programs write texts so. A column that only
/// its name makes one of ids has none where it holds other bytes, such as an image.
///
/// # Errors
/// The name of a column of reports with other bytes, or of ids that the options name.
fn as_texts(
    row: &Row,
    record: &mut serde_json::Map<String, serde_json::Value>,
    options: &ReadOptions,
) -> Result<(), String> {
    for (name, field) in row.get_column_iter() {
        let Field::Bytes(bytes) = field else { continue };
        let guessed = guess(name, options);
        match bytes.as_utf8() {
            Ok(text) => {
                record.insert(name.clone(), text.into());
            }
            Err(_) if guessed.is_none_or(|guess| guess.role == Role::Id && !guess.chosen) => {
                record.remove(name);
            }
            Err(_) => return Err(name.clone()),
        }
    }
    Ok(())
}

fn no_text(name: &str, collector: &mut Collector<'_>) -> ReadError {
    let name = collector.name(name);
    ReadError::NotAText { place: collector.place_of(name), found: "bytes".to_owned() }
}

/// A row of a Parquet file stands on no line.
fn without_line(mut error: ReadError) -> ReadError {
    if let Some(place) = error.place_mut() {
        place.line = None;
    }
    error
}
