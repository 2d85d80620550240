//! The steps of a pack's graph, one file per kind: what nodes a kind demands, and what computes it.
//!
//! A node's name says which step it belongs to and of what kind that step is ([`StepName`],
//! docs/packs.md). Nothing is searched for: a step's nodes are taken by the parts that they are
//! named, and a step that has other nodes, operators, wires or shapes than its kind demands is
//! refused. A node that belongs to no step is run by `crate::ops`, if it is there.

mod attention;
mod described;
mod disentangled;
mod embedding;
mod first_rows;
mod gelu;
mod linear;
mod norm;
mod pairs;
mod parts;
mod relative;
mod rotary;
mod score_bias;
mod spans;
mod step;
mod table;
mod weights;
mod window;

use crate::EngineError;
use crate::constants::Constants;
pub(crate) use described::EncoderInputs;
use described::Values;
pub(crate) use parts::int;
use parts::{Parts, Refused};
use rotary::Tables;
use rrgscore_onnx::{Node, StepName};
use std::collections::BTreeMap;
pub(crate) use step::{Step, StepOperator};

/// What of a graph runs in the engine's own kernels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepCounts {
    /// Products with stored weights.
    pub linear: usize,
    /// Attentions.
    pub attention: usize,
    /// Types of the operators that belong to no step, sorted, with how often each occurs.
    pub plain: BTreeMap<String, usize>,
}

/// Something to run, with its values' names.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
    pub(crate) run: Run,
}

impl Task {
    /// Whether it does several texts at once, as far as it is known.
    pub(crate) fn takes_texts(&self) -> bool {
        match &self.run {
            Run::Step(step) => step.takes_texts(),
            Run::Node(node) => node.op_type == "Identity",
        }
    }
}

/// What is run.
#[derive(Debug)]
pub(crate) enum Run {
    /// A step.
    Step(Box<dyn Step>),
    /// A node that belongs to none.
    Node(Node),
}

/// What a graph runs, in order.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    pub(crate) tasks: Vec<Task>,
    pub(crate) counts: StepCounts,
    /// Ids that the smallest table of words has a row for.
    pub(crate) vocabulary: Option<usize>,
    /// Tokens that the smallest table by position has a row for.
    pub(crate) most_tokens: Option<usize>,
}

/// A step that is run.
struct Made(Task);

impl Made {
    /// `inputs` and `output` are names within the kind.
    fn new(
        parts: &Parts<'_>,
        inputs: &[&str],
        output: &str,
        step: impl Step + 'static,
    ) -> Result<Made, Refused> {
        let value = |name: &&str| parts.value(name).map(str::to_owned);
        Ok(Made(Task {
            inputs: inputs.iter().map(value).collect::<Result<_, _>>()?,
            outputs: vec![value(&output)?],
            run: Run::Step(Box::new(step)),
        }))
    }
}

/// Reads the steps of nodes that are in order. `inputs` are those of an encoder, which runs texts
/// without padding; with `first_only`, the first token's state alone is read of its output.
///
/// # Errors
/// When a step is not what its kind demands, by the step's name.
pub(crate) fn read(
    nodes: Vec<Node>,
    constants: &Constants<'_>,
    inputs: Option<EncoderInputs<'_>>,
    first_only: bool,
) -> Result<Steps, EngineError> {
    let mut open: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for name in nodes.iter().filter_map(|node| StepName::parse(&node.name)) {
        *open.entry((name.step, name.kind)).or_insert(0) += 1;
    }
    let mut groups: BTreeMap<(&str, &str), BTreeMap<&str, &Node>> = BTreeMap::new();
    let (described, tables, steps) = (Values::new(), Tables::new(), Steps::default());
    let mut reader = Reader { constants, inputs, described, tables, steps };
    for node in &nodes {
        let Some(name) = StepName::parse(&node.name) else {
            reader.add_plain(node);
            continue;
        };
        let key = (name.step, name.kind);
        let group = groups.entry(key).or_default();
        if group.insert(name.part, node).is_some() {
            return Err(refused(name, &format!("has two parts {}", name.part)));
        }
        // All that a step takes was made at the last of its nodes.
        let whole = open.get(&key) == Some(&group.len());
        if whole && let Some(group) = groups.remove(&key) {
            reader.add_step(name.kind, group).map_err(|reason| refused(name, &reason))?;
        }
    }
    let mut steps = reader.steps;
    if first_only {
        first_rows::leave_out_others(&mut steps.tasks);
    }
    Ok(steps)
}

fn refused(name: StepName<'_>, reason: &str) -> EngineError {
    let StepName { step, kind, .. } = name;
    EngineError::Load { reason: format!("the step {step} of the kind {kind} {reason}") }
}

struct Reader<'g> {
    constants: &'g Constants<'g>,
    inputs: Option<EncoderInputs<'g>>,
    described: Values,
    tables: Tables,
    steps: Steps,
}

impl Reader<'_> {
    fn add_plain(&mut self, node: &Node) {
        *self.steps.counts.plain.entry(node.op_type.clone()).or_insert(0) += 1;
        self.steps.tasks.push(Task {
            inputs: node.input.clone(),
            outputs: node.output.clone(),
            run: Run::Node(node.clone()),
        });
    }

    /// Reads a step, whose nodes are given by their parts.
    fn add_step(&mut self, kind: &str, nodes: BTreeMap<&str, &Node>) -> Result<(), Refused> {
        let parts = &mut Parts::new(nodes, self.constants, &self.described);
        let inputs = || self.inputs.ok_or_else(|| "stands in a graph without tokens".to_owned());
        let mut described = None;
        let mut made = Vec::new();
        match kind {
            "mask" => described = Some(("mask", described::mask(parts, inputs()?)?)),
            "first_rows" => described = Some(("rows", described::first_rows(parts, inputs()?)?)),
            "distance" => described = Some(("distance", described::distance(parts, inputs()?)?)),
            "distance_rows" => {
                described = Some(("flat", described::distance_rows(parts, inputs()?)?));
            }
            "places" => described = Some(("places", described::places(parts)?)),
            "relative_bias" => described = Some(("masked", relative::read(parts)?)),
            "window" => described = Some(("window", window::read(parts)?)),
            "embedding" => {
                let (embedding, words) = embedding::read(parts, inputs()?)?;
                self.steps.vocabulary = smaller(self.steps.vocabulary, Some(words));
                made.push(embedding);
            }
            "norm" => made.push(norm::read(parts, self.inputs.is_some())?),
            "linear" => made.push(linear::read(parts)?),
            "gelu" => made.push(gelu::read(parts)?),
            "attention" => {
                inputs()?;
                made.push(attention::read(parts, &mut self.tables)?);
            }
            "spans" => made.extend(spans::read(parts)?),
            "pairs" => made.push(pairs::read(parts)?),
            _ => return Err("is not known to the engine".to_owned()),
        }
        parts.all_taken()?;
        self.steps.most_tokens = smaller(self.steps.most_tokens, parts.most_tokens);
        if let Some((name, is)) = described {
            let value = parts.value(name)?.to_owned();
            self.described.insert(value, is);
        }
        let counts = &mut self.steps.counts;
        counts.linear += usize::from(matches!(kind, "linear" | "pairs"));
        counts.attention += usize::from(kind == "attention");
        self.steps.tasks.extend(made.into_iter().map(|Made(task)| task));
        Ok(())
    }
}

/// The smaller of two bounds, where there are both.
fn smaller(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    one.into_iter().chain(other).min()
}
