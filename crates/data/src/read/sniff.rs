//! Guesses the format from the first characters.

use std::io::Read;

use super::bytes::LayerError;
use super::chat;
use crate::error::ReadError;
use crate::names::{guess, is_split_name, normal};
use crate::options::ReadOptions;
use crate::shape::{Format, Role};

/// Endings of the names of files that have one report per line.
const LINES: [&str; 12] = [
    ".txt", ".tok", ".tokens", ".lines", ".hyp", ".hyps", ".hypo", ".ref", ".refs", ".pred",
    ".preds", ".out",
];

/// The format, and what a table is separated by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FormatGuess {
    pub(super) format: Format,
    pub(super) delimiter: u8,
    /// Whether the first line says what separates the columns (`sep=;`, as Excel reads it).
    pub(super) separator_line: bool,
}

/// Guesses the format of a text from its beginning; `complete` says that it is all there is.
pub(super) fn format(
    head: &[u8],
    complete: bool,
    name: Option<&str>,
    options: &ReadOptions,
) -> Result<FormatGuess, ReadError> {
    let trimmed = head.trim_ascii_start();
    let format = match options.format {
        Some(format) => format,
        None => match trimmed.first() {
            Some(b'[') => Format::JsonList,
            Some(b'{') => object(trimmed, complete, options),
            _ if complete && is_json_scalar(head) => return Err(ReadError::JsonScalar),
            _ if has_lines(name) && !names_columns(head, options) => Format::Lines,
            _ => Format::Csv,
        },
    };
    if !format.is_table() {
        return Ok(FormatGuess { format, delimiter: b',', separator_line: false });
    }
    let said = separator(head);
    let given = options.delimiter.and_then(|given| u8::try_from(given).ok());
    let delimiter = match (given.or(said), format) {
        (Some(given), _) => given,
        (None, Format::Tsv) => b'\t',
        (None, _) => delimiter(head, options).0,
    };
    let format = match (options.format, delimiter) {
        (Some(given), _) => given,
        (None, b'\t') => Format::Tsv,
        (None, _) => Format::Csv,
    };
    Ok(FormatGuess { format, delimiter, separator_line: said.is_some() })
}

fn is_json_scalar(head: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(head).is_ok()
}

