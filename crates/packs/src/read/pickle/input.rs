//! The bytes of a pickle, counted.

use super::PickleError;
use std::io::{BufRead, ErrorKind, Read};

/// Reads from a stream up to a limit. A length that the pickle states is never believed: memory
/// is taken as bytes arrive.
pub(super) struct Input<'a> {
    stream: &'a mut dyn BufRead,
    left: u64,
    limit: u64,
}

impl<'a> Input<'a> {
    pub(super) fn new(stream: &'a mut dyn BufRead, limit: u64) -> Self {
        Input { stream, left: limit, limit }
    }

    pub(super) fn byte(&mut self) -> Result<u8, PickleError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        let mut bytes = [0; N];
        self.take(N as u64)?;
        self.stream.read_exact(&mut bytes).map_err(|error| failed(&error))?;
        Ok(bytes)
    }

    pub(super) fn bytes(&mut self, length: u64) -> Result<Vec<u8>, PickleError> {
        self.take(length)?;
        let mut bytes = Vec::new();
        let read = (&mut *self.stream)
            .take(length)
            .read_to_end(&mut bytes)
            .map_err(|error| failed(&error))?;
        if read as u64 != length {
            return Err(ENDS);
        }
        Ok(bytes)
    }

    /// A line of text without its end; the form of numbers and names in protocol 0.
    pub(super) fn line(&mut self) -> Result<String, PickleError> {
        const LONGEST: u64 = 4096;
        let mut bytes = Vec::new();
        let read = (&mut *self.stream)
            .take(LONGEST)
            .read_until(b'\n', &mut bytes)
            .map_err(|error| failed(&error))?;
        self.take(read as u64)?;
        if bytes.pop() != Some(b'\n') {
            return Err(PickleError::Invalid { reason: "a line does not end" });
        }
        text(bytes)
    }

    fn take(&mut self, bytes: u64) -> Result<(), PickleError> {
        let too_large = PickleError::TooLarge { what: "bytes", limit: self.limit };
        self.left = self.left.checked_sub(bytes).ok_or(too_large)?;
        Ok(())
    }
}

pub(super) fn text(bytes: Vec<u8>) -> Result<String, PickleError> {
    String::from_utf8(bytes).map_err(|_| PickleError::Invalid { reason: "a text is not UTF-8" })
}

const ENDS: PickleError = PickleError::Invalid { reason: "it ends before its last opcode" };

fn failed(error: &std::io::Error) -> PickleError {
    match error.kind() {
        ErrorKind::UnexpectedEof => ENDS,
        _ => PickleError::Read { reason: error.to_string() },
    }
}
