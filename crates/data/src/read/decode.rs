//! Bytes become UTF-8 text.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::bytes::LayerError;
use crate::error::ReadError;
use crate::shape::TextEncoding;

/// What the first bytes say about the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EncodingGuess {
    pub(super) encoding: TextEncoding,
    /// Length of the byte order mark in front.
    pub(super) bom: usize,
}

/// First bytes of files that are no text, with their names.
const MAGIC: [(&[u8], &str); 16] = [
    (b"PK\x03\x04", "a zip archive or a spreadsheet"),
    (b"\xD0\xCF\x11\xE0", "an old Office document"),
    (b"%PDF", "a PDF"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"\x89PNG", "an image"),
    (b"\xFF\xD8\xFF", "an image"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x28\xB5\x2F\xFD", "Zstandard-compressed data"),
    (b"BZh", "bzip2-compressed data"),
    (b"\xFD7zXZ", "xz-compressed data"),
    (b"7z\xBC\xAF", "a 7-Zip archive"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x1F\x8B", "gzip inside gzip"),
    (b"\xFF\xFE\x00\x00", "UTF-32 text"),
];

/// Guesses the encoding from the first bytes, or takes the one given.
pub(super) fn sniff(head: &[u8], given: Option<TextEncoding>) -> Result<EncodingGuess, ReadError> {
    let bom = byte_order_mark(head);
    if let Some(encoding) = given {
        let bom = bom.filter(|bom| bom.encoding == encoding).map_or(0, |bom| bom.bom);
        return Ok(EncodingGuess { encoding, bom });
    }
    for (magic, name) in MAGIC {
        if head.starts_with(magic) {
            return Err(not_text(name));
        }
    }
    if head.get(128..132) == Some(b"DICM") {
        return Err(not_text("a DICOM file"));
    }
    if head.get(257..262) == Some(b"ustar") {
        return Err(not_text("a tar archive"));
    }
    // Python's pickle protocols 2 to 5.
    if let [0x80, 2..=5, ..] = head {
        return Err(not_text("a Python pickle"));
    }
    if let Some(bom) = bom {
        return Ok(bom);
    }
    let zeros =
        |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count() * 2;
    let (even, odd) = (zeros(0), zeros(1));
    // Mostly Latin text in UTF-16 has a zero in nearly every other byte, and on one side only.
    let encoding = if odd * 2 > head.len() && even * 8 < head.len() {
        TextEncoding::Utf16Le
    } else if even * 2 > head.len() && odd * 8 < head.len() {
        TextEncoding::Utf16Be
    } else if (even + odd) * 100 > head.len() * 2 {
        return Err(not_text("binary data"));
    } else {
        TextEncoding::Utf8
    };
    Ok(EncodingGuess { encoding, bom: 0 })
}

fn byte_order_mark(head: &[u8]) -> Option<EncodingGuess> {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => Some(EncodingGuess { encoding: TextEncoding::Utf8, bom: 3 }),
        [0xFF, 0xFE, ..] => Some(EncodingGuess { encoding: TextEncoding::Utf16Le, bom: 2 }),
        [0xFE, 0xFF, ..] => Some(EncodingGuess { encoding: TextEncoding::Utf16Be, bom: 2 }),
        _ => None,
    }
}

fn not_text(looks_like: &str) -> ReadError {
    ReadError::NotText { looks_like: looks_like.to_owned() }
}

/// Decodes a byte stream to UTF-8, strictly.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    encoding: TextEncoding,
    /// Bytes of the byte order mark still to be skipped.
    skip: usize,
    input: Vec<u8>,
    /// What of `input` is not decoded yet.
    from: usize,
    to: usize,
    ended: bool,
    finished: bool,
    output: Vec<u8>,
    /// What of `output` is not handed out yet.
    given: usize,
    ready: usize,
    /// Line breaks in all that was decoded.
    lines: u64,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, guess: EncodingGuess) -> Self {
        let encoding = match guess.encoding {
            TextEncoding::Utf8 => UTF_8,
            TextEncoding::Utf16Le => UTF_16LE,
            TextEncoding::Utf16Be => UTF_16BE,
            TextEncoding::Windows1252 => WINDOWS_1252,
        };
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            encoding: guess.encoding,
            skip: guess.bom,
            input: vec![0; super::PREFIX],
            from: 0,
            to: 0,
            ended: false,
            finished: false,
            output: vec![0; super::PREFIX],
            given: 0,
            ready: 0,
            lines: 0,
        }
    }

    /// Reads more input when all of it is decoded.
    fn refill(&mut self) -> io::Result<()> {
        while self.from == self.to && !self.ended {
            self.from = 0;
            self.to = self.inner.read(&mut self.input)?;
            self.ended = self.to == 0;
            let skipped = self.skip.min(self.to);
            self.skip -= skipped;
            self.from = skipped;
        }
        Ok(())
    }

    /// Decodes until there is output or the end.
    fn decode(&mut self) -> io::Result<()> {
        self.given = 0;
        self.ready = 0;
        loop {
            self.refill()?;
            let input = self.input.get(self.from..self.to).unwrap_or_default();
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                input,
                &mut self.output,
                self.ended,
            );
            self.from += read;
            self.ready = written;
            let new = self.output.get(..written).unwrap_or_default();
            self.lines += new.iter().filter(|byte| **byte == b'\n').count() as u64;
            if let DecoderResult::Malformed(..) = result {
                return Err(LayerError::pack(ReadError::Encoding {
                    encoding: self.encoding,
                    line: self.lines + 1,
                }));
            }
            // A decoder must not be asked again after its end.
            self.finished = self.ended && result == DecoderResult::InputEmpty;
            if written > 0 || self.finished {
                return Ok(());
            }
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready {
            if self.finished {
                return Ok(0);
            }
            self.decode()?;
        }
        let ready = self.output.get(self.given..self.ready).unwrap_or_default();
        let count = ready.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), ready.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}
