//! The state machine of one scoring run.

mod cells;
mod combined;
mod idf;
mod judged;
mod ratescore;
mod texts;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rrgscore_annotations::{Annotation, Annotator, Purpose};
use rrgscore_data::StudyPair;
use rrgscore_metrics::chexbert_labels::Labels;

use crate::job::{Done, Failure, Job, JobId, Outcome, PairTexts, Work};
use crate::judged::JudgeSummary;
use crate::metric::{Formula, Metric};
use crate::plan::{BLEU_JOB_WORDS, Chunk, Distinct, MODEL_JOB_WORDS, longest_first};
use crate::progress::MetricProgress;
use crate::settings::{GivenGraphs, Settings};
use crate::store::AnnotationStore;
use crate::summary::PackRef;
pub use cells::{Cell, Column};
use idf::IdfCount;
use texts::{Side, Texts};

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

/// Why an outcome could not be filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// The job is not out: never handed out, or already answered.
    #[error("job {0} is not awaited")]
    NotAwaited(u64),
    /// The outcome is of another kind than the job, or names other pairs.
    #[error("the outcome of job {0} does not answer it")]
    Mismatch(u64),
}

#[derive(Clone, Debug)]
enum Planned {
    Score { column: usize, metric: Metric, chunk: Chunk },
    TokenIds { column: usize, encoder: Purpose, texts: Vec<u32> },
    Annotate { column: usize, annotator: Annotator, texts: Vec<u32>, cost: u64 },
}

/// One scoring run: studies and settings in, jobs out, outcomes in, columns out.
///
/// Drive it with [`Run::next_job`] and [`Run::accept`] from any number of workers; results do not
/// depend on their number or the order of outcomes. To cancel is to stop asking for jobs: what
/// was accepted stays.
pub struct Run {
    settings: Settings,
    pairs: Arc<[StudyPair]>,
    distinct: Distinct,
    columns: Vec<Column>,
    queue: VecDeque<Planned>,
    /// Jobs that were handed out and came back undone: the next ones, under the ids they have.
    requeued: VecDeque<(JobId, Planned)>,
    out: BTreeMap<JobId, Planned>,
    idf: BTreeMap<Purpose, IdfCount>,
    texts: BTreeMap<Annotator, Texts>,
    /// For the columns that compare annotations: the two sides of each distinct pair.
    sides: BTreeMap<usize, BTreeMap<u32, [Side; 2]>>,
    given: Option<GivenGraphs>,
    judged: BTreeMap<Metric, JudgeSummary>,
    store: AnnotationStore,
    /// Entities that were found and not yet given to a worker.
    unembedded: Vec<u32>,
    packs: BTreeMap<Purpose, String>,
    next_id: u64,
    encoded: u64,
}

impl Run {
    /// Plans a run over the pairs.
    pub fn new(settings: Settings, pairs: impl Into<Arc<[StudyPair]>>) -> Self {
        Self::with(settings, pairs, &[], AnnotationStore::default(), None)
    }

    /// Plans a run that knows which packs it uses, begins with what was said of texts in earlier
    /// runs, and takes RadGraph annotations that the user brought instead of making them.
    pub fn with(
        settings: Settings,
        pairs: impl Into<Arc<[StudyPair]>>,
        packs: &[PackRef],
        store: AnnotationStore,
        given: Option<GivenGraphs>,
    ) -> Self {
        let pairs = pairs.into();
        // Two studies of the same texts may have been annotated differently by hand.
        let distinct = if given.is_some() { Distinct::each(&pairs) } else { Distinct::of(&pairs) };
        let mut run = Self {
            columns: Vec::with_capacity(settings.metrics.len()),
            settings,
            distinct,
            queue: VecDeque::new(),
            requeued: VecDeque::new(),
            out: BTreeMap::new(),
            idf: BTreeMap::new(),
            texts: BTreeMap::new(),
            sides: BTreeMap::new(),
            given,
            judged: BTreeMap::new(),
            store,
            unembedded: Vec::new(),
            packs: packs.iter().map(|pack| (pack.purpose, pack.id.clone())).collect(),
            next_id: 0,
            encoded: 0,
            pairs,
        };
        for metric in run.settings.metrics.clone() {
            run.plan(metric);
        }
        run.plan_annotations();
        run.take_given_graphs();
        run
    }

