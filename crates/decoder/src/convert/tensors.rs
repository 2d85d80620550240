//! Matrices and vectors on their way into a pack's file.

use super::quantize::{Inputs, quantize};
use crate::pack::JudgeFile;
use crate::{DecoderError, TensorRows};
use rrgscore_kernels::{
    Epilogue, GroupedWeights, Kernels, LevelBits, Order, PackedF32, Scratch, ShapeError,
};
use rrgscore_packs::PackError;

/// Values of a matrix that are in memory at a time, about.
const BLOCK: usize = 1 << 20;

/// Outputs are taken in multiples of this, which is a panel of grouped weights.
const PANEL: usize = 16;

/// A matrix `name.weight`, `[outputs, inputs]`, and whether there is a `name.bias`.
pub(super) struct MatrixName<'a> {
    pub(super) name: &'a str,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) bias: bool,
}

/// A vector of a checkpoint.
pub(super) struct VectorName {
    pub(super) name: String,
    pub(super) length: usize,
}

impl VectorName {
    /// Reads it.
    pub(super) fn read(
        &self,
        tensors: &dyn TensorRows,
        architecture: &'static str,
    ) -> Result<Vec<f32>, DecoderError> {
        check(tensors, &self.name, &[self.length], architecture)?;
        tensors.rows(&self.name, 0..self.length)
    }

    /// Reads it and writes it to a file.
    pub(super) fn write(
        &self,
        tensors: &dyn TensorRows,
        architecture: &'static str,
        file: &mut JudgeFile<'_>,
    ) -> Result<Vec<f32>, DecoderError> {
        let values = self.read(tensors, architecture)?;
        file.push_values(&values)?;
        Ok(values)
    }
}

/// Reads matrices, rounds them, and multiplies them with the probe's states.
pub(super) struct Matrices<'a> {
    tensors: &'a dyn TensorRows,
    architecture: &'static str,
    kernels: Kernels,
    scratch: Scratch,
}

impl<'a> Matrices<'a> {
    pub(super) fn new(tensors: &'a dyn TensorRows, architecture: &'static str) -> Matrices<'a> {
        let (kernels, scratch) = (Kernels::best(), Scratch::new());
        Matrices { tensors, architecture, kernels, scratch }
    }

    /// Writes a matrix, and its bias if it has one in the pack. Returns the unrounded matrix's outputs
    /// for the inputs `x`, `[rows, outputs]`.
    pub(super) fn write(
        &mut self,
        file: &mut JudgeFile<'_>,
        matrix: &MatrixName<'_>,
        bits: Option<LevelBits>,
        with_bias: bool,
        x: &[f32],
    ) -> Result<Vec<f32>, DecoderError> {
        let &MatrixName { name, inputs, outputs, bias } = matrix;
        let (weight, bias_name) = (format!("{name}.weight"), format!("{name}.bias"));
        check(self.tensors, &weight, &[outputs, inputs], self.architecture)?;
        let mut bias = match bias {
            true => {
                let name = VectorName { name: bias_name, length: outputs };
                name.read(self.tensors, self.architecture)?
            }
            false => vec![0.0; outputs],
        };
        let rows = x.len() / inputs.max(1);
        let mut out = vec![0.0; rows * outputs];
        let statistics = Inputs::of(x, inputs);
        let block = (BLOCK / inputs.max(1)).max(1).next_multiple_of(PANEL);
        let shape = |error: ShapeError| DecoderError::bad_file(name, error);
        for first in (0..outputs).step_by(block) {
            let end = outputs.min(first + block);
            let values = self.tensors.rows(&weight, first..end)?;
            if rows > 0 {
                let product = self.product(&values, x, inputs, &bias[first..end]).map_err(shape)?;
                for (out, product) in
                    out.chunks_exact_mut(outputs).zip(product.chunks_exact(end - first))
                {
                    out[first..end].copy_from_slice(product);
                }
            }
            match bits {
                None => file.push_values(&values)?,
                Some(bits) => {
                    let rounded = quantize(&values, inputs, bits, &statistics);
                    let mut bytes = Vec::new();
                    GroupedWeights::encode(
                        &rounded.levels,
                        &rounded.scales,
                        inputs,
                        bits,
                        &mut bytes,
                    )
                    .map_err(shape)?;
                    file.push(&bytes)?;
                    for (bias, shortfall) in bias[first..end].iter_mut().zip(rounded.shortfall) {
                        *bias += shortfall;
                    }
                }
            }
        }
        if with_bias {
            file.push_values(&bias)?;
        }
        Ok(out)
    }

    fn product(
        &mut self,
        values: &[f32],
        x: &[f32],
        inputs: usize,
        bias: &[f32],
    ) -> Result<Vec<f32>, ShapeError> {
        let outputs = bias.len();
        let packed = PackedF32::new(values, Order::OutputMajor, inputs, outputs)?;
        let mut out = vec![0.0; x.len() / inputs.max(1) * outputs];
        let (bias, scratch) = (Some(bias), &mut self.scratch);
        self.kernels.linear_f32(x, &packed, bias, Epilogue::None, &mut out, scratch)?;
        Ok(out)
    }
}

fn check(
    tensors: &dyn TensorRows,
    name: &str,
    expected: &[usize],
    architecture: &'static str,
) -> Result<(), DecoderError> {
    let missing = || PackError::MissingTensor { tensor: name.to_owned(), architecture };
    let found = tensors.shape(name).ok_or_else(missing)?;
    if found != expected {
        return Err(DecoderError::Source(PackError::TensorShape {
            tensor: name.to_owned(),
            found: found.to_vec(),
            expected: expected.to_vec(),
        }));
    }
    Ok(())
}
