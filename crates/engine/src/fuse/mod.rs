//! Recognises in a pack's ONNX graph what the kernels can do at once, and puts them in its place.
//!
//! The patterns are those that `rrgscore-packs` writes, of standard operators. What is not
//! recognised stays as it is and is run by tract; [`Fused`] tells what was.

mod attention;
mod disentangled;
mod embedding;
mod gelu;
mod linear;
mod norm;
mod relative;
mod score_bias;
mod step;
mod table;
mod tokens;
mod weights;
mod wiring;

use crate::EngineError;
use crate::constants::Constants;
use std::collections::BTreeMap;
use std::sync::Arc;
use step::Step;
pub(crate) use tokens::Tokens;
use tract_onnx::pb::ModelProto;
use tract_onnx::tract_hir::internal::*;
use wiring::Wiring;

/// What of a graph runs in the engine's own kernels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fused {
    /// Products with stored weights.
    pub linear: usize,
    /// Attentions.
    pub attention: usize,
    /// Types of the operators that are left to tract, sorted, with how often each occurs.
    pub left: BTreeMap<String, usize>,
}

/// The steps of a graph, by the names of the nodes that stand for them.
pub(crate) struct Steps(BTreeMap<String, Arc<dyn Step>>);

/// Rewrites a graph; `tokens` tells of the inputs, if it is an encoder's.
pub(crate) fn fuse<'a>(
    model: &mut ModelProto,
    constants: Constants<'a>,
    tokens: Option<&Tokens<'_>>,
) -> Result<(Constants<'a>, Steps, Fused), EngineError> {
    let Some(graph) = model.graph.as_mut() else {
        return Err(EngineError::Load { reason: "it holds no graph".to_owned() });
    };
    let mut wiring = Wiring::of(graph, constants);
    let linear = linear::fuse(&mut wiring)?;
    gelu::fuse(&mut wiring);
    // Before the norms, which would take the positions for a residual.
    if let Some(tokens) = tokens {
        embedding::fuse(&mut wiring, tokens);
    }
    norm::fuse(&mut wiring);
    // Last, because it looks at what is made of its output.
    let attention = tokens.map_or(0, |tokens| attention::fuse(&mut wiring, tokens));
    let rest = wiring.finish(graph);
    let mut left = BTreeMap::new();
    for node in graph.node.iter().filter(|node| node.op_type != wiring::FUSED) {
        *left.entry(node.op_type.clone()).or_insert(0) += 1;
    }
    Ok((rest.constants, Steps(rest.steps), Fused { linear, attention, left }))
}

impl Steps {
    /// Puts the steps into tract's model of the rewritten graph.
    pub(crate) fn put_into(mut self, model: &mut InferenceModel) -> TractResult<()> {
        for node in model.nodes_mut() {
            if let Some(step) = self.0.remove(&node.name) {
                node.op = expand(step::Fused(step));
            }
        }
        ensure!(self.0.is_empty(), "a fused node is missing");
        Ok(())
    }
}
