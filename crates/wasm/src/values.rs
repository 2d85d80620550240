//! JavaScript values in and out, and errors as `Error`s.

use js_sys::Error;
use rrgscore_judge::JudgeMetric as Judge;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// An `Error` with these words.
pub(crate) fn error(message: &str) -> Error {
    Error::new(message)
}

/// An `Error` of a Rust error; to be used with `map_err`.
pub(crate) fn message(reason: impl std::fmt::Display) -> Error {
    Error::new(&reason.to_string())
}

/// A value as plain JavaScript objects, lists, texts and numbers.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, Error> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(message)
}

/// Reads a value; `undefined` and `null` are the type's default. A field that the type does not
/// have is refused, because a mistyped one would otherwise change nothing in silence.
pub(crate) fn from_js<T: DeserializeOwned + Default>(
    value: JsValue,
    what: &str,
) -> Result<T, Error> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    // Through text: serde-wasm-bindgen passes over fields that a type does not have.
    let text = js_sys::JSON::stringify(&value)
        .map_err(|_| error(&format!("{what} must be plain data")))?;
    serde_json::from_str(&String::from(text)).map_err(|reason| error(&format!("{what}: {reason}")))
}

/// The judge of this id.
pub(crate) fn judge(id: &str) -> Result<Judge, Error> {
    Judge::of(id).ok_or_else(|| error(&format!("the judges are \"{}\"", Judge::ids("\", \""))))
}
