//! An annotator: holds a pack, turns jobs into outcomes.

use std::collections::BTreeMap;

use rrgscore_packs::{Bytes, Pack, PackError};
use rrgscore_scoring::Worker;

use crate::protocol::{FromAnnotator, ToAnnotator};

/// One annotator.
#[derive(Default)]
pub struct Annotator {
    worker: Worker,
}

impl Annotator {
    /// Answers one message. `files` come beside the text of [`ToAnnotator::Load`].
    pub fn handle(&mut self, ask: ToAnnotator, files: Vec<impl Bytes + 'static>) -> FromAnnotator {
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
        files: Vec<impl Bytes + 'static>,
    ) -> Result<rrgscore_scoring::PackUse, String> {
        // First, so that two models are never in memory at once.
        self.worker.unload();
        let mut files = files.into_iter();
        let manifest = files.next().ok_or("no files came with the pack")?;
        let mut bytes = vec![0; manifest.size()];
        manifest.copy(0, &mut bytes);
        let mut parts: BTreeMap<String, _> = names.into_iter().skip(1).zip(files).collect();
        // The graph stays outside: a worker's memory never shrinks again.
        let pack = Pack::open_outside(&bytes, |part| match parts.remove(&part.name) {
            Some(bytes) => Ok(Box::new(bytes)),
            None => Err(PackError::MissingPart { part: part.name.clone() }),
        });
        let pack = pack.map_err(|error| error.to_string())?;
        self.worker.load(&pack).map_err(|error| error.to_string())
    }
}
