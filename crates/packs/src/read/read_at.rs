/// Bytes of a source file that can be read from anywhere: a slice in memory, a file on disk, a
/// `File` dropped into a page. A checkpoint of more than a gigabyte is never held whole.
pub trait ReadAt {
    /// Length in bytes.
    fn size(&self) -> u64;

    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// # Errors
    /// [`ReadAtError::PastEnd`] when there are not that many, [`ReadAtError::Failed`] when the
    /// device or the browser refuses.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadAtError>;
}

/// Why bytes of a source file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadAtError {
    /// The file ends before.
    #[error("it ends at byte {size}, before byte {wanted}")]
    PastEnd {
        /// Length of the file.
        size: u64,
        /// One past the last byte that was asked for.
        wanted: u64,
    },
    /// The device or the browser refused.
    #[error("{reason}")]
    Failed {
        /// In words, without a path.
        reason: String,
    },
}

impl ReadAt for [u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadAtError> {
        let past_end = || ReadAtError::PastEnd {
            size: self.size(),
            wanted: offset.saturating_add(buffer.len() as u64),
        };
        let start = usize::try_from(offset).map_err(|_| past_end())?;
        let end = start.checked_add(buffer.len()).ok_or_else(past_end)?;
        let bytes = self.get(start..end).ok_or_else(past_end)?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }
}

impl ReadAt for Vec<u8> {
    fn size(&self) -> u64 {
        self.as_slice().size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadAtError> {
        self.as_slice().read_at(offset, buffer)
    }
}

/// A slice of a slice, so that a borrowed one can stand behind `&dyn ReadAt`.
impl ReadAt for &[u8] {
    fn size(&self) -> u64 {
        (**self).size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadAtError> {
        (**self).read_at(offset, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_is_read_within_its_bounds_only() {
        let bytes: &[u8] = b"abcdef";
        let mut two = [0; 2];
        bytes.read_at(4, &mut two).unwrap();
        assert_eq!(&two, b"ef");
        assert_eq!(bytes.read_at(5, &mut two), Err(ReadAtError::PastEnd { size: 6, wanted: 7 }));
        assert!(bytes.read_at(u64::MAX, &mut two).is_err());
        bytes.read_at(6, &mut []).unwrap();
    }
}
