//! Layer normalisation, with the residual sum before it.

use super::step::{Buffers, Step, elements};
use super::wiring::{Wiring, float, input, int, output};
use rrgscore_kernels::{Kernels, LayerNorm};
use std::sync::Arc;
use tract_core::internal::*;

/// A normalisation of x, or of x + residual.
#[derive(Debug)]
struct Norm {
    gain: Vec<f32>,
    bias: Option<Vec<f32>>,
    epsilon: f32,
}

/// What a normalisation was recognised as.
struct Found {
    inputs: Vec<String>,
    output: String,
    norm: Norm,
}

/// Fuses every layer normalisation over the last axis.
pub(crate) fn fuse(wiring: &mut Wiring<'_>) {
    for index in wiring.all("LayerNormalization") {
        if let Some(found) = find(wiring, index) {
            let inputs: Vec<&str> = found.inputs.iter().map(String::as_str).collect();
            wiring.fuse(&inputs, &found.output, Arc::new(found.norm));
        }
    }
}

fn find(wiring: &Wiring<'_>, index: usize) -> Option<Found> {
    let node = wiring.node(index, "LayerNormalization")?;
    let more_outputs = node.output.iter().skip(1).any(|value| !value.is_empty());
    if int(node, "axis").unwrap_or(-1) != -1 || more_outputs {
        return None;
    }
    let gain = wiring.f32s(input(node, 1)?)?;
    let bias = match input(node, 2) {
        Some(name) => Some(wiring.f32s(name).filter(|bias| bias.len() == gain.len())?),
        None => None,
    };
    // The default is ONNX's.
    let norm = Norm { gain, bias, epsilon: float(node, "epsilon").unwrap_or(1e-5) };
    let x = input(node, 0)?;
    let output = output(node)?.to_owned();
    let sum = wiring.made_for(x, "Add").filter(|sum| {
        sum.input.len() == 2 && sum.input.iter().all(|value| wiring.constant(value).is_none())
    });
    let inputs = sum.map_or_else(|| vec![x.to_owned()], |sum| sum.input.clone());
    Some(Found { inputs, output, norm })
}

impl Step for Norm {
    fn name(&self) -> &'static str {
        "Norm"
    }

    fn shape(&self, first: &[TDim]) -> TractResult<TVec<TDim>> {
        Ok(first.into())
    }

    fn is_by_rows(&self) -> bool {
        true
    }

    fn run(&self, inputs: &[TValue], out: &mut [f32], buffers: &mut Buffers) -> TractResult<()> {
        let x = elements::<f32>(inputs, 0)?;
        let residual = if inputs.len() > 1 { Some(elements::<f32>(inputs, 1)?) } else { None };
        let Norm { gain, bias, epsilon } = self;
        // Where only the texts' first rows are read later, the residual still has all.
        let residual = match residual {
            Some(all) if all.len() > x.len() => {
                let Buffers { texts, values, .. } = buffers;
                first_rows(all, gain.len(), texts, values);
                Some(values.get(..x.len()).unwrap_or(values))
            }
            residual => residual,
        };
        let norm = LayerNorm { gain, bias: bias.as_deref(), epsilon: *epsilon };
        Ok(Kernels::best().layer_norm(x, residual, &norm, out)?)
    }
}

/// The first row of each text, of one where there is no other.
fn first_rows(rows: &[f32], width: usize, texts: &[usize], into: &mut Vec<f32>) {
    into.clear();
    let mut start = 0;
    for &tokens in if texts.is_empty() { &[1] } else { texts } {
        into.extend(rows.iter().skip(start * width).take(width));
        start += tokens;
    }
}
