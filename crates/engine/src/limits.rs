//! What a graph takes, read from the graph itself: tract does not check ids against tables.

use crate::EngineError;
use std::collections::BTreeMap;
use tract_onnx::pb::{ModelProto, NodeProto};

/// Bounds of an encoder's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Ids must be below this: rows of the smallest table that is looked up by id.
    vocabulary: usize,
    /// Most ids of one text: rows of the table of positions, when there is one.
    tokens: Option<usize>,
}

impl Limits {
    /// Reads the bounds of a graph with the inputs `input_ids` and `attention_mask` and one
    /// output.
    pub(crate) fn of(model: &ModelProto) -> Result<Limits, EngineError> {
        let refuse = |reason: &str| EngineError::NotAnEncoder { reason: reason.to_owned() };
        let graph = model.graph.as_ref().ok_or_else(|| refuse("it is empty"))?;
        let inputs: Vec<&str> = graph.input.iter().map(|input| input.name.as_str()).collect();
        let [ids, _mask] = inputs.as_slice() else {
            return Err(refuse("it does not take token ids and a mask"));
        };
        if graph.output.len() != 1 {
            return Err(refuse("it does not have exactly one output"));
        }
        let rows: BTreeMap<&str, usize> = graph
            .initializer
            .iter()
            .filter_map(|tensor| {
                let rows = usize::try_from(*tensor.dims.first()?).ok()?;
                Some((tensor.name.as_str(), rows))
            })
            .collect();
        let rows_of = |node: &NodeProto| rows.get(node.input.first()?.as_str()).copied();
        let nodes = |op: &'static str| graph.node.iter().filter(move |node| node.op_type == op);
        let vocabulary = nodes("Gather")
            .filter(|node| node.input.get(1).map(String::as_str) == Some(ids))
            .filter_map(rows_of)
            .min()
            .ok_or_else(|| refuse("it looks no table up by token id"))?;
        // Positions are the first rows of a table, as many as there are tokens: a slice of a
        // constant up to a value that is computed.
        let tokens = nodes("Slice")
            .filter(|node| node.input.get(2).is_some_and(|end| !rows.contains_key(end.as_str())))
            .filter_map(rows_of)
            .min();
        Ok(Limits { vocabulary, tokens })
    }

    /// Refuses ids that would reach past a table.
    pub(crate) fn check(&self, ids: &[u32]) -> Result<(), EngineError> {
        let refuse = |reason: String| Err(EngineError::BadInput { reason });
        if ids.is_empty() {
            return refuse("there are none".to_owned());
        }
        if let Some(most) = self.tokens
            && ids.len() > most
        {
            return refuse(format!("there are {}, the model takes at most {most}", ids.len()));
        }
        let known = |&id: &u32| usize::try_from(id).is_ok_and(|id| id < self.vocabulary);
        if !ids.iter().all(known) {
            return refuse(format!("one is not in the model's vocabulary of {}", self.vocabulary));
        }
        Ok(())
    }
}