/// Whether a file's name says that it has one report per line.
fn has_lines(name: Option<&str>) -> bool {
    let name = name.unwrap_or_default().to_ascii_lowercase();
    let name = [".gz", ".zip"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    LINES.iter().any(|ending| name.ends_with(ending))
}

/// Whether the first line names columns.
fn names_columns(head: &[u8], options: &ReadOptions) -> bool {
    separator(head).is_some() || delimiter(head, options).1
}

/// The separator that the first line says, as in `sep=;`.
fn separator(head: &[u8]) -> Option<u8> {
    let line = head.split(|byte| *byte == b'\n').next()?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (key, value) = line.split_at_checked(4)?;
    match value {
        [separator] if key.eq_ignore_ascii_case(b"sep=") && separator.is_ascii() => {
            Some(*separator)
        }
        _ => None,
    }
}

/// Passes over the line that says what separates the columns, and returns how many lines that is.
pub(super) fn skip_separator_line(text: &mut impl Read, is_there: bool) -> Result<u64, ReadError> {
    if !is_there {
        return Ok(0);
    }
    let mut byte = [0];
    while text.read(&mut byte).map_err(LayerError::unpack)? > 0 && byte != *b"\n" {}
    Ok(1)
}

/// A text that begins with `{`: an object of all studies, or one record per line.
fn object(head: &[u8], complete: bool, options: &ReadOptions) -> Format {
    let entries = entries(head);
    if let Some(end) = first_value_end(head) {
        let (value, rest) = head.split_at(end);
        let rest = rest.trim_ascii_start();
        if rest.first() == Some(&b'{') {
            return Format::Jsonl;
        }
        if let Some(format) = of_lists(&entries, options) {
            return format;
        }
        if rest.is_empty() && complete && is_single_record(value, options) {
            return Format::Jsonl;
        }
    } else if let Some(format) = of_lists(&entries, options) {
        return format;
    } else if is_record_start(head, options) {
        return Format::Jsonl;
    }
    match first_entry(head) {
        Some((_, b'{')) | None => Format::RexrankJson,
        Some(_) => Format::JsonMap,
    }
}

/// An object of lists or columns: by the keys and what their values begin with.
fn of_lists(entries: &[Entry], options: &ReadOptions) -> Option<Format> {
    let role = |key: &str| guess(key, options).map(|guess| guess.role);
    let is_text = |key: &str| role(key).is_some_and(|role| !matches!(role, Role::Id | Role::Split));
    let key = |name: &str| entries.iter().any(|entry| entry.key == name && entry.value == b'[');
    if key("columns") && (key("data") || key("index")) {
        return Some(Format::JsonTable);
    }
    let lists: Vec<&Entry> = entries.iter().filter(|entry| entry.has_records()).collect();
    let splits = |entries: &[&Entry]| entries.iter().all(|entry| is_split_name(&entry.key));
    let empty: Vec<&Entry> = entries.iter().filter(|entry| entry.is_empty_list()).collect();
    if !lists.is_empty() && splits(&lists) && splits(&empty) {
        return Some(Format::JsonSplits);
    }
    // A record may hold a list under the name of a report; it has an id beside it.
    let is_record = || entries.iter().any(|entry| role(&entry.key) == Some(Role::Id));
    let holds_records = |list: &&Entry| {
        let inner = list.inner_key.as_deref();
        !is_text(&list.key) || (inner.is_some_and(|key| role(key).is_some()) && !is_record())
    };
    if lists.len() == 1 && lists.iter().all(holds_records) {
        return Some(Format::JsonEnvelope);
    }
    let columns = |entry: &&Entry| entry.has_values(options);
    let known = entries.iter().filter(columns).filter(|entry| is_text(&entry.key)).count();
    let all = entries.iter().filter(|entry| matches!(entry.value, b'{' | b'['));
    let (mut several, mut fits) = (known > 1, known > 0);
    for entry in all {
        fits &= entry.has_values(options) || role(&entry.key).is_none();
        several |= entry.several || entry.value == b'{';
    }
    (fits && several).then_some(Format::JsonColumns)
}

/// The beginning of one entry of an object.
#[derive(Debug)]
struct Entry {
    key: String,
    /// The first byte of its value.
    value: u8,
    /// The first byte inside of its value, if that is an object or a list.
    inner: Option<u8>,
    /// The first key inside of it: of the object, or of the list's first object.
    inner_key: Option<String>,
    /// The first byte of the value of that key.
    inner_value: Option<u8>,
    /// Whether the list has a second element.
    several: bool,
}

impl Entry {
    /// A list of records, and not of the messages of a conversation.
    fn has_records(&self) -> bool {
        let turn = self.inner_key.as_deref().map(normal).unwrap_or_default();
        self.value == b'['
            && self.inner == Some(b'{')
            && !["role", "from", "content", "value"].contains(&turn.as_str())
    }

    fn is_empty_list(&self) -> bool {
        self.value == b'[' && self.inner == Some(b']')
    }

    /// The values of a field: a list of them, or an object by row.
    fn has_values(&self, options: &ReadOptions) -> bool {
        match self.value {
            b'[' => !self.has_records(),
            b'{' => {
                let is_row = |key: &String| guess(key, options).is_none();
                self.inner_value.is_some_and(|value| value != b'{')
                    && self.inner_key.as_ref().is_some_and(is_row)
            }
            _ => false,
        }
    }
}

/// The entries of an object as far as the head shows them.
fn entries(head: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut rest = match head.strip_prefix(b"{") {
        Some(inside) => inside.trim_ascii_start(),
        None => return entries,
    };
    // Long objects of studies need not be looked at to their end.
    while entries.len() < 64 {
        let Some((key, value)) = key_and_value(rest) else { break };
        let Some(&first) = value.first() else { break };
        let mut entry = Entry {
            key,
            value: first,
            inner: None,
            inner_key: None,
            inner_value: None,
            several: false,
        };
        if matches!(first, b'{' | b'[') {
            let inside = value.get(1..).unwrap_or_default().trim_ascii_start();
            entry.inner = inside.first().copied();
            let object = if first == b'{' { Some(inside) } else { inside.strip_prefix(b"{") };
            if let Some((key, value)) =
                object.and_then(|object| key_and_value(object.trim_ascii_start()))
            {
                entry.inner_key = Some(key);
                entry.inner_value = value.first().copied();
            }
            if first == b'[' {
                entry.several = value_end(inside).is_some_and(|end| {
                    inside.get(end..).unwrap_or_default().trim_ascii_start().first() == Some(&b',')
                });
            }
        }
        entries.push(entry);
        let Some(end) = value_end(value) else { break };
        let after = value.get(end..).unwrap_or_default().trim_ascii_start();
        let Some(after) = after.strip_prefix(b",") else { break };
        rest = after.trim_ascii_start();
    }
    entries
}

/// A key at the front of a text, and what follows its colon.
fn key_and_value(text: &[u8]) -> Option<(String, &[u8])> {
    let mut keys = serde_json::Deserializer::from_slice(text).into_iter::<String>();
    let key = keys.next()?.ok()?;
    let after = text.get(keys.byte_offset()..)?.trim_ascii_start();
    Some((key, after.strip_prefix(b":")?.trim_ascii_start()))
}

/// Where the JSON value at the front of a text ends, if it does.
fn value_end(text: &[u8]) -> Option<usize> {
    match text.first()? {
        b'{' | b'[' => first_value_end(text),
        b'"' => {
            let mut escaped = false;
            text.iter().enumerate().skip(1).find_map(|(at, byte)| {
                let ends = !escaped && *byte == b'"';
                escaped = !escaped && *byte == b'\\';
                ends.then_some(at + 1)
            })
        }
        _ => text.iter().position(|byte| matches!(byte, b',' | b'}' | b']')),
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
    let (key, value) = key_and_value(inside)?;
    Some((key, *value.first()?))
}

/// Whether an object that stands alone is one record: some key holds a report by its name.
fn is_single_record(object: &[u8], options: &ReadOptions) -> bool {
    let Ok(entries) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(object)
    else {
        return is_record_start(object, options);
    };
    entries.iter().any(|(key, value)| {
        let holds_text = !value.is_object() || chat::answer(value).is_some();
        holds_text && guess(key, options).is_some_and(|guess| guess.role != Role::Id)
    })
}

/// Whether an object begins like a record: its first key is known and holds no object.
fn is_record_start(object: &[u8], options: &ReadOptions) -> bool {
    first_entry(object).is_some_and(|(key, value)| {
        value != b'{' && !key.is_empty() && guess(&key, options).is_some()
    })
}

/// The separator under which the first line names most columns, and whether it names one that
/// holds reports.
fn delimiter(head: &[u8], options: &ReadOptions) -> (u8, bool) {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty());
    let line = String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
    let cells = |delimiter: u8| {
        let cells = line.split(char::from(delimiter));
        cells.map(|cell| cell.trim().trim_matches('"')).collect::<Vec<_>>()
    };
    let known = |delimiter: u8| {
        let cells = cells(delimiter);
        let known = cells.iter().filter(|cell| guess(cell, options).is_some()).count();
        (known, cells.len())
    };
    // The last of equals wins: a comma, unless another separator explains more.
    let best = [b'|', b';', b'\t', b',']
        .into_iter()
        .max_by_key(|delimiter| known(*delimiter))
        .unwrap_or(b',');
    let names_reports = cells(best).iter().any(|cell| {
        !cell.is_empty() && guess(cell, options).is_some_and(|guess| guess.role != Role::Id)
    });
    (best, names_reports)
}
