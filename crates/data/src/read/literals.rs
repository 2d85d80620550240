//! Makes JSON of what Python's `json` writes: bare `NaN` and infinities become `null`.

use std::io::{self, Read};

/// The literals and what takes their place.
const LITERALS: [&[u8]; 3] = [b"NaN", b"Infinity", b"-Infinity"];

/// Replaces `NaN`, `Infinity` and `-Infinity` outside of strings by `null`.
///
/// ReXrank's files hold bare `NaN` for missing sections (pandas writes them); they are read
/// there by Python's `json`, which accepts these literals. Lines keep their numbers, columns
/// may shift. Anything else passes unchanged, valid JSON or not.
pub(super) struct Literals<R> {
    inner: R,
    input: Vec<u8>,
    /// Bytes at the front of `input` kept from the last piece: the start of a literal.
    kept: usize,
    output: Vec<u8>,
    given: usize,
    in_string: bool,
    escaped: bool,
    ended: bool,
}

impl<R: Read> Literals<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            input: vec![0; super::PREFIX],
            kept: 0,
            output: Vec::with_capacity(super::PREFIX * 2),
            given: 0,
            in_string: false,
            escaped: false,
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
        loop {
            let rest = input.get(at..).unwrap_or_default();
            if rest.is_empty() {
                return at;
            }
            if self.escaped {
                self.escaped = false;
                self.output.extend(rest.first());
                at += 1;
            } else if self.in_string {
                let Some(stop) = memchr::memchr2(b'"', b'\\', rest) else {
                    self.output.extend_from_slice(rest);
                    return length;
                };
                self.in_string = rest.get(stop) != Some(&b'"');
                self.escaped = self.in_string;
                self.output.extend_from_slice(rest.get(..=stop).unwrap_or_default());
                at += stop + 1;
            } else {
                let start = |byte: &u8| matches!(byte, b'"' | b'N' | b'I' | b'-');
                let stop = rest.iter().position(start).unwrap_or(rest.len());
                self.output.extend_from_slice(rest.get(..stop).unwrap_or_default());
                at += stop;
                let rest = rest.get(stop..).unwrap_or_default();
                match rest.first() {
                    None => return at,
                    Some(b'"') => {
                        self.in_string = true;
                        self.output.push(b'"');
                        at += 1;
                    }
                    Some(other) => {
                        if let Some(literal) =
                            LITERALS.iter().find(|literal| rest.starts_with(literal))
                        {
                            self.output.extend_from_slice(b"null");
                            at += literal.len();
                        } else if !self.ended
                            && LITERALS.iter().any(|literal| literal.starts_with(rest))
                        {
                            // Perhaps a literal, cut by the end of this piece.
                            return at;
                        } else {
                            self.output.push(*other);
                            at += 1;
                        }
                    }
                }
            }
        }
    }
}

impl<R: Read> Read for Literals<R> {
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

    /// Hands out one byte at a time, so that every literal is cut everywhere.
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
    fn bare_literals_become_null_and_texts_stay() {
        for (from, to) in [
            ("{\"a\": NaN}", "{\"a\": null}"),
            ("[Infinity,-Infinity,-1,NaN]", "[null,null,-1,null]"),
            (
                "{\"NaN\": \"NaN \\\" NaN\", \"b\\\\\": NaN}",
                "{\"NaN\": \"NaN \\\" NaN\", \"b\\\\\": null}",
            ),
            ("NaNaN", "nullaN"),
            ("Na", "Na"),
            ("-Infinit", "-Infinit"),
            ("-", "-"),
            ("", ""),
        ] {
            let mut whole = String::new();
            Literals::new(from.as_bytes()).read_to_string(&mut whole).unwrap();
            assert_eq!(whole, to);
            let mut drip = String::new();
            Literals::new(Drip(from.as_bytes())).read_to_string(&mut drip).unwrap();
            assert_eq!(drip, to);
        }
    }
}
