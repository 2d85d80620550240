//! JSON objects and lists of records.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::bytes::LayerError;
use super::collect::{Collector, Draft, Name};
use super::literals::Literals;
use crate::error::{Place, ReadError};
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

type Parser<R> = serde_json::Deserializer<serde_json::de::IoRead<BufReader<Literals<R>>>>;

fn whole<R: Read>(
    text: R,
    collector: &mut Collector<'_>,
    read: impl FnOnce(&mut Parser<R>, &mut Collector<'_>) -> Result<(), serde_json::Error>,
) -> Result<(), ReadError> {
    let text = BufReader::with_capacity(super::PREFIX, Literals::new(text));
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
    if let Some(mut typed) = collector.error.take() {
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

/// Stops the parser with a typed error.
fn stop<E: serde::de::Error>(collector: &mut Collector<'_>, error: ReadError) -> E {
    collector.error = Some(error);
    E::custom("")
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
        let draft = Draft::of_text(self.id, text, name);
        self.collector.push(draft, None).map_err(|error| stop(self.collector, error))
    }

    fn refuse<E: serde::de::Error>(self, found: &str) -> Result<(), E> {
        let error =
            ReadError::NotARecord { place: self.collector.place(), found: found.to_owned() };
        Err(stop(self.collector, error))
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

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        match Text.visit_seq(list)? {
            Ok(text) => self.text(text),
            Err(found) => self.refuse(found),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { collector, id } = self;
        let mut draft = Draft::default();
        while let Some(name) = map.next_key_seed(Key(collector))? {
            match name.guess.map(|guess| guess.role) {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(Role::Id) if id.is_some() => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(Role::Id) => {
                    let raw = map.next_value::<Box<RawValue>>()?;
                    let inner = match id_text(raw.get()) {
                        Ok(inner) => inner,
                        // A list of images is no id, and no mistake either.
                        Err(_) if !name.is_certain() => continue,
                        Err(found) => {
                            let place = collector.place_of(name);
                            let found = found.to_owned();
                            return Err(stop(collector, ReadError::NotAText { place, found }));
                        }
                    };
                    if collector.study.is_none() {
                        collector.study.clone_from(&inner);
                    }
                    collector.set_id(&mut draft, name, inner);
                }
                Some(_) => match map.next_value_seed(Text)? {
                    Ok(text) => collector.set(&mut draft, name, text),
                    Err(found) => {
                        let place = collector.place_of(name);
                        let found = found.to_owned();
                        return Err(stop(collector, ReadError::NotAText { place, found }));
                    }
                },
            }
        }
        draft.set_outer_id(id);
        collector.push(draft, None).map_err(|error| stop(collector, error))
    }
}

const FOUND_NUMBER: &str = "a number";
const FOUND_BOOL: &str = "true or false";
const FOUND_OBJECT: &str = "an object";
const FOUND_LIST: &str = "a list";

/// An id as its text: numbers as they are written, null as none.
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

/// Reads a value that should be text: a string, null, or a list of one string (as the COCO
/// caption tools write). Anything else is read over and named.
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
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Err(FOUND_OBJECT))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<TextOrFound, A::Error> {
        let Some(first) = list.next_element_seed(OneText)? else { return Ok(Err("an empty list")) };
        let mut more = false;
        while list.next_element::<IgnoredAny>()?.is_some() {
            more = true;
        }
        Ok(match first {
            Some(text) if !more => Ok(Field::Text(text)),
            Some(_) => Err("a list of several texts"),
            None => Err(FOUND_LIST),
        })
    }
}

/// Reads a string; anything else is read over.
struct OneText;

impl<'de> DeserializeSeed<'de> for OneText {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Option<String>, D::Error> {
        let raw = <Box<RawValue> as serde::Deserialize>::deserialize(value)?;
        if !raw.get().trim_start().starts_with('"') {
            return Ok(None);
        }
        // Valid JSON, but perhaps half of a surrogate pair.
        serde_json::from_str(raw.get()).map(Some).map_err(|_| D::Error::custom(""))
    }
}
