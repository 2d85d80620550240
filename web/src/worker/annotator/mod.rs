//! An annotator: holds a pack, turns jobs into outcomes.
//!
//! A job is not done when its message is read but when [`AnnotatorWorker::work`] is called: whoever holds
//! the annotator calls that from a task of its own, one job each, so that between two jobs the
//! annotator reads what came meanwhile and can drop the second if it must.

#[cfg(target_arch = "wasm32")]
pub mod host;

use std::collections::{BTreeMap, VecDeque};

use rrgscore_packs::{Bytes, Pack, PackError};
use rrgscore_scoring::Worker;
use rrgscore_scoring::job::Job;

use crate::protocol::annotator::{AnnotatorRequest, AnnotatorResponse};

/// One annotator.
#[derive(Default)]
pub struct AnnotatorWorker {
    worker: Worker,
    /// Jobs that are not begun yet.
    waiting: VecDeque<Box<Job>>,
}

impl AnnotatorWorker {
    /// Takes in one request and gives the responses there are at once. `files` come beside the text
    /// of [`AnnotatorRequest::Load`].
    pub fn handle(
        &mut self,
        request: AnnotatorRequest,
        files: Vec<impl Bytes + 'static>,
    ) -> Vec<AnnotatorResponse> {
        match request {
            AnnotatorRequest::Load { names } => vec![match self.load(names, files) {
                Ok(pack) => AnnotatorResponse::Loaded { pack },
                Err(message) => AnnotatorResponse::LoadFailed { message },
            }],
            AnnotatorRequest::Work { job } => {
                self.waiting.push_back(job);
                Vec::new()
            }
            AnnotatorRequest::DropQueued => self
                .waiting
                .drain(..)
                .map(|job| AnnotatorResponse::JobDropped { id: job.id })
                .collect(),
        }
    }

    /// Whether a job waits to be begun.
    pub fn has_work(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Does the job that has waited longest, if there is one.
    pub fn work(&mut self) -> Option<AnnotatorResponse> {
        let job = self.waiting.pop_front()?;
        Some(match self.worker.handle(&job) {
            Ok(outcome) => AnnotatorResponse::Outcome { outcome },
            Err(error) => AnnotatorResponse::JobFailed { id: job.id, message: error.to_string() },
        })
    }

    fn load(
        &mut self,
        names: Vec<String>,
        files: Vec<impl Bytes + 'static>,
    ) -> Result<rrgscore_scoring::Purpose, String> {
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

#[cfg(test)]
mod tests {
    use rrgscore_scoring::job::{JobId, Work};

    use super::*;

    fn job(id: u64) -> AnnotatorRequest {
        let work = Work::Score {
            metric: rrgscore_scoring::Metric::named("bleu2").unwrap(),
            idf: None,
            pairs: Vec::new(),
            elsewhere: Vec::new(),
        };
        AnnotatorRequest::Work { job: Box::new(Job { id: JobId(id), work }) }
    }

    #[test]
    fn jobs_are_done_one_by_one_and_those_not_begun_can_be_dropped() {
        let mut annotator = AnnotatorWorker::default();
        let handle = |annotator: &mut AnnotatorWorker, request| {
            annotator.handle(request, Vec::<Vec<u8>>::new())
        };
        for id in 0..3 {
            assert!(handle(&mut annotator, job(id)).is_empty());
        }
        let done = annotator.work();
        assert!(matches!(done, Some(AnnotatorResponse::Outcome { outcome }) if outcome.id.0 == 0));
        assert!(annotator.has_work());
        let dropped = handle(&mut annotator, AnnotatorRequest::DropQueued);
        let dropped: Vec<Option<u64>> = dropped
            .iter()
            .map(|response| match response {
                AnnotatorResponse::JobDropped { id } => Some(id.0),
                _ => None,
            })
            .collect();
        assert_eq!(dropped, [Some(1), Some(2)]);
        assert!(!annotator.has_work() && annotator.work().is_none());
    }
}
