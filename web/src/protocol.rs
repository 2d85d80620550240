//! The messages between the page and its workers.
//!
//! One worker, the *desk*, holds the reports: it reads files, runs the doctor, plans the run and
//! keeps the results. The others, the *annotators*, hold a model and turn jobs into outcomes. The
//! page passes jobs and outcomes between them and shows what the desk tells it; it never holds
//! more report text than what is on the screen.
//!
//! Messages are JSON text in a `{ text, bytes?, file? }` object, because report text, numbers and
//! nothing else goes through, and f64 survives it to the bit. Pack bytes travel beside the text as
//! transferred `ArrayBuffer`s, a dropped `File` as itself. What is said about packs stands in
//! [`models`].

pub mod models;

use rrgscore_data::{Alignment, MissingPolicy, ReadOptions, Shape, Task};
use rrgscore_judge::Metric as Judge;
pub use rrgscore_results::{Distribution, ScoreRow, Sort, SortBy, Study};
use rrgscore_scoring::Profile;
use rrgscore_scoring::job::{Job, JobId, Outcome};
use rrgscore_scoring::judged::JudgeSummary;
use rrgscore_scoring::progress::MetricProgress;
use rrgscore_scoring::summary::{PackRef, Summary};
use rrgscore_scoring::{Metric, Purpose};
use serde::{Deserialize, Serialize};

/// Which of the two sides of the comparison a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The model's reports (and perhaps the references beside them).
    Predictions,
    /// The reports to compare with.
    References,
}

/// What the page asks of the desk.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ask")]
pub enum ToDesk {
    /// Read the `File` that comes with the message.
    Open {
        /// Whose reports.
        side: Side,
        /// The user's overrides of what is guessed.
        options: ReadOptions,
    },
    /// Use an embedded sample: `model-a`, `model-b` as predictions, `sample-split` as references.
    OpenSample {
        /// Whose reports.
        side: Side,
        /// The sample's name.
        name: String,
    },
    /// Keep the bytes that come with the message as a split that can be chosen by name.
    AddSplit {
        /// E.g. `iu-xray-test`.
        name: String,
    },
    /// Use a split that was added.
    UseSplit {
        /// Its name.
        name: String,
    },
    /// Forget a side.
    Clear {
        /// Which.
        side: Side,
    },
    /// Keep the `File` that comes with the message: a judge's answers, or the file of studies that
    /// goes with them.
    OpenAnswers {
        /// What was judged.
        metric: Judge,
    },
    /// Forget a judge's answers.
    ClearAnswers {
        /// What was judged.
        metric: Judge,
    },
    /// Keep the `File` that comes with the message: RadGraph annotations in the official form.
    OpenGraphs {
        /// Whose reports are annotated.
        side: Side,
    },
    /// Forget both sides' annotations.
    ClearGraphs,
    /// Run the doctor on what is open.
    Check {
        /// Which sections are compared.
        task: Task,
        /// What to do about missing predictions.
        missing: MissingPolicy,
    },
    /// Begin a run over the last check's pairs; a run under way is dropped.
    Start {
        /// Whose definitions.
        profile: Profile,
        /// The columns to compute.
        metrics: Vec<Metric>,
        /// The packs that the annotators have.
        packs: Vec<PackRef>,
    },
    /// Go on with a run that was cancelled: what is computed stays, what was under way is handed
    /// out again.
    Resume,
    /// Hand out a job.
    NextJob,
    /// File an outcome.
    Accept {
        /// What an annotator made.
        outcome: Outcome,
    },
    /// A job's annotator was stopped: hand it out again.
    Requeue {
        /// The job.
        id: JobId,
    },
    /// A job cannot be done; mark its studies.
    Fail {
        /// The job.
        id: JobId,
        /// Why, in words without report text.
        message: String,
    },
    /// Send the summary of what is there so far.
    Summarize,
    /// Send rows of the per-study table.
    Rows {
        /// Echoed, so that late answers can be told.
        request: u32,
        /// The order.
        sort: Sort,
        /// Only studies whose id contains this (any case).
        filter: String,
        /// First row, counted from 0.
        from: u32,
        /// How many.
        count: u32,
    },
    /// Send one study's texts and scores.
    Study {
        /// The study's place in input order.
        place: u32,
    },
    /// Read the annotations that were stored in an earlier session.
    ReadAnnotations,
    /// Store this session's annotations in the browser's files.
    KeepAnnotations,
    /// Delete the stored annotations, and forget this session's.
    DropAnnotations,
    /// Make a download.
    Export {
        /// What kind.
        format: ExportFormat,
    },
}

