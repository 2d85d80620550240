use crate::order::order;
use crate::steps::{self, StepCounts};
use crate::translate::{self, Plan};
use crate::{EngineError, constants, ops};
use std::collections::BTreeMap;
use tract_core::internal::*;

/// A loaded graph that is not an encoder: named tensors in, named f32 tensors out, of whatever
/// sizes the graph leaves open. May be shared between threads.
#[derive(Debug)]
pub struct NamedGraph {
    plan: Plan,
    inputs: Vec<String>,
    outputs: Vec<String>,
    counts: StepCounts,
}

/// A tensor that is handed in, in row-major order.
#[derive(Debug, Clone, Copy)]
pub enum TensorInput<'a> {
    /// Of f32.
    F32 {
        /// Lengths of the axes, outermost first.
        shape: &'a [usize],
        /// As many values as the product of `shape`.
        values: &'a [f32],
    },
    /// Of i64: indices.
    I64 {
        /// Lengths of the axes, outermost first.
        shape: &'a [usize],
        /// As many values as the product of `shape`.
        values: &'a [i64],
    },
}

/// A tensor that a graph gave, in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub struct TensorOutput {
    /// Lengths of the axes, outermost first.
    pub shape: Vec<usize>,
    /// As many values as the product of `shape`.
    pub values: Vec<f32>,
}

impl NamedGraph {
    /// Loads a pack's ONNX file, such as its classifiers.
    ///
    /// # Errors
    /// When the bytes are not such a graph or hold an operator that cannot be run.
    pub fn load(onnx: &[u8]) -> Result<NamedGraph, EngineError> {
        NamedGraph::open(onnx, None)
    }

    /// The same where no more than some of the outputs are read: the others are not computed, nor
    /// is what only they need kept.
    ///
    /// # Errors
    /// As [`load`](NamedGraph::load), and when there is no such output.
    pub fn load_only(onnx: &[u8], outputs: &[&str]) -> Result<NamedGraph, EngineError> {
        NamedGraph::open(onnx, Some(outputs))
    }

    fn open(onnx: &[u8], outputs: Option<&[&str]>) -> Result<NamedGraph, EngineError> {
        let (mut graph, constants) = constants::read(&onnx)?;
        if let Some(outputs) = outputs {
            graph.output.retain(|output| outputs.contains(&output.name.as_str()));
            if graph.output.len() != outputs.len() {
                let reason = format!("it does not have all of the outputs {}", outputs.join(", "));
                return Err(EngineError::Load { reason });
            }
        }
        order(&mut graph)?;
        let nodes = std::mem::take(&mut graph.node);
        let steps = steps::read(nodes, &constants, None, false)?;
        // One plan for all sizes: the lengths that the file names stay symbols.
        let plan = translate::plan(&graph, steps.tasks, &constants, translate::described, false)
            .map_err(|error| EngineError::Load { reason: format!("{error:#}") })?;
        let inputs = graph.input.into_iter().map(|input| input.name).collect();
        let outputs = graph.output.into_iter().map(|output| output.name).collect();
        Ok(NamedGraph { plan, inputs, outputs, counts: steps.counts })
    }

    /// What of the graph runs in the engine's own kernels.
    pub fn steps(&self) -> &StepCounts {
        &self.counts
    }

    /// Computes all outputs, by their names in the graph.
    ///
    /// # Errors
    /// [`EngineError::BadInput`] when an input is missing, unknown or not of its shape's size;
    /// [`EngineError::RunGraph`] when shapes do not fit the graph, or an output is not f32.
    pub fn run(
        &self,
        inputs: &[(&str, TensorInput<'_>)],
    ) -> Result<BTreeMap<String, TensorOutput>, EngineError> {
        let refuse = |reason: String| EngineError::BadInput { reason };
        if let Some((unknown, _)) =
            inputs.iter().find(|(name, _)| !self.inputs.iter().any(|known| known == name))
        {
            return Err(refuse(format!("the graph has no input {unknown}")));
        }
        let mut tensors = tvec![];
        for name in &self.inputs {
            let (_, input) = inputs
                .iter()
                .find(|(given, _)| given == name)
                .ok_or_else(|| refuse(format!("the input {name} is missing")))?;
            let tensor = input.tensor().map_err(|_| {
                refuse(format!("the input {name} has another number of values than its shape"))
            })?;
            tensors.push(tensor.into());
        }
        self.run_plan(tensors)
            .map_err(|error| EngineError::RunGraph { reason: format!("{error:#}") })
    }

    fn run_plan(&self, inputs: TVec<TValue>) -> TractResult<BTreeMap<String, TensorOutput>> {
        let outputs = self.plan.run(inputs)?;
        let output = |(index, name): (usize, &String)| {
            let shape = outputs.get(index).context("an output is missing")?.shape().to_vec();
            let values = ops::elements::<f32>(&outputs, index)?.to_vec();
            Ok((name.clone(), TensorOutput { shape, values }))
        };
        self.outputs.iter().enumerate().map(output).collect()
    }
}

impl TensorInput<'_> {
    fn tensor(&self) -> TractResult<Tensor> {
        match self {
            TensorInput::F32 { shape, values } => Tensor::from_shape(shape, values),
            TensorInput::I64 { shape, values } => Tensor::from_shape(shape, values),
        }
    }
}
