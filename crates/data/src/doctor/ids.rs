//! Study ids of two files that mean the same and are written differently.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::finding::{Code, Finding, Severity};
use crate::join::Joined;
use crate::record::{Dataset, Record};
use crate::splits::thousands;

/// A name for a difference, and what puts it aside.
type Spelling = (&'static str, fn(&str) -> String);

/// What may differ between two spellings of an id, mildest first.
const DIFFERENCES: [Spelling; 5] = [
    ("white space around them", |id| id.trim().to_owned()),
    ("upper and lower case", |id| id.trim().to_lowercase()),
    ("folders or a file ending", |id| bare_name(id.trim()).to_lowercase()),
    ("a prefix", |id| without_prefix(bare_name(id.trim())).to_lowercase()),
    ("zeros in front or a number's form", |id| number(bare_name(id.trim())).to_lowercase()),
];

/// The last part of a path, without a file ending of letters and digits.
fn bare_name(id: &str) -> &str {
    let name = id.rsplit(['/', '\\']).next().unwrap_or(id);
    let mut name = name.strip_suffix(".gz").unwrap_or(name);
    for ending in [".dcm", ".dicom", ".png", ".jpg", ".jpeg", ".txt", ".json", ".nii"] {
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
struct Difference {
    what: &'static str,
    matched: usize,
    example: (String, String),
}

/// The mildest difference under which clearly more ids match than do as they are.
fn difference<'a>(
    predicted: impl Iterator<Item = &'a str> + Clone,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<Difference> {
    let exact: HashSet<&str> = known.clone().collect();
    let alone: Vec<&str> = predicted.clone().filter(|id| !exact.contains(id)).collect();
    for (what, normal) in DIFFERENCES {
        let mut spellings: HashMap<String, Option<&str>> = HashMap::new();
        for id in known.clone() {
            // Two ids that become one prove nothing.
            spellings.entry(normal(id)).and_modify(|spelling| *spelling = None).or_insert(Some(id));
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
    fn advice(&self) -> String {
        let (id, other) = &self.example;
        format!(
            "{} would match but for {}: {id} in the predictions, {other} in the references. \
             Write them alike.",
            thousands(self.matched as u64),
            self.what,
        )
    }
}

/// What to say when no id matches.
pub(crate) fn hint_for_disjoint_ids(predicted: &[&Record], known: &[&Record]) -> String {
    let ids = |records: &[&Record]| -> Vec<String> {
        records.iter().map(|record| record.id.clone()).collect()
    };
    let (predicted, known) = (ids(predicted), ids(known));
    match difference(predicted.iter().map(String::as_str), known.iter().map(String::as_str)) {
        Some(difference) => difference.advice(),
        None => match (predicted.first(), known.first()) {
            (Some(id), Some(other)) => format!(
                "The predictions have ids such as {id}, the references such as {other}: check \
                 that both are of the same split."
            ),
            _ => "Check that both files hold studies.".to_owned(),
        },
    }
}

/// Finds ids of two files that would match if they were written alike.
pub(super) fn compare(
    predictions: &Dataset,
    references: Option<&Dataset>,
    joined: &Joined<'_>,
    findings: &mut Vec<Finding>,
) {
    let Some(references) = references.filter(|_| joined.counts.extra_predictions > 0) else {
        return;
    };
    let predicted = predictions.records.iter().map(|record| record.id.as_str());
    let known = references.records.iter().map(|record| record.id.as_str());
    if let Some(difference) = difference(predicted, known) {
        let count = difference.matched as u64;
        let advice = difference.advice();
        findings.push(
            Finding::general(
                Code::IdFormat,
                Severity::Warning,
                count,
                format!(
                    "{} of the two files by {} only.",
                    if count == 1 {
                        "1 study id differs between the spellings".to_owned()
                    } else {
                        format!("{} study ids differ between the spellings", thousands(count))
                    },
                    difference.what
                ),
            )
            .hint(advice),
        );
    }
}
