//! Parts and streams of a [`ReadAt`].

use super::{ReadAt, ReadAtError};
use crate::PackError;
use std::io;

/// A range of a file, read as a file of its own.
#[derive(Clone, Copy)]
pub(crate) struct Section<'a> {
    data: &'a dyn ReadAt,
    start: u64,
    length: u64,
}

impl<'a> Section<'a> {
    /// The range `start..start + length`, if the file has it.
    pub(crate) fn new(data: &'a dyn ReadAt, start: u64, length: u64) -> Result<Self, ReadAtError> {
        let end = start.saturating_add(length);
        if end > data.size() {
            return Err(ReadAtError::PastEnd { size: data.size(), wanted: end });
        }
        Ok(Section { data, start, length })
    }
}

impl ReadAt for Section<'_> {
    fn size(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadAtError> {
        let wanted = offset.saturating_add(buffer.len() as u64);
        if wanted > self.length {
            return Err(ReadAtError::PastEnd { size: self.length, wanted });
        }
        self.data.read_at(self.start.saturating_add(offset), buffer)
    }
}

/// A place in a file, for readers that work on streams. Unbuffered.
pub(crate) struct Cursor<'a> {
    data: &'a dyn ReadAt,
    at: u64,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(data: &'a dyn ReadAt) -> Self {
        Cursor { data, at: 0 }
    }
}

impl io::Read for Cursor<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.data.size().saturating_sub(self.at);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if length == 0 {
            return Ok(0);
        }
        let (filled, _) = buffer.split_at_mut(length);
        self.data.read_at(self.at, filled).map_err(io::Error::other)?;
        self.at += length as u64;
        Ok(length)
    }
}

impl io::Seek for Cursor<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let at = match to {
            io::SeekFrom::Start(at) => Some(at),
            io::SeekFrom::Current(by) => self.at.checked_add_signed(by),
            io::SeekFrom::End(by) => self.data.size().checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// The whole of a small file; `name` is used in messages.
///
/// # Errors
/// When it is longer than `most`, or cannot be read.
pub(crate) fn read_all(name: &str, data: &dyn ReadAt, most: u64) -> Result<Vec<u8>, PackError> {
    let bad = |reason: String| PackError::BadSource { file: name.to_owned(), reason };
    if data.size() > most {
        return Err(bad(format!("it has {} bytes, more than {most}", data.size())));
    }
    let size = usize::try_from(data.size()).map_err(|_| bad("it is too large".to_owned()))?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size).map_err(|_| bad("it does not fit in memory".to_owned()))?;
    bytes.resize(size, 0);
    data.read_at(0, &mut bytes).map_err(|error| bad(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Seek};

    #[test]
    fn a_section_stays_in_its_bounds() {
        let bytes = b"abcdef".to_vec();
        let section = Section::new(&bytes, 2, 3).unwrap();
        let mut two = [0; 2];
        section.read_at(1, &mut two).unwrap();
        assert_eq!(&two, b"de");
        assert!(section.read_at(2, &mut two).is_err());
        assert!(section.read_at(u64::MAX, &mut two).is_err());
        assert!(Section::new(&bytes, 4, 3).is_err());
        assert!(Section::new(&bytes, u64::MAX, u64::MAX).is_err());
    }

    #[test]
    fn a_cursor_is_a_stream() {
        let bytes = b"abcdef".to_vec();
        let mut cursor = Cursor::new(&bytes);
        cursor.seek(io::SeekFrom::End(-4)).unwrap();
        let mut text = String::new();
        cursor.read_to_string(&mut text).unwrap();
        assert_eq!(text, "cdef");
        assert!(cursor.seek(io::SeekFrom::Current(-9)).is_err());
        cursor.seek(io::SeekFrom::Start(99)).unwrap();
        assert_eq!(cursor.read(&mut [0; 4]).unwrap(), 0);
    }
}
