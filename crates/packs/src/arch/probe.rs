//! A few texts that run through an encoder while its graph is written, so that it is known what
//! each layer's inputs are on average.
//!
//! It is an estimate: attention is by content alone, without the biases by distance that MPNet and
//! DeBERTa have, and the weights are those of the checkpoint, not the rounded ones. Everything is
//! added up in one order, so that the same checkpoint gives the same pack on every machine.

use super::writer::{Linear, Norm};
use crate::Tensor;

/// The states of some texts' tokens.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Probe {
    /// Ids of the tokens, text by text.
    texts: Vec<Vec<u32>>,
    width: usize,
    /// `[tokens of all texts, width]`; empty before [`embed`](Probe::embed).
    states: Vec<f32>,
}

impl Probe {
    pub(super) fn new(texts: &[Vec<u32>]) -> Probe {
        Probe { texts: texts.to_vec(), width: 0, states: Vec::new() }
    }

    /// Word plus position, then the layer norm. Ids beyond the table and tokens beyond the
    /// positions are left out.
    pub(super) fn embed(&mut self, words: &Tensor, positions: Option<&Tensor>, norm: &Norm) {
        self.width = norm.scale.len();
        let most = positions.map_or(usize::MAX, |table| table.values.len() / self.width.max(1));
        let rows = words.values.len() / self.width.max(1);
        for text in &mut self.texts {
            text.retain(|&id| (id as usize) < rows);
            text.truncate(most);
        }
        self.states.clear();
        for text in &self.texts {
            for (place, &id) in text.iter().enumerate() {
                let word = row(&words.values, self.width, id as usize);
                let position = positions.map(|table| row(&table.values, self.width, place));
                let added =
                    position.unwrap_or_default().iter().copied().chain(std::iter::repeat(0.0));
                self.states.extend(word.iter().zip(added).map(|(word, added)| word + added));
            }
        }
        self.norm(norm);
    }

    /// The mean of the states: one number per column, 0 where there are no states.
    pub(super) fn mean(&self) -> Vec<f32> {
        let mut sums = vec![0f64; self.width];
        let rows = self.states.chunks_exact(self.width.max(1));
        let count = rows.len().max(1) as f64;
        for row in rows {
            for (sum, &value) in sums.iter_mut().zip(row) {
                *sum += f64::from(value);
            }
        }
        sums.into_iter().map(|sum| (sum / count) as f32).collect()
    }

    /// The outputs of a layer.
    pub(super) fn linear(&self, layer: &Linear) -> Probe {
        let states = layer.apply(&self.states);
        Probe { texts: self.texts.clone(), width: layer.bias.len(), states }
    }

    /// The context of each token: `merged` makes query, key and value side by side, the scale is
    /// in the query's weights.
    pub(super) fn attend(&self, merged: &Linear, heads: usize) -> Probe {
        let width = self.width;
        let part = width / heads.max(1);
        let projected = merged.apply(&self.states);
        let mut states = vec![0f32; self.states.len()];
        let mut rest = (projected.as_slice(), states.as_mut_slice());
        for text in &self.texts {
            let (Some((inside, inputs)), Some((made, outputs))) = (
                rest.0.split_at_checked(3 * width * text.len()),
                std::mem::take(&mut rest.1).split_at_mut_checked(width * text.len()),
            ) else {
                break;
            };
            rest = (inputs, outputs);
            for head in 0..heads {
                context(inside, made, width, head * part..(head + 1) * part);
            }
        }
        Probe { texts: self.texts.clone(), width, states }
    }

    /// The exact GELU of every state.
    pub(super) fn gelu(mut self) -> Probe {
        for value in &mut self.states {
            let x = f64::from(*value);
            *value = (0.5 * x * (1.0 + libm::erf(x * std::f64::consts::FRAC_1_SQRT_2))) as f32;
        }
        self
    }

    /// Adds other states, and the layer norm.
    pub(super) fn add_and_norm(&mut self, other: &Probe, norm: &Norm) {
        for (value, other) in self.states.iter_mut().zip(&other.states) {
            *value += other;
        }
        self.norm(norm);
    }

    fn norm(&mut self, norm: &Norm) {
        for row in self.states.chunks_exact_mut(self.width.max(1)) {
            let count = row.len() as f64;
            let mean = row.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
            let apart = |&value: &f32| f64::from(value) - mean;
            let squares = row.iter().map(|value| apart(value) * apart(value)).sum::<f64>();
            let deviation = (squares / count + f64::from(norm.epsilon)).sqrt();
            for ((value, scale), bias) in row.iter_mut().zip(&norm.scale).zip(&norm.bias) {
                *value = ((f64::from(*value) - mean) / deviation) as f32 * scale + bias;
            }
        }
    }
}

/// One head of one text: `inside` is `[tokens, 3 · width]`, `made` `[tokens, width]`.
fn context(inside: &[f32], made: &mut [f32], width: usize, part: std::ops::Range<usize>) {
    let of = |token: &'_ [f32], which: usize| -> Vec<f32> {
        let at = which * width + part.start..which * width + part.end;
        token.get(at).unwrap_or_default().to_vec()
    };
    let tokens = || inside.chunks_exact((3 * width).max(1));
    let keys: Vec<Vec<f32>> = tokens().map(|token| of(token, 1)).collect();
    let values: Vec<Vec<f32>> = tokens().map(|token| of(token, 2)).collect();
    for (token, made) in tokens().zip(made.chunks_exact_mut(width.max(1))) {
        let query = of(token, 0);
        let scores: Vec<f64> = keys
            .iter()
            .map(|key| query.iter().zip(key).map(|(&q, &k)| f64::from(q) * f64::from(k)).sum())
            .collect();
        let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = scores.iter().map(|score| libm::exp(score - largest)).collect();
        let whole: f64 = weights.iter().sum();
        let Some(made) = made.get_mut(part.clone()) else { continue };
        for (weight, value) in weights.iter().zip(&values) {
            let share = (weight / whole) as f32;
            for (made, value) in made.iter_mut().zip(value) {
                *made += share * value;
            }
        }
    }
}

fn row(table: &[f32], width: usize, index: usize) -> &[f32] {
    table.get(index * width..(index + 1) * width).unwrap_or_default()
}
