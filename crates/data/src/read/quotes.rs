//! Watches the quotes of a table go by.

use std::io::{self, Read};

use super::bytes::LayerError;
use crate::error::ReadError;

/// Passes a table through and fails where its quoting is broken.
///
/// CSV readers take what follows a missing quote as text and swallow rows without a word; so
/// would pandas. A study that silently disappears is worse than an error.
pub(super) struct Quotes<R> {
    inner: R,
    delimiter: u8,
    state: State,
    line: u64,
    /// Line of the last opening quote.
    opened: u64,
    /// Rows that have begun; whether the next has, and the byte before.
    rows: u64,
    in_row: bool,
    after_return: bool,
    /// Blank lines: how many rows stand above, and how many lines there are.
    blank: Vec<(u64, u64)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the start of a cell.
    Start,
    /// In a cell without quotes.
    Bare,
    /// Inside quotes.
    Quoted,
    /// After a quote inside quotes: the end of the cell, or half of a doubled quote.
    Closing,
    /// After the end of a quoted cell, in blanks.
    Closed,
}

impl<R: Read> Quotes<R> {
    /// Watches a table before which `skipped` lines stood.
    pub(super) fn new(inner: R, delimiter: u8, skipped: u64) -> Self {
        let line = skipped + 1;
        Self {
            inner,
            delimiter,
            state: State::Start,
            line,
            opened: line,
            rows: 0,
            in_row: false,
            after_return: false,
            blank: Vec::new(),
        }
    }

    /// How many blank lines stand between a row and the one above it; rows are counted from 0.
    pub(super) fn blank_lines_above(&self, row: u64) -> u64 {
        let found = self.blank.binary_search_by_key(&row, |(rows, _)| *rows);
        found.ok().and_then(|at| self.blank.get(at)).map_or(0, |(_, lines)| *lines)
    }

    /// Notes rows and blank lines at a byte outside of quotes.
    fn note(&mut self, byte: u8) {
        match byte {
            b'\n' if !self.in_row && !self.after_return => match self.blank.last_mut() {
                Some((rows, lines)) if *rows == self.rows => *lines += 1,
                _ => self.blank.push((self.rows, 1)),
            },
            b'\n' | b'\r' => {
                self.after_return = byte == b'\r' && self.in_row;
                self.in_row = false;
                return;
            }
            _ if !self.in_row => {
                self.in_row = true;
                self.rows += 1;
            }
            _ => {}
        }
        self.after_return = false;
    }

    fn watch(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            // Most bytes are inside cells: skip to the next that matters.
            let stop = match self.state {
                State::Quoted => memchr::memchr2(b'"', b'\n', rest),
                State::Bare => memchr::memchr3(self.delimiter, b'\n', b'\r', rest),
                State::Start | State::Closing | State::Closed => Some(0),
            };
            let Some(stop) = stop else { return Ok(()) };
            let Some(&byte) = rest.get(stop) else { return Ok(()) };
            at += stop + 1;
            if self.state != State::Quoted {
                self.note(byte);
            }
            let ends = byte == self.delimiter || byte == b'\n' || byte == b'\r';
            self.state = match (self.state, byte) {
                (State::Start, b'"') => {
                    self.opened = self.line;
                    State::Quoted
                }
                (State::Quoted, b'"') => State::Closing,
                (State::Quoted, _) => State::Quoted,
                (State::Closing, b'"') => State::Quoted,
                (_, _) if ends => State::Start,
                (State::Closing | State::Closed, b' ' | b'\t') => State::Closed,
                (State::Closing | State::Closed, _) => {
                    return Err(ReadError::StrayQuote { line: self.line });
                }
                (State::Start | State::Bare, _) => State::Bare,
            };
            self.line += u64::from(byte == b'\n');
        }
        Ok(())
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count == 0 && !buffer.is_empty() && self.state == State::Quoted {
            return Err(LayerError::pack(ReadError::UnclosedQuote { line: self.opened }));
        }
        self.watch(buffer.get(..count).unwrap_or_default()).map_err(LayerError::pack)?;
        Ok(count)
    }
}
