//! The layers below the text: counting, hashing, limits, decompression.

use std::fmt;
use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::error::ReadError;
use crate::hex;

/// Carries a typed error through the readers of other crates.
#[derive(Debug)]
pub(super) struct LayerError(pub(super) ReadError);

impl fmt::Display for LayerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for LayerError {}

impl LayerError {
    /// Packs a typed error into an I/O error.
    pub(super) fn pack(error: ReadError) -> io::Error {
        io::Error::other(Self(error))
    }

    /// Takes the typed error out again; any other error is the source's own.
    pub(super) fn unpack(error: io::Error) -> ReadError {
        match error.downcast::<Self>() {
            Ok(layer) => layer.0,
            Err(error) => ReadError::Source { message: error.to_string() },
        }
    }

    fn is_in(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

/// The bytes as given: counted, hashed, limited, reported to `progress`.
pub(super) struct Source<'p, R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
    limit: u64,
    progress: &'p mut dyn FnMut(u64),
}

impl<'p, R: Read> Source<'p, R> {
    pub(super) fn new(inner: R, limit: u64, progress: &'p mut dyn FnMut(u64)) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0, limit, progress }
    }

    /// The SHA-256 in hex, and the number of bytes.
    pub(super) fn finish(self) -> (String, u64) {
        (hex(&self.hash.finalize()), self.bytes)
    }
}

impl<R: Read> Read for Source<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        // A source that claims more than it was offered room for is broken.
        let Some(new) = buffer.get(..count) else {
            return Err(io::Error::other("the source returned more bytes than asked for"));
        };
        if count > 0 {
            self.hash.update(new);
            self.bytes += count as u64;
            (self.progress)(self.bytes);
            if self.bytes > self.limit {
                return Err(LayerError::pack(ReadError::TooLarge {
                    limit: self.limit,
                    decompressed: false,
                }));
            }
        }
        Ok(count)
    }
}

/// Decompressed bytes, limited: a few kilobytes of gzip can hold gigabytes.
pub(super) struct Limited<R> {
    inner: R,
    bytes: u64,
    limit: u64,
}

impl<R> Limited<R> {
    pub(super) fn new(inner: R, limit: u64) -> Self {
        Self { inner, bytes: 0, limit }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes += count as u64;
        if self.bytes > self.limit {
            return Err(LayerError::pack(ReadError::TooLarge {
                limit: self.limit,
                decompressed: true,
            }));
        }
        Ok(count)
    }
}

/// Gzip of any number of members, with typed errors.
pub(super) struct Gunzip<R> {
    inner: MultiGzDecoder<BufReader<R>>,
}

impl<R: Read> Gunzip<R> {
    pub(super) fn new(source: R) -> Self {
        Self { inner: MultiGzDecoder::new(BufReader::with_capacity(super::PREFIX, source)) }
    }
}

impl<R: Read> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| match error.kind() {
            _ if LayerError::is_in(&error) => error,
            io::ErrorKind::UnexpectedEof => LayerError::pack(ReadError::GzipTruncated),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                LayerError::pack(ReadError::GzipDamaged)
            }
            _ => error,
        })
    }
}