/// What the desk tells the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "tell")]
pub enum FromDesk {
    /// The desk is up.
    Ready,
    /// How much of a file has been read.
    Reading {
        /// Which side.
        side: Side,
        /// Bytes of the file read so far (compressed bytes for `.gz`).
        bytes: u64,
        /// Bytes in the file.
        of: u64,
    },
    /// A side is open.
    Opened {
        /// Which side.
        side: Side,
        /// Studies in it.
        studies: u32,
        /// What it was recognised as.
        shape: Shape,
        /// Whether every record brings its own reference.
        brings_references: bool,
        /// Name of the split or sample, for those.
        name: Option<String>,
    },
    /// A side could not be opened; it is as before.
    OpenFailed {
        /// Which side.
        side: Side,
        /// Why, in words.
        message: String,
    },
    /// The doctor's result. `alignment.pairs` is left empty: texts stay at the desk.
    Checked {
        /// Counts, findings, split.
        alignment: Box<Alignment>,
        /// Studies that will be scored.
        studies: u32,
    },
    /// RadGraph annotations have been read.
    Graphs {
        /// Whose reports are annotated.
        side: Side,
        /// Studies in the file, or why it cannot be used.
        found: Result<u32, String>,
    },
    /// A judge's answers have been read for the studies that are open now.
    Answers {
        /// What was judged.
        metric: Judge,
        /// What they are like, or why they cannot be used.
        found: Result<Box<JudgeSummary>, AnswersProblem>,
    },
    /// Nothing can be scored as things are.
    CheckFailed {
        /// Why, in words.
        message: String,
        /// The doctor's findings.
        findings: Vec<rrgscore_data::Finding>,
    },
    /// The run is planned, or goes on.
    Started {
        /// How far each metric is.
        progress: Vec<MetricProgress>,
    },
    /// A job to give to an annotator.
    Job {
        /// The job.
        job: Box<Job>,
    },
    /// No job now; ask again after an outcome.
    Wait,
    /// No further job in this run.
    Done,
    /// How far each metric is.
    Progress {
        /// One entry per metric.
        progress: Vec<MetricProgress>,
    },
    /// Means, intervals, counts and signature so far.
    Summary {
        /// What `summary.json` holds.
        summary: Box<Summary>,
        /// One per metric.
        distributions: Vec<Distribution>,
        /// Texts that went through a model in this run.
        encoded: u64,
    },
    /// Rows of the per-study table.
    Rows {
        /// The request answered.
        request: u32,
        /// Rows under the filter.
        total: u32,
        /// First row.
        from: u32,
        /// The rows.
        rows: Vec<ScoreRow>,
    },
    /// One study.
    Study {
        /// All there is about it.
        study: Box<Study>,
    },
    /// What is stored of annotations now.
    Annotations {
        /// What is there, or why it cannot be used or stored.
        stored: Result<StoredAnnotations, String>,
    },
    /// A download.
    Exported {
        /// What kind.
        format: ExportFormat,
        /// Its content.
        text: String,
    },
    /// Something the desk could not do; what was computed stays.
    Error {
        /// What, in words without report text.
        message: String,
    },
}

/// What the page asks of an annotator.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ask")]
pub enum ToAnnotator {
    /// Load a pack; the message's `bytes` are its files in the order of `names`, `pack.json`
    /// first.
    Load {
        /// File names.
        names: Vec<String>,
    },
    /// Do a job, after those that came before it.
    Work {
        /// The job.
        job: Box<Job>,
    },
    /// Drop the jobs that are not begun yet.
    Forget,
}

/// What an annotator tells the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "tell")]
pub enum FromAnnotator {
    /// The annotator is up.
    Ready,
    /// A pack is loaded.
    Loaded {
        /// What it serves.
        pack: Purpose,
    },
    /// A pack could not be loaded.
    LoadFailed {
        /// Why, in words.
        message: String,
    },
    /// A job is done.
    Outcome {
        /// Its outcome.
        outcome: Outcome,
    },
    /// A job cannot be done.
    Failed {
        /// The job.
        id: JobId,
        /// Why, in words without report text.
        message: String,
    },
    /// A job was dropped before it was begun.
    Forgot {
        /// The job.
        id: JobId,
    },
}

/// Annotations in the browser's files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnnotations {
    /// How many.
    pub annotations: u64,
    /// Bytes they take.
    pub bytes: u64,
}

/// Why a judge's answers cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswersProblem {
    /// In words, with line or study and without an answer's text.
    pub message: String,
    /// Whether they could be used under another policy for missing studies.
    pub by_policy: bool,
}

/// What can be downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// `scores.csv`: a row per study, a column per metric.
    ScoresCsv,
    /// `labels.csv`: CheXbert's labels of both reports of every study.
    LabelsCsv,
    /// `judgements.csv`: what a judge has counted in every study.
    JudgementsCsv,
    /// `summary.json`.
    SummaryJson,
}
