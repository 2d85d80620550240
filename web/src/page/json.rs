//! Reads the workers' messages and the site's lists with a fraction of the code that serde_json
//! makes for each type: text becomes a tree once, and types are read of the tree. No error says
//! more than that the text is not what was expected, because all texts are made by this very site.

mod parse;

use std::fmt;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};

/// The text is not JSON, or not what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not what was expected")]
pub(crate) struct JsonError;

/// Reads a value; numbers keep their bits, maps their order.
///
/// # Errors
/// When the text is not JSON, or not of this type.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    T::deserialize(parse::tree(text)?)
}

/// A text as a tree.
#[derive(Debug)]
enum Json {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Signed(value) => visitor.visit_i64(value),
            Self::Float(value) => visitor.visit_f64(value),
            _ => Err(JsonError),
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Self::Text(text) => visitor.visit_string(text),
            _ => Err(JsonError),
        }
    }

    fn list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Self::List(items) => visitor.visit_seq(Items(items.into_iter())),
            _ => Err(JsonError),
        }
    }

    fn object<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Self::Object(fields) => {
                visitor.visit_map(Fields { left: fields.into_iter(), value: None })
            }
            _ => Err(JsonError),
        }
    }
}

/// Methods that read one kind of value each.
macro_rules! kinds {
    ($($kind:ident: $($method:ident)*;)*) => {
        $($(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
                self.$kind(visitor)
            }
        )*)*
    };
}

impl<'de> Deserializer<'de> for Json {
    type Error = JsonError;

    kinds! {
        number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8
            deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64;
        text: deserialize_char deserialize_str deserialize_string deserialize_identifier;
        list: deserialize_seq deserialize_bytes deserialize_byte_buf;
        object: deserialize_map;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Text(text) => visitor.visit_string(text),
            list @ Self::List(_) => list.list(visitor),
            object @ Self::Object(_) => object.object(visitor),
            number => number.number(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            _ => Err(JsonError),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Self::Null => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Self::Null => visitor.visit_unit(),
            _ => Err(JsonError),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.list(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.object(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        let (name, content) = match self {
            Self::Text(name) => (name, None),
            Self::Object(mut fields) if fields.len() == 1 => {
                let (name, content) = fields.pop().ok_or(JsonError)?;
                (name, Some(content))
            }
            _ => return Err(JsonError),
        };
        visitor.visit_enum(Variant { name, content: VariantContent(content) })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        visitor.visit_unit()
    }
}

struct Items(std::vec::IntoIter<Json>);

impl<'de> SeqAccess<'de> for Items {
    type Error = JsonError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, JsonError> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }
}

struct Fields {
    left: std::vec::IntoIter<(String, Json)>,
    value: Option<Json>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = JsonError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, JsonError> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Json::Text(key)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, JsonError> {
        seed.deserialize(self.value.take().ok_or(JsonError)?)
    }
}

struct Variant {
    name: String,
    content: VariantContent,
}

struct VariantContent(Option<Json>);

impl<'de> EnumAccess<'de> for Variant {
    type Error = JsonError;
    type Variant = VariantContent;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, VariantContent), JsonError> {
        Ok((seed.deserialize(Json::Text(self.name))?, self.content))
    }
}

impl<'de> VariantAccess<'de> for VariantContent {
    type Error = JsonError;

