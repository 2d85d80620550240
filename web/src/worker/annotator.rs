//! An annotator: holds a pack, turns jobs into outcomes.

use rrgscore_packs::Pack;
use rrgscore_scoring::Worker;

use crate::protocol::{FromAnnotator, ToAnnotator};

/// One annotator.
#[derive(Default)]
pub struct Annotator {
    worker: Worker,
}

impl Annotator {
    /// Answers one message. `files` come beside the text of [`ToAnnotator::Load`].
    pub fn handle(&mut self, ask: ToAnnotator, files: Vec<Vec<u8>>) -> FromAnnotator {
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
        files: Vec<Vec<u8>>,
    ) -> Result<rrgscore_scoring::PackUse, String> {
        // First, so that two models are never in memory at once.
        self.worker.unload();
        let mut files = files.into_iter();
        let manifest = files.next().ok_or("no files came with the pack")?;
        let parts = names.into_iter().skip(1).zip(files);
        let pack = Pack::open(&manifest, parts).map_err(|error| error.to_string())?;
        self.worker.load(&pack).map_err(|error| error.to_string())
    }
}
