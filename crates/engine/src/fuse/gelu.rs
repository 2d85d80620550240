//! The exact GELU, written out in ONNX: x·(1 + erf(x/√2))/2.

use super::step::{Buffers, Step, elements};
use super::wiring::{Wiring, other, output};
use rrgscore_kernels::Kernels;
use std::f32::consts::FRAC_1_SQRT_2;
use std::sync::Arc;
use tract_core::internal::*;

/// The GELU of a value that nothing else takes: what it makes.
pub(crate) fn after(wiring: &Wiring<'_>, x: &str) -> Option<String> {
    let takers = wiring.all_takers(x, "Mul")?;
    let &[one, two] = takers.as_slice() else { return None };
    // The product with 1/√2 may stand before or after the one with 1 + erf.
    let is_scaled = |node| other(node, x).is_some_and(|c| wiring.is_number(c, FRAC_1_SQRT_2));
    let (scaled, product) = if is_scaled(one) { (one, two) } else { (two, one) };
    let erf = wiring.only_taker(output(scaled)?, "Erf")?;
    let shifted = wiring.only_taker(output(erf)?, "Add")?;
    let by_one = shifted.input.iter().any(|value| wiring.is_number(value, 1.0));
    let of_both = other(product, x) == output(shifted);
    let half = wiring.only_taker(output(product)?, "Mul")?;
    let by_half = other(half, output(product)?).is_some_and(|c| wiring.is_number(c, 0.5));
    if !(is_scaled(scaled) && by_one && of_both && by_half) {
        return None;
    }
    wiring.only_taker(output(shifted)?, "Mul")?;
    output(half).map(str::to_owned)
}

/// A GELU by itself.
#[derive(Debug)]
struct Alone;

/// Fuses the GELUs that follow no linear layer directly.
pub(crate) fn fuse(wiring: &mut Wiring<'_>) {
    for erf in wiring.all("Erf") {
        let x = wiring.node(erf, "Erf").and_then(|node| {
            let scaled = wiring.made_for(node.input.first()?, "Mul")?;
            scaled.input.first().cloned()
        });
        let Some(x) = x else { continue };
        if let Some(made) = after(wiring, &x) {
            wiring.fuse(&[&x], &made, Arc::new(Alone));
        }
    }
}

impl Step for Alone {
    fn name(&self) -> &'static str {
        "Gelu"
    }

    fn shape(&self, first: &[TDim]) -> TractResult<TVec<TDim>> {
        Ok(first.into())
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
