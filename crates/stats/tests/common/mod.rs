//! Reads golden files: the project's own ones always, the shared ones where they exist.

#![allow(dead_code, reason = "every test binary compiles this module and uses a part of it")]

use std::path::Path;

use serde_json::Value;

const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/goldens");
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/golden/dev");

/// One golden record and where it came from (for messages).
pub(crate) struct Golden {
    pub(crate) place: String,
    pub(crate) value: Value,
}

/// All records of a JSON Lines file, own ones first.
///
/// The own set must have the file; the shared one is not part of the repository, so that its
/// absence is only said.
pub(crate) fn records(file: &str) -> Vec<Golden> {
    let mut records = lines(OWN, file).unwrap_or_else(|| panic!("tests/goldens/{file} is missing"));
    match lines(SHARED, file) {
        Some(shared) => records.extend(shared),
        None => println!("skipped: shared golden/dev/{file} is not on this machine"),
    }
    assert!(!records.is_empty(), "{file} holds no record");
    records
}

/// All records of a file that only the shared set has; none where that is not on the machine.
pub(crate) fn shared_records(file: &str) -> Vec<Golden> {
    lines(SHARED, file).unwrap_or_else(|| {
        println!("skipped: shared golden/dev/{file} is not on this machine");
        Vec::new()
    })
}

/// A JSON document that only the shared set has.
#[expect(clippy::disallowed_methods, reason = "goldens are files, and the test is not the crate")]
pub(crate) fn document(file: &str) -> Option<Value> {
    let Ok(text) = std::fs::read_to_string(Path::new(SHARED).join(file)) else {
        println!("skipped: shared golden/dev/{file} is not on this machine");
        return None;
    };
    Some(serde_json::from_str(&text).expect("a JSON document"))
}

#[expect(clippy::disallowed_methods, reason = "goldens are files, and the test is not the crate")]
fn lines(folder: &str, file: &str) -> Option<Vec<Golden>> {
    let path = Path::new(folder).join(file);
    let text = std::fs::read_to_string(&path).ok()?;
    let set = if folder == OWN { "own" } else { "shared" };
    let parse = |(number, line): (usize, &str)| {
        let place = format!("{set} {file}:{}", number + 1);
        let value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{place}: {error}"));
        Golden { place, value }
    };
    Some(text.lines().enumerate().filter(|(_, line)| !line.is_empty()).map(parse).collect())
}

/// A number of a record; non-finite ones are written as strings.
pub(crate) fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().expect("a number in a string"),
        other => other.as_f64().unwrap_or_else(|| panic!("expected a number, found {other}")),
    }
}

/// A list of numbers.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list of numbers").iter().map(number).collect()
}

/// Asserts equality within `tolerance` (absolute below 1, relative above); NaN equals NaN.
#[track_caller]
pub(crate) fn assert_close(ours: f64, official: f64, tolerance: f64, what: &str) {
    let same = ours == official || (ours.is_nan() && official.is_nan());
    let close = (ours - official).abs() <= tolerance * official.abs().max(1.0);
    assert!(same || close, "{what}: {ours} differs from the official {official}");
}
