//! Byte order marks where files were put together.

use std::io::{self, Read};

/// UTF-8's byte order mark.
const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// Passes UTF-8 through, but for byte order marks at the start of a line: files put together with
/// `cat` have one where each began.
pub(super) struct WithoutMarks<R> {
    inner: R,
    input: Vec<u8>,
    /// Bytes at the front of `input` kept from the last piece: the start of a mark.
    kept: usize,
    output: Vec<u8>,
    given: usize,
    at_line_start: bool,
    ended: bool,
}

impl<R: Read> WithoutMarks<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            input: vec![0; super::PREFIX],
            kept: 0,
            output: Vec::with_capacity(super::PREFIX),
            given: 0,
            at_line_start: true,
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
            let done = self.convert(length);
            self.input.copy_within(done..length, 0);
            self.kept = length - done;
        }
        Ok(())
    }

    /// Converts `input[..length]` and returns how much of it is done.
    fn convert(&mut self, length: usize) -> usize {
        let input = self.input.get(..length).unwrap_or_default();
        let mut at = 0;
        while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
            if self.at_line_start && rest.first() == MARK.first() {
                if rest.starts_with(&MARK) {
                    at += MARK.len();
                    continue;
                }
                if !self.ended && MARK.starts_with(rest) {
                    return at;
                }
            }
            let line = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let (line, _) = rest.split_at(line);
            self.output.extend_from_slice(line);
            self.at_line_start = line.ends_with(b"\n");
            at += line.len();
        }
        at
    }
}

impl<R: Read> Read for WithoutMarks<R> {
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

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn marks_at_the_start_of_a_line_go_and_others_stay() {
        for (from, to) in [
            ("\u{FEFF}a\n\u{FEFF}b", "a\nb"),
            ("\u{FEFF}\u{FEFF}a", "a"),
            ("a\u{FEFF}b", "a\u{FEFF}b"),
            ("é\nﬁ\n", "é\nﬁ\n"),
            ("\u{FEFF}", ""),
            ("", ""),
        ] {
            let mut whole = String::new();
            WithoutMarks::new(from.as_bytes()).read_to_string(&mut whole).unwrap();
            assert_eq!(whole, to);
            let mut drip = String::new();
            WithoutMarks::new(Drip(from.as_bytes())).read_to_string(&mut drip).unwrap();
            assert_eq!(drip, to);
        }
    }
}
