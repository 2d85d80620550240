//! The state machine of one scoring run.

mod annotation_table;
mod columns;
mod combined;
mod idf;
mod judged;
mod outstanding;
mod planner;
mod ratescore;
mod score;

use std::collections::BTreeMap;
use std::sync::Arc;

use rrgscore_annotations::Annotation;
use rrgscore_data::StudyPair;
use rrgscore_metrics::chexbert_labels::Labels;

use crate::index::{ColumnIndex, Inconsistency, PairIndex, StudyIndex};
use crate::job::{Done, Failure, FailureKind, Job, JobId, Outcome, PairTexts, Work};
use crate::judged::JudgeSummary;
use crate::metric::{Formula, Metric};
use crate::plan::{Chunk, DistinctPairs};
use crate::progress::MetricProgress;
use crate::provenance::PackRef;
use crate::settings::{GivenGraphs, Settings};
use crate::shard::{Shard, Share};
use crate::store::AnnotationStore;
use annotation_table::AnnotationTable;
use columns::Columns;
pub use columns::{Cell, Column};
use idf::IdfCount;
use outstanding::{Outstanding, Planned};

/// What to do next.
#[derive(Debug)]
pub enum Next {
    /// Give this job to a worker.
    Job(Box<Job>),
    /// Nothing until an outcome of a job that is out comes back.
    Wait,
    /// All is done.
    Done,
}

/// Why an outcome was not filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// The job is not out: never handed out, or already answered. The run is unchanged.
    #[error("job {0} is not awaited")]
    NotAwaited(u64),
    /// The outcome is of another kind than the job, or names other pairs or texts. The job has
    /// failed: its studies have no score.
    #[error("the outcome of job {0} does not answer it")]
    Mismatch(u64),
}

/// One scoring run: studies and settings in, jobs out, outcomes in, columns out.
///
/// Drive it with [`Run::next_job`] and [`Run::accept`] from any number of workers; results do not
/// depend on their number or the order of outcomes. To cancel is to stop asking for jobs: what
/// was accepted stays.
///
/// Should its parts contradict each other, which is a mistake of this program, it ends, and all
/// that has no score fails with [`FailureKind::Internal`].
pub struct Run {
    settings: Settings,
    /// The set over whose references words are weighed.
    set: Arc<[StudyPair]>,
    /// The studies of it that are scored here: all, but in a shard.
    studies: Arc<[StudyPair]>,
    share: Option<Share>,
    distinct: DistinctPairs,
    columns: Columns,
    outstanding: Outstanding,
    annotations: AnnotationTable,
    idf: BTreeMap<ColumnIndex, IdfCount>,
    /// The columns that are combined from others.
    combined: Vec<ColumnIndex>,
    given: Option<GivenGraphs>,
    judged: BTreeMap<Metric, JudgeSummary>,
    encoded: u64,
}

impl Run {
    /// Plans a run over the studies.
    pub fn new(settings: Settings, studies: impl Into<Arc<[StudyPair]>>) -> Self {
        Self::with(settings, studies, &[], AnnotationStore::default(), None)
    }

    /// Plans a run that knows which packs it uses, begins with the annotations of earlier runs, and
    /// takes RadGraph annotations that the user provides instead of making them.
    pub fn with(
        settings: Settings,
        studies: impl Into<Arc<[StudyPair]>>,
        packs: &[PackRef],
        store: AnnotationStore,
        given: Option<GivenGraphs>,
    ) -> Self {
        let studies = studies.into();
        Self::planned(settings, (Arc::clone(&studies), studies, None), packs, store, given)
    }

    /// The same for a shard of the studies: all that is scored elsewhere is only weighed. What it
    /// comes to is written by [`crate::shard::write`]; its own means are of no use.
    pub fn of_shard(
        settings: Settings,
        set: impl Into<Arc<[StudyPair]>>,
        packs: &[PackRef],
        store: AnnotationStore,
        given: Option<GivenGraphs>,
        shard: Shard,
    ) -> Self {
        let set = set.into();
        match Share::of(shard, &set, given.is_some()) {
            Ok(share) => {
                let studies = share.pick(&set).into();
                let given = given.map(|given| GivenGraphs {
                    reference: share.pick(&given.reference),
                    candidate: share.pick(&given.candidate),
                });
                Self::planned(settings, (set, studies, Some(share)), packs, store, given)
            }
            Err(error) => {
                let mut run = Self::with(settings, set, packs, store, given);
                run.end_on_error(Err(error));
                run
            }
        }
    }

    fn planned(
        settings: Settings,
        (set, studies, share): (Arc<[StudyPair]>, Arc<[StudyPair]>, Option<Share>),
        packs: &[PackRef],
        store: AnnotationStore,
        given: Option<GivenGraphs>,
    ) -> Self {
        let packs = packs.iter().map(|pack| (pack.purpose, pack.id.clone())).collect();
        let mut run = Self {
            columns: Columns::new(&settings.metrics, studies.len()),
            settings,
            set,
            share,
            distinct: DistinctPairs::default(),
            outstanding: Outstanding::default(),
            annotations: AnnotationTable::new(packs, store),
            idf: BTreeMap::new(),
            combined: Vec::new(),
            given,
            judged: BTreeMap::new(),
            encoded: 0,
            studies,
        };
        let planned = run.plan();
        run.end_on_error(planned);
        run
    }

