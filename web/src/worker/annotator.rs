//! An annotator: holds a pack, turns jobs into outcomes.
//!
//! A job is not done when its message is read but when [`Annotator::work`] is called: whoever holds
//! the annotator calls that from a task of its own, one job each, so that between two jobs the
//! annotator reads what came meanwhile and can still be told to drop the second.

use std::collections::{BTreeMap, VecDeque};

use rrgscore_packs::{Bytes, Pack, PackError};
use rrgscore_scoring::Worker;
use rrgscore_scoring::job::Job;

use crate::protocol::{FromAnnotator, ToAnnotator};

/// One annotator.
#[derive(Default)]
pub struct Annotator {
    worker: Worker,
    /// Jobs that are not begun yet.
    waiting: VecDeque<Box<Job>>,
}

impl Annotator {
    /// Takes in one message and gives the answers there are at once. `files` come beside the text
    /// of [`ToAnnotator::Load`].
    pub fn handle(
        &mut self,
        ask: ToAnnotator,
        files: Vec<impl Bytes + 'static>,
    ) -> Vec<FromAnnotator> {
        match ask {
            ToAnnotator::Load { names } => vec![match self.load(names, files) {
                Ok(pack) => FromAnnotator::Loaded { pack },
                Err(message) => FromAnnotator::LoadFailed { message },
            }],
            ToAnnotator::Work { job } => {
                self.waiting.push_back(job);
                Vec::new()
            }
            ToAnnotator::Forget => {
                self.waiting.drain(..).map(|job| FromAnnotator::Forgot { id: job.id }).collect()
            }
        }
    }

    /// Whether a job waits to be begun.
    pub fn has_work(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Does the job that has waited longest, if there is one.
    pub fn work(&mut self) -> Option<FromAnnotator> {
        let job = self.waiting.pop_front()?;
        Some(match self.worker.handle(&job) {
            Ok(outcome) => FromAnnotator::Outcome { outcome },
            Err(error) => FromAnnotator::Failed { id: job.id, message: error.to_string() },
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

    fn job(id: u64) -> ToAnnotator {
        let work = Work::Score {
            metric: rrgscore_scoring::Metric::named("bleu2").unwrap(),
            idf: None,
            pairs: Vec::new(),
        };
        ToAnnotator::Work { job: Box::new(Job { id: JobId(id), work }) }
    }

    #[test]
    fn jobs_are_done_one_by_one_and_those_not_begun_can_be_dropped() {
        let mut annotator = Annotator::default();
        let ask = |annotator: &mut Annotator, ask| annotator.handle(ask, Vec::<Vec<u8>>::new());
        for id in 0..3 {
            assert!(ask(&mut annotator, job(id)).is_empty());
        }
        let done = annotator.work();
        assert!(matches!(done, Some(FromAnnotator::Outcome { outcome }) if outcome.id.0 == 0));
        assert!(annotator.has_work());
        let dropped = ask(&mut annotator, ToAnnotator::Forget);
        let dropped: Vec<Option<u64>> = dropped
            .iter()
            .map(|told| match told {
                FromAnnotator::Forgot { id } => Some(id.0),
                _ => None,
            })
            .collect();
        assert_eq!(dropped, [Some(1), Some(2)]);
        assert!(!annotator.has_work() && annotator.work().is_none());
    }
}