    fn plan(&mut self, metric: Metric) {
        let column = self.columns.len();
        let chunks = match metric.spec().formula {
            Formula::Texts(_) => self.distinct.in_order(BLEU_JOB_WORDS),
            Formula::TokenEmbeddings { .. } => {
                self.distinct.by_reference(&self.pairs, MODEL_JOB_WORDS)
            }
            Formula::Annotations { .. }
            | Formula::RateScore(_)
            | Formula::Judge(_)
            | Formula::RadCliq { .. } => Vec::new(),
        };
        let cost = chunks.iter().map(|chunk| chunk.cost).sum();
        self.columns.push(Column::new(metric, self.pairs.len(), cost));
        if metric.judge().is_some() {
            self.plan_answers(column);
            return;
        }
        if let Some(annotator) = metric.annotator() {
            if !self.is_given(metric) {
                let texts = self.texts.entry(annotator).or_default();
                let sides = texts.register(metric, column, &self.distinct, &self.pairs);
                self.sides.insert(column, sides);
            }
            return;
        }
        let planned = chunks.into_iter().map(|chunk| Planned::Score { column, metric, chunk });
        // Idf weights need every reference's token ids before the first pair can be scored.
        if let Formula::TokenEmbeddings { encoder, idf: true, .. } = metric.spec().formula {
            let (count, jobs) = IdfCount::plan(&self.pairs, planned.collect());
            self.idf.insert(encoder, count);
            let jobs = jobs.into_iter();
            self.queue.extend(jobs.map(|texts| Planned::TokenIds { column, encoder, texts }));
        } else {
            self.queue.extend(planned);
        }
    }

    /// Takes what is known of the texts from the store and plans jobs for the others; the cost
    /// counts for the first column that an annotator serves.
    fn plan_annotations(&mut self) {
        for annotator in self.texts.keys().copied().collect::<Vec<_>>() {
            let pack = self.packs.get(&annotator.purpose()).cloned().unwrap_or_default();
            let Some(texts) = self.texts.get(&annotator) else { continue };
            let known: Vec<(u32, Arc<Annotation>)> = texts
                .all()
                .filter_map(|(index, text)| Some((index, self.store.get(&pack, annotator, text)?)))
                .collect();
            for (index, annotation) in known {
                self.file(annotator, index, Ok(annotation));
            }
            let metrics = self.columns.iter().map(|column| column.metric);
            let column =
                metrics.into_iter().position(|metric| metric.annotator() == Some(annotator));
            let (Some(column), Some(texts)) = (column, self.texts.get(&annotator)) else {
                continue;
            };
            let jobs = longest_first(texts.unread(annotator), MODEL_JOB_WORDS);
            if let Some(column) = self.columns.get_mut(column) {
                column.add_cost(jobs.iter().map(|(_, cost)| cost).sum());
            }
            self.queue.extend(jobs.into_iter().map(|(texts, cost)| Planned::Annotate {
                column,
                annotator,
                texts,
                cost,
            }));
        }
        // Pairs of which neither side is a text wait for nothing.
        let sides: Vec<(usize, u32)> = self
            .sides
            .iter()
            .flat_map(|(&column, pairs)| pairs.keys().map(move |&pair| (column, pair)))
            .collect();
        for (column, pair) in sides {
            self.settle(column, pair);
        }
    }

    /// Names jobs from `first` on. A skin that makes one run after another gives each its own
    /// range, so that a late outcome of a dropped run is not taken for the new one's.
    #[must_use]
    pub fn numbered_from(mut self, first: u64) -> Self {
        self.next_id = first;
        self
    }

    /// The next job, if there is one to hand out.
    pub fn next_job(&mut self) -> Next {
        let next = self.requeued.pop_front().or_else(|| self.next_planned());
        let Some((id, planned)) = next else {
            return if self.out.is_empty() { Next::Done } else { Next::Wait };
        };
        let work = self.work(&planned);
        self.out.insert(id, planned);
        Next::Job(Box::new(Job { id, work }))
    }

