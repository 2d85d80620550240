//! RadGraph F1 as CXR-Report-Metric computes it, which RadCliQ and ReXrank use.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Entity, Graph, Relation};

/// Overlap of two sets; every value is 0 where its denominator is 0, so that two empty sets
/// score 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetF1 {
    /// Elements of the candidate that the reference holds, as a share of the candidate's.
    pub precision: f64,
    /// The same elements as a share of the reference's.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Elements of both.
    pub matched: usize,
    /// Distinct elements of the reference.
    pub reference: usize,
    /// Distinct elements of the candidate.
    pub candidate: usize,
}

impl SetF1 {
    pub(super) fn of<T: Ord>(reference: &BTreeSet<T>, candidate: &BTreeSet<T>) -> Self {
        let matched = reference.intersection(candidate).count();
        let share = |of: usize| if of == 0 { 0.0 } else { matched as f64 / of as f64 };
        let (precision, recall) = (share(candidate.len()), share(reference.len()));
        let sum = precision + recall;
        let f1 = if sum == 0.0 { 0.0 } else { 2.0 * precision * recall / sum };
        let (reference, candidate) = (reference.len(), candidate.len());
        Self { precision, recall, f1, matched, reference, candidate }
    }
}

/// Which parts of a graph the other graph holds too, in the order of the annotation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Matched {
    /// One flag for each entity.
    pub entities: Vec<bool>,
    /// One flag for each relation of each entity.
    pub relations: Vec<Vec<bool>>,
}

/// RadGraph F1 of one pair of reports and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RadGraphF1 {
    /// Mean of entity F1 and relation F1, from 0 to 1. Two identical reports without relations
    /// score 0.5.
    pub combined: f64,
    /// Overlap of entities.
    pub entity: SetF1,
    /// Overlap of relations.
    pub relation: SetF1,
    /// What of the reference the candidate holds.
    pub reference_matched: Matched,
    /// What of the candidate the reference holds.
    pub candidate_matched: Matched,
}

/// An entity without its place: words and label, case and all.
type EntityKey<'a> = (&'a str, &'a str);
/// A relation without its place: source, target, label.
type RelationKey<'a> = (EntityKey<'a>, EntityKey<'a>, &'a str);

/// Compares the sets of entities (words and label) and of relations (both entities and label).
///
/// Positions do not matter and repeated elements count once. A study without a candidate graph
/// scores as one with an empty graph: 0.
///
/// Source: CXR-Report-Metric `radgraph_evaluate_model.py`, `compute_f1` and `evaluate_radgraph`;
/// `run_eval.py`, `add_radgraph_col`.
pub fn f1(reference: &Graph, candidate: &Graph) -> RadGraphF1 {
    let (reference_set, candidate_set) = (Sets::of(reference), Sets::of(candidate));
    let entity = SetF1::of(&reference_set.entities, &candidate_set.entities);
    let relation = SetF1::of(&reference_set.relations, &candidate_set.relations);
    RadGraphF1 {
        combined: (entity.f1 + relation.f1) / 2.0,
        entity,
        relation,
        reference_matched: candidate_set.matched(reference),
        candidate_matched: reference_set.matched(candidate),
    }
}

struct Sets<'a> {
    entities: BTreeSet<EntityKey<'a>>,
    relations: BTreeSet<RelationKey<'a>>,
}

impl<'a> Sets<'a> {
    fn of(graph: &'a Graph) -> Self {
        let entities = graph.entities().map(|(_, entity)| key(entity)).collect();
        let relations = graph
            .entities()
            .flat_map(|(_, entity)| entity.relations.iter().map(move |r| (entity, r)))
            .filter_map(|(entity, relation)| relation_key(graph, entity, relation))
            .collect();
        Self { entities, relations }
    }

    fn matched(&self, graph: &Graph) -> Matched {
        let holds = |entity, relation| {
            relation_key(graph, entity, relation).is_some_and(|key| self.relations.contains(&key))
        };
        let entities = graph.entities().map(|(_, entity)| self.entities.contains(&key(entity)));
        let relations = graph.entities().map(|(_, entity)| {
            entity.relations.iter().map(|relation| holds(entity, relation)).collect()
        });
        Matched { entities: entities.collect(), relations: relations.collect() }
    }
}

fn key(entity: &Entity) -> EntityKey<'_> {
    (&entity.tokens, &entity.label)
}

fn relation_key<'a>(
    graph: &'a Graph,
    source: &'a Entity,
    relation: &'a Relation,
) -> Option<RelationKey<'a>> {
    Some((key(source), key(graph.target(relation)?), &relation.label))
}
