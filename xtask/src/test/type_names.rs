//! Whether each public type has a name of its own in the whole workspace: who looks for a name
//! finds one place.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::files;
use crate::paths::Paths;

/// Where the code lies that others can name.
const FOLDERS: [&str; 2] = ["crates", "web/src"];

/// What declares a public type.
const KEYWORDS: [&str; 5] = ["struct", "enum", "trait", "type", "union"];

/// A line for each name that stands in two files.
///
/// # Errors
/// When the code cannot be read.
pub(super) fn repeated(paths: &Paths) -> Result<Vec<String>> {
    let mut places = BTreeMap::new();
    for folder in FOLDERS {
        for name in files::list(&paths.root.join(folder))? {
            let place = format!("{folder}/{name}");
            if place.ends_with(".rs") && place.contains("/src/") {
                gather(&place, &files::read_text(&paths.root.join(&place))?, &mut places);
            }
        }
    }
    Ok(lines(&places))
}

/// The files in which a name is declared: a type that is another one on another target is declared
/// twice in one file.
type Places = BTreeMap<String, BTreeSet<String>>;

fn gather(file: &str, code: &str, places: &mut Places) {
    for line in code.lines() {
        let Some(rest) = line.trim_start().strip_prefix("pub ") else { continue };
        let Some((keyword, rest)) = rest.split_once(' ') else { continue };
        if KEYWORDS.contains(&keyword) {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            places.entry(rest[..end].to_owned()).or_default().insert(file.to_owned());
        }
    }
}

fn lines(places: &Places) -> Vec<String> {
    let twice = places.iter().filter(|(_, files)| files.len() > 1);
    let line = |(name, files): (&String, &BTreeSet<String>)| {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        format!("two public types are called {name}: {}", files.join(", "))
    };
    twice.map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_two_files_is_told_with_both() {
        let mut places = Places::new();
        gather("crates/a/src/lib.rs", "pub struct Row<'a> {\n", &mut places);
        gather("crates/b/src/lib.rs", "    pub enum Row {\npub(crate) struct Two;", &mut places);
        gather("crates/c/src/lib.rs", "struct Two;\npub trait Two {\npub fn f()", &mut places);
        assert_eq!(
            lines(&places),
            ["two public types are called Row: crates/a/src/lib.rs, crates/b/src/lib.rs"]
        );
    }

    #[test]
    fn a_type_of_two_targets_is_one() {
        let mut places = Places::new();
        let code = "#[cfg(a)]\npub trait Shared {}\n#[cfg(not(a))]\npub trait Shared {}\n";
        gather("crates/a/src/lib.rs", code, &mut places);
        assert!(lines(&places).is_empty());
    }
}