    fn next_planned(&mut self) -> Option<(JobId, Planned)> {
        if self.queue.is_empty() {
            self.plan_embeddings();
        }
        let planned = self.queue.pop_front()?;
        let id = JobId(self.next_id);
        self.next_id += 1;
        Some((id, planned))
    }

    fn work(&self, planned: &Planned) -> Work {
        match planned {
            Planned::Score { metric, chunk, .. } => Work::Score {
                metric: *metric,
                idf: match metric.spec().formula {
                    Formula::TokenEmbeddings { encoder, idf: true, .. } => {
                        self.idf.get(&encoder).and_then(|count| count.table.clone())
                    }
                    _ => None,
                },
                pairs: self.pair_texts(chunk),
            },
            Planned::TokenIds { encoder, texts, .. } => Work::TokenIds {
                encoder: *encoder,
                texts: texts
                    .iter()
                    .filter_map(|&text| {
                        Some((text, self.pairs.get(text as usize)?.reference.clone()))
                    })
                    .collect(),
            },
            Planned::Annotate { annotator, texts, .. } => Work::Annotate {
                annotator: *annotator,
                texts: texts
                    .iter()
                    .filter_map(|&text| {
                        let words = self.texts.get(annotator)?.text(text)?;
                        Some((text, words.to_string()))
                    })
                    .collect(),
            },
        }
    }

    fn pair_texts(&self, chunk: &Chunk) -> Vec<PairTexts> {
        let texts = |&place: &u32| {
            let pair = self.pairs.get(place as usize)?;
            Some(PairTexts {
                pair: place,
                reference: pair.reference.clone(),
                candidate: pair.candidate.clone(),
            })
        };
        chunk.pairs.iter().filter_map(texts).collect()
    }

    /// Files what a worker made of a job.
    ///
    /// # Errors
    /// When the job is not awaited (an outcome that comes twice, or after a restart of its
    /// worker), or when the outcome does not answer it. The run is unchanged then.
    pub fn accept(&mut self, outcome: Outcome) -> Result<(), AcceptError> {
        let id = outcome.id;
        let planned = self.out.remove(&id).ok_or(AcceptError::NotAwaited(id.0))?;
        let answered = match (&planned, outcome.done) {
            (Planned::TokenIds { encoder, texts, .. }, Done::TokenIds { ids }) => {
                let same = ids.iter().map(|(text, _)| text).eq(texts);
                if same && let Some(count) = self.idf.get_mut(encoder) {
                    self.queue.extend(count.count(ids));
                }
                same
            }
            (Planned::Score { column, chunk, .. }, Done::Scores { scores }) => {
                let same = scores.iter().map(|score| &score.pair).eq(&chunk.pairs);
                if same {
                    for score in scores {
                        self.fill(*column, score.pair, &Cell::of(score.result));
                    }
                    self.pay(*column, chunk.cost);
                }
                same
            }
            (Planned::Annotate { column, annotator, texts, cost }, Done::Annotations { made }) => {
                let same = made.iter().map(|(text, _)| text).eq(texts);
                if same {
                    for (text, said) in made {
                        self.learn(*annotator, text, said);
                    }
                    self.pay(*column, *cost);
                }
                same
            }
            _ => false,
        };
        if !answered {
            self.out.insert(id, planned);
            return Err(AcceptError::Mismatch(id.0));
        }
        self.encoded += u64::from(outcome.encoded);
        Ok(())
    }

    /// Puts a job back that its worker will not finish (it was stopped or crashed). It is handed out
    /// next, under the same id, so that whoever counts what became of it can.
    pub fn requeue(&mut self, id: JobId) {
        if let Some(planned) = self.out.remove(&id) {
            self.requeued.push_front((id, planned));
        }
    }

    /// Puts all jobs back that are out, in their order: their workers have stopped.
    pub fn requeue_all(&mut self) {
        for (id, planned) in std::mem::take(&mut self.out).into_iter().rev() {
            self.requeued.push_front((id, planned));
        }
    }

