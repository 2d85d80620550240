//! What a user has brought so far, and what was found out about it.

use rrgscore_data::samples::{self, Sample};
use rrgscore_data::{Dataset, ReadError, ReadOptions, Side, read};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_scoring::given::GivenError;
use rrgscore_scoring::{AnnotationStore, Shard};

use crate::answers::Answers;
use crate::check::Checked;
use crate::graphs::GraphFiles;

/// The files of a user, the last check of them, and the annotations that models have made.
///
/// Whatever changes the files forgets the check: a run starts over pairs that were checked as they
/// are now, or not at all.
#[derive(Default)]
pub struct Session {
    pub(crate) predictions: Option<Dataset>,
    pub(crate) references: Option<Dataset>,
    pub(crate) answers: Answers,
    pub(crate) graphs: GraphFiles,
    pub(crate) checked: Option<Checked>,
    pub(crate) annotations: AnnotationStore,
    pub(crate) shard: Option<Shard>,
    /// Runs started so far; each has job numbers of its own.
    pub(crate) runs: u64,
}

impl Session {
    /// A session without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a file's reports in place of those that were there.
    pub fn set(&mut self, side: Side, data: Dataset) {
        *self.side_mut(side) = Some(data);
        self.checked = None;
    }

    /// Takes an embedded, made-up sample as a side's reports.
    ///
    /// # Errors
    /// When it cannot be read, which a sample can.
    pub fn set_sample(&mut self, side: Side, sample: Sample) -> Result<(), ReadError> {
        let data = read(sample.text.as_bytes(), &ReadOptions::default(), &mut |_| {})?;
        self.set(side, data);
        Ok(())
    }

    /// The embedded sample of this name: `model-a` and `model-b` are predictions, `sample` the
    /// references that both are of.
    #[must_use]
    pub fn sample(name: &str) -> Option<Sample> {
        match name {
            "model-a" => Some(samples::MODEL_A),
            "model-b" => Some(samples::MODEL_B),
            "sample" => Some(samples::SPLIT),
            _ => None,
        }
    }

    /// Forgets a side's reports.
    pub fn clear(&mut self, side: Side) {
        *self.side_mut(side) = None;
        self.checked = None;
    }

    /// A side's reports, if a file was read.
    #[must_use]
    pub fn dataset(&self, side: Side) -> Option<&Dataset> {
        match side {
            Side::Predictions => self.predictions.as_ref(),
            Side::References => self.references.as_ref(),
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut Option<Dataset> {
        match side {
            Side::Predictions => &mut self.predictions,
            Side::References => &mut self.references,
        }
    }

    /// Takes RadGraph annotations of a side's reports, in the official JSON form, and gives the
    /// number of studies in the file. Once both sides have them they stand in for RadGraph's pack.
    ///
    /// # Errors
    /// When the bytes are not a JSON object; the side has no annotations then.
    pub fn set_graphs(&mut self, side: Side, bytes: Vec<u8>) -> Result<usize, GivenError> {
        self.graphs.set(side, bytes)
    }

    /// Forgets both sides' annotations.
    pub fn clear_graphs(&mut self) {
        self.graphs = GraphFiles::default();
    }

    /// Takes a file of a judge's answers, or the file of studies that goes with a batch: its
    /// content tells which. It takes the place of the last one of its kind.
    pub fn set_answers(&mut self, judge: Judge, bytes: Vec<u8>) {
        self.answers.set(judge, bytes);
    }

    /// Forgets a judge's answers.
    pub fn clear_answers(&mut self, judge: Judge) {
        self.answers.clear(judge);
    }

    /// Of the runs that are started from now on scores a shard alone, or again all studies. Such a
    /// run is written by [`rrgscore_scoring::shard::write`] and merged with the others.
    pub fn set_shard(&mut self, shard: Option<Shard>) {
        self.shard = shard;
    }

    /// The last check, unless the files have changed since.
    #[must_use]
    pub fn checked(&self) -> Option<&Checked> {
        self.checked.as_ref()
    }

    /// Takes over annotations of an earlier run or session: a text that was read is not read again.
    pub fn add_annotations(&mut self, store: AnnotationStore) {
        self.annotations.absorb(store);
    }

    /// The annotations that no run has taken over.
    #[must_use]
    pub fn annotations(&self) -> &AnnotationStore {
        &self.annotations
    }

    /// Forgets all annotations.
    pub fn clear_annotations(&mut self) {
        self.annotations = AnnotationStore::default();
    }
}
