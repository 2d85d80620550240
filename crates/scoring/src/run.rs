//! The state machine of one scoring run.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rrgscore_data::StudyPair;
use rrgscore_metrics::bertscore::Idf;

use crate::job::{Done, Failure, Job, JobId, Outcome, PairTexts, Scored, Work};
use crate::metric::{Encoder, Metric};
use crate::plan::{BLEU_JOB_WORDS, Chunk, Distinct, MODEL_JOB_WORDS, words};
use crate::progress::MetricProgress;
use crate::settings::Settings;

/// One study's result in one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Not computed yet.
    Pending,
    /// The score.
    Scored(Box<Scored>),
    /// No score, and why.
    Failed(Failure),
}

impl Cell {
    /// The score, if there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Scored(scored) => Some(scored.value),
            Self::Pending | Self::Failed(_) => None,
        }
    }
}

/// One metric's results, a cell per study in the run's order.
#[derive(Clone, Debug)]
pub struct Column {
    /// The metric.
    pub metric: Metric,
    /// One cell per study.
    pub cells: Vec<Cell>,
    done: u32,
    cost_done: u64,
    cost_total: u64,
}

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
    Bleu2 { column: usize, chunk: Chunk },
    TokenIds { column: usize, encoder: Encoder, texts: Vec<u32> },
    BertScore { column: usize, encoder: Encoder, idf: bool, chunk: Chunk },
}

impl Planned {
    fn column(&self) -> usize {
        match self {
            Self::Bleu2 { column, .. }
            | Self::TokenIds { column, .. }
            | Self::BertScore { column, .. } => *column,
        }
    }
}

/// Counts document frequencies of one encoder's tokens over the references.
struct IdfCount {
    /// Distinct reference (by its first pair) → ids, once its job is back.
    ids: BTreeMap<u32, Vec<u32>>,
    /// For each pair, the first pair with the same reference.
    leaders: Arc<Vec<u32>>,
    awaited: usize,
    table: Option<Idf>,
    blocked: Vec<Planned>,
}

/// One scoring run: studies and settings in, jobs out, outcomes in, columns out.
///
/// Drive it with [`Run::next_job`] and [`Run::accept`] from any number of workers; results do not
/// depend on their number or the order of outcomes. To cancel is to stop asking for jobs: what
/// was accepted stays.
pub struct Run {
    settings: Settings,
    pairs: Vec<StudyPair>,
    distinct: Distinct,
    columns: Vec<Column>,
    queue: VecDeque<Planned>,
    out: BTreeMap<JobId, Planned>,
    idf: BTreeMap<Encoder, IdfCount>,
    next_id: u64,
    encoded: u64,
}

impl Run {
    /// Plans a run over the pairs.
    pub fn new(settings: Settings, pairs: Vec<StudyPair>) -> Self {
        let distinct = Distinct::of(&pairs);
        let mut run = Self {
            columns: Vec::with_capacity(settings.metrics.len()),
            settings,
            distinct,
            queue: VecDeque::new(),
            out: BTreeMap::new(),
            idf: BTreeMap::new(),
            next_id: 0,
            encoded: 0,
            pairs,
        };
        for metric in run.settings.metrics.clone() {
            run.plan(metric);
        }
        run
    }

    fn plan(&mut self, metric: Metric) {
        let column = self.columns.len();
        let chunks = match metric {
            Metric::Bleu2 => self.distinct.in_order(BLEU_JOB_WORDS),
            Metric::BertScore { .. } => self.distinct.by_reference(&self.pairs, MODEL_JOB_WORDS),
        };
        self.columns.push(Column {
            metric,
            cells: vec![Cell::Pending; self.pairs.len()],
            done: 0,
            cost_done: 0,
            cost_total: chunks.iter().map(|chunk| chunk.cost).sum(),
        });
        let planned = chunks.into_iter().map(|chunk| match metric {
            Metric::Bleu2 => Planned::Bleu2 { column, chunk },
            Metric::BertScore { encoder, idf } => {
                Planned::BertScore { column, encoder, idf, chunk }
            }
        });
        match metric {
            Metric::BertScore { encoder, idf: true } => {
                let blocked = planned.collect();
                self.plan_idf(column, encoder, blocked);
            }
            _ => self.queue.extend(planned),
        }
    }