    fn unit_variant(self) -> Result<(), JsonError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, JsonError> {
        seed.deserialize(self.0.ok_or(JsonError)?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, JsonError> {
        self.0.ok_or(JsonError)?.list(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.0.ok_or(JsonError)?.object(visitor)
    }
}

/// Nothing of what is wrong is kept, so that nothing that would say it is part of the page.
impl serde::de::Error for JsonError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rrgscore_annotations::Purpose;
    use rrgscore_data::Hint;
    use rrgscore_scoring::job::Reasons;
    use serde::Serialize;

    use super::*;
    use crate::page::state::models::Memory;
    use crate::protocol::Envelope;
    use crate::protocol::coordinator::{CoordinatorRequest, CoordinatorResponse};

    /// What serde_json reads of a text is read of it here too, told by what is written of both.
    fn same<T: DeserializeOwned + Serialize>(text: &str) {
        let theirs: T = serde_json::from_str(text).unwrap();
        let ours: T = read(text).unwrap();
        let written = |value: &T| serde_json::to_string(value).unwrap();
        assert_eq!(written(&ours), written(&theirs));
    }

    #[test]
    fn every_kind_of_value_is_read_as_serde_json_reads_it() {
        same::<Vec<f64>>("[0.1, 1, -7, 1e300, 5e-324, 0.30000000000000004, 18446744073709551615]");
        same::<(u8, i64, Option<bool>, Option<bool>, char, ())>(
            r#"[7, -3, null, true, "é", null]"#,
        );
        same::<Result<u32, String>>(r#"{"Err": "why \"so\"\n"}"#);
        same::<BTreeMap<Purpose, Vec<Result<u32, String>>>>(r#"{"chexbert": [{"Ok": 3}]}"#);
        same::<Memory>(r#"{"used": {"radgraph": "id"}, "unknown": {"more": [1]}}"#);
        same::<Envelope<CoordinatorRequest>>(r#"{"id": 3, "body": "cancel"}"#);
        let response = r#"{"id": 3, "body": {"exported": {"format": "scores.csv", "text": "a"}}}"#;
        same::<Envelope<CoordinatorResponse>>(response);
        same::<Hint>(&serde_json::to_string(&Hint::JoinLoosely).unwrap());
        same::<Reasons>(&serde_json::to_string(&Reasons::Plain).unwrap());
    }

    /// Texts at the edges of JSON: what serde_json takes as a value is taken, with the same value, and
    /// what it refuses is refused.
    #[test]
    fn the_same_texts_are_json_as_for_serde_json() {
        let texts = [
            "0",
            "-0",
            "-0.0",
            "1e5",
            "1E+5",
            "1e-400",
            "9007199254740993",
            "-9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "123456789012345678901234567890",
            "0.1e1",
            "[]",
            "[ ]",
            "{ }",
            "{\"a\":{},\"b\":[null,true,false]}",
            " \n\t\r 1 ",
            r#""\u0041\u00e9\ud83d\ude00\n\t\"\\\/\b\f\r""#,
            "\"\u{1f600}\u{2028}\"",
            "",
            " ",
            "01",
            "-",
            "+1",
            "1.",
            ".5",
            "1e",
            "1e+",
            "--1",
            "0x1",
            "NaN",
            "Infinity",
            "nul",
            "truefalse",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "\"",
            "\"\n\"",
            "\"\\x\"",
            r#""\ud83d""#,
            r#""\ude00""#,
            r#""\ud83dA""#,
            r#""\u12""#,
            "[1]]",
            "1 1",
            "'a'",
        ];
        for text in texts {
            let theirs: Option<serde_json::Value> = serde_json::from_str(text).ok();
            let ours: Option<serde_json::Value> = read(text).ok();
            assert_eq!(ours, theirs, "{text}");
        }
        let deep = |depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read::<serde_json::Value>(&deep(100)).is_ok());
        assert!(read::<serde_json::Value>(&deep(100_000)).is_err());
    }

    #[test]
    fn what_is_not_expected_is_refused() {
        for text in ["", "{", "[1", r#"{"id": 1}"#, r#"{"id": -1, "body": "cancel"}"#] {
            assert!(read::<Envelope<CoordinatorRequest>>(text).is_err(), "{text}");
        }
        assert!(read::<Envelope<CoordinatorRequest>>(r#"{"id": 1, "body": "sing"}"#).is_err());
        assert!(read::<u8>("256").is_err() && read::<u8>("1.5").is_err());
        assert!(read::<Vec<u8>>(r#"{"0": 1}"#).is_err());
    }
}
