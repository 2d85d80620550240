//! A share of a model's layers: what one worker holds.

use super::ends::{Embedding, LanguageHead};
use super::layer::{Layer, SequenceRows, Workspace};
use super::sequence::Sequence;
use crate::run::{Pass, PassRows, SequenceCommand, SequenceId, Span};
use crate::{DecoderConfig, DecoderError};
use rrgscore_kernels::{CacheFormat, CacheRows, Kernels};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Consecutive layers of a model with their caches; the first stage has the table of embeddings, the
/// last one the head. Hidden states in, hidden states out.
///
/// Passes must go through every stage in the order in which they were made. Which stages there are,
/// and which sequences share a pass, changes no bit of a result.
#[derive(Debug)]
pub struct Stage {
    config: DecoderConfig,
    embedding: Option<Embedding>,
    layers: Vec<Layer>,
    /// The first layer's number in the model.
    first: usize,
    head: Option<LanguageHead>,
    /// Empty caches of the layers.
    empty: Vec<CacheRows>,
    sequences: BTreeMap<SequenceId, Sequence>,
    work: Workspace,
}

impl Stage {
    pub(crate) fn new(
        config: DecoderConfig,
        kernels: Kernels,
        cache: CacheFormat,
        embedding: Option<Embedding>,
        (first, layers): (usize, Vec<Layer>),
        head: Option<LanguageHead>,
    ) -> Stage {
        let empty = CacheRows::new(cache, config.kv_heads, config.head_size);
        Stage {
            work: Workspace::new(&config, kernels),
            empty: vec![empty; layers.len()],
            config,
            embedding,
            layers,
            first,
            head,
            sequences: BTreeMap::new(),
        }
    }

    /// The numbers of the stage's layers.
    pub fn layers(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.layers.len()
    }

    /// Bytes of all caches; what sequences share counts once.
    pub fn cache_bytes(&self) -> usize {
        let mut seen = BTreeSet::new();
        let mut bytes = 0;
        for sequence in self.sequences.values() {
            bytes += sequence.own_bytes();
            for piece in sequence.shared() {
                if seen.insert(Arc::as_ptr(piece).addr()) {
                    bytes += piece.iter().map(CacheRows::bytes).sum::<usize>();
                }
            }
        }
        bytes
    }

    /// Takes a pass through the stage's layers.
    ///
    /// # Errors
    /// When the pass does not follow from those before it, has a token without a row, or the values are
    /// not finite.
    pub fn run(&mut self, mut pass: Pass) -> Result<Pass, DecoderError> {
        let hidden = self.forward(&mut pass)?;
        pass.rows = match &mut self.head {
            None => PassRows::Hidden(hidden),
            Some(head) => {
                let wanted = wanted(&pass, &hidden, self.config.hidden);
                PassRows::Next(head.candidates(&wanted, self.work.linear())?)
            }
        };
        Ok(pass)
    }

    /// The logits after the last tokens of a text, `[last, vocabulary]`, for measuring one model
    /// against another. The stage must be the whole model.
    ///
    /// # Errors
    /// As [`run`](Stage::run).
    pub fn logits(&mut self, ids: &[u32], last: usize) -> Result<Vec<f32>, DecoderError> {
        // No run has as many sequences.
        let sequence = SequenceId::MAX;
        let span = Span { sequence, start: 0, rows: ids.len() as u32, wanted: 0 };
        let rows = PassRows::Tokens(ids.to_vec());
        let mut pass = Pass { number: 0, commands: Vec::new(), spans: vec![span], rows };
        let hidden = self.forward(&mut pass)?;
        self.sequences.remove(&sequence);
        let from = ids.len().saturating_sub(last) * self.config.hidden;
        let head = self.head.as_mut();
        let head = head.ok_or_else(|| DecoderError::out_of_order("this stage has no head"))?;
        Ok(head.logits(&hidden[from..], self.work.linear())?.to_vec())
    }

    /// The hidden states of a pass's rows after the layers; the pass's rows are taken.
    fn forward(&mut self, pass: &mut Pass) -> Result<Vec<f32>, DecoderError> {
        for command in &pass.commands {
            self.command(command)?;
        }
        let taken = std::mem::replace(&mut pass.rows, PassRows::Next(Vec::new()));
        let mut hidden = match (taken, &self.embedding) {
            (PassRows::Tokens(tokens), Some(embedding)) => embedding.rows(&tokens)?,
            (PassRows::Hidden(hidden), None) => hidden,
            _ => return Err(DecoderError::out_of_order("it reached the wrong stage")),
        };
        let rows: usize = pass.spans.iter().map(|span| span.rows as usize).sum();
        if hidden.len() != rows * self.config.hidden {
            return Err(DecoderError::out_of_order("its rows are not those of its spans"));
        }
        // Taken out, so that several can be changed at once.
        let mut taken = Vec::with_capacity(pass.spans.len());
        for span in &pass.spans {
            let (start, rows) = (span.start as usize, span.rows as usize);
            let sequence = self.sequences.remove(&span.sequence);
            let mut sequence = sequence.unwrap_or_else(|| Sequence::new(&self.empty));
            sequence.truncate(start)?;
            if start + rows > self.config.max_positions {
                return Err(DecoderError::out_of_order("a position beyond the model's"));
            }
            taken.push((sequence, start, rows));
        }
        let mut parts: Vec<SequenceRows<'_>> = taken
            .iter_mut()
            .map(|(sequence, start, rows)| SequenceRows { sequence, start: *start, rows: *rows })
            .collect();
        for (index, layer) in self.layers.iter().enumerate() {
            let number = self.first + index;
            layer
                .forward(&self.config, index, &mut hidden, &mut parts, &mut self.work)
                .map_err(|error| DecoderError::Shape { layer: number, error })?;
        }
        for (span, (sequence, ..)) in pass.spans.iter().zip(taken) {
            self.sequences.insert(span.sequence, sequence);
        }
        Ok(hidden)
    }

    fn command(&mut self, command: &SequenceCommand) -> Result<(), DecoderError> {
        match *command {
            SequenceCommand::Fork { from, to } => {
                let unknown =
                    || DecoderError::out_of_order("a sequence that is not there is forked");
                let fork = self.sequences.get_mut(&from).ok_or_else(unknown)?.fork(&self.empty);
                self.sequences.insert(to, fork);
            }
            SequenceCommand::Drop(sequence) => {
                self.sequences.remove(&sequence);
            }
        }
        Ok(())
    }
}

/// The hidden states of the rows whose next tokens are wanted.
fn wanted(pass: &Pass, hidden: &[f32], width: usize) -> Vec<f32> {
    let mut wanted = Vec::new();
    let mut end = 0;
    for span in &pass.spans {
        end += span.rows as usize;
        let rows = (span.wanted as usize).min(span.rows as usize);
        wanted.extend_from_slice(&hidden[(end - rows) * width..end * width]);
    }
    wanted
}
