//! Slices that begin at a cache line, so that no vector load is split between two.

use std::ops::{Deref, DerefMut};

/// Bytes of a cache line.
const LINE: usize = 64;

/// A vector of fixed length whose first value lies at the start of a cache line.
#[derive(Debug, Default)]
pub(crate) struct Aligned<T> {
    values: Vec<T>,
    start: usize,
    length: usize,
}

impl<T: Copy + Default> Aligned<T> {
    /// Default values.
    pub(crate) fn new(length: usize) -> Aligned<T> {
        let values = vec![T::default(); length + LINE];
        // The offset is in values; where there is none, nothing but speed is lost.
        let start = values.as_ptr().align_offset(LINE).min(LINE);
        Aligned { values, start, length }
    }

    /// At least this long; what it holds is left to the next writer.
    pub(crate) fn grow(&mut self, length: usize) {
        if self.length < length {
            *self = Aligned::new(length);
        }
    }
}

impl<T: Copy + Default> Clone for Aligned<T> {
    fn clone(&self) -> Aligned<T> {
        let mut copy = Aligned::new(self.length);
        copy.copy_from_slice(self);
        copy
    }
}

impl<T> Deref for Aligned<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.values[self.start..self.start + self.length]
    }
}

impl<T> DerefMut for Aligned<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.values[self.start..self.start + self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_at_a_cache_line_and_so_does_a_copy() {
        let mut values = Aligned::<i16>::new(100);
        values[99] = 7;
        let copy = values.clone();
        for values in [&values, &copy] {
            assert_eq!((values.as_ptr() as usize % LINE, values.len(), values[99]), (0, 100, 7));
        }
        values.grow(200);
        assert_eq!((values.as_ptr() as usize % LINE, values.len()), (0, 200));
    }
}
