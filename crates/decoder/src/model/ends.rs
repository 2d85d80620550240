//! What stands before the layers and after them: the table of embeddings, and the head.

use super::matrix::{LinearScratch, Matrix, Norm};
use crate::pack::{FileReader, JudgePrecision};
use crate::run::Candidate;
use crate::{DecoderConfig, DecoderError, Family};
use rrgscore_kernels::{Kernels, ShapeError};
use std::sync::Arc;

/// The table of embeddings, one row per token.
#[derive(Debug, Clone)]
pub struct Embedding {
    table: Arc<Table>,
    width: usize,
}

#[derive(Debug)]
enum Table {
    F32(Vec<f32>),
    /// Of a tied model f32 rows are needed as a matrix, too.
    Matrix(Matrix),
}

impl Embedding {
    /// Reads the table's file of a pack.
    pub(crate) fn read(
        file: &mut FileReader<'_>,
        config: &DecoderConfig,
        precision: JudgePrecision,
    ) -> Result<Embedding, DecoderError> {
        let (rows, width) = (config.vocabulary, config.hidden);
        let table = match precision.tables() {
            None => Table::F32(file.values(rows * width)?),
            bits => Table::Matrix(Matrix::read(file, bits, width, rows)?),
        };
        file.finish()?;
        Ok(Embedding { table: Arc::new(table), width })
    }

    /// The rows of tokens, `[tokens, hidden]`.
    ///
    /// # Errors
    /// When the table has no row for a token.
    pub fn rows(&self, tokens: &[u32]) -> Result<Vec<f32>, DecoderError> {
        let mut out = vec![0.0; tokens.len() * self.width];
        for (row, &id) in out.chunks_exact_mut(self.width.max(1)).zip(tokens) {
            let at = id as usize * self.width;
            let unknown = |vocabulary| DecoderError::UnknownToken { id, vocabulary };
            match self.table.as_ref() {
                Table::F32(values) => {
                    let found = values.get(at..at + self.width);
                    row.copy_from_slice(found.ok_or(unknown(values.len() / self.width.max(1)))?);
                }
                Table::Matrix(Matrix::Grouped(weights)) => {
                    let found = weights.row(id as usize, row);
                    found.map_err(|_| unknown(weights.outputs()))?;
                }
                Table::Matrix(Matrix::F32(weights)) => return Err(unknown(weights.outputs())),
            }
        }
        Ok(out)
    }
}

/// The last norm and the matrix that gives each token's logit.
#[derive(Debug)]
pub struct LanguageHead {
    norm: Norm,
    matrix: HeadMatrix,
    bias: Option<Vec<f32>>,
    kernels: Kernels,
    normed: Vec<f32>,
    logits: Vec<f32>,
    layers: usize,
}

#[derive(Debug)]
enum HeadMatrix {
    Own(Matrix),
    Table(Embedding),
}

/// Rows whose logits are held at a time.
const BLOCK: usize = 8;

impl LanguageHead {
    /// Reads the head's file of a pack; of a tied model the table is its matrix.
    pub(crate) fn read(
        file: &mut FileReader<'_>,
        config: &DecoderConfig,
        precision: JudgePrecision,
        table: Option<&Embedding>,
        kernels: Kernels,
    ) -> Result<LanguageHead, DecoderError> {
        let norm = Norm::read(file, config)?;
        let (inputs, outputs) = (config.hidden, config.vocabulary);
        let matrix = match (config.tied, table) {
            (false, _) => HeadMatrix::Own(Matrix::read(file, precision.tables(), inputs, outputs)?),
            (true, Some(table)) => match table.table.as_ref() {
                Table::Matrix(_) => HeadMatrix::Table(table.clone()),
                Table::F32(values) => HeadMatrix::Own(
                    Matrix::of_f32(values, inputs, outputs).map_err(|error| file.bad(error))?,
                ),
            },
            (true, None) => return Err(file.bad("the model's table is its head, and is missing")),
        };
        let has_bias = config.family == Family::Phi || !config.tied && precision.tables().is_some();
        let bias = has_bias.then(|| file.values(outputs)).transpose()?;
        file.finish()?;
        Ok(LanguageHead {
            norm,
            matrix,
            bias,
            kernels,
            normed: Vec::new(),
            logits: Vec::new(),
            layers: config.layers,
        })
    }

    /// The logits of some hidden states, `[rows, vocabulary]`.
    ///
    /// # Errors
    /// When the slice holds no whole number of rows.
    pub(crate) fn logits(
        &mut self,
        hidden: &[f32],
        scratch: &mut LinearScratch,
    ) -> Result<&[f32], DecoderError> {
        let layer = self.layers;
        let shape = |error: ShapeError| DecoderError::Shape { layer, error };
        self.norm.apply(self.kernels, hidden, &mut self.normed).map_err(shape)?;
        let matrix = match &self.matrix {
            HeadMatrix::Own(matrix) => matrix,
            HeadMatrix::Table(table) => match table.table.as_ref() {
                Table::Matrix(matrix) => matrix,
                Table::F32(_) => return Err(DecoderError::out_of_order("a head without a matrix")),
            },
        };
        let rows = hidden.len() / self.norm.gain.len().max(1);
        self.logits.resize(rows * matrix.outputs(), 0.0);
        let (bias, logits) = (self.bias.as_deref(), &mut self.logits);
        matrix.apply(self.kernels, &self.normed, bias, logits, scratch).map_err(shape)?;
        Ok(&self.logits)
    }

    /// The likeliest token of each row; of equal ones that of the lowest id.
    pub(crate) fn candidates(
        &mut self,
        hidden: &[f32],
        scratch: &mut LinearScratch,
    ) -> Result<Vec<Candidate>, DecoderError> {
        let width = self.norm.gain.len().max(1);
        let mut candidates = Vec::new();
        for hidden in hidden.chunks(BLOCK * width) {
            let (layer, rows) = (self.layers, hidden.len() / width);
            let logits = self.logits(hidden, scratch)?;
            for logits in logits.chunks_exact(logits.len() / rows.max(1)) {
                candidates.push(best(logits).ok_or(DecoderError::NotFinite { layer })?);
            }
        }
        Ok(candidates)
    }
}

fn best(logits: &[f32]) -> Option<Candidate> {
    let (mut token, mut first, mut second) = (0, f32::NEG_INFINITY, f32::NEG_INFINITY);
    for (id, &logit) in (0..).zip(logits) {
        if logit.is_nan() {
            return None;
        }
        if logit > first {
            (token, second, first) = (id, first, logit);
        } else if logit > second {
            second = logit;
        }
    }
    first.is_finite().then_some(Candidate { token, logit: first, margin: first - second })
}
