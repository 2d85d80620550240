//! A stored matrix times rows, the bias, and the GELU or ReLU where one follows.

use super::parts::{Parts, Refused};
use super::step::{Buffers, Step, elements, with_last};
use super::weights::Weights;
use super::{Made, gelu};
use rrgscore_kernels::Epilogue;
use tract_core::internal::*;

/// A linear layer.
#[derive(Debug)]
struct Linear {
    weights: Weights,
    bias: Option<Vec<f32>>,
    epilogue: Epilogue,
}

/// Reads a linear layer.
pub(crate) fn read(parts: &mut Parts<'_>) -> Result<Made, Refused> {
    let scaled = parts.has("scaled");
    if scaled {
        parts.node("scaled", "Mul", &["x", "#input_scale"])?;
    }
    let mut weights = Weights::take(parts, if scaled { "scaled" } else { "x" })?;
    if scaled {
        let scales = parts.vector("#input_scale", weights.inputs())?;
        weights.scale_inputs(&scales)?;
    }
    let mut made = "product";
    let mut bias = None;
    if parts.has("sum") {
        parts.node("sum", "Add", &["product", "#bias"])?;
        bias = Some(parts.vector("#bias", weights.outputs())?);
        made = "sum";
    }
    let mut epilogue = Epilogue::None;
    if parts.has("relu") {
        parts.node("relu", "Relu", &[made])?;
        (made, epilogue) = ("relu", Epilogue::Relu);
    } else if parts.has("gelu") {
        gelu::take(parts, made)?;
        (made, epilogue) = ("gelu", Epilogue::Gelu);
    }
    Made::new(parts, &["x"], made, Linear { weights, bias, epilogue })
}

impl Step for Linear {
    fn name(&self) -> &'static str {
        "Linear"
    }

    fn shape(&self, inputs: &[TVec<TDim>]) -> TractResult<TVec<TDim>> {
        with_last(inputs, self.weights.inputs(), self.weights.outputs())
    }

    fn is_by_rows(&self) -> bool {
        true
    }

    fn run(&self, inputs: &[TValue], out: &mut [f32], buffers: &mut Buffers) -> TractResult<()> {
        let x = elements::<f32>(inputs, 0)?;
        let bias = self.bias.as_deref();
        Ok(self.weights.apply(x, bias, self.epilogue, out, &mut buffers.scratch)?)
    }
}
