//! Golden files: the project's own ones always, the official code's outputs where they exist.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::skip::{skipped, skipped_in_part};

const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/goldens");
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");

/// What a browser reads in place of files; nothing natively.
mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

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

/// A file or folder of `../shared`, if it is on this machine; when it is not, the running test
/// counts as skipped.
pub fn shared(path: &str) -> Option<PathBuf> {
    let found = Path::new(SHARED).join(path);
    if found.exists() {
        return Some(found);
    }
    skipped(&absent(path));
    None
}

fn absent(path: &str) -> String {
    format!("../shared/{path} is not on this machine")
}

/// The content of a file of `../shared`, if it is on this machine; when it is not, the running
/// test counts as skipped. In a browser there are those of `golden` alone.
///
/// # Panics
/// When it is there and cannot be read.
pub fn shared_file(path: &str) -> Option<Cow<'static, [u8]>> {
    let found = find_shared(path);
    if found.is_none() {
        skipped(&absent(path));
    }
    found
}

fn find_shared(path: &str) -> Option<Cow<'static, [u8]>> {
    if cfg!(target_arch = "wasm32") {
        return embedded(path).map(Cow::Borrowed);
    }
    let found = Path::new(SHARED).join(path);
    found.exists().then(|| Cow::Owned(read(&found)))
}

fn find_shared_folder(path: &str) -> bool {
    if cfg!(target_arch = "wasm32") {
        return embedded::FILES.iter().any(|(name, _)| name.starts_with(path));
    }
    Path::new(SHARED).join(path).is_dir()
}

/// The names of the files in a folder of `../shared`, without those in folders of it, sorted;
/// none when it is not on this machine, or no folder.
pub fn shared_folder(path: &str) -> Vec<String> {
    if cfg!(target_arch = "wasm32") {
        let name =
            |(name, _): &(&str, _)| name.strip_prefix(path)?.strip_prefix('/').map(str::to_owned);
        return embedded::FILES
            .iter()
            .filter_map(name)
            .filter(|name| !name.contains('/'))
            .collect();
    }
    let Ok(entries) = std::fs::read_dir(Path::new(SHARED).join(path)) else { return Vec::new() };
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    let mut names: Vec<String> =
        files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// medspacy's rules for sentences, where `cargo xtask setup` has put them; when they are not there,
/// the running test counts as skipped.
pub fn sentence_rules() -> Option<Cow<'static, [u8]>> {
    let found = if cfg!(target_arch = "wasm32") {
        embedded("rush_rules.tsv").map(Cow::Borrowed)
    } else {
        rules_path().and_then(|path| std::fs::read(path).ok()).map(Cow::Owned)
    };
    if found.is_none() {
        skipped("medspacy's rule file is not here; cargo xtask setup fetches it");
    }
    found
}

/// What Punkt learnt of English, where `cargo xtask setup` has put it, file by file under the names
/// in which it is published; when it is not there, the running test counts as skipped.
pub fn punkt_files() -> Option<Vec<(String, Cow<'static, [u8]>)>> {
    const FILES: [&str; 4] =
        ["abbrev_types.txt", "collocations.tab", "ortho_context.tab", "sent_starters.txt"];
    let file = |name: &str| {
        let path = format!("punkt_tab/{name}");
        let found = if cfg!(target_arch = "wasm32") {
            embedded(&path).map(Cow::Borrowed)
        } else {
            let path = cache_path(&format!("sources/{path}"));
            path.and_then(|path| std::fs::read(path).ok()).map(Cow::Owned)
        };
        Some((format!("punkt_tab/english/{name}"), found?))
    };
    let found: Option<Vec<_>> = FILES.into_iter().map(file).collect();
    if found.is_none() {
        skipped("what Punkt learnt of English is not here; cargo xtask setup fetches it");
    }
    found
}

fn rules_path() -> Option<PathBuf> {
    cache_path("sources/medspacy/rush_rules.tsv")
}

fn cache_path(path: &str) -> Option<PathBuf> {
    let cache = match std::env::var("RRGSCORE_CACHE") {
        Ok(cache) if !cache.is_empty() => PathBuf::from(cache),
        _ => PathBuf::from(std::env::var("HOME").ok()?).join(".cache/rrgscore"),
    };
    Some(cache.join(path))
}

/// A file that lies in the cache folder because someone put it there; says so when it does not, and
/// `hint`, what to put there. None in a browser.
///
/// # Panics
/// When it is there and cannot be read.
pub fn cached_file(path: &str, hint: &str) -> Option<Vec<u8>> {
    let found = cache_path(path).filter(|path| path.is_file() && cfg!(not(target_arch = "wasm32")));
    if found.is_none() {
        println!("skipped: {path} is not in the cache folder ({hint})");
    }
    found.map(|path| read(&path))
}

fn embedded(path: &str) -> Option<&'static [u8]> {
    embedded::FILES.iter().find(|(name, _)| *name == path).map(|(_, bytes)| *bytes)
}

/// All records of a JSON Lines file, own ones first.
///
/// # Panics
/// When the own set lacks the file, or a line is not JSON. Where the official one is absent, the
/// running test counts as skipped in part.
pub fn records(file: &str) -> Vec<Golden> {
    let own = if cfg!(target_arch = "wasm32") {
        Cow::Borrowed(embedded(&format!("own/{file}")).unwrap_or_default())
    } else {
        Cow::Owned(read(&Path::new(OWN).join(file)))
    };
    let mut records = lines(Set::Own, &own, file);
    let path = format!("golden/dev/{file}");
    match find_shared(&path) {
        Some(bytes) => records.extend(lines(Set::Official, &bytes, file)),
        // Where the set is, a file that it does not have is one of the own set alone.
        None if find_shared_folder("golden/dev") => {}
        None => skipped_in_part(&absent(&path)),
    }
    assert!(!records.is_empty(), "{file} holds no record");
    records
}

/// All records of a file that only the official set has; none where that is not on the machine.
///
/// # Panics
/// When a line is not JSON.
pub fn shared_records(file: &str) -> Vec<Golden> {
    let found = shared_file(&format!("golden/dev/{file}"));
    found.map_or_else(Vec::new, |bytes| lines(Set::Official, &bytes, file))
}

/// The records of an official file of JSON Lines as a type; none where it is not on the machine.
///
/// # Panics
/// When a line is not such a record.
pub fn shared_lines<T: serde::de::DeserializeOwned>(file: &str) -> Vec<T> {
    let Some(bytes) = shared_file(&format!("golden/dev/{file}")) else { return Vec::new() };
    // Not by way of `Value`, which sorts the keys of objects: a graph's entities have an order.
    let parse = |(number, line): (usize, &str)| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{file}:{}: {error}", number + 1))
    };
    text(&bytes, file).lines().enumerate().map(parse).collect()
}

/// A JSON document that only the official set has, as a type.
///
/// # Panics
/// When the file is not such a document.
pub fn document<T: serde::de::DeserializeOwned>(file: &str) -> Option<T> {
    let bytes = shared_file(&format!("golden/dev/{file}"))?;
    Some(serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{file}: {error}")))
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text<'a>(bytes: &'a [u8], file: &str) -> &'a str {
    std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn lines(set: Set, bytes: &[u8], file: &str) -> Vec<Golden> {
    let parse = |(number, line): (usize, &str)| {
        let place = format!("{set:?} {file}:{}", number + 1);
        let value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{place}: {error}"));
        Golden { set, place, value }
    };
    text(bytes, file).lines().enumerate().filter(|(_, line)| !line.is_empty()).map(parse).collect()
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
