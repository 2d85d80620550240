//! A graph in the form in which patterns are looked for: who makes a value, who takes it.

use super::step::Step;
use crate::constants::{Constant, Constants};
use rrgscore_onnx::{Node, OnnxGraph};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The type of a node that stands for a [`Step`]; no ONNX operator is called so.
pub(crate) const FUSED: &str = "rrgscore.Fused";

/// A graph under rewriting.
pub(crate) struct Wiring<'a> {
    nodes: Vec<Option<Node>>,
    /// Value → the node that makes it.
    makers: BTreeMap<String, usize>,
    /// Value → the nodes that take it, once per input that does.
    takers: BTreeMap<String, Vec<usize>>,
    outputs: BTreeSet<String>,
    constants: Constants<'a>,
    /// What replaced nodes, by the name of the node that stands for it.
    steps: BTreeMap<String, Arc<dyn Step>>,
}

impl<'a> Wiring<'a> {
    /// Takes the nodes out of a graph.
    pub(crate) fn of(graph: &mut OnnxGraph, constants: Constants<'a>) -> Wiring<'a> {
        let mut wiring = Wiring {
            nodes: Vec::new(),
            makers: BTreeMap::new(),
            takers: BTreeMap::new(),
            outputs: graph.output.iter().map(|output| output.name.clone()).collect(),
            constants,
            steps: BTreeMap::new(),
        };
        for node in graph.node.drain(..) {
            wiring.add(node);
        }
        wiring
    }

    fn add(&mut self, node: Node) {
        let index = self.nodes.len();
        for value in &node.input {
            self.takers.entry(value.clone()).or_default().push(index);
        }
        for value in &node.output {
            self.makers.insert(value.clone(), index);
        }
        self.nodes.push(Some(node));
    }

    /// Removes a node, and those before it whose values nothing takes any more.
    fn remove(&mut self, index: usize) {
        let Some(node) = self.nodes.get_mut(index).and_then(Option::take) else { return };
        for value in &node.output {
            if self.makers.get(value) == Some(&index) {
                self.makers.remove(value);
            }
        }
        for value in &node.input {
            if let Some(takers) = self.takers.get_mut(value) {
                takers.retain(|&taker| taker != index);
            }
            if self.uses(value) == 0
                && let Some(&maker) = self.makers.get(value)
                && self
                    .nodes
                    .get(maker)
                    .and_then(Option::as_ref)
                    .is_some_and(|node| node.output.iter().all(|value| self.uses(value) == 0))
            {
                self.remove(maker);
            }
        }
    }

    /// Puts the nodes back into the graph.
    pub(crate) fn finish(self, graph: &mut OnnxGraph) -> Rest<'a> {
        graph.node = self.nodes.into_iter().flatten().collect();
        Rest { constants: self.constants, steps: self.steps }
    }

    /// How often a value is taken, by nodes and as an output.
    fn uses(&self, value: &str) -> usize {
        self.takers.get(value).map_or(0, Vec::len) + usize::from(self.outputs.contains(value))
    }

    /// The nodes of a type, in their order.
    pub(crate) fn all(&self, op: &str) -> Vec<usize> {
        let is = |node: &Option<Node>| node.as_ref().is_some_and(|node| node.op_type == op);
        (0..).zip(&self.nodes).filter(|(_, node)| is(node)).map(|(index, _)| index).collect()
    }

    /// A node, if it is of this type.
    pub(crate) fn node(&self, index: usize, op: &str) -> Option<&Node> {
        self.nodes.get(index)?.as_ref().filter(|node| node.op_type == op)
    }

    /// The node that makes a value, if it is of this type.
    pub(crate) fn made_by(&self, value: &str, op: &str) -> Option<&Node> {
        self.node(*self.makers.get(value)?, op)
    }

    /// The same, where only one node takes the value.
    pub(crate) fn made_for(&self, value: &str, op: &str) -> Option<&Node> {
        if self.uses(value) == 1 { self.made_by(value, op) } else { None }
    }

