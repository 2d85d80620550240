//! A reader that changes bytes on the way through, piece by piece.

use std::io::{self, Read};

/// A rule that changes bytes.
pub(super) trait Rule {
    /// Appends what becomes of `input` to `output`, and returns how many bytes of `input` that is:
    /// what is left comes again with more behind it. Once `ended`, nothing comes behind it.
    fn rewrite(&mut self, input: &[u8], ended: bool, output: &mut Vec<u8>) -> usize;
}

/// The bytes of `inner`, changed by a rule. Pieces may be cut anywhere.
pub(super) struct Rewritten<R, T> {
    inner: R,
    rule: T,
    input: Vec<u8>,
    /// Bytes at the front of `input` that the rule has left.
    kept: usize,
    output: Vec<u8>,
    /// Bytes of `output` that were read.
    given: usize,
    ended: bool,
}

impl<R: Read, T: Rule> Rewritten<R, T> {
    pub(super) fn new(inner: R, rule: T) -> Self {
        Self {
            inner,
            rule,
            input: vec![0; super::PREFIX],
            kept: 0,
            output: Vec::with_capacity(super::PREFIX * 2),
            given: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.output.clear();
        self.given = 0;
        while self.output.is_empty() && !self.ended {
            let room = self.input.get_mut(self.kept..).unwrap_or_default();
            let count = self.inner.read(room)?;
            self.ended = count == 0;
            let length = self.kept + count;
            let input = self.input.get(..length).unwrap_or_default();
            let done = self.rule.rewrite(input, self.ended, &mut self.output);
            self.input.copy_within(done..length, 0);
            self.kept = length - done;
        }
        Ok(())
    }
}

impl<R: Read, T: Rule> Read for Rewritten<R, T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.output.len() {
            self.refill()?;
        }
        let ready = self.output.get(self.given..).unwrap_or_default();
        let count = ready.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), ready.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}

/// What a rule makes of a text, read whole and one byte at a time.
#[cfg(test)]
pub(super) fn both_ways<T: Rule + Default>(text: &str) -> [String; 2] {
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(buffer.len()).min(1);
            let (now, later) = self.0.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    let read = |mut from: Rewritten<Box<dyn Read + '_>, T>| {
        let mut all = String::new();
        from.read_to_string(&mut all).unwrap();
        all
    };
    let whole: Box<dyn Read + '_> = Box::new(text.as_bytes());
    let drip: Box<dyn Read + '_> = Box::new(Drip(text.as_bytes()));
    [whole, drip].map(|from| read(Rewritten::new(from, T::default())))
}