    /// Idf weights need every reference's token ids before the first pair can be scored.
    fn plan_idf(&mut self, column: usize, encoder: Encoder, blocked: Vec<Planned>) {
        let mut first: BTreeMap<&str, u32> = BTreeMap::new();
        let leaders: Vec<u32> = (0u32..)
            .zip(&self.pairs)
            .map(|(place, pair)| *first.entry(pair.reference.as_str()).or_insert(place))
            .collect();
        let mut texts: Vec<u32> = first.into_values().collect();
        texts.sort_unstable();
        let mut jobs: Vec<(Vec<u32>, u64)> = Vec::new();
        for text in texts {
            let cost = self.pairs.get(text as usize).map_or(1, |pair| words(&pair.reference));
            match jobs.last_mut() {
                Some((texts, sum)) if *sum + cost <= BLEU_JOB_WORDS => {
                    texts.push(text);
                    *sum += cost;
                }
                _ => jobs.push((vec![text], cost)),
            }
        }
        let count = IdfCount {
            ids: BTreeMap::new(),
            leaders: Arc::new(leaders),
            awaited: jobs.len(),
            table: None,
            blocked,
        };
        self.idf.insert(encoder, count);
        self.queue.extend(jobs.into_iter().map(|(texts, _)| Planned::TokenIds {
            column,
            encoder,
            texts,
        }));
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
        let Some(planned) = self.queue.pop_front() else {
            return if self.out.is_empty() { Next::Done } else { Next::Wait };
        };
        let id = JobId(self.next_id);
        self.next_id += 1;
        let work = match &planned {
            Planned::Bleu2 { chunk, .. } => Work::Bleu2 { pairs: self.texts(chunk) },
            Planned::TokenIds { encoder, texts, .. } => Work::TokenIds {
                encoder: *encoder,
                texts: texts
                    .iter()
                    .filter_map(|&text| {
                        Some((text, self.pairs.get(text as usize)?.reference.clone()))
                    })
                    .collect(),
            },
            Planned::BertScore { encoder, idf, chunk, .. } => Work::BertScore {
                encoder: *encoder,
                idf: idf
                    .then(|| self.idf.get(encoder).and_then(|count| count.table.clone()))
                    .flatten(),
                pairs: self.texts(chunk),
            },
        };
        self.out.insert(id, planned);
        Next::Job(Box::new(Job { id, work }))
    }

    fn texts(&self, chunk: &Chunk) -> Vec<PairTexts> {
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
                if same {
                    self.count_idf(*encoder, ids);
                }
                same
            }
            (
                Planned::Bleu2 { column, chunk } | Planned::BertScore { column, chunk, .. },
                Done::Scores { scores },
            ) => {
                let same = scores.iter().map(|score| &score.pair).eq(&chunk.pairs);
                if same {
                    for score in scores {
                        let cell = match score.result {
                            Ok(scored) => Cell::Scored(Box::new(scored)),
                            Err(failure) => Cell::Failed(failure),
                        };
                        self.fill(*column, score.pair, &cell);
                    }
                    if let Some(column) = self.columns.get_mut(*column) {
                        column.cost_done += chunk.cost;
                    }
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

    /// Puts a job back that its worker will not finish (it was stopped or crashed).
    pub fn requeue(&mut self, id: JobId) {
        if let Some(planned) = self.out.remove(&id) {
            self.queue.push_front(planned);
        }
    }

    /// Gives up on a job: its studies are marked as failed with the reason. When idf counting
    /// fails, the whole column does.
    pub fn fail(&mut self, id: JobId, failure: &Failure) {
        let Some(planned) = self.out.remove(&id) else { return };
        let cell = Cell::Failed(failure.clone());
        match planned {
            Planned::Bleu2 { column, chunk } | Planned::BertScore { column, chunk, .. } => {
                self.fail_chunk(column, &chunk, &cell);
            }
            Planned::TokenIds { column, encoder, .. } => {
                let blocked =
                    self.idf.get_mut(&encoder).map(|count| std::mem::take(&mut count.blocked));
                for planned in blocked.into_iter().flatten() {
                    if let Planned::BertScore { chunk, .. } = planned {
                        self.fail_chunk(column, &chunk, &cell);
                    }
                }
            }
        }
    }

    fn fail_chunk(&mut self, column: usize, chunk: &Chunk, cell: &Cell) {
        for &pair in &chunk.pairs {
            self.fill(column, pair, cell);
        }
        if let Some(column) = self.columns.get_mut(column) {
            column.cost_done += chunk.cost;
        }
    }

    fn fill(&mut self, column: usize, leader: u32, cell: &Cell) {
        let Some(column) = self.columns.get_mut(column) else { return };
        for &place in self.distinct.twins.get(&leader).into_iter().flatten() {
            if let Some(slot) = column.cells.get_mut(place as usize) {
                if matches!(slot, Cell::Pending) {
                    column.done += 1;
                }
                *slot = cell.clone();
            }
        }
    }

    fn count_idf(&mut self, encoder: Encoder, ids: Vec<(u32, Vec<u32>)>) {
        let Some(count) = self.idf.get_mut(&encoder) else { return };
        count.ids.extend(ids);
        count.awaited = count.awaited.saturating_sub(1);
        if count.awaited == 0 {
            let documents = count
                .leaders
                .iter()
                .map(|leader| count.ids.get(leader).map(Vec::as_slice).unwrap_or_default());
            count.table = Some(Idf::from_documents(documents));
            count.ids = BTreeMap::new();
            self.queue.extend(std::mem::take(&mut count.blocked));
        }
    }

    /// How far each metric is, in the order of the settings.
    pub fn progress(&self) -> Vec<MetricProgress> {
        let of = |column: &Column| MetricProgress {
            metric: column.metric,
            done: column.done,
            total: self.pairs.len() as u32,
            cost_done: column.cost_done,
            cost_total: column.cost_total,
        };
        self.columns.iter().map(of).collect()
    }

    /// Whether every study has a score or a failure in every column.
    pub fn is_complete(&self) -> bool {
        self.columns.iter().all(|column| column.done as usize == self.pairs.len())
    }

    /// The column that a job that is out belongs to.
    pub fn metric_of(&self, id: JobId) -> Option<Metric> {
        let column = self.out.get(&id)?.column();
        self.columns.get(column).map(|column| column.metric)
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
}
