//! Ids that differ in spelling only, joined on request.

use std::collections::{HashMap, HashSet};

use super::fields::Ids;
use super::spelling::DIFFERENCES;

/// Matches ids of the predictions that no reference has with ids of the references that no
/// prediction has: by the mildest difference that brings most together.
///
/// A difference under which two ids of one file become one is not put aside: it would join
/// studies that are not the same.
pub(super) fn matches<'a>(predicted: Ids<'a>, known: Ids<'a>) -> HashMap<&'a str, &'a str> {
    let (predicted, known) = (predicted.distinct(), known.distinct());
    let mut alone: Vec<&str> = predicted.difference(&known).copied().collect();
    let mut free: Vec<&str> = known.difference(&predicted).copied().collect();
    // Hash sets have no order of their own.
    alone.sort_unstable();
    free.sort_unstable();
    let mut best: HashMap<&str, &str> = HashMap::new();
    for (_, normal) in DIFFERENCES {
        let Some(spellings) = one_to_one(&free, normal) else { continue };
        let Some(wanted) = one_to_one(&alone, normal) else { continue };
        // An id that would also match one that is joined exactly is left alone.
        let taken: HashSet<String> = predicted.intersection(&known).map(|id| normal(id)).collect();
        let found: HashMap<&str, &str> = wanted
            .iter()
            .filter(|(spelling, _)| !taken.contains(*spelling))
            .filter_map(|(spelling, id)| Some((*id, *spellings.get(spelling)?)))
            .collect();
        if found.len() > best.len() {
            best = found;
        }
    }
    best
}

/// Ids by their normal spelling, unless two become one.
fn one_to_one<'a>(ids: &[&'a str], normal: fn(&str) -> String) -> Option<HashMap<String, &'a str>> {
    let mut by_spelling = HashMap::with_capacity(ids.len());
    for id in ids {
        if by_spelling.insert(normal(id), *id).is_some() {
            return None;
        }
    }
    Some(by_spelling)
}
