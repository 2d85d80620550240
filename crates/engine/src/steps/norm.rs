//! Layer normalisation, with the residual sum before it.

use super::Made;
use super::parts::{Parts, Refused, float, is_int};
use super::step::{Buffers, Step, elements, first, lengths};
use rrgscore_kernels::{Kernels, LayerNorm};
use tract_core::internal::*;

/// A normalisation of x, or of x + residual.
#[derive(Debug)]
struct Norm {
    gain: Vec<f32>,
    bias: Option<Vec<f32>>,
    epsilon: f32,
    residual: bool,
    /// Whether texts follow one another in the rows, whose numbers of tokens are the last input.
    of_texts: bool,
}

/// Reads a layer normalisation over the last axis; `of_texts` in an encoder.
pub(crate) fn read(parts: &mut Parts<'_>, of_texts: bool) -> Result<Made, Refused> {
    let residual = parts.has("residual");
    let mut x = "x";
    if residual {
        parts.node("residual", "Add", &["x", "other"])?;
        x = "residual";
    }
    let bias = parts.inputs("norm") > 2;
    let inputs: &[&str] = if bias { &[x, "#scale", "#bias"] } else { &[x, "#scale"] };
    let node = parts.node("norm", "LayerNormalization", inputs)?;
    is_int(node, "axis", -1, -1)?;
    let gain = parts.f32s("#scale")?;
    let gain = parts.vector("#scale", gain.len())?;
    let bias = if bias { Some(parts.vector("#bias", gain.len())?) } else { None };
    // The default is ONNX's.
    let epsilon = float(node, "epsilon").unwrap_or(1e-5);
    let of_texts = of_texts && residual;
    let inputs: &[&str] = if residual { &["x", "other"] } else { &["x"] };
    Made::new(parts, inputs, "norm", Norm { gain, bias, epsilon, residual, of_texts })
}

impl Step for Norm {
    fn name(&self) -> &'static str {
        "Norm"
    }

    fn shape(&self, inputs: &[TVec<TDim>]) -> TractResult<TVec<TDim>> {
        first(inputs).cloned()
    }

    fn is_by_rows(&self) -> bool {
        true
    }

    fn takes_lengths(&self) -> bool {
        self.of_texts
    }

    fn run(&self, inputs: &[TValue], out: &mut [f32], buffers: &mut Buffers) -> TractResult<()> {
        let x = elements::<f32>(inputs, 0)?;
        let residual = if self.residual { Some(elements::<f32>(inputs, 1)?) } else { None };
        let Norm { gain, bias, epsilon, of_texts, .. } = self;
        // Where only the texts' first rows are read later, the residual still has all.
        let residual = match residual {
            Some(all) if *of_texts && all.len() > x.len() => {
                let values = &mut buffers.values;
                first_rows(all, gain.len(), lengths(inputs)?, values);
                Some(values.get(..x.len()).unwrap_or(values))
            }
            residual => residual,
        };
        let norm = LayerNorm { gain, bias: bias.as_deref(), epsilon: *epsilon };
        Ok(Kernels::best().layer_norm(x, residual, &norm, out)?)
    }
}

/// The first row of each text.
fn first_rows(
    rows: &[f32],
    width: usize,
    lengths: impl Iterator<Item = usize>,
    into: &mut Vec<f32>,
) {
    into.clear();
    let mut start = 0;
    for tokens in lengths {
        into.extend(rows.iter().skip(start * width).take(width));
        start += tokens;
    }
}
