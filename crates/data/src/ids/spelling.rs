//! Two spellings of one id, and what tells them apart.

use std::collections::{BTreeMap, HashMap, HashSet};

/// A name for a difference, and what puts it aside.
type Spelling = (&'static str, fn(&str) -> String);

/// What may differ between two spellings of an id, mildest first.
pub(super) const DIFFERENCES: [Spelling; 5] = [
    ("white space around them", |id| id.trim().to_owned()),
    ("upper and lower case", |id| id.trim().to_lowercase()),
    ("folders or a file ending", |id| bare_name(id.trim()).to_lowercase()),
    ("a prefix", |id| without_prefix(bare_name(id.trim())).to_lowercase()),
    ("zeros in front or a number's form", |id| number(bare_name(id.trim())).to_lowercase()),
];

/// The last part of a path, without a file ending.
fn bare_name(id: &str) -> &str {
    let name = id.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(id);
    let mut name = name.strip_suffix(".gz").unwrap_or(name);
    for ending in [".dcm", ".dicom", ".png", ".jpg", ".jpeg", ".txt", ".json", ".nii", ".npz"] {
        let cut = name.len().saturating_sub(ending.len());
        if cut > 0 && name.get(cut..).is_some_and(|end| end.eq_ignore_ascii_case(ending)) {
            name = name.get(..cut).unwrap_or(name);
        }
    }
    name
}

/// Drops letters and separators in front of the first digit.
fn without_prefix(id: &str) -> &str {
    let rest = id.trim_start_matches(|character: char| !character.is_ascii_digit());
    if rest.is_empty() { id } else { rest }
}

/// A number without prefix, leading zeros and a trailing `.0` (as pandas writes ids that once
/// stood beside a missing one).
fn number(id: &str) -> &str {
    let id = without_prefix(id);
    let id = id.strip_suffix(".0").unwrap_or(id);
    let bare = id.trim_start_matches('0');
    if bare.is_empty() { id } else { bare }
}

/// A difference that, once put aside, brings ids together.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) what: &'static str,
    pub(crate) matched: usize,
    /// An id of the predictions and the one it would match.
    pub(crate) example: (String, String),
}

/// The mildest difference under which clearly more ids match than do as they are.
pub(crate) fn difference<'a>(
    predicted: impl Iterator<Item = &'a str> + Clone,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<Difference> {
    let exact: HashSet<&str> = known.clone().collect();
    let alone: Vec<&str> = predicted.filter(|id| !exact.contains(id)).collect();
    for (what, normal) in DIFFERENCES {
        let mut spellings: HashMap<String, Option<&str>> = HashMap::new();
        for id in known.clone() {
            // Two ids that become one prove nothing.
            spellings
                .entry(normal(id))
                .and_modify(|spelling| {
                    if *spelling != Some(id) {
                        *spelling = None;
                    }
                })
                .or_insert(Some(id));
        }
        let mut matches: BTreeMap<&str, &str> = BTreeMap::new();
        for id in &alone {
            if let Some(Some(other)) = spellings.get(&normal(id)) {
                matches.insert(id, other);
            }
        }
        if matches.len() * 2 >= alone.len()
            && let Some((id, other)) = matches.first_key_value()
        {
            let example = ((*id).to_owned(), (*other).to_owned());
            return Some(Difference { what, matched: matches.len(), example });
        }
    }
    None
}

impl Difference {
    /// What differs, with an example, and what can be done.
    pub(crate) fn advice(&self) -> String {
        let (id, other) = &self.example;
        format!(
            "{} would match but for {}: {id} in the predictions, {other} in the references. \
             Write them alike, or join ids loosely.",
            crate::text::thousands(self.matched as u64),
            self.what,
        )
    }
}
