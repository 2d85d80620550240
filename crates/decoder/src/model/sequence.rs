//! Caches of keys and values of one sequence, in the layers of a stage.

use crate::DecoderError;
use rrgscore_kernels::CacheRows;
use std::sync::Arc;

/// One sequence's past. What several sequences begin with is kept once.
#[derive(Debug)]
pub(crate) struct Sequence {
    /// Pieces that may be shared, each of which has rows for every layer.
    shared: Vec<Arc<Vec<CacheRows>>>,
    /// Positions in them.
    shared_rows: usize,
    /// What follows, by layer.
    own: Vec<CacheRows>,
}

impl Sequence {
    /// An empty one, whose layers' caches are as `empty`.
    pub(crate) fn new(empty: &[CacheRows]) -> Sequence {
        Sequence { shared: Vec::new(), shared_rows: 0, own: empty.to_vec() }
    }

    /// Another sequence that begins as this one.
    pub(crate) fn fork(&mut self, empty: &[CacheRows]) -> Sequence {
        let rows = self.len() - self.shared_rows;
        if rows > 0 {
            self.shared.push(Arc::new(std::mem::replace(&mut self.own, empty.to_vec())));
            self.shared_rows += rows;
        }
        Sequence { shared: self.shared.clone(), shared_rows: self.shared_rows, own: empty.to_vec() }
    }

    /// Positions so far; while a pass goes through the layers, those of the first one.
    pub(crate) fn len(&self) -> usize {
        self.shared_rows + self.own.first().map_or(0, CacheRows::len)
    }

    /// Drops the positions from `rows` on.
    pub(crate) fn truncate(&mut self, rows: usize) -> Result<(), DecoderError> {
        if rows > self.len() || rows < self.shared_rows {
            let reason = format!(
                "position {rows} of a sequence of {} of which {} are shared",
                self.len(),
                self.shared_rows
            );
            return Err(DecoderError::out_of_order(reason));
        }
        for cache in &mut self.own {
            cache.truncate(rows - self.shared_rows);
        }
        Ok(())
    }

    /// The cache of a layer of the stage that new rows go to.
    pub(crate) fn own(&mut self, layer: usize) -> Option<&mut CacheRows> {
        self.own.get_mut(layer)
    }

    /// All of a layer's cache, piece after piece.
    pub(crate) fn pieces(&self, layer: usize) -> Vec<&CacheRows> {
        let shared = self.shared.iter().filter_map(|piece| piece.get(layer));
        shared.chain(self.own.get(layer)).collect()
    }

    /// Bytes of the rows that are not shared.
    pub(crate) fn own_bytes(&self) -> usize {
        self.own.iter().map(CacheRows::bytes).sum()
    }

    /// The shared pieces.
    pub(crate) fn shared(&self) -> &[Arc<Vec<CacheRows>>] {
        &self.shared
    }
}
