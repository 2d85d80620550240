//! What the ids of files say against a pairing.

use std::collections::{HashMap, HashSet};

use super::fields::{Fields, Ids};
use super::pairing::Candidate;
use crate::error::{AlignError, Side};
use crate::finding::Finding;
use crate::names::are_twins;
use crate::record::Dataset;

/// Refuses a pairing that other ids of the same files contradict: a prediction whose other id is
/// known to the references as another study's.
pub(super) fn between_files(best: &Candidate<'_>, all: &[Candidate<'_>]) -> Result<(), AlignError> {
    for other in all {
        let joins = if other.same_name {
            other.exact > 0
        } else {
            other.exact * 2 >= other.predicted.distinct().len() && other.exact > 0
        };
        // Ids that are shared under different names prove nothing against a name in common.
        if std::ptr::eq(best, other) || !joins || (best.same_name && !other.same_name) {
            continue;
        }
        let known: HashSet<&str> = other.known.distinct();
        // What the references say of each study: a study of several images has several.
        let mut others_of: HashMap<&str, Vec<&str>> = HashMap::new();
        for (id, other) in best.known.iter().zip(other.known.iter()) {
            if !id.is_empty() {
                others_of.entry(id).or_default().push(other);
            }
        }
        let contradicted = best.predicted.iter().zip(other.predicted.iter());
        let contradicted: Vec<&str> = contradicted
            .filter(|(id, said)| {
                let id = best.loosely.get(id).copied().unwrap_or(id);
                let Some(others) = others_of.get(id) else { return false };
                known.contains(said) && !others.iter().any(|id| id == said || id.is_empty())
            })
            .map(|(id, _)| id)
            .collect();
        if !contradicted.is_empty() {
            return Err(AlignError::IdsContradict {
                by: best.label(),
                against: other.label(),
                count: contradicted.len() as u64,
                studies: listed(contradicted),
            });
        }
    }
    Ok(())
}

/// Refuses files in which two columns say of which study a row is, and say different things.
/// `pairs` tells that prediction and reference stand in the same row.
pub(crate) fn within_rows(dataset: &Dataset, side: Side, pairs: bool) -> Result<(), AlignError> {
    let fields = Fields::of(dataset).all();
    for (at, one) in fields.iter().enumerate() {
        for other in fields.iter().skip(at + 1) {
            let differing: Vec<&str> = one
                .iter()
                .zip(other.iter())
                .filter(|(one, other)| !one.is_empty() && !other.is_empty() && one != other)
                .map(|(one, _)| one)
                .collect();
            if differing.is_empty() {
                continue;
            }
            let contradict = match are_twins(one.plain_name(), other.plain_name()) {
                Some(true) => true,
                Some(false) => {
                    let others = other.distinct();
                    differing.iter().any(|id| others.contains(id))
                }
                // The same ids in another order: one of the two was not moved with its rows.
                None => pairs && are_the_same_in_another_order(*one, *other),
            };
            if contradict {
                return Err(AlignError::RowsContradict {
                    side,
                    fields: [one.label(), other.label()],
                    count: differing.len() as u64,
                    studies: listed(differing),
                });
            }
        }
    }
    Ok(())
}

fn are_the_same_in_another_order(one: Ids<'_>, other: Ids<'_>) -> bool {
    // Numbers of rows are in many files, and say nothing of each other.
    !one.is_running()
        && !other.is_running()
        && !one.are_of_an_index()
        && !other.are_of_an_index()
        && one.tell_apart()
        && other.tell_apart()
        && one.distinct() == other.distinct()
}

fn listed(studies: Vec<&str>) -> Vec<String> {
    studies.into_iter().take(Finding::MAX_STUDIES).map(str::to_owned).collect()
}
