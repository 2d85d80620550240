//! A stored matrix times rows, the bias, and the GELU or ReLU where one follows.

use super::gelu;
use super::step::{Buffers, Step, elements, with_last};
use super::weights::Weights;
use super::wiring::{Wiring, input, other, output};
use crate::EngineError;
use rrgscore_kernels::Epilogue;
use std::sync::Arc;
use tract_core::internal::*;

/// A linear layer.
#[derive(Debug)]
struct Linear {
    weights: Weights,
    bias: Option<Vec<f32>>,
    epilogue: Epilogue,
}

/// Fuses every product with a stored matrix; gives how many there were.
pub(crate) fn fuse(wiring: &mut Wiring<'_>) -> Result<usize, EngineError> {
    let mut fused = 0;
    for product in wiring.all("MatMul") {
        let Some(node) = wiring.node(product, "MatMul") else { continue };
        let (Some(x), Some(stored), Some(made)) = (input(node, 0), input(node, 1), output(node))
        else {
            continue;
        };
        let Some(mut weights) = Weights::read(wiring, stored)? else { continue };
        let (mut x, mut made) = (x.to_owned(), made.to_owned());
        if let Some((unscaled, scales)) = input_scales(wiring, &x, weights.inputs())
            && weights.scale_inputs(&scales)?
        {
            x = unscaled;
        }
        let bias = bias(wiring, &made, weights.outputs()).map(|(sum, bias)| {
            made = sum;
            bias
        });
        let mut epilogue = Epilogue::None;
        if let Some(found) = gelu::after(wiring, &made) {
            made = found;
            epilogue = Epilogue::Gelu;
        } else if let Some(found) = wiring.only_taker(&made, "Relu").and_then(output) {
            made = found.to_owned();
            epilogue = Epilogue::Relu;
        }
        let step = Linear { weights, bias, epilogue };
        wiring.fuse(&[&x], &made, Arc::new(step));
        fused += 1;
    }
    Ok(fused)
}

/// The product with stored scales of the inputs that a matrix alone takes: what is scaled, the
/// scales.
fn input_scales(wiring: &Wiring<'_>, x: &str, inputs: usize) -> Option<(String, Vec<f32>)> {
    let node = wiring.made_for(x, "Mul")?;
    let [unscaled, scales] = node.input.as_slice() else { return None };
    let one_axis = wiring.constant(scales)?.dims.len() == 1;
    let scales = wiring.f32s(scales).filter(|scales| one_axis && scales.len() == inputs)?;
    Some((unscaled.clone(), scales))
}

/// The addition of a stored bias that alone takes a product: the sum, the bias.
fn bias(wiring: &Wiring<'_>, product: &str, outputs: usize) -> Option<(String, Vec<f32>)> {
    let node = wiring.only_taker(product, "Add")?;
    let bias = other(node, product)?;
    let one_axis = wiring.constant(bias)?.dims.len() == 1;
    let bias = wiring.f32s(bias).filter(|bias| one_axis && bias.len() == outputs)?;
    Some((output(node)?.to_owned(), bias))
}

impl Step for Linear {
    fn name(&self) -> &'static str {
        "Linear"
    }

    fn shape(&self, first: &[TDim]) -> TractResult<TVec<TDim>> {
        with_last(first, self.weights.inputs(), self.weights.outputs())
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