    /// Gives up on a job: its studies are marked as failed with the reason. When idf counting
    /// fails, the whole column does.
    pub fn fail(&mut self, id: JobId, failure: &Failure) {
        let Some(planned) = self.out.remove(&id) else { return };
        let cell = Cell::Failed(failure.clone());
        match planned {
            Planned::Score { column, chunk, .. } => {
                self.fail_chunk(column, &chunk, &cell);
            }
            Planned::TokenIds { column, encoder, .. } => {
                let blocked =
                    self.idf.get_mut(&encoder).map(|count| std::mem::take(&mut count.blocked));
                for planned in blocked.into_iter().flatten() {
                    if let Planned::Score { chunk, .. } = planned {
                        self.fail_chunk(column, &chunk, &cell);
                    }
                }
            }
            Planned::Annotate { column, annotator, texts, cost } => {
                for text in texts {
                    self.file(annotator, text, Err(failure.clone()));
                }
                self.pay(column, cost);
            }
        }
    }

    fn fail_chunk(&mut self, column: usize, chunk: &Chunk, cell: &Cell) {
        for &pair in &chunk.pairs {
            self.fill(column, pair, cell);
        }
        self.pay(column, chunk.cost);
    }

    /// How far each metric is, in the order of the settings.
    pub fn progress(&self) -> Vec<MetricProgress> {
        self.columns.iter().map(Column::progress).collect()
    }

    /// Whether every study has a score or a failure in every column.
    pub fn is_complete(&self) -> bool {
        self.columns.iter().all(Column::is_complete)
    }

    /// The settings the run was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The studies, in input order.
    pub fn pairs(&self) -> &[StudyPair] {
        &self.pairs
    }

    /// The results so far, in the order of the settings.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many texts went through a model so far.
    pub fn encoded(&self) -> u64 {
        self.encoded
    }

    /// What was said of texts so far.
    pub fn store(&self) -> &AnnotationStore {
        &self.store
    }

    /// Forgets what was said of texts; the results stay.
    pub fn clear_store(&mut self) {
        self.store = AnnotationStore::default();
    }

    /// What was said of texts, for the next run of the session.
    pub fn into_store(self) -> AnnotationStore {
        self.store
    }

    /// What a column's annotator said of a study's reference and candidate, as far as it is
    /// known.
    pub fn annotations(&self, metric: Metric, place: u32) -> [Option<Arc<Annotation>>; 2] {
        let of = |report: &str| {
            let annotator = metric.annotator()?;
            self.texts.get(&annotator)?.of_report(metric, report).cloned()
        };
        match self.pairs.get(place as usize) {
            Some(_) if self.is_given(metric) => self.given_annotations(place),
            Some(pair) => [of(&pair.reference), of(&pair.candidate)],
            None => [None, None],
        }
    }

    /// What cut reports into sentences, once RaTE-NER has said something; several names if packs
    /// were changed on the way.
    pub fn sentence_splitters(&self) -> Vec<&str> {
        let texts = self.texts.get(&Annotator::Entities);
        let mut names: Vec<&str> = texts.into_iter().flat_map(Texts::splitters).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// CheXbert's labels of each study's reference and candidate, in input order; `None` for a
    /// study of which one is not known. Empty unless a SembScore column is computed.
    pub fn chexbert_labels(&self) -> Vec<Option<[Labels; 2]>> {
        let semb = |column: &&Column| {
            matches!(column.metric.annotator(), Some(Annotator::Chexbert { .. }))
        };
        let Some(column) = self.columns.iter().find(semb) else { return Vec::new() };
        (0..self.pairs.len() as u32)
            .map(|place| {
                let [reference, candidate] = self.annotations(column.metric, place);
                let labels = |said: Option<Arc<Annotation>>| match said.as_deref() {
                    Some(Annotation::Chexbert(chexbert)) => Some(chexbert.labels),
                    _ => None,
                };
                Some([labels(reference)?, labels(candidate)?])
            })
            .collect()
    }
}
