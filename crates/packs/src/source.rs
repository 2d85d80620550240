use crate::hash::hex;
use crate::read::{ReadAt, read_all};
use crate::{PackError, Sha256Hex};
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;

/// No configuration, vocabulary or tokenizer is longer.
const MAX_SMALL_FILE: u64 = 64 << 20;

/// A file that was handed in, as its authors publish it.
///
/// All files come in one flat list: the checkpoint, what lies beside it, and what was named in
/// addition. Folders matter, because every published encoder has a `config.json` of its own.
#[derive(Clone, Copy)]
pub struct SourceFile<'a> {
    /// Its path below the folder that was handed in, with `/` between the parts, e.g.
    /// `bert-base-uncased/config.json`; just the name for a single file.
    pub name: &'a str,
    /// Its contents.
    pub data: &'a dyn ReadAt,
}

impl<'a> SourceFile<'a> {
    /// The path of its folder, empty at the top.
    pub fn folder(&self) -> &'a str {
        self.name.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Its name without folders.
    pub fn file_name(&self) -> &'a str {
        self.name.rsplit_once('/').map_or(self.name, |(_, name)| name)
    }

    /// The whole file; meant for small ones.
    ///
    /// # Errors
    /// [`PackError::BadSource`] when it cannot be read or has more than 64 MiB.
    pub fn read_all(&self) -> Result<Vec<u8>, PackError> {
        read_all(self.name, self.data, MAX_SMALL_FILE)
    }

    /// sha256 of the file, of which 4 MiB are in memory at a time. `watch` sees how many bytes are
    /// read, and may break off.
    ///
    /// # Errors
    /// [`PackError::BadSource`] when it cannot be read, [`PackError::Cancelled`] when `watch` breaks
    /// off.
    pub fn sha256(
        &self,
        watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Sha256Hex, PackError> {
        const STEP: u64 = 1 << 22;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; self.data.size().min(STEP) as usize];
        let mut at = 0;
        while at < self.data.size() {
            if watch(at).is_break() {
                return Err(PackError::Cancelled);
            }
            let length = (self.data.size() - at).min(STEP) as usize;
            let (step, _) = buffer.split_at_mut(length);
            self.data.read_at(at, step).map_err(|error| PackError::BadSource {
                file: self.name.to_owned(),
                reason: error.to_string(),
            })?;
            hash.update(&*step);
            at += length as u64;
        }
        Ok(hex(&hash.finalize()))
    }
}

impl std::fmt::Debug for SourceFile<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceFile").field("name", &self.name).finish_non_exhaustive()
    }
}
