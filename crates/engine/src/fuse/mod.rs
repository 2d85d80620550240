//! Recognises in a pack's ONNX graph what the kernels can do at once, and puts them in its place.
//!
//! The patterns are those that `rrgscore-packs` writes, of standard operators. What is not
//! recognised stays as it is and is run by `crate::ops`, if it is there; [`Fused`] tells what was.

mod attention;
mod disentangled;
mod embedding;
mod gelu;
mod linear;
mod norm;
mod pairs;
mod relative;
mod rotary;
mod score_bias;
mod spans;
mod step;
mod table;
mod tokens;
mod weights;
mod window;
mod wiring;

use crate::EngineError;
use crate::constants::Constants;
use crate::fold::widen_weights;
use crate::order::order;
use rrgscore_onnx::OnnxGraph;
use std::collections::BTreeMap;
use std::sync::Arc;
pub(crate) use step::Fused as FusedStep;
use step::Step;
pub(crate) use step::with_texts;
pub(crate) use tokens::Tokens;
use wiring::Wiring;
pub(crate) use wiring::int;

/// What of a graph runs in the engine's own kernels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fused {
    /// Products with stored weights.
    pub linear: usize,
    /// Attentions.
    pub attention: usize,
    /// Types of the operators that are left as they were, sorted, with how often each occurs.
    pub left: BTreeMap<String, usize>,
}

/// The steps of a graph, by the names of the nodes that stand for them.
pub(crate) struct Steps(BTreeMap<String, Arc<dyn Step>>);

/// A rewritten graph.
pub(crate) struct Rewritten<'a> {
    /// Constants, those that nothing takes any more among them.
    pub(crate) constants: Constants<'a>,
    pub(crate) steps: Steps,
    pub(crate) fused: Fused,
}

/// Rewrites a graph and puts its nodes in order; `tokens` tells of the inputs, if it is an
/// encoder's.
pub(crate) fn fuse<'a>(
    graph: &mut OnnxGraph,
    constants: Constants<'a>,
    tokens: Option<&Tokens<'_>>,
) -> Result<Rewritten<'a>, EngineError> {
    let mut wiring = Wiring::of(graph, constants);
    spans::fuse(&mut wiring);
    // Before the other products, which would take its product alone.
    let mut linear = pairs::fuse(&mut wiring)?;
    linear += linear::fuse(&mut wiring)?;
    gelu::fuse(&mut wiring);
    // Before the norms, which would take the positions for a residual.
    if let Some(tokens) = tokens {
        embedding::fuse(&mut wiring, tokens);
    }
    norm::fuse(&mut wiring);
    // Last, because it looks at what is made of its output.
    let attention = tokens.map_or(0, |tokens| attention::fuse(&mut wiring, tokens));
    let mut rest = wiring.finish(graph);

    // Products with what is stored in forms that the kernels do not know are of f32 then.
    widen_weights(graph, &mut rest.constants)?;
    let mut wiring = Wiring::of(graph, rest.constants);
    linear += linear::fuse(&mut wiring)?;
    let widened = wiring.finish(graph);
    rest.steps.extend(widened.steps);

    order(graph)?;
    let mut left = BTreeMap::new();
    for node in graph.node.iter().filter(|node| node.op_type != wiring::FUSED) {
        *left.entry(node.op_type.clone()).or_insert(0) += 1;
    }
    let fused = Fused { linear, attention, left };
    Ok(Rewritten { constants: widened.constants, steps: Steps(rest.steps), fused })
}

impl Steps {
    /// Whether each does several texts at once.
    pub(crate) fn take_texts(&self) -> bool {
        self.0.values().all(|step| step.takes_texts())
    }

    /// The step that a node stands for, if it does for one.
    pub(crate) fn of(&self, node: &rrgscore_onnx::Node) -> Option<Arc<dyn Step>> {
        if node.op_type == wiring::FUSED { self.0.get(&node.name).cloned() } else { None }
    }
}
