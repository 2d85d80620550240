//! The exact GELU, written out in ONNX: x·(1 + erf(x/√2))/2.

use super::Made;
use super::parts::{Parts, Refused};
use super::step::{Buffers, Step, elements, first};
use rrgscore_kernels::Kernels;
use std::f32::consts::FRAC_1_SQRT_2;
use tract_core::internal::*;

/// Takes the parts of the GELU of a value; its output is `gelu`.
pub(crate) fn take(parts: &mut Parts<'_>, x: &'static str) -> Result<(), Refused> {
    parts.node("gelu.scaled", "Mul", &[x, "#factor"])?;
    parts.node("gelu.erf", "Erf", &["gelu.scaled"])?;
    parts.node("gelu.shifted", "Add", &["gelu.erf", "#one"])?;
    parts.node("gelu.product", "Mul", &[x, "gelu.shifted"])?;
    parts.node("gelu", "Mul", &["gelu.product", "#half"])?;
    parts.is_number("#factor", FRAC_1_SQRT_2)?;
    parts.is_number("#one", 1.0)?;
    parts.is_number("#half", 0.5)
}

/// A GELU by itself.
#[derive(Debug)]
struct Alone;

/// Reads a GELU that follows no linear layer directly.
pub(crate) fn read(parts: &mut Parts<'_>) -> Result<Made, Refused> {
    take(parts, "x")?;
    Made::new(parts, &["x"], "gelu", Alone)
}

impl Step for Alone {
    fn name(&self) -> &'static str {
        "Gelu"
    }

    fn shape(&self, inputs: &[TVec<TDim>]) -> TractResult<TVec<TDim>> {
        first(inputs).cloned()
    }

    fn is_by_rows(&self) -> bool {
        true
    }

    fn run(&self, inputs: &[TValue], out: &mut [f32], _buffers: &mut Buffers) -> TractResult<()> {
        let x = elements::<f32>(inputs, 0)?;
        ensure!(x.len() == out.len(), "an output of another length");
        out.copy_from_slice(x);
        Kernels::best().gelu(out);
        Ok(())
    }
}
