//! Parquet files, as Hugging Face's data sets are.

use std::sync::Arc;

use bytes::Bytes;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::schema::types::Type;
use serde::de::DeserializeSeed as _;

use super::collect::Collector;
use super::json::{Study, json_error};
use crate::error::ReadError;
use crate::names::{guess, is_answer, is_question};
use crate::shape::Format;

/// Reads the rows of a Parquet file. Columns whose names mean nothing here, such as those of
/// images, are not read at all.
pub(super) fn rows(bytes: Vec<u8>, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let damaged = |_| ReadError::Damaged { format: Format::Parquet };
    let reader = SerializedFileReader::new(Bytes::from(bytes)).map_err(damaged)?;
    let schema = reader.metadata().file_metadata().schema();
    let options = collector.options();
    let is_wanted = |column: &&Arc<Type>| {
        let name = column.name();
        guess(name, options).is_some() || is_answer(name) || is_question(name)
    };
    let columns: Vec<Arc<Type>> = schema.get_fields().iter().filter(is_wanted).cloned().collect();
    if columns.is_empty() {
        let names = schema.get_fields().iter().map(|column| column.name());
        let names = names.filter(|name| crate::names::is_showable(name)).map(str::to_owned);
        return Err(ReadError::NoReportField { names: names.collect() });
    }
    let wanted =
        Type::group_type_builder(schema.name()).with_fields(columns).build().map_err(damaged)?;
    for row in reader.get_row_iter(Some(wanted)).map_err(damaged)? {
        let record = row.map_err(damaged)?.to_json_value().to_string();
        let mut parser = serde_json::Deserializer::from_str(&record);
        Study { collector: &mut *collector, id: None }
            .deserialize(&mut parser)
            .map_err(|error| json_error(error, collector, Some(0)))
            .map_err(without_line)?;
    }
    Ok(())
}

/// A row of a Parquet file stands on no line.
fn without_line(mut error: ReadError) -> ReadError {
    if let Some(place) = error.place_mut() {
        place.line = None;
    }
    error
}
