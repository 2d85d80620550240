//! A dropped `File` that is read where it is needed: a checkpoint of more than a gigabyte is
//! never in memory as a whole.

use std::cell::RefCell;

use js_sys::Uint8Array;
use rrgscore_packs::{ReadAt, ReadAtError};
use web_sys::{File, FileReaderSync};

/// Small reads are served from a window of this many bytes.
const WINDOW: u64 = 1 << 20;

/// Large reads are done in pieces of this many bytes, so that the browser holds no more of them.
const PIECE: usize = 16 << 20;

/// A file and a window on it.
pub struct FileAt {
    file: File,
    reader: FileReaderSync,
    size: u64,
    window: RefCell<Window>,
}

#[derive(Default)]
struct Window {
    from: u64,
    bytes: Vec<u8>,
}

impl FileAt {
    /// A file, to be read anywhere.
    ///
    /// # Errors
    /// Where there is no `FileReaderSync`: outside a worker.
    pub fn new(file: File) -> Result<Self, ReadAtError> {
        let reader = FileReaderSync::new().map_err(|_| ReadAtError::Failed {
            reason: "this browser cannot read files in a worker".to_owned(),
        })?;
        let size = file.size() as u64;
        Ok(Self { file, reader, size, window: RefCell::default() })
    }

    fn fetch(&self, from: u64, to: u64) -> Result<Uint8Array, ReadAtError> {
        // A file that was changed or removed after it was dropped fails here.
        let gone = |_| ReadAtError::Failed {
            reason: "the browser can no longer read it; drop it again".to_owned(),
        };
        let slice = self.file.slice_with_f64_and_f64(from as f64, to as f64).map_err(gone)?;
        let buffer = self.reader.read_as_array_buffer(&slice).map_err(gone)?;
        let bytes = Uint8Array::new(&buffer);
        if u64::from(bytes.length()) == to - from { Ok(bytes) } else { Err(gone(slice.into())) }
    }
}

impl ReadAt for FileAt {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadAtError> {
        let end = offset.saturating_add(buffer.len() as u64);
        if end > self.size {
            return Err(ReadAtError::PastEnd { size: self.size, wanted: end });
        }
        if buffer.len() as u64 >= WINDOW {
            let mut at = offset;
            for piece in buffer.chunks_mut(PIECE) {
                let to = at + piece.len() as u64;
                self.fetch(at, to)?.copy_to(piece);
                at = to;
            }
            return Ok(());
        }
        let mut window = self.window.borrow_mut();
        let there = window.from <= offset && end <= window.from + window.bytes.len() as u64;
        if !there {
            let to = (offset + WINDOW).min(self.size);
            window.bytes = self.fetch(offset, to)?.to_vec();
            window.from = offset;
        }
        let from = (offset - window.from) as usize;
        if let Some(bytes) = window.bytes.get(from..from + buffer.len()) {
            buffer.copy_from_slice(bytes);
        }
        Ok(())
    }
}
