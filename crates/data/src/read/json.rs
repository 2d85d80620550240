//! JSON objects and lists of records.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::bytes::LayerError;
use super::chat;
use super::collect::{Collector, Name, PendingRow};
use super::literals::Literals;
use super::rewrite::Rewritten;
use super::rows;
use crate::error::{Place, ReadError};
use crate::names::is_split_name;
use crate::record::Field;
use crate::shape::Role;

/// Reads an object of study id and record, or study id and text.
///
/// A study id that occurs twice is kept twice and judged by `align`; Python's `json` would
/// keep the last one without a word.
pub(super) fn object(text: impl Read, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    whole(text, collector, |parser, collector| parser.deserialize_map(Studies(collector)))
}

/// Reads a list of records or texts.
pub(super) fn list(text: impl Read, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    whole(text, collector, |parser, collector| parser.deserialize_seq(Records(collector)))
}

/// Reads the lists of records inside an object: one per split, or one among other things.
pub(super) fn lists(text: impl Read, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    whole(text, collector, |parser, collector| parser.deserialize_map(Lists(collector)))
}

pub(super) type Parser<R> =
    serde_json::Deserializer<serde_json::de::IoRead<BufReader<Rewritten<R, Literals>>>>;

/// Parses a text that is one JSON value.
pub(super) fn whole<R: Read>(
    text: R,
    collector: &mut Collector<'_>,
    read: impl FnOnce(&mut Parser<R>, &mut Collector<'_>) -> Result<(), serde_json::Error>,
) -> Result<(), ReadError> {
    let text = BufReader::with_capacity(super::PREFIX, Rewritten::new(text, Literals::default()));
    let mut parser = serde_json::Deserializer::from_reader(text);
    let result = read(&mut parser, collector).and_then(|()| parser.end());
    result.map_err(|error| json_error(error, collector, None))
}

/// The typed error behind an error of the JSON parser. The parser's own words may quote the
/// text, unless the error is one of syntax.
pub(super) fn json_error(
    error: serde_json::Error,
    collector: &mut Collector<'_>,
    line: Option<u64>,
) -> ReadError {
    let line = line.unwrap_or(error.line() as u64);
    if let Some(mut typed) = collector.stopped_by() {
        if let Some(place) = typed.place_mut() {
            place.line.get_or_insert(line);
        }
        return typed;
    }
    let reason = match error.classify() {
        Category::Io => return LayerError::unpack(error.into()),
        Category::Eof => "the text ends in the middle".to_owned(),
        Category::Data => "a value of another kind than expected".to_owned(),
        Category::Syntax => {
            let message = error.to_string();
            message.split(" at line ").next().unwrap_or_default().to_owned()
        }
    };
    ReadError::JsonSyntax { place: Place { line: Some(line), ..collector.place() }, reason }
}

/// Stops the parser: its own error has no words, because the typed one waits in the collector.
pub(super) fn stop<E: serde::de::Error>(collector: &mut Collector<'_>, error: ReadError) -> E {
    collector.stop(error);
    E::custom("stopped")
}

/// Visits the object of all studies.
struct Studies<'c, 'o>(&'c mut Collector<'o>);

impl<'de> Visitor<'de> for Studies<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of study id and record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(id) = map.next_key::<String>()? {
            self.0.study = Some(id.clone());
            map.next_value_seed(Study { collector: &mut *self.0, id: Some(id) })?;
        }
        Ok(())
    }
}

/// Visits a list of records.
struct Records<'c, 'o>(&'c mut Collector<'o>);

impl<'de> Visitor<'de> for Records<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Study { collector: &mut *self.0, id: None })?.is_some() {}
        Ok(())
    }
}

/// Visits an object for the lists of records in it.
struct Lists<'c, 'o>(&'c mut Collector<'o>);

impl<'de> Visitor<'de> for Lists<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list of records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut found: Vec<String> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let before = self.0.mark();
            if is_split_name(&key) {
                self.0.enter_split(&key);
            }
            map.next_value_seed(RecordsIfAny(&mut *self.0))?;
            if !self.0.keep_since(before) {
                continue;
            }
            if !is_split_name(&key) {
                found.push(key);
            }
        }
        if found.len() > 1 {
            return Err(stop(self.0, ReadError::SeveralLists { names: found }));
        }
        Ok(())
    }
}

/// Reads a list of objects; anything else is read over.
struct RecordsIfAny<'c, 'o>(&'c mut Collector<'o>);

impl<'de> DeserializeSeed<'de> for RecordsIfAny<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RecordsIfAny<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(RecordOrNothing(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

/// Reads an object as a record; anything else is read over.
struct RecordOrNothing<'c, 'o>(&'c mut Collector<'o>);

impl<'de> DeserializeSeed<'de> for RecordOrNothing<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        let raw = <Box<RawValue> as serde::Deserialize>::deserialize(value)?;
        if !raw.get().starts_with('{') {
            return Ok(());
        }
        let study = Study { collector: &mut *self.0, id: None };
        from_raw(study, &raw)
    }
}

