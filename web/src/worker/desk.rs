//! The desk: the one place of the page where reports lie.

use std::collections::BTreeMap;
use std::io::Read;

use rrgscore_data::{
    Dataset, MissingPolicy, ReadError, ReadOptions, Task, align, check, read, samples,
};
use rrgscore_judge::Metric as Judge;
use rrgscore_results::ScoreTable;
use rrgscore_scoring::job::{Failure, FailureKind};
use rrgscore_scoring::judged::Judged;
use rrgscore_scoring::store::StoreError;
use rrgscore_scoring::summary::{InputRef, PackRef, Provenance};
use rrgscore_scoring::{AnnotationStore, Metric, Next, Profile, Run, Settings, Summary};

use super::answers::AnswerShelf;
use super::graphs::GraphShelf;
use crate::protocol::{AnswersProblem, ExportFormat, FromDesk, Side, ToDesk};

/// Progress of reading is told after each further part of this size.
const READING_STEP: u64 = 4 << 20;

/// Job numbers are the run's number followed by this many bits, below 2^53 for JavaScript's sake.
const JOBS_PER_RUN: u32 = 32;

/// What comes beside a message's text.
#[derive(Default)]
pub struct Attachment<'a> {
    /// A dropped file and its size in bytes.
    pub file: Option<(Box<dyn Read + 'a>, u64)>,
    /// The bytes of a split.
    pub bytes: Option<Vec<u8>>,
}

/// Holds the open files, the run and its results; answers what the page asks.
#[derive(Default)]
pub struct Desk {
    predictions: Option<Dataset>,
    references: Option<Dataset>,
    splits: BTreeMap<String, Vec<u8>>,
    answers: AnswerShelf,
    graphs: GraphShelf,
    checked: Option<Checked>,
    run: Option<(Run, Provenance)>,
    runs: u64,
    order: ScoreTable,
    /// Annotations of earlier sessions that no run has taken over yet.
    brought: AnnotationStore,
}

/// What the last check decided.
struct Checked {
    task: Task,
    missing: MissingPolicy,
}

impl Desk {
    /// Answers one message through `tell`; several answers may come, the last one ends it.
    pub fn handle(
        &mut self,
        ask: ToDesk,
        attachment: Attachment<'_>,
        tell: &mut dyn FnMut(FromDesk),
    ) {
        match ask {
            ToDesk::Open { side, options } => match attachment.file {
                Some((file, of)) => {
                    let mut reading = Reading { side, of, told: 0, tell };
                    let result = read(file, &options, &mut |bytes| reading.at(bytes));
                    self.opened(side, None, result, tell);
                }
                None => tell(error("no file came with the request to open one")),
            },
            ToDesk::OpenSample { side, name } => match sample(&name) {
                Some(text) => self.open_bytes(side, name, text.as_bytes(), tell),
                None => tell(error("there is no sample of that name")),
            },
            ToDesk::AddSplit { name } => {
                if let Some(bytes) = attachment.bytes {
                    self.splits.insert(name, bytes);
                }
            }
            ToDesk::UseSplit { name } => match self.splits.remove(&name) {
                Some(bytes) => {
                    self.open_bytes(Side::References, name.clone(), &bytes, tell);
                    self.splits.insert(name, bytes);
                }
                None => tell(error("that split is not part of this site")),
            },
            ToDesk::Clear { side } => {
                *self.side(side) = None;
                self.checked = None;
            }
            ToDesk::OpenAnswers { metric } => match attachment.file {
                Some((file, _)) => self.open_answers(metric, file, tell),
                None => tell(error("no file came with the request to open one")),
            },
            ToDesk::ClearAnswers { metric } => self.answers.clear(metric),
            ToDesk::OpenGraphs { side } => match attachment.file {
                Some((mut file, _)) => tell(self.graphs.open(side, &mut file)),
                None => tell(error("no file came with the request to open one")),
            },
            ToDesk::ClearGraphs => self.graphs.clear(),
            ToDesk::Check { task, missing } => self.check(task, missing, tell),
            ToDesk::Start { profile, metrics, packs } => self.start(profile, metrics, packs, tell),
            ToDesk::Resume => match &mut self.run {
                Some((run, _)) => {
                    run.requeue_all();
                    tell(FromDesk::Started { progress: run.progress() });
                }
                None => tell(error("there is no run to go on with")),
            },
            ToDesk::Rows { request, sort, filter, from, count } => {
                let Some((run, _)) = &self.run else { return };
                let (total, rows) = self.order.rows(run, sort, &filter, from, count);
                tell(FromDesk::Rows { request, total, from, rows });
            }
            ToDesk::Study { place } => match &self.run {
                Some((run, _)) => match rrgscore_results::study(run, place) {
                    Some(study) => tell(FromDesk::Study { study: Box::new(study) }),
                    None => tell(error("there is no such study in this run")),
                },
                None => tell(error("nothing has been scored yet")),
            },
            ToDesk::Summarize => {
                let Some((run, provenance)) = &self.run else { return };
                tell(FromDesk::Summary {
                    summary: Box::new(Summary::of(run, provenance)),
                    distributions: rrgscore_results::distributions(run),
                    encoded: run.encoded(),
                });
            }
            ToDesk::Export { format } => self.export(format, tell),
            // Whoever holds the desk does that with the browser's files.
            ToDesk::ReadAnnotations | ToDesk::KeepAnnotations | ToDesk::DropAnnotations => {}
            ToDesk::NextJob
            | ToDesk::Accept { .. }
            | ToDesk::Requeue { .. }
            | ToDesk::Fail { .. } => self.work(ask, tell),
        }
    }

