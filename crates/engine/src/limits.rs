//! What a graph takes: tract does not check ids against tables.

use crate::EngineError;
use crate::constants::Constants;
use rrgscore_onnx::{Node, OnnxGraph};
use std::collections::BTreeMap;

/// The bounds of an encoder's input that stand in a pack's `model.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Ids must be below this.
    pub vocabulary: usize,
    /// Most ids of one text.
    pub max_ids: usize,
}

/// Bounds of an encoder's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Ids must be below this.
    vocabulary: usize,
    /// Most ids of one text, where it is known.
    tokens: Option<usize>,
}

impl Limits {
    /// The bounds of a graph with the inputs `input_ids` and `attention_mask` and one output:
    /// those that are told, or else those that its tables show.
    ///
    /// Told bounds may be narrower than the tables (a padded vocabulary, RoBERTa's first two
    /// positions), never wider. Families without a table of absolute positions show no bound
    /// on the number of tokens.
    pub(crate) fn of(
        graph: &OnnxGraph,
        constants: &Constants<'_>,
        told: Option<Sizes>,
    ) -> Result<Limits, EngineError> {
        let refuse = |reason: &str| EngineError::NotAnEncoder { reason: reason.to_owned() };
        let inputs: Vec<&str> = graph.input.iter().map(|input| input.name.as_str()).collect();
        let [ids, _mask] = inputs.as_slice() else {
            return Err(refuse("it does not take token ids and a mask"));
        };
        if graph.output.len() != 1 {
            return Err(refuse("it does not have exactly one output"));
        }
        let tables = Tables::of(graph, constants);
        let vocabulary =
            tables.looked_up_by(ids).ok_or_else(|| refuse("it looks no table up by token id"))?;
        let tokens = tables.sliced();
        let Some(told) = told else { return Ok(Limits { vocabulary, tokens }) };
        if told.vocabulary > vocabulary {
            return Err(refuse("its table of tokens is smaller than the vocabulary"));
        }
        if tokens.is_some_and(|rows| told.max_ids > rows) {
            return Err(refuse("its table of positions is smaller than the longest text"));
        }
        Ok(Limits { vocabulary: told.vocabulary, tokens: Some(told.max_ids) })
    }

    /// Refuses ids that would reach past a table.
    pub(crate) fn check(&self, ids: &[u32]) -> Result<(), EngineError> {
        let refuse = |reason: String| Err(EngineError::BadInput { reason });
        if ids.is_empty() {
            return refuse("there are no token ids".to_owned());
        }
        if let Some(most) = self.tokens
            && ids.len() > most
        {
            return refuse(format!("it has {} ids, the model takes at most {most}", ids.len()));
        }
        let known = |&id: &u32| usize::try_from(id).is_ok_and(|id| id < self.vocabulary);
        if !ids.iter().all(known) {
            return refuse(format!(
                "an id is not in the model's vocabulary of {}",
                self.vocabulary
            ));
        }
        Ok(())
    }
}

/// The constants of a graph that have rows.
struct Tables<'a> {
    graph: &'a OnnxGraph,
    constants: &'a Constants<'a>,
    rows: BTreeMap<&'a str, usize>,
}

impl<'a> Tables<'a> {
    fn of(graph: &'a OnnxGraph, constants: &'a Constants<'a>) -> Tables<'a> {
        let mut rows: BTreeMap<&str, usize> = constants
            .iter()
            .filter_map(|(name, constant)| {
                let rows = usize::try_from(*constant.dims.first()?).ok()?;
                Some((name.as_str(), rows))
            })
            .collect();
        // A table that is stored in another type and widened has as many rows.
        for node in &graph.node {
            if matches!(node.op_type.as_str(), "Cast" | "DequantizeLinear")
                && let (Some(input), Some(output)) = (node.input.first(), node.output.first())
                && let Some(&found) = rows.get(input.as_str())
            {
                rows.insert(output, found);
            }
        }
        Tables { graph, constants, rows }
    }

    fn rows_of(&self, node: &Node) -> Option<usize> {
        self.rows.get(node.input.first()?.as_str()).copied()
    }

    fn nodes(&self, op: &'static str) -> impl Iterator<Item = &'a Node> {
        self.graph.node.iter().filter(move |node| node.op_type == op)
    }

    /// Rows of the smallest table that is looked up by the input.
    fn looked_up_by(&self, input: &str) -> Option<usize> {
        self.nodes("Gather")
            .filter(|node| node.input.get(1).is_some_and(|by| by == input))
            .filter_map(|node| self.rows_of(node))
            .min()
    }

    /// Rows of the table of positions, which are its first rows, as many as there are tokens:
    /// a slice along the first axis, from 0, up to a value that is computed.
    fn sliced(&self) -> Option<usize> {
        let first_axis = |node: &&Node| {
            self.constant(node, 1) == Some(0) && self.constant(node, 3).is_none_or(|axis| axis == 0)
        };
        self.nodes("Slice")
            .filter(|node| {
                node.input.get(2).is_some_and(|end| !self.rows.contains_key(end.as_str()))
            })
            .filter(first_axis)
            .filter_map(|node| self.rows_of(node))
            .min()
    }

    /// The value of a node's input that is a constant of one i64.
    fn constant(&self, node: &Node, input: usize) -> Option<i64> {
        match self.constants.get(node.input.get(input)?)?.i64s()?.as_slice() {
            &[value] => Some(value),
            _ => None,
        }
    }
}