/// Reads a study out of JSON that was kept as text.
fn from_raw<E: serde::de::Error>(study: Study<'_, '_>, raw: &RawValue) -> Result<(), E> {
    let mut parser = serde_json::Deserializer::from_str(raw.get());
    study.deserialize(&mut parser).map_err(|_| E::custom("stopped"))
}

/// Reads one study: a record or a text.
pub(super) struct Study<'c, 'o> {
    pub(super) collector: &'c mut Collector<'o>,
    /// The id that stands outside the record.
    pub(super) id: Option<String>,
}

impl<'de> DeserializeSeed<'de> for Study<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl Study<'_, '_> {
    fn text<E: serde::de::Error>(self, text: Field) -> Result<(), E> {
        let name = self.collector.whole_value();
        let row = PendingRow::of_text(self.id, text, name);
        self.collector.push(row, None).map_err(|error| stop(self.collector, error))
    }

    fn refuse<E: serde::de::Error>(self, found: &str) -> Result<(), E> {
        let error =
            ReadError::NotARecord { place: self.collector.place(), found: found.to_owned() };
        Err(stop(self.collector, error))
    }

    /// A list of cells, of which the options say by number which is which.
    fn row<E: serde::de::Error>(self, cells: &[Box<RawValue>]) -> Result<(), E> {
        let names = match rows::by_number(cells.len(), self.collector) {
            Ok(names) => names,
            Err(error) => return Err(stop(self.collector, error)),
        };
        let mut row = PendingRow::default();
        for (cell, name) in cells.iter().zip(names) {
            set_raw(&mut row, name, cell, self.collector)?;
        }
        row.set_outer_id(self.id);
        self.collector.push(row, None).map_err(|error| stop(self.collector, error))
    }
}

impl<'de> Visitor<'de> for Study<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.text(Field::Text(text.to_owned()))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.text(Field::Null)
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.refuse(FOUND_BOOL)
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        self.refuse(FOUND_NUMBER)
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        self.refuse(FOUND_NUMBER)
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.refuse(FOUND_NUMBER)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut elements: Vec<Box<RawValue>> = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        if self.collector.options().columns.values().any(|column| column.starts_with('#')) {
            return self.row(&elements);
        }
        // A batch of one, as pipelines write it.
        if let [one] = elements.as_slice()
            && one.get().starts_with('{')
            && !matches!(text_of_list(&elements)?, Ok(Field::Text(_)))
        {
            return from_raw(self, one);
        }
        match text_of_list(&elements)? {
            Ok(text) => self.text(text),
            Err(found) => self.refuse(found),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { collector, id } = self;
        let mut row = PendingRow::default();
        while let Some(name) = map.next_key_seed(Key(collector))? {
            match name.role() {
                None if collector.keeps(name) => {
                    let raw = map.next_value::<Box<RawValue>>()?;
                    set_raw(&mut row, name, &raw, collector)?;
                }
                None if !name.is_answer => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(Role::Id) => {
                    let raw = map.next_value::<Box<RawValue>>()?;
                    if id.is_none() && collector.study.is_none() {
                        collector.study = id_text(raw.get()).ok().flatten();
                    }
                    set_raw(&mut row, name, &raw, collector)?;
                }
                Some(Role::Split) => {
                    let raw = map.next_value::<Box<RawValue>>()?;
                    set_raw(&mut row, name, &raw, collector)?;
                }
                _ => {
                    let text = map.next_value_seed(Text)?;
                    set_text(&mut row, name, text, collector)?;
                }
            }
        }
        row.set_outer_id(id);
        collector.push(row, None).map_err(|error| stop(collector, error))
    }
}

/// Puts a value that was kept as text into a row, under the role of its name.
pub(super) fn set_raw<E: serde::de::Error>(
    row: &mut PendingRow,
    name: Name,
    raw: &RawValue,
    collector: &mut Collector<'_>,
) -> Result<(), E> {
    match name.role() {
        Some(Role::Id) => match id_text(raw.get()) {
            Ok(id) => collector.set_id(row, name, id),
            // A list of images is no id, and no mistake either.
            Err(_) if !name.is_certain() => {}
            Err(found) => {
                let place = collector.place_of(name);
                let found = found.to_owned();
                return Err(stop(collector, ReadError::NotAText { place, found }));
            }
        },
        Some(Role::Split) => {
            let text = id_text(raw.get()).ok().flatten().map_or(Field::Null, Field::Text);
            set_text(row, name, Ok(text), collector)?;
        }
        Some(_) => {
            let text = text_of(raw)?;
            set_text(row, name, text, collector)?;
        }
        None if name.is_answer => {
            let text = text_of(raw)?;
            set_text(row, name, text, collector)?;
        }
        None if collector.keeps(name) => {
            set_text(row, name, Ok(scalar(raw.get()).map_or(Field::Null, Field::Text)), collector)?;
        }
        None => {}
    }
    Ok(())
}

