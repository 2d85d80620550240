//! Golden files: the project's own ones always, the official code's outputs where they exist.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/goldens");
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");

/// Whose goldens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Set {
    /// The repository's own: official packages on invented reports.
    Own,
    /// The official code's outputs in `../shared`, partly on reports that may not be committed.
    Official,
}

/// One golden record and where it came from (for messages).
#[derive(Debug)]
pub struct Golden {
    /// Whose it is.
    pub set: Set,
    /// Set, file and line.
    pub place: String,
    /// The record.
    pub value: Value,
}

/// A file of the repository's own goldens.
pub fn own(file: &str) -> PathBuf {
    Path::new(OWN).join(file)
}

/// A file or folder of `../shared`, if it is on this machine; says so when it is not.
pub fn shared(path: &str) -> Option<PathBuf> {
    let found = Path::new(SHARED).join(path);
    if found.exists() {
        return Some(found);
    }
    println!("skipped: ../shared/{path} is not on this machine");
    None
}

/// All records of a JSON Lines file, own ones first.
///
/// # Panics
/// When the own set lacks the file, or a line is not JSON. Absence of the official one is only
/// said.
pub fn records(file: &str) -> Vec<Golden> {
    let mut records = lines(Set::Own, &own(file), file);
    records.extend(shared_records(file));
    assert!(!records.is_empty(), "{file} holds no record");
    records
}

/// All records of a file that only the official set has; none where that is not on the machine.
///
/// # Panics
/// When a line is not JSON.
pub fn shared_records(file: &str) -> Vec<Golden> {
    let path = shared(&format!("golden/dev/{file}"));
    path.map_or_else(Vec::new, |path| lines(Set::Official, &path, file))
}

/// The records of an official file of JSON Lines as a type; none where it is not on the machine.
///
/// # Panics
/// When a line is not such a record.
pub fn shared_lines<T: serde::de::DeserializeOwned>(file: &str) -> Vec<T> {
    let Some(path) = shared(&format!("golden/dev/{file}")) else { return Vec::new() };
    // Not by way of `Value`, which sorts the keys of objects: a graph's entities have an order.
    let parse = |(number, line): (usize, &str)| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{file}:{}: {error}", number + 1))
    };
    read(&path).lines().enumerate().map(parse).collect()
}

/// A JSON document that only the official set has, as a type.
///
/// # Panics
/// When the file is not such a document.
pub fn document<T: serde::de::DeserializeOwned>(file: &str) -> Option<T> {
    let text = read(&shared(&format!("golden/dev/{file}"))?);
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}")))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lines(set: Set, path: &Path, file: &str) -> Vec<Golden> {
    let text = read(path);
    let parse = |(number, line): (usize, &str)| {
        let place = format!("{set:?} {file}:{}", number + 1);
        let value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{place}: {error}"));
        Golden { set, place, value }
    };
    text.lines().enumerate().filter(|(_, line)| !line.is_empty()).map(parse).collect()
}

/// A number of a record; non-finite ones are written as strings.
///
/// # Panics
/// When it is none.
pub fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().expect("a number in a string"),
        other => other.as_f64().unwrap_or_else(|| panic!("expected a number, found {other}")),
    }
}

/// A list of numbers.
///
/// # Panics
/// When it is none.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list of numbers").iter().map(number).collect()
}
