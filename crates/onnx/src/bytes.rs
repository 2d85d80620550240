//! A file's bytes, wherever they lie.

use std::borrow::Cow;
use std::fmt::Debug;

/// What may be handed to another thread, on machines whose programs have threads. A page's worker
/// has one alone, and a browser's buffers may not leave theirs.
#[cfg(not(target_arch = "wasm32"))]
pub trait OfAnyThread: Send + Sync {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send + Sync + ?Sized> OfAnyThread for T {}

/// What may be handed to another thread, on machines whose programs have threads. A page's worker
/// has one alone, and a browser's buffers may not leave theirs.
#[cfg(target_arch = "wasm32")]
pub trait OfAnyThread {}
#[cfg(target_arch = "wasm32")]
impl<T: ?Sized> OfAnyThread for T {}

/// The bytes of a file. They may lie outside of this program's memory, as a browser's buffers do,
/// and are then copied piece by piece when they are wanted.
pub trait Bytes: Debug + OfAnyThread {
    /// How many there are.
    fn size(&self) -> usize;

    /// Copies those from `at` on, as many as `into` takes.
    ///
    /// # Panics
    /// There may be a panic where `into` reaches past the end.
    fn copy(&self, at: usize, into: &mut [u8]);

    /// All of them, if they lie in this program's memory.
    fn here(&self) -> Option<&[u8]> {
        None
    }
}

impl Bytes for &[u8] {
    fn size(&self) -> usize {
        self.len()
    }

    fn copy(&self, at: usize, into: &mut [u8]) {
        into.copy_from_slice(&self[at..at + into.len()]);
    }

    fn here(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl Bytes for Vec<u8> {
    fn size(&self) -> usize {
        self.len()
    }

    fn copy(&self, at: usize, into: &mut [u8]) {
        self.as_slice().copy(at, into);
    }

    fn here(&self) -> Option<&[u8]> {
        Some(self)
    }
}

/// A piece of a file: borrowed where it lies in memory, copied otherwise; `None` where it reaches
/// past the end.
pub fn piece(file: &dyn Bytes, at: usize, length: usize) -> Option<Cow<'_, [u8]>> {
    let end = at.checked_add(length).filter(|&end| end <= file.size())?;
    if let Some(all) = file.here() {
        return all.get(at..end).map(Cow::Borrowed);
    }
    let mut copied = vec![0; length];
    file.copy(at, &mut copied);
    Some(Cow::Owned(copied))
}
