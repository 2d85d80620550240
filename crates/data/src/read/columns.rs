//! JSON written by columns, and tables in JSON: RadEval's parallel lists, pandas' orientations.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::collect::{Collector, Name, PendingRow};
use super::json::{set_raw, stop, whole};
use super::rows;
use crate::error::ReadError;

/// Reads an object of the names of fields and their values: lists of the same length, or objects
/// of row and value.
pub(super) fn columns(text: impl Read, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    whole(text, collector, |parser, collector| parser.deserialize_map(Columns(collector)))
}

/// Reads an object of `columns`, `index` and `data`.
pub(super) fn table(text: impl Read, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    whole(text, collector, |parser, collector| parser.deserialize_map(Table(collector)))
}

/// The values of one field, with the keys of their rows where they have some.
#[derive(Default)]
struct Column {
    keys: Option<Vec<String>>,
    values: Vec<Box<RawValue>>,
}

struct Columns<'c, 'o>(&'c mut Collector<'o>);

impl<'de> Visitor<'de> for Columns<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of fields and their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let collector = self.0;
        let mut columns: Vec<(String, Name, Column)> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let name = collector.name(&key);
            if name.guess.is_none() && !name.is_answer && !collector.keeps(name) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if let Some(column) = map.next_value_seed(ReadColumn)? {
                columns.push((key, name, column));
            }
        }
        // A list of something else may be of any length; it is no field of the records then.
        let length = columns.iter().find(|(_, name, _)| !collector.keeps(*name));
        let length = length.map(|(_, _, column)| column.values.len());
        columns.retain(|(_, name, column)| {
            !collector.keeps(*name) || Some(column.values.len()) == length
        });
        let Some((first_key, _, first)) = columns.first() else { return Ok(()) };
        for (key, _, column) in &columns {
            if column.values.len() != first.values.len() || column.keys != first.keys {
                let error = ReadError::UnequalLists {
                    names: [first_key.clone(), key.clone()],
                    lengths: [first.values.len() as u64, column.values.len() as u64],
                };
                return Err(stop(collector, error));
            }
        }
        let keys = first.keys.clone();
        for at in 0..first.values.len() {
            let mut row = PendingRow::default();
            for (_, name, column) in &columns {
                if let Some(value) = column.values.get(at) {
                    set_raw(&mut row, *name, value, collector)?;
                }
            }
            row.set_outer_id(keys.as_ref().and_then(|keys| keys.get(at)).cloned());
            collector.push(row, None).map_err(|error| stop(collector, error))?;
        }
        Ok(())
    }
}

/// Reads one field's values; `None` for anything that is neither a list nor an object.
struct ReadColumn;

impl<'de> DeserializeSeed<'de> for ReadColumn {
    type Value = Option<Column>;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Option<Column>, D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ReadColumn {
    type Value = Option<Column>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the values of a field")
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut column = Column::default();
        while let Some(value) = list.next_element()? {
            column.values.push(value);
        }
        Ok(Some(column))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut column = Column::default();
        let mut keys = Vec::new();
        while let Some((key, value)) = map.next_entry()? {
            keys.push(key);
            column.values.push(value);
        }
        column.keys = Some(keys);
        Ok(Some(column))
    }
}

struct Table<'c, 'o>(&'c mut Collector<'o>);

impl<'de> Visitor<'de> for Table<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of columns and data")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let collector = self.0;
        let mut names: Option<Vec<Name>> = None;
        let mut index: Vec<Box<RawValue>> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            match (key.as_str(), &names) {
                ("columns", None) => {
                    let columns = map.next_value::<Vec<serde_json::Value>>()?;
                    let cells: Vec<String> = columns
                        .into_iter()
                        .map(|cell| match cell {
                            serde_json::Value::String(text) => text,
                            other => other.to_string(),
                        })
                        .collect();
                    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                    let header = rows::header(&cells, collector);
                    names = Some(header.map_err(|error| stop(collector, error))?);
                }
                ("index", _) => index = map.next_value()?,
                ("data", Some(names)) => {
                    map.next_value_seed(Rows { collector: &mut *collector, names })?;
                }
                ("data", None) => {
                    let place = collector.place();
                    let reason = "the data stand before the names of the columns".to_owned();
                    return Err(stop(collector, ReadError::JsonSyntax { place, reason }));
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let index = index.iter().map(|raw| raw.get().trim_matches('"').to_owned()).collect();
        collector.set_outer_ids(index);
        Ok(())
    }
}

/// Reads the rows of a table.
struct Rows<'c, 'o, 'n> {
    collector: &'c mut Collector<'o>,
    names: &'n [Name],
}

impl<'de> DeserializeSeed<'de> for Rows<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { collector, names } = self;
        while let Some(cells) = list.next_element::<Vec<Box<RawValue>>>()? {
            if cells.len() != names.len() {
                let error = ReadError::RowLength {
                    place: collector.place(),
                    expected: names.len() as u64,
                    found: cells.len() as u64,
                };
                return Err(stop(collector, error));
            }
            let mut row = PendingRow::default();
            for (cell, name) in cells.iter().zip(names) {
                set_raw(&mut row, *name, cell, collector)?;
            }
            collector.push(row, None).map_err(|error| stop(collector, error))?;
        }
        Ok(())
    }
}