    /// Takes annotations of an earlier session, for the next run; gives how many there are.
    ///
    /// # Errors
    /// When they are damaged or of another version.
    pub fn bring_annotations(&mut self, bytes: &[u8]) -> Result<u64, StoreError> {
        let store = AnnotationStore::from_bytes(bytes)?;
        let count = store.len() as u64;
        self.brought.absorb(store);
        Ok(count)
    }

    /// All annotations of this session as bytes for the next one, and how many there are.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn annotations(&self) -> Result<(u64, Vec<u8>), serde_json::Error> {
        let mut store = self.brought.clone();
        if let Some((run, _)) = &self.run {
            store.absorb(run.store().clone());
        }
        Ok((store.len() as u64, store.to_bytes()?))
    }

    /// Forgets all annotations; the results stay.
    pub fn forget_annotations(&mut self) {
        self.brought = AnnotationStore::default();
        if let Some((run, _)) = &mut self.run {
            run.clear_store();
        }
    }

    /// The part of the protocol that moves a run on.
    fn work(&mut self, ask: ToDesk, tell: &mut dyn FnMut(FromDesk)) {
        let Some((run, _)) = &mut self.run else { return };
        match ask {
            ToDesk::NextJob => tell(match run.next_job() {
                Next::Job(job) => FromDesk::Job { job },
                Next::Wait => FromDesk::Wait,
                Next::Done => FromDesk::Done,
            }),
            ToDesk::Accept { outcome } => {
                let accepted = run.accept(outcome);
                // An outcome that is not awaited is one whose annotator was given up on: the job
                // has been handed out again, or its run is gone.
                if accepted.is_ok() {
                    self.order.forget();
                    tell(FromDesk::Progress { progress: run.progress() });
                }
            }
            ToDesk::Requeue { id } => run.requeue(id),
            ToDesk::Fail { id, message } => {
                run.fail(id, &Failure::new(FailureKind::Worker, message));
                self.order.forget();
                tell(FromDesk::Progress { progress: run.progress() });
            }
            _ => {}
        }
    }

    fn side(&mut self, side: Side) -> &mut Option<Dataset> {
        match side {
            Side::Predictions => &mut self.predictions,
            Side::References => &mut self.references,
        }
    }

    fn open_bytes(
        &mut self,
        side: Side,
        name: String,
        bytes: &[u8],
        tell: &mut dyn FnMut(FromDesk),
    ) {
        let result = read(bytes, &ReadOptions::default(), &mut |_| {});
        self.opened(side, Some(name), result, tell);
    }

    fn opened(
        &mut self,
        side: Side,
        name: Option<String>,
        result: Result<Dataset, ReadError>,
        tell: &mut dyn FnMut(FromDesk),
    ) {
        match result {
            Ok(data) => {
                tell(FromDesk::Opened {
                    side,
                    studies: data.records.len() as u32,
                    shape: data.shape.clone(),
                    brings_references: data.shape.kind.has_references_inside(),
                    name,
                });
                *self.side(side) = Some(data);
                self.checked = None;
            }
            Err(error) => {
                let message = with_hint(&error.to_string(), error.hint());
                tell(FromDesk::OpenFailed { side, message });
            }
        }
    }

    fn check(&mut self, task: Task, missing: MissingPolicy, tell: &mut dyn FnMut(FromDesk)) {
        self.checked = None;
        let Some(predictions) = &self.predictions else {
            tell(FromDesk::CheckFailed {
                message: "there are no predictions yet".to_owned(),
                findings: Vec::new(),
            });
            return;
        };
        match align(predictions, self.references.as_ref(), task, missing) {
            Ok(mut alignment) => {
                let studies = alignment.pairs.len() as u32;
                let answers = self.answers.look_at_all(&alignment.pairs, missing);
                alignment.pairs = Vec::new();
                self.checked = Some(Checked { task, missing });
                tell(FromDesk::Checked { alignment: Box::new(alignment), studies });
                answers.into_iter().for_each(tell);
            }
            Err(error) => tell(FromDesk::CheckFailed {
                message: error.to_string(),
                findings: check(predictions, self.references.as_ref(), task, missing),
            }),
        }
    }

    /// Keeps a file of answers and tells what it holds for the studies that are open; without
    /// any, only what can be told from the file alone.
    fn open_answers(
        &mut self,
        metric: Judge,
        mut file: Box<dyn Read + '_>,
        tell: &mut dyn FnMut(FromDesk),
    ) {
        let mut bytes = Vec::new();
        if let Err(reason) = file.read_to_end(&mut bytes) {
            let problem = AnswersProblem { message: reason.to_string(), by_policy: false };
            return tell(FromDesk::Answers { metric, found: Err(problem) });
        }
        self.answers.put(metric, bytes);
        let missing =
            self.checked.as_ref().map_or(MissingPolicy::Exclude, |checked| checked.missing);
        let pairs = match (&self.checked, &self.predictions) {
            (Some(checked), Some(predictions)) => {
                align(predictions, self.references.as_ref(), checked.task, missing)
                    .map(|alignment| alignment.pairs)
                    .unwrap_or_default()
            }
            _ => Vec::new(),
        };
        if let Some(told) = self.answers.look(metric, &pairs, missing) {
            tell(told);
        }
    }

    fn start(
        &mut self,
        profile: Profile,
        metrics: Vec<Metric>,
        packs: Vec<PackRef>,
        tell: &mut dyn FnMut(FromDesk),
    ) {
        let (Some(checked), Some(predictions)) = (&self.checked, &self.predictions) else {
            tell(error("check the files first"));
            return;
        };
        let aligned = align(predictions, self.references.as_ref(), checked.task, checked.missing);
        let alignment = match aligned {
            Ok(alignment) => alignment,
            Err(reason) => {
                tell(FromDesk::Error { message: reason.to_string() });
                return;
            }
        };
        let mut provenance = Provenance::of(&alignment);
        provenance.inputs = InputRef::of(predictions, self.references.as_ref());
        provenance.packs = packs;
        let mut judged = Vec::new();
        for judge in metrics.iter().filter_map(|metric| metric.judge()) {
            match self.answers.read(judge, &alignment.pairs, checked.missing) {
                Some(Ok(answers)) => judged.push(answers),
                Some(Err(reason)) => return tell(FromDesk::Error { message: reason.to_string() }),
                None => return tell(error("there are no answers of a judge")),
            }
        }
        provenance.answers = judged.iter().flat_map(Judged::inputs).cloned().collect();
        let compares = metrics.iter().any(|metric| metric.takes_given_graphs());
        let brought = compares.then(|| self.graphs.read(&alignment.pairs)).flatten();
        let graphs = match brought {
            Some(Ok((graphs, inputs))) => {
                provenance.given_graphs = inputs;
                Some(graphs)
            }
            Some(Err(reason)) => return tell(FromDesk::Error { message: reason.to_string() }),
            None => None,
        };
        let settings = Settings { profile, task: checked.task, missing: checked.missing, metrics };
        self.runs += 1;
        // What was said of a text in this session is not asked again.
        let mut store = self.run.take().map(|(run, _)| run.into_store()).unwrap_or_default();
        store.absorb(std::mem::take(&mut self.brought));
        let run = Run::with(settings, alignment.pairs, &provenance.packs, store, graphs)
            .numbered_from(self.runs << JOBS_PER_RUN);
        let run = judged.into_iter().fold(run, Run::with_answers);
        self.order = ScoreTable::default();
        tell(FromDesk::Started { progress: run.progress() });
        self.run = Some((run, provenance));
    }

    fn export(&self, format: ExportFormat, tell: &mut dyn FnMut(FromDesk)) {
        let Some((run, provenance)) = &self.run else {
            tell(error("nothing has been scored yet"));
            return;
        };
        let text = match format {
            ExportFormat::ScoresCsv => rrgscore_results::scores_csv(run),
            ExportFormat::LabelsCsv => {
                rrgscore_results::labels_csv(run).map(Option::unwrap_or_default)
            }
            ExportFormat::JudgementsCsv => {
                rrgscore_results::judgements_csv(run).map(Option::unwrap_or_default)
            }
            ExportFormat::SummaryJson => {
                rrgscore_results::summary_json(&Summary::of(run, provenance))
            }
        };
        tell(match text {
            Ok(text) => FromDesk::Exported { format, text },
            Err(reason) => FromDesk::Error { message: reason.to_string() },
        });
    }
}

/// Tells how far the reading of a file is, now and then.
struct Reading<'a> {
    side: Side,
    of: u64,
    told: u64,
    tell: &'a mut dyn FnMut(FromDesk),
}

impl Reading<'_> {
    fn at(&mut self, bytes: u64) {
        if bytes >= self.told + READING_STEP {
            self.told = bytes;
            (self.tell)(FromDesk::Reading { side: self.side, bytes, of: self.of });
        }
    }
}

fn with_hint(message: &str, hint: &str) -> String {
    if hint.is_empty() { message.to_owned() } else { format!("{message}. {hint}") }
}

fn sample(name: &str) -> Option<&'static str> {
    match name {
        "sample-split" => Some(samples::SPLIT.text),
        "model-a" => Some(samples::MODEL_A.text),
        "model-b" => Some(samples::MODEL_B.text),
        _ => None,
    }
}

fn error(message: &str) -> FromDesk {
    FromDesk::Error { message: message.to_owned() }
}
