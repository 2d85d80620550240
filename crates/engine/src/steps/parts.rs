//! The nodes of one step, taken one by one and held against what the step's kind demands.

use super::described::{Described, Values};
use crate::constants::{Constant, Constants};
use rrgscore_onnx::{DataType, Node};
use std::collections::BTreeMap;

/// Why a step is refused: a clause that goes on from "the step NAME of the kind KIND ".
pub(crate) type Refused = String;

/// A step's nodes by their parts, and what was found of its values.
///
/// Values go by short names within a kind: a part's output by the part, what comes from outside of
/// the step by the name under which it is first asked for, a stored tensor by a name with a `#`.
pub(crate) struct Parts<'g> {
    nodes: BTreeMap<&'g str, &'g Node>,
    values: BTreeMap<&'static str, &'g str>,
    constants: &'g Constants<'g>,
    described: &'g Values,
    /// Tokens for which a table by position, if the step has one, has a row.
    pub(crate) most_tokens: Option<usize>,
}

impl<'g> Parts<'g> {
    pub(crate) fn new(
        nodes: BTreeMap<&'g str, &'g Node>,
        constants: &'g Constants<'g>,
        described: &'g Values,
    ) -> Parts<'g> {
        Parts { nodes, values: BTreeMap::new(), constants, described, most_tokens: None }
    }

    /// Whether a part is there that was not taken yet.
    pub(crate) fn has(&self, part: &str) -> bool {
        self.nodes.contains_key(part)
    }

    /// How many inputs a part has that was not taken yet.
    pub(crate) fn inputs(&self, part: &str) -> usize {
        self.nodes.get(part).map_or(0, |node| node.input.len())
    }

    /// Takes a part with one output: a node of this operator and these inputs.
    pub(crate) fn node(
        &mut self,
        part: &'static str,
        op: &str,
        inputs: &[&'static str],
    ) -> Result<&'g Node, Refused> {
        self.node_with_outputs(part, op, inputs, &[part])
    }

    /// The same of several outputs.
    pub(crate) fn node_with_outputs(
        &mut self,
        part: &'static str,
        op: &str,
        inputs: &[&'static str],
        outputs: &[&'static str],
    ) -> Result<&'g Node, Refused> {
        let node = self.nodes.remove(part).ok_or_else(|| format!("lacks the part {part}"))?;
        if node.op_type != op {
            return Err(format!("has a part {part} that is a {}, not a {op}", node.op_type));
        }
        if node.input.len() != inputs.len() || node.output.len() != outputs.len() {
            return Err(format!("has a part {part} with other inputs or outputs"));
        }
        for (&name, found) in inputs.iter().zip(&node.input) {
            let stored = self.constants.contains_key(found);
            let fits = match self.values.insert(name, found) {
                Some(known) => known == found,
                None => stored == name.starts_with('#'),
            };
            if !fits {
                return Err(format!("has a part {part} that does not take {name}"));
            }
        }
        self.values.extend(outputs.iter().copied().zip(node.output.iter().map(String::as_str)));
        Ok(node)
    }

    /// Says that all parts were taken.
    pub(crate) fn all_taken(&self) -> Result<(), Refused> {
        match self.nodes.keys().next() {
            Some(part) => Err(format!("has a part {part} that the kind does not know")),
            None => Ok(()),
        }
    }

    /// The value of a name that was met.
    pub(crate) fn value(&self, name: &str) -> Result<&'g str, Refused> {
        self.values.get(name).copied().ok_or_else(|| format!("does not take {name}"))
    }

    /// What is known of a value that is not computed.
    pub(crate) fn described(&self, name: &str) -> Result<&'g Described, Refused> {
        let value = self.value(name)?;
        self.described.get(value).ok_or_else(|| format!("takes a value {name} that is computed"))
    }

    /// A stored tensor.
    pub(crate) fn constant(&self, name: &str) -> Result<&'g Constant<'g>, Refused> {
        self.stored(self.value(name)?)
    }

    /// The stored tensor of this name in the graph.
    pub(crate) fn stored(&self, name: &str) -> Result<&'g Constant<'g>, Refused> {
        self.constants.get(name).ok_or_else(|| format!("takes a value {name} that is not stored"))
    }

    /// A stored tensor of f32, of any shape.
    pub(crate) fn f32s(&self, name: &str) -> Result<Vec<f32>, Refused> {
        self.constant(name)?.f32s().ok_or_else(|| format!("takes a value {name} that is not f32"))
    }

    /// A stored vector of as many f32.
    pub(crate) fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, Refused> {
        let one_axis = self.constant(name)?.dims.len() == 1;
        let vector = self.f32s(name)?;
        if one_axis && vector.len() == length {
            return Ok(vector);
        }
        Err(format!("takes a value {name} that has not {length} elements"))
    }

    /// Says that a value is one stored f32.
    pub(crate) fn is_number(&self, name: &str, number: f32) -> Result<(), Refused> {
        ensure(self.f32s(name)? == [number], || {
            format!("takes a value {name} that is not {number}")
        })
    }

    /// A stored tensor of i64, of any shape.
    pub(crate) fn i64s(&self, name: &str) -> Result<Vec<i64>, Refused> {
        self.constant(name)?.i64s().ok_or_else(|| format!("takes a value {name} that is not i64"))
    }

    /// Says that a value is this stored list.
    pub(crate) fn is_list(&self, name: &str, list: &[i64]) -> Result<(), Refused> {
        ensure(self.i64s(name)? == list, || format!("takes a value {name} that is not {list:?}"))
    }
}

/// Refuses a step where something does not hold.
pub(crate) fn ensure(holds: bool, reason: impl FnOnce() -> Refused) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(reason()) }
}

/// Says that an attribute is this integer; where there is none, that it is the operator's default.
pub(crate) fn is_int(node: &Node, name: &str, number: i64, default: i64) -> Result<(), Refused> {
    let found = int(node, name).unwrap_or(default);
    ensure(found == number, || format!("has a {} with {name} {found}", node.op_type))
}

/// Says that a `Cast` gives f32.
pub(crate) fn is_f32(cast: &Node) -> Result<(), Refused> {
    is_int(cast, "to", DataType::Float as i64, DataType::Undefined as i64)
}

/// Says that an attribute is this list of integers.
pub(crate) fn is_ints(node: &Node, name: &str, ints: &[i64]) -> Result<(), Refused> {
    let is =
        node.attribute.iter().any(|attribute| attribute.name == name && attribute.ints == ints);
    ensure(is, || format!("has a {} with another {name} than {ints:?}", node.op_type))
}

/// An attribute that is one integer.
pub(crate) fn int(node: &Node, name: &str) -> Option<i64> {
    node.attribute.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.i)
}

/// An attribute that is one f32.
pub(crate) fn float(node: &Node, name: &str) -> Option<f32> {
    node.attribute.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.f)
}
