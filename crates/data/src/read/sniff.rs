//! Guesses the format from the first characters.

use crate::error::ReadError;
use crate::options::ReadOptions;
use crate::roles::guess;
use crate::shape::{Format, Role};

/// The format, and the separator if it is a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FormatGuess {
    pub(super) format: Format,
    pub(super) delimiter: u8,
}

/// Guesses the format of a text from its beginning; `complete` says that it is all there is.
pub(super) fn format(
    head: &[u8],
    complete: bool,
    options: &ReadOptions,
) -> Result<FormatGuess, ReadError> {
    let format = match options.format {
        Some(format) => format,
        None => match head.trim_ascii_start().first() {
            Some(b'[') => Format::JsonList,
            Some(b'{') => object(head.trim_ascii_start(), complete, options),
            _ if complete && is_json_scalar(head) => return Err(ReadError::JsonScalar),
            _ => Format::Csv,
        },
    };
    if !format.is_table() {
        return Ok(FormatGuess { format, delimiter: b',' });
    }
    let delimiter = match (options.delimiter.and_then(|given| u8::try_from(given).ok()), format) {
        (Some(given), _) => given,
        (None, Format::Tsv) => b'\t',
        (None, _) => delimiter(head, options),
    };
    let format = match (options.format, delimiter) {
        (Some(given), _) => given,
        (None, b'\t') => Format::Tsv,
        (None, _) => Format::Csv,
    };
    Ok(FormatGuess { format, delimiter })
}

fn is_json_scalar(head: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(head).is_ok()
}

/// A text that begins with `{`: an object of all studies, or one record per line.
fn object(head: &[u8], complete: bool, options: &ReadOptions) -> Format {
    if let Some(end) = first_value_end(head) {
        let (value, rest) = head.split_at(end);
        let rest = rest.trim_ascii_start();
        if rest.first() == Some(&b'{') {
            return Format::Jsonl;
        }
        if rest.is_empty() && complete && is_single_record(value, options) {
            return Format::Jsonl;
        }
    } else if is_record_start(head, options) {
        return Format::Jsonl;
    }
    match first_entry(head) {
        Some((_, b'{')) | None => Format::RexrankJson,
        Some(_) => Format::JsonMap,
    }
}

/// Where the first JSON object ends, by counting braces outside of strings.
fn first_value_end(text: &[u8]) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.iter().enumerate() {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The first key of an object and the first byte of its value.
fn first_entry(object: &[u8]) -> Option<(String, u8)> {
    let inside = object.strip_prefix(b"{")?.trim_ascii_start();
    let mut keys = serde_json::Deserializer::from_slice(inside).into_iter::<String>();
    let key = keys.next()?.ok()?;
    let after = inside.get(keys.byte_offset()..)?.trim_ascii_start();
    let value = after.strip_prefix(b":")?.trim_ascii_start().first()?;
    Some((key, *value))
}

/// Whether an object that stands alone is one record: some key holds a report by its name.
fn is_single_record(object: &[u8], options: &ReadOptions) -> bool {
    let Ok(entries) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(object)
    else {
        return is_record_start(object, options);
    };
    entries.iter().any(|(key, value)| {
        !value.is_object() && guess(key, options).is_some_and(|guess| guess.role != Role::Id)
    })
}

/// Whether an object begins like a record: its first key is known and holds no object.
fn is_record_start(object: &[u8], options: &ReadOptions) -> bool {
    first_entry(object).is_some_and(|(key, value)| {
        value != b'{' && !key.is_empty() && guess(&key, options).is_some()
    })
}

/// The separator under which the first line names most columns.
fn delimiter(head: &[u8], options: &ReadOptions) -> u8 {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty());
    let line = String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
    let known = |delimiter: u8| {
        let cells = line.split(char::from(delimiter));
        let cells = cells.map(|cell| cell.trim().trim_matches('"')).collect::<Vec<_>>();
        let known = cells.iter().filter(|cell| guess(cell, options).is_some()).count();
        (known, cells.len())
    };
    // The last of equals wins: a comma, unless another separator explains more.
    [b';', b'\t', b','].into_iter().max_by_key(|delimiter| known(*delimiter)).unwrap_or(b',')
}