    /// The one node that takes a value, if it is of this type and nothing else takes the value.
    pub(crate) fn only_taker(&self, value: &str, op: &str) -> Option<&Node> {
        if self.uses(value) != 1 {
            return None;
        }
        self.node(*self.takers.get(value)?.first()?, op)
    }

    /// The nodes of a type that take a value, if no others do and it is no output.
    pub(crate) fn all_takers(&self, value: &str, op: &str) -> Option<Vec<&Node>> {
        if self.outputs.contains(value) {
            return None;
        }
        let takers = self.takers.get(value)?;
        takers.iter().map(|&index| self.node(index, op)).collect()
    }

    /// Whether all that comes of a value is an output, made of it row by row.
    pub(crate) fn goes_out_by_rows(&self, value: &str) -> bool {
        self.takers.get(value).into_iter().flatten().all(|&index| {
            let Some(Some(node)) = self.nodes.get(index) else { return false };
            let step = self.steps.get(&node.name).filter(|_| node.op_type == FUSED);
            let by_rows = node.op_type == "Identity" || step.is_some_and(|step| step.is_by_rows());
            by_rows && node.output.iter().all(|made| self.goes_out_by_rows(made))
        })
    }

    /// A stored tensor.
    pub(crate) fn constant(&self, value: &str) -> Option<&Constant<'a>> {
        self.constants.get(value)
    }

    /// A stored vector or scalar of f32.
    pub(crate) fn f32s(&self, value: &str) -> Option<Vec<f32>> {
        self.constant(value)?.f32s()
    }

    /// Whether a value is one stored f32.
    pub(crate) fn is_number(&self, value: &str, number: f32) -> bool {
        self.f32s(value).is_some_and(|values| values == [number])
    }

    /// A stored vector of i64.
    pub(crate) fn i64s(&self, value: &str) -> Option<Vec<i64>> {
        self.constant(value)?.i64s()
    }

    /// Makes `output` by a step instead of by nodes; those that only it needed go.
    pub(crate) fn fuse(&mut self, inputs: &[&str], output: &str, step: Arc<dyn Step>) {
        let replaced = self.makers.get(output).copied();
        self.steps.insert(output.to_owned(), step);
        self.add(Node {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![output.to_owned()],
            name: output.to_owned(),
            op_type: FUSED.to_owned(),
            ..Node::default()
        });
        if let Some(replaced) = replaced {
            self.remove(replaced);
        }
    }
}

/// What a [`Wiring`] leaves beside the graph.
pub(crate) struct Rest<'a> {
    /// Constants, those that nothing takes any more among them.
    pub(crate) constants: Constants<'a>,
    /// The steps by their nodes' names.
    pub(crate) steps: BTreeMap<String, Arc<dyn Step>>,
}

/// An input of a node.
pub(crate) fn input(node: &Node, index: usize) -> Option<&str> {
    node.input.get(index).map(String::as_str).filter(|name| !name.is_empty())
}

/// The first output of a node.
pub(crate) fn output(node: &Node) -> Option<&str> {
    node.output.first().map(String::as_str)
}

/// The other input of a node of two.
pub(crate) fn other<'n>(node: &'n Node, value: &str) -> Option<&'n str> {
    match node.input.as_slice() {
        [one, other] if one == value => Some(other),
        [other, one] if one == value => Some(other),
        _ => None,
    }
}

/// An attribute that is one integer.
pub(crate) fn int(node: &Node, name: &str) -> Option<i64> {
    node.attribute.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.i)
}

/// Whether an attribute is this list of integers.
pub(crate) fn has_ints(node: &Node, name: &str, ints: &[i64]) -> bool {
    node.attribute.iter().any(|attribute| attribute.name == name && attribute.ints == ints)
}

/// An attribute that is one f32.
pub(crate) fn float(node: &Node, name: &str) -> Option<f32> {
    node.attribute.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.f)
}