    /// Ends the run on a contradiction: no job is left, what is pending fails.
    fn end_on_error(&mut self, result: Result<(), Inconsistency>) {
        if let Err(error) = result {
            self.outstanding.clear();
            let failure = Failure::new(FailureKind::Internal, error);
            self.columns.iter_mut().for_each(|column| column.fail_pending(&failure));
        }
    }

    /// Names jobs from `first` on. A skin that makes one run after another gives each its own
    /// range, so that a late outcome of a dropped run is not taken for the new one's.
    #[must_use]
    pub fn numbered_from(mut self, first: u64) -> Self {
        self.outstanding.number_from(first);
        self
    }

    /// The next job, if there is one to hand out.
    pub fn next_job(&mut self) -> Next {
        match self.try_next_job() {
            Ok(Some(job)) => Next::Job(Box::new(job)),
            Ok(None) if !self.outstanding.is_none_out() => Next::Wait,
            Ok(None) => Next::Done,
            Err(error) => {
                self.end_on_error(Err(error));
                Next::Done
            }
        }
    }

    fn try_next_job(&mut self) -> Result<Option<Job>, Inconsistency> {
        if self.outstanding.is_drained() {
            self.plan_embeddings()?;
        }
        let Some((id, planned)) = self.outstanding.next() else { return Ok(None) };
        let work = self.work(&planned)?;
        self.outstanding.hand_out(id, planned);
        Ok(Some(Job { id, work }))
    }

    fn work(&self, planned: &Planned) -> Result<Work, Inconsistency> {
        Ok(match planned {
            Planned::Score { column, chunk } => {
                let metric = self.columns.get(*column)?.metric;
                let idf = match metric.spec().formula {
                    Formula::TokenEmbeddings { idf: true, .. } => {
                        Some(self.idf_count(*column)?.table()?.clone())
                    }
                    _ => None,
                };
                let elsewhere = match (metric.spec().formula, &self.share) {
                    (Formula::Set(_), Some(share)) => share.others(&self.set),
                    _ => Vec::new(),
                };
                let elsewhere = elsewhere.into_iter().map(|pair| pair.reference.clone()).collect();
                Work::Score { metric, idf, pairs: self.pair_texts(chunk)?, elsewhere }
            }
            Planned::TokenIds { column, texts } => {
                let count = self.idf_count(*column)?;
                let text = |&text| {
                    let study = count.study(text)?.0 as usize;
                    let study = self.set.get(study).ok_or(Inconsistency("study"))?;
                    Ok((text, study.reference.clone()))
                };
                let texts = texts.iter().map(text).collect::<Result<_, _>>()?;
                Work::TokenIds { metric: self.columns.get(*column)?.metric, texts }
            }
            Planned::Annotate { annotator, texts, .. } => {
                let text = |&text| Ok((text, self.annotations.text(*annotator, text)?.to_string()));
                let texts = texts.iter().map(text).collect::<Result<_, _>>()?;
                Work::Annotate { annotator: *annotator, texts }
            }
        })
    }

    fn idf_count(&self, column: ColumnIndex) -> Result<&IdfCount, Inconsistency> {
        self.idf.get(&column).ok_or(Inconsistency("count of idf weights"))
    }

    fn study(&self, study: StudyIndex) -> Result<&StudyPair, Inconsistency> {
        self.studies.get(study.0 as usize).ok_or(Inconsistency("study"))
    }

    fn pair_texts(&self, chunk: &Chunk) -> Result<Vec<PairTexts>, Inconsistency> {
        let texts = |&pair: &PairIndex| {
            let study = self.study(self.distinct.first(pair)?)?;
            Ok(PairTexts {
                pair,
                studies: self.distinct.studies(pair)?.len() as u32,
                reference: study.reference.clone(),
                candidate: study.candidate.clone(),
            })
        };
        chunk.pairs.iter().map(texts).collect()
    }

    /// Files what a worker made of a job.
    ///
    /// # Errors
    /// When the job is not awaited (an outcome that comes twice, or after a restart of its
    /// worker), which changes nothing, or when the outcome does not answer it: the job has failed
    /// then, so that the run ends without it.
    pub fn accept(&mut self, outcome: Outcome) -> Result<(), AcceptError> {
        let id = outcome.id;
        let planned = self.outstanding.take(id).ok_or(AcceptError::NotAwaited(id.0))?;
        let filed = match (&planned, outcome.done) {
            (Planned::TokenIds { column, texts }, Done::TokenIds { ids })
                if ids.iter().map(|(text, _)| text).eq(texts) =>
            {
                self.count_ids(*column, ids)
            }
            (Planned::Score { column, chunk }, Done::Scores { scores })
                if scores.iter().map(|score| &score.pair).eq(&chunk.pairs) =>
            {
                self.fill_scores(*column, chunk.cost, scores)
            }
            (Planned::Annotate { column, annotator, texts, cost }, Done::Annotations { made })
                if made.iter().map(|(text, _)| text).eq(texts) =>
            {
                self.record(*column, *annotator, *cost, made)
            }
            _ => {
                let why = "the worker's outcome does not answer its job";
                let failed = self.fail_planned(planned, &Failure::new(FailureKind::Worker, why));
                self.end_on_error(failed);
                return Err(AcceptError::Mismatch(id.0));
            }
        };
        self.encoded += u64::from(outcome.encoded);
        self.end_on_error(filed);
        Ok(())
    }

