//! What published values said of a pack, kept beside it.

use std::path::PathBuf;

use rrgscore_results::proof::PackProof;

use super::StoredPack;
use crate::error::NativeError;
use crate::input::read_bytes;
use crate::output::{Readers, write};

/// Its name in a pack's folder; beside a `.rrgpack` file it stands behind the file's name.
const FILE: &str = "proof.json";

fn path(pack: &StoredPack) -> PathBuf {
    if pack.path().is_dir() {
        return pack.path().join(FILE);
    }
    let mut name = pack.path().as_os_str().to_owned();
    name.push(".");
    name.push(FILE);
    name.into()
}

impl StoredPack {
    /// What was kept of this very pack, if it was ever held against published values.
    #[must_use]
    pub fn proof(&self) -> Option<PackProof> {
        let kept: PackProof = serde_json::from_slice(&read_bytes(&path(self)).ok()?).ok()?;
        (kept.pack == self.manifest().id).then_some(kept)
    }

    /// Keeps it beside the pack.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_proof(&self, proof: &PackProof) -> Result<(), NativeError> {
        write(&path(self), Readers::Anyone, |out| Ok(serde_json::to_writer_pretty(out, proof)?))
    }
}