/// A value that is neither a list nor an object, as its text.
fn scalar(raw: &str) -> Option<String> {
    match raw.trim().as_bytes().first() {
        Some(b't' | b'f') => Some(raw.trim().to_owned()),
        _ => id_text(raw).ok().flatten(),
    }
}

fn set_text<E: serde::de::Error>(
    row: &mut PendingRow,
    name: Name,
    text: TextOrFound,
    collector: &mut Collector<'_>,
) -> Result<(), E> {
    let set = match text {
        Ok(text) => collector.set(row, name, text),
        Err(_) if name.is_answer => Ok(()),
        Err(found) => collector.set_no_text(name, found),
    };
    set.map_err(|error| stop(collector, error))
}

const FOUND_NUMBER: &str = "a number";
const FOUND_BOOL: &str = "true or false";
const FOUND_OBJECT: &str = "an object";
const FOUND_LIST: &str = "a list";

/// An id as its text: numbers as they are written, null as none, a list of one as that one.
fn id_text(raw: &str) -> Result<Option<String>, &'static str> {
    match raw.trim().as_bytes().first() {
        Some(b'"') => Ok(serde_json::from_str(raw).ok()),
        Some(b'n') => Ok(None),
        Some(b'{') => Err(FOUND_OBJECT),
        Some(b'[') => Err(FOUND_LIST),
        Some(b't' | b'f') => Err(FOUND_BOOL),
        _ => Ok(Some(raw.trim().to_owned())),
    }
}

/// Reads a key.
struct Key<'c, 'o>(&'c mut Collector<'o>);

impl<'de> DeserializeSeed<'de> for Key<'_, '_> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Self::Value, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_> {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.name(key))
    }
}

/// Reads a value that should be text: a string, null, a list of one string (as the COCO caption
/// tools write), or a conversation with a model. Anything else is read over and named.
struct Text;

type TextOrFound = Result<Field, &'static str>;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = TextOrFound;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<TextOrFound, D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = TextOrFound;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<TextOrFound, E> {
        Ok(Ok(Field::Text(text.to_owned())))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<TextOrFound, E> {
        Ok(Ok(Field::Null))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<TextOrFound, E> {
        Ok(Err(FOUND_BOOL))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<TextOrFound, E> {
        Ok(Err(FOUND_NUMBER))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<TextOrFound, E> {
        Ok(Err(FOUND_NUMBER))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<TextOrFound, E> {
        Ok(Err(FOUND_NUMBER))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TextOrFound, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some(key) = map.next_key::<String>()? {
            // What a model answered stands under these keys; the rest need not be kept.
            if ["role", "from", "content", "value", "choices", "body", "message"]
                .contains(&key.as_str())
            {
                let value = map.next_value::<Box<RawValue>>()?;
                let value = serde_json::from_str(value.get()).unwrap_or_default();
                object.insert(key, value);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let answer = chat::answer(&serde_json::Value::Object(object));
        Ok(answer.map(|text| text.map_or(Field::Null, Field::Text)).ok_or(FOUND_OBJECT))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<TextOrFound, A::Error> {
        let mut elements: Vec<Box<RawValue>> = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        text_of_list(&elements)
    }
}

/// The text in a value that was kept as text.
fn text_of<E: serde::de::Error>(raw: &RawValue) -> Result<TextOrFound, E> {
    let mut parser = serde_json::Deserializer::from_str(raw.get());
    // Valid JSON, but perhaps half of a surrogate pair.
    Text.deserialize(&mut parser).map_err(|error| E::custom(error.to_string()))
}

/// The text in a list: its one string, or the model's last message.
fn text_of_list<E: serde::de::Error>(elements: &[Box<RawValue>]) -> Result<TextOrFound, E> {
    let is = |raw: &RawValue, mark: char| raw.get().starts_with(mark);
    match elements {
        [] => Ok(Err("an empty list")),
        [one] if is(one, '"') => text_of(one),
        all if all.iter().all(|raw| is(raw, '{')) => {
            let messages: Vec<serde_json::Value> =
                all.iter().map(|raw| serde_json::from_str(raw.get()).unwrap_or_default()).collect();
            let answer = chat::last_answer(&messages);
            Ok(answer.map(|text| text.map_or(Field::Null, Field::Text)).ok_or(FOUND_LIST))
        }
        [first, ..] if is(first, '"') => Ok(Err("a list of several texts")),
        _ => Ok(Err(FOUND_LIST)),
    }
}