    /// Puts a job back that its worker will not finish (it was stopped or crashed). It is handed out
    /// next, under the same id, so that whoever counts what became of it can.
    pub fn requeue(&mut self, id: JobId) {
        self.outstanding.requeue(id);
    }

    /// Gives up on a job: its studies are marked as failed with the reason. When idf counting
    /// fails, the whole column does. A job that is not out stays as it is.
    pub fn fail(&mut self, id: JobId, failure: &Failure) {
        if let Some(planned) = self.outstanding.take(id) {
            let failed = self.fail_planned(planned, failure);
            self.end_on_error(failed);
        }
    }

    /// How far each metric is, in the order of the settings.
    pub fn progress(&self) -> Vec<MetricProgress> {
        self.columns.progress()
    }

    /// Whether every study has a score or a failure in every column.
    pub fn is_complete(&self) -> bool {
        self.columns.are_complete()
    }

    /// The settings the run was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The studies that are scored here, in input order.
    pub fn pairs(&self) -> &[StudyPair] {
        &self.studies
    }

    /// The results so far, in the order of the settings.
    pub fn columns(&self) -> &[Column] {
        self.columns.as_slice()
    }

    /// Which share of a larger set the studies are, if they are a shard.
    pub(crate) fn share(&self) -> Option<&Share> {
        self.share.as_ref()
    }

    /// The set that the studies are of: they themselves, but in a shard.
    pub(crate) fn set(&self) -> &[StudyPair] {
        &self.set
    }

    /// How many texts went through a model so far.
    pub fn encoded(&self) -> u64 {
        self.encoded
    }

    /// The annotations so far.
    pub fn store(&self) -> &AnnotationStore {
        self.annotations.store()
    }

    /// Gives away the annotations, for the next run of the session; the results stay.
    pub fn take_store(&mut self) -> AnnotationStore {
        self.annotations.take_store()
    }

    /// The annotations, for the next run of the session.
    pub fn into_store(self) -> AnnotationStore {
        self.annotations.into_store()
    }

    /// What a column's annotator made of a study's reference and candidate, as far as it is
    /// known; by the study's index in input order.
    pub fn annotations(&self, metric: Metric, study: u32) -> [Option<Arc<Annotation>>; 2] {
        let study = StudyIndex(study);
        let of = |report: &str| self.annotations.of_report(metric, report).cloned();
        match self.study(study) {
            Ok(_) if self.is_given(metric) => self.given_annotations(study),
            Ok(pair) => [of(&pair.reference), of(&pair.candidate)],
            Err(_) => [None, None],
        }
    }

    /// What cut reports into sentences, once RaTE-NER has read one; several names if packs were
    /// changed on the way.
    pub fn sentence_splitters(&self) -> Vec<&str> {
        self.annotations.splitters()
    }

    /// CheXbert's labels of each study's reference and candidate, in input order; `None` for a
    /// study of which one is not known. Empty unless a SembScore column is computed.
    pub fn chexbert_labels(&self) -> Vec<Option<[Labels; 2]>> {
        let by_chexbert = |column: &&Column| column.metric.reads_chexbert();
        let Some(column) = self.columns().iter().find(by_chexbert) else { return Vec::new() };
        (0..self.studies.len() as u32)
            .map(|study| {
                let labels = |annotation: Option<Arc<Annotation>>| match annotation.as_deref() {
                    Some(Annotation::Chexbert(chexbert)) => Some(chexbert.labels),
                    _ => None,
                };
                let [reference, candidate] = self.annotations(column.metric, study);
                Some([labels(reference)?, labels(candidate)?])
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use rrgscore_data::{MissingPolicy, Task};

    use super::*;
    use crate::settings::Profile;

    #[test]
    fn a_contradiction_ends_the_run_where_it_can_be_seen() {
        let settings = Settings {
            profile: Profile::Rexrank,
            task: Some(Task::Report),
            missing: MissingPolicy::Refuse,
            cleaning: None,
            metrics: ["bertscore-idf", "bleu2"].map(|id| Metric::named(id).unwrap()).to_vec(),
        };
        let study = StudyPair { id: "a".into(), reference: "b".into(), candidate: "c".into() };
        let mut run = Run::new(settings, vec![study]);
        // As if the planner had forgotten what the jobs rest on.
        run.idf.clear();
        assert!(matches!(run.next_job(), Next::Done));
        assert!(run.is_complete());
        for column in run.columns() {
            let Cell::Failed(failure) = &column.cells[0] else { panic!("{column:?}") };
            assert_eq!(failure.kind, FailureKind::Internal);
        }
    }
}
