//! From scores to the official graph.

use super::RadgraphScores;
use crate::parts::choose_with_null;
use rrgscore_metrics::radgraph::{Entity, Graph, GraphError, Relation};
use std::collections::BTreeMap;

/// What the scores decide.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decisions {
    /// Span number → position of its entity label, for spans that are entities.
    pub(crate) entities: BTreeMap<usize, usize>,
    /// Numbers of two kept spans → position of the relation label from the first to the
    /// second, for pairs that have one.
    pub(crate) relations: BTreeMap<(usize, usize), usize>,
    /// The smallest distance of any decision from falling otherwise.
    pub(crate) min_margin: f32,
}

/// The labels with the highest scores; the first of equals, the null label's 0 before all.
pub(crate) fn decisions(scores: &RadgraphScores) -> Decisions {
    let mut min_margin = scores.kept_margin;
    let mut choose = |of: &[f32]| {
        let (chosen, margin) = choose_with_null(of);
        min_margin = min_margin.min(margin);
        chosen.checked_sub(1)
    };
    let labels = scores.entity_scores.len() / scores.spans.len().max(1);
    let entities = scores
        .entity_scores
        .chunks_exact(labels.max(1))
        .enumerate()
        .filter_map(|(span, of)| Some((span, choose(of)?)))
        .collect();
    let pairs = scores.kept.iter().flat_map(|&from| scores.kept.iter().map(move |&to| (from, to)));
    let labels = scores.relation_scores.len() / scores.kept.len().pow(2).max(1);
    let relations = pairs
        .zip(scores.relation_scores.chunks_exact(labels.max(1)))
        .filter_map(|(pair, of)| Some((pair, choose(of)?)))
        .collect();
    Decisions { entities, relations, min_margin }
}

/// The annotation in the official form (`utils.py`, `get_entity`): entities are numbered in the
/// order of their spans, and of the relations those between two entities are kept.
pub(super) fn graph(
    words: &[&str],
    scores: &RadgraphScores,
    decisions: &Decisions,
    entity_labels: &[String],
    relation_labels: &[String],
) -> Result<Graph, GraphError> {
    let ids: BTreeMap<usize, String> = decisions
        .entities
        .keys()
        .zip(1..)
        .map(|(&span, n): (_, usize)| (span, n.to_string()))
        .collect();
    let entities = decisions.entities.iter().filter_map(|(&span, &label)| {
        let &(start_ix, end_ix) = scores.spans.get(span)?;
        let relations = decisions
            .relations
            .range((span, 0)..=(span, usize::MAX))
            .filter_map(|(&(_, to), &label)| {
                let label = relation_labels.get(label)?.clone();
                Some(Relation { label, target: ids.get(&to)?.clone() })
            })
            .collect();
        let entity = Entity {
            tokens: words.get(start_ix..=end_ix)?.join(" "),
            label: entity_labels.get(label)?.clone(),
            start_ix,
            end_ix,
            relations,
        };
        Some((ids.get(&span)?.clone(), entity))
    });
    Graph::new(words.join(" "), entities)
}
