//! The rewards of the radgraph package (F1RadGraph): simple, partial and complete.
//!
//! Sources: Delbrouck et al. 2022; Stanford-AIMI/radgraph `radgraph/rewards.py`,
//! `compute_reward`, as released in 0.1.18 and as it stands at the head of the repository.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Entity, Graph, SetF1};

/// Which code's treatment of upper and lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Version {
    /// radgraph 0.1.18 from PyPI: only the relations in "complete" ignore case.
    V0_1_18,
    /// Head of the repository: case is ignored everywhere.
    Head,
}

/// The three rewards of one pair; all 0 when either graph has no entity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Rewards {
    /// Over words and label of the entities.
    pub simple: SetF1,
    /// Over words, label and whether the entity has a relation (the README's RG_ER).
    pub partial: SetF1,
    /// Over relations (words and label of the source, label, words of the target), and words and
    /// label of the entities without one.
    pub complete: SetF1,
}

/// Computes the rewards of a candidate's graph.
pub fn rewards(reference: &Graph, candidate: &Graph, version: Version) -> Rewards {
    if reference.entities().len() == 0 || candidate.entities().len() == 0 {
        return Rewards::default();
    }
    let over = |keys: fn(&Graph, Version) -> BTreeSet<Key<'_>>| {
        SetF1::of(&keys(reference, version), &keys(candidate, version))
    };
    Rewards { simple: over(simple), partial: over(partial), complete: over(complete) }
}

/// One element of a set that is compared.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    tokens: Cow<'a, str>,
    label: &'a str,
    relation: Option<RelationPart<'a>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum RelationPart<'a> {
    Some,
    To { label: &'a str, target: String },
}

fn simple(graph: &Graph, version: Version) -> BTreeSet<Key<'_>> {
    graph.entities().map(|(_, entity)| entity_key(entity, version)).collect()
}

fn partial(graph: &Graph, version: Version) -> BTreeSet<Key<'_>> {
    let with_flag = |entity: &Entity| (!entity.relations.is_empty()).then_some(RelationPart::Some);
    graph
        .entities()
        .map(|(_, entity)| Key { relation: with_flag(entity), ..entity_key(entity, version) })
        .collect()
}

fn complete(graph: &Graph, version: Version) -> BTreeSet<Key<'_>> {
    let mut keys = BTreeSet::new();
    for (_, entity) in graph.entities() {
        if entity.relations.is_empty() {
            keys.insert(entity_key(entity, version));
        }
        for relation in &entity.relations {
            let Some(target) = graph.target(relation) else { continue };
            let target = target.tokens.to_lowercase();
            let relation = Some(RelationPart::To { label: &relation.label, target });
            // Both versions lower the case here.
            keys.insert(Key { relation, ..entity_key(entity, Version::Head) });
        }
    }
    keys
}

fn entity_key(entity: &Entity, version: Version) -> Key<'_> {
    let tokens = match version {
        Version::V0_1_18 => Cow::Borrowed(entity.tokens.as_str()),
        Version::Head => Cow::Owned(entity.tokens.to_lowercase()),
    };
    Key { tokens, label: &entity.label, relation: None }
}
