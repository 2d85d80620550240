//! The rewards of the radgraph package (F1RadGraph): simple, partial and complete.
//!
//! Sources: Delbrouck et al. 2022; Stanford-AIMI/radgraph `radgraph/rewards.py`,
//! `compute_reward`, as released in 0.1.18 and as it stands at the head of the repository.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Entity, Graph, Matched, Relation, SetF1};

/// Which code's treatment of upper and lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RewardVersion {
    /// radgraph 0.1.18 from PyPI: only the relations in "complete" ignore case.
    V0_1_18,
    /// Head of the repository: case is ignored everywhere.
    Head,
}

/// Which of the three rewards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Over words and label of the entities.
    Simple,
    /// Over words, label and whether the entity has a relation (the README's RG_ER).
    Partial,
    /// Over relations (words and label of the source, label, words of the target), and words and
    /// label of the entities without one.
    Complete,
}

/// One reward of one pair and what it rests on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reward {
    /// The overlap; the reward is its F1. All 0 when either graph has no entity.
    pub overlap: SetF1,
    /// What of the reference the candidate holds.
    pub reference_matched: Matched,
    /// What of the candidate the reference holds.
    pub candidate_matched: Matched,
}

/// Computes a reward of a candidate's graph.
///
/// Of what is matched, entities are marked by their own keys, and under [`Level::Complete`] those
/// with relations, which have none, by whether all of these are matched. The other levels compare no
/// relations: an entity's list of them is empty there.
pub fn reward(
    reference: &Graph,
    candidate: &Graph,
    level: Level,
    version: RewardVersion,
) -> Reward {
    let [reference, candidate] =
        [reference, candidate].map(|graph| Elements { level, version, graph });
    let (reference_set, candidate_set) = (reference.set(), candidate.set());
    let one_is_empty = reference.is_empty() || candidate.is_empty();
    Reward {
        overlap: if one_is_empty {
            SetF1::default()
        } else {
            SetF1::of(&reference_set, &candidate_set)
        },
        reference_matched: reference.matched(&candidate_set),
        candidate_matched: candidate.matched(&reference_set),
    }
}

/// What of a graph is compared.
struct Elements<'a> {
    level: Level,
    version: RewardVersion,
    graph: &'a Graph,
}

impl<'a> Elements<'a> {
    fn is_empty(&self) -> bool {
        self.graph.entities().len() == 0
    }

    /// An entity's own key, if it has one.
    fn entity(&self, entity: &'a Entity) -> Option<Key<'a>> {
        let key = entity_key(entity, self.version);
        match self.level {
            Level::Simple => Some(key),
            Level::Partial => {
                let flag = (!entity.relations.is_empty()).then_some(RelationPart::Some);
                Some(Key { relation: flag, ..key })
            }
            Level::Complete => entity.relations.is_empty().then_some(key),
        }
    }

    /// A relation's key, if relations are compared.
    fn relation(&self, entity: &'a Entity, relation: &'a Relation) -> Option<Key<'a>> {
        if self.level != Level::Complete {
            return None;
        }
        let target = self.graph.target(relation)?.tokens.to_lowercase();
        let relation = Some(RelationPart::To { label: &relation.label, target });
        // Both versions lower the case here.
        Some(Key { relation, ..entity_key(entity, RewardVersion::Head) })
    }

    fn set(&self) -> BTreeSet<Key<'a>> {
        let mut keys = BTreeSet::new();
        for (_, entity) in self.graph.entities() {
            keys.extend(self.entity(entity));
            keys.extend(entity.relations.iter().filter_map(|r| self.relation(entity, r)));
        }
        keys
    }

    fn matched(&self, other: &BTreeSet<Key<'_>>) -> Matched {
        let mut matched = Matched::default();
        for (_, entity) in self.graph.entities() {
            let keys = entity.relations.iter().filter_map(|r| self.relation(entity, r));
            let relations: Vec<bool> = keys.map(|key| other.contains(&key)).collect();
            let own = self.entity(entity).map(|key| other.contains(&key));
            matched.entities.push(own.unwrap_or_else(|| relations.iter().all(|&held| held)));
            matched.relations.push(relations);
        }
        matched
    }
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

fn entity_key(entity: &Entity, version: RewardVersion) -> Key<'_> {
    let tokens = match version {
        RewardVersion::V0_1_18 => Cow::Borrowed(entity.tokens.as_str()),
        RewardVersion::Head => Cow::Owned(entity.tokens.to_lowercase()),
    };
    Key { tokens, label: &entity.label, relation: None }
}
