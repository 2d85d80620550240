//! A dropped `File` as a reader: a worker may read it synchronously, piece by piece, so that a
//! file of any size is parsed as it streams.

use std::io::{self, Read};

use js_sys::Uint8Array;
use web_sys::{File, FileReaderSync};

/// Bytes read at once.
const CHUNK: u64 = 1 << 20;

/// Reads a `File` from its beginning.
pub struct FileStream {
    file: File,
    reader: FileReaderSync,
    size: u64,
    at: u64,
    chunk: Vec<u8>,
    used: usize,
}

impl FileStream {
    /// A stream over the file.
    ///
    /// # Errors
    /// Where there is no `FileReaderSync`: outside a worker.
    pub fn new(file: File) -> io::Result<Self> {
        let reader = FileReaderSync::new()
            .map_err(|_| io::Error::other("this browser cannot read files in a worker"))?;
        let size = file.size() as u64;
        Ok(Self { file, reader, size, at: 0, chunk: Vec::new(), used: 0 })
    }

    fn fill(&mut self) -> io::Result<()> {
        let end = (self.at + CHUNK).min(self.size);
        // A file that was changed or removed after it was dropped fails here.
        let gone = |_| io::Error::other("the browser can no longer read the file; drop it again");
        let slice = self.file.slice_with_f64_and_f64(self.at as f64, end as f64).map_err(gone)?;
        let buffer = self.reader.read_as_array_buffer(&slice).map_err(gone)?;
        self.chunk = Uint8Array::new(&buffer).to_vec();
        self.used = 0;
        self.at = end;
        Ok(())
    }
}

impl Read for FileStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.used == self.chunk.len() && self.at < self.size {
            self.fill()?;
        }
        let left = self.chunk.get(self.used..).unwrap_or_default();
        let count = left.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), left.get(..count)) {
            to.copy_from_slice(from);
        }
        self.used += count;
        Ok(count)
    }
}
