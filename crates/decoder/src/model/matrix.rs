//! Linear layers and norms, of f32 or grouped weights.

use crate::pack::{FileReader, JudgePrecision};
use crate::{DecoderConfig, DecoderError, Family};
use rrgscore_kernels::{
    Epilogue, GroupedScratch, GroupedWeights, Kernels, LayerNorm, LevelBits, Order, PackedF32,
    Scratch, ShapeError,
};

/// Memory of the products that is kept between calls.
#[derive(Debug, Default)]
pub(crate) struct LinearScratch {
    float: Scratch,
    grouped: GroupedScratch,
}

/// The weights of a matrix, `[outputs, inputs]`.
#[derive(Debug)]
pub(crate) enum Matrix {
    F32(PackedF32),
    Grouped(GroupedWeights),
}

impl Matrix {
    /// Takes the next matrix of a pack's file.
    pub(crate) fn read(
        file: &mut FileReader<'_>,
        bits: Option<LevelBits>,
        inputs: usize,
        outputs: usize,
    ) -> Result<Matrix, DecoderError> {
        match bits {
            None => {
                let values = file.values(inputs * outputs)?;
                Matrix::of_f32(&values, inputs, outputs).map_err(|error| file.bad(error))
            }
            Some(bits) => {
                let bytes = file.bytes(bits.matrix_bytes(inputs, outputs))?.to_vec();
                let weights = GroupedWeights::new(inputs, outputs, bits, bytes);
                weights.map(Matrix::Grouped).map_err(|error| file.bad(error))
            }
        }
    }

    /// Of f32 values, `[outputs, inputs]`.
    pub(crate) fn of_f32(
        values: &[f32],
        inputs: usize,
        outputs: usize,
    ) -> Result<Matrix, ShapeError> {
        PackedF32::new(values, Order::OutputMajor, inputs, outputs).map(Matrix::F32)
    }

    pub(crate) fn outputs(&self) -> usize {
        match self {
            Matrix::F32(weights) => weights.outputs(),
            Matrix::Grouped(weights) => weights.outputs(),
        }
    }

    /// `out = x · Wᵀ + bias`.
    pub(crate) fn apply(
        &self,
        kernels: Kernels,
        x: &[f32],
        bias: Option<&[f32]>,
        out: &mut [f32],
        scratch: &mut LinearScratch,
    ) -> Result<(), ShapeError> {
        match self {
            Matrix::F32(weights) => {
                let scratch = &mut scratch.float;
                kernels.linear_f32(x, weights, bias, Epilogue::None, out, scratch)
            }
            Matrix::Grouped(weights) => {
                kernels.linear_grouped(x, weights, bias, out, &mut scratch.grouped)
            }
        }
    }
}

/// A matrix and its bias.
#[derive(Debug)]
pub(crate) struct Linear {
    matrix: Matrix,
    bias: Option<Vec<f32>>,
}

impl Linear {
    /// Bytes of a linear layer in a pack's file.
    pub(crate) fn bytes(
        bits: Option<LevelBits>,
        inputs: usize,
        outputs: usize,
        bias: bool,
    ) -> usize {
        let matrix = bits.map_or(4 * inputs * outputs, |bits| bits.matrix_bytes(inputs, outputs));
        matrix + if bias { 4 * outputs } else { 0 }
    }

    /// Takes the next linear layer of a pack's file: the matrix, and a bias where the architecture has
    /// one or the weights are rounded.
    pub(crate) fn read(
        file: &mut FileReader<'_>,
        config: &DecoderConfig,
        precision: JudgePrecision,
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, DecoderError> {
        let matrix = Matrix::read(file, precision.layers(), inputs, outputs)?;
        let bias = has_bias(config, precision).then(|| file.values(outputs)).transpose()?;
        Ok(Linear { matrix, bias })
    }

    /// `out = x · Wᵀ + bias`; `out` is made as long as that is.
    pub(crate) fn apply(
        &self,
        kernels: Kernels,
        x: &[f32],
        rows: usize,
        out: &mut Vec<f32>,
        scratch: &mut LinearScratch,
    ) -> Result<(), ShapeError> {
        out.resize(rows * self.matrix.outputs(), 0.0);
        self.matrix.apply(kernels, x, self.bias.as_deref(), out, scratch)
    }
}

/// Whether a layer's matrices have biases in a pack.
pub(crate) fn has_bias(config: &DecoderConfig, precision: JudgePrecision) -> bool {
    config.family == Family::Phi || precision != JudgePrecision::F32
}

/// RMSNorm, or a layer norm where there is a bias.
#[derive(Debug)]
pub(crate) struct Norm {
    pub(crate) gain: Vec<f32>,
    pub(crate) bias: Option<Vec<f32>>,
    pub(crate) epsilon: f32,
}

impl Norm {
    pub(crate) fn read(
        file: &mut FileReader<'_>,
        config: &DecoderConfig,
    ) -> Result<Norm, DecoderError> {
        let gain = file.values(config.hidden)?;
        let bias =
            (config.family == Family::Phi).then(|| file.values(config.hidden)).transpose()?;
        Ok(Norm { gain, bias, epsilon: config.epsilon })
    }

    pub(crate) fn apply(
        &self,
        kernels: Kernels,
        x: &[f32],
        out: &mut Vec<f32>,
    ) -> Result<(), ShapeError> {
        out.resize(x.len(), 0.0);
        match &self.bias {
            None => kernels.rms_norm(x, &self.gain, self.epsilon, out),
            Some(bias) => {
                let norm = LayerNorm { gain: &self.gain, bias: Some(bias), epsilon: self.epsilon };
                kernels.layer_norm(x, None, &norm, out)
            }
        }
    }
}
