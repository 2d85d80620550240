//! An annotator: holds a pack, turns jobs into outcomes.

use std::collections::BTreeMap;

use rrgscore_packs::{Pack, PackError};
use rrgscore_scoring::Worker;

use crate::protocol::{FromAnnotator, ToAnnotator};

/// The bytes of a file that lie outside of this worker's memory, as a browser's buffers do.
pub trait Buffer {
    /// How many there are.
    fn size(&self) -> usize;
    /// Copies all of them; `into` is as long as they are.
    fn copy(&self, into: &mut [u8]);
}

impl Buffer for Vec<u8> {
    fn size(&self) -> usize {
        self.len()
    }

    fn copy(&self, into: &mut [u8]) {
        into.copy_from_slice(self);
    }
}

/// One annotator.
#[derive(Default)]
pub struct Annotator {
    worker: Worker,
}

impl Annotator {
    /// Answers one message. `files` come beside the text of [`ToAnnotator::Load`].
    pub fn handle(&mut self, ask: ToAnnotator, files: Vec<impl Buffer>) -> FromAnnotator {
        match ask {
            ToAnnotator::Load { names } => match self.load(names, files) {
                Ok(pack) => FromAnnotator::Loaded { pack },
                Err(message) => FromAnnotator::LoadFailed { message },
            },
            ToAnnotator::Work { job } => match self.worker.handle(&job) {
                Ok(outcome) => FromAnnotator::Outcome { outcome },
                Err(error) => FromAnnotator::Failed { id: job.id, message: error.to_string() },
            },
        }
    }

    fn load(
        &mut self,
        names: Vec<String>,
        files: Vec<impl Buffer>,
    ) -> Result<rrgscore_scoring::PackUse, String> {
        // First, so that two models are never in memory at once.
        self.worker.unload();
        let mut files = files.into_iter();
        let manifest = files.next().ok_or("no files came with the pack")?;
        let mut bytes = vec![0; manifest.size()];
        manifest.copy(&mut bytes);
        let mut parts: BTreeMap<String, _> = names.into_iter().skip(1).zip(files).collect();
        // Each part is copied to its place in its file: a worker's memory never shrinks again.
        let pack = Pack::open_with(&bytes, |part, place| {
            let name = || part.name.clone();
            let from =
                parts.remove(&part.name).ok_or_else(|| PackError::MissingPart { part: name() })?;
            if from.size() != place.len() {
                let (found, expected) = (from.size() as u64, part.bytes);
                return Err(PackError::PartSize { part: name(), found, expected });
            }
            from.copy(place);
            Ok(())
        });
        let pack = pack.map_err(|error| error.to_string())?;
        self.worker.load(&pack).map_err(|error| error.to_string())
    }
}
