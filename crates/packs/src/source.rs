use crate::PackError;
use crate::read::{ReadAt, read_all};

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
}

impl std::fmt::Debug for SourceFile<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceFile").field("name", &self.name).finish_non_exhaustive()
    }
}
