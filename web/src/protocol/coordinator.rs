//! Messages between the page and the coordinator.

use rrgscore_data::{
    Alignment, Finding, JoinOptions, MissingPolicy, ReadOptions, Shape, Side, Task,
};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_results::{Distribution, OutputFile, RunExport, ScoreRow, Sort, Study};
use rrgscore_scoring::judged::JudgeSummary;
use rrgscore_scoring::progress::MetricProgress;
use rrgscore_scoring::summary::{PackRef, Summary};
use rrgscore_scoring::{Metric, Purpose};
use rrgscore_session::RunRequest;
use rrgscore_session::drive::WorkerId;
use serde::{Deserialize, Serialize};

use super::look::{FilterValues, Look, LookedRun, ResultDetail, SanityShown, ShownTable};

/// What the page requests of the coordinator, or lets it know.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoordinatorRequest {
    /// Read the `File` that comes with the message.
    Open {
        /// Whose reports.
        side: Side,
        /// The user's overrides of what is guessed.
        options: ReadOptions,
    },
    /// Take what a reader reads of a side's file; the message's port leads to it.
    OpenFromReader {
        /// Whose reports.
        side: Side,
    },
    /// Use a sample: embedded, `model-a` or `model-b` as predictions and `sample` as references, or
    /// one that was added.
    OpenSample {
        /// Whose reports.
        side: Side,
        /// The sample's name.
        name: String,
    },
    /// Keep the bytes that come with the message as a split or sample that can be chosen by name.
    AddReports {
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
        /// Whose answers.
        judge: Judge,
    },
    /// Forget a judge's answers.
    ClearAnswers {
        /// Whose answers.
        judge: Judge,
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
        /// When two ids are the same, and what to do about studies with different texts.
        join: JoinOptions,
    },
    /// Begin a run over the last check's pairs; a run under way is dropped.
    Start {
        /// Under which task, policy and profile.
        run: RunRequest,
        /// The columns to compute, exactly.
        columns: Vec<Metric>,
        /// The packs that annotators can be sent.
        packs: Vec<PackRef>,
        /// How many annotators work.
        workers: usize,
    },
    /// Score minimal pairs by these columns, as far as they say something of a pair alone.
    Sanity {
        /// The report, then the same with one change each; none for this project's own.
        texts: Vec<String>,
        /// Under which profile.
        run: RunRequest,
        /// The columns to compute.
        columns: Vec<Metric>,
        /// The packs that annotators can be sent.
        packs: Vec<PackRef>,
        /// How many annotators work.
        workers: usize,
    },
    /// Go on with a run that was cancelled: what is computed stays, what was under way is handed
    /// out again.
    Resume {
        /// The packs that annotators can be sent.
        packs: Vec<PackRef>,
        /// How many annotators work.
        workers: usize,
    },
    /// Stop the run.
    Cancel,
    /// An annotator was started; the message's port leads to it.
    Connect {
        /// Which.
        worker: WorkerId,
    },
    /// An annotator stopped, or could not be started.
    WorkerStopped {
        /// Which.
        worker: WorkerId,
    },
    /// A pack that an annotator was to be sent is not to be had.
    PackUnavailable {
        /// The annotator that waits for it.
        worker: WorkerId,
        /// Why, in words.
        message: String,
    },
    /// Keep the scores of the run that is over, to be compared with others.
    KeepRun {
        /// The page's number for it.
        number: u32,
        /// What it is called.
        name: String,
    },
    /// Keep the scores of the run whose files come with the message.
    OpenRun {
        /// The page's number for it.
        number: u32,
    },
    /// Hand kept runs to the comparer at the other end of the message's port.
    SendRuns {
        /// Their numbers, and what they are called beside each other.
        runs: Vec<(u32, String)>,
    },
    /// Give out the run that is over in another form.
    ExportRun {
        /// Which.
        form: RunExport,
        /// What the run is called.
        name: String,
    },
    /// Send the summary of what is there so far.
    Summarize,
    /// Send rows of the per-study table.
    Rows(RowsQuery),
    /// Look closely at the run that is over.
    Look(Look),
    /// Send one study's texts and scores.
    Study {
        /// The study's place in input order.
        place: u32,
    },
    /// Read the annotations that were stored in an earlier session, and list the runs.
    ReadKept,
    /// Store this session's annotations and runs in the browser's files.
    Keep,
    /// Delete what is stored, and forget this session's annotations.
    DropKept,
    /// Keep the scores of a run that is stored, to be compared with others.
    OpenKept {
        /// The page's number for it.
        number: u32,
        /// Its name among those stored.
        name: String,
    },
    /// Make a download.
    Export {
        /// What kind.
        format: OutputFile,
    },
}

impl CoordinatorRequest {
    /// The side whose reports it replaces: what is still being read of them is not wanted any more.
    #[must_use]
    pub fn replaces(&self) -> Option<Side> {
        match self {
            Self::Open { side, .. } | Self::OpenSample { side, .. } | Self::Clear { side } => {
                Some(*side)
            }
            Self::UseSplit { .. } => Some(Side::References),
            _ => None,
        }
    }
}

/// What the coordinator responds, or lets the page know.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoordinatorResponse {
    /// How much of a file has been read.
    Reading {
        /// Which side.
        side: Side,
        /// Bytes of the file read so far (compressed bytes for `.gz`).
        bytes: u64,
        /// Bytes in the file.
        of: u64,
    },
    /// The file can only be read by a reader: it is to be given one, and the port of that sent with
    /// [`CoordinatorRequest::OpenFromReader`].
    ReaderNeeded {
        /// Which side.
        side: Side,
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
    /// The doctor's result. `alignment.pairs` is empty: texts stay with the coordinator.
    Checked {
        /// Counts, findings, split.
        alignment: Box<Alignment>,
        /// Studies that will be scored.
        studies: u32,
    },
    /// Nothing can be scored as things are.
    CheckFailed {
        /// Why, in words.
        message: String,
        /// The doctor's findings.
        findings: Vec<Finding>,
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
        /// Whose answers.
        judge: Judge,
        /// What they are like, or why they cannot be used.
        found: Result<Box<JudgeSummary>, UnusableAnswers>,
    },
    /// The run is planned, or goes on.
    Started {
        /// How far each metric is.
        progress: Vec<MetricProgress>,
    },
    /// The run could not be started; what was computed stays.
    StartFailed {
        /// Why, in words without report text.
        message: String,
    },
    /// Start an annotator, in place of the one of that name if there is one.
    Spawn {
        /// Which.
        worker: WorkerId,
    },
    /// Send a pack's files to an annotator.
    SendPack {
        /// To which.
        worker: WorkerId,
        /// What the pack serves.
        pack: Purpose,
    },
    /// An annotator has loaded a model.
    ModelLoaded,
    /// How far each metric is.
    Progress {
        /// One entry per metric.
        progress: Vec<MetricProgress>,
    },
    /// Something of the run that the user should know.
    Problem {
        /// In words.
        message: String,
    },
    /// The run is over: all is done, or it was cancelled.
    Finished,
    /// Means, intervals, counts and signature so far.
    Summary {
        /// What `summary.json` holds.
        summary: Box<Summary>,
        /// One per metric.
        distributions: Vec<Distribution>,
        /// What it came to beside the means.
        details: Vec<ResultDetail>,
        /// Texts that went through a model in this run.
        encoded: u64,
    },
    /// A run has been read from its files, or why it has not.
    RunOpened {
        /// The page's number for it.
        number: u32,
        /// What it is called and what its summary says; in words what is wrong.
        run: Result<(String, Box<Summary>), String>,
    },
    /// Rows of the per-study table.
    Rows {
        /// What was requested, by the page's number for it.
        version: u32,
        /// The first row, counted from 0.
        from: u32,
        /// Rows under the filter.
        total: u32,
        /// The rows.
        rows: Vec<ScoreRow>,
    },
    /// What is to be said of the studies under the filter, once for each version.
    Filtered {
        /// What was requested, by the page's number for it.
        version: u32,
        /// Number, mean and interval of each metric over them; none where all studies are shown.
        means: Option<ShownTable>,
        /// A field that was filled in with what it does not take, in words.
        problem: Option<String>,
    },
    /// The run looked at closely.
    Looked(LookedRun),
    /// What the metrics see of minimal pairs, or why nothing was scored, in words.
    Sanity(Result<SanityShown, String>),
    /// One study.
    Study {
        /// All there is about it.
        study: Box<Study>,
    },
    /// What is stored now.
    Kept {
        /// What is there, or why it cannot be used or stored.
        stored: Result<StoredRecords, String>,
    },
    /// A download.
    Exported {
        /// What kind.
        format: OutputFile,
        /// Its content.
        text: String,
    },
    /// The run in another form.
    RunExported {
        /// Which.
        form: RunExport,
        /// Its content.
        text: String,
    },
    /// Something that could not be done; what was computed stays.
    Failed {
        /// What, in words without report text.
        message: String,
    },
}

/// Which rows of the per-study table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsQuery {
    /// The page's number for order and filter.
    pub version: u32,
    /// The order.
    pub sort: Sort,
    /// Which studies.
    pub filter: FilterValues,
    /// First row, counted from 0.
    pub from: u32,
    /// How many.
    pub count: u32,
}

/// What is in the browser's files beside packs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRecords {
    /// How many annotations.
    pub annotations: u64,
    /// Bytes they take.
    pub bytes: u64,
    /// The runs: a name that no other one has, and what else is to be said of it.
    pub runs: ShownTable,
}

/// Why a judge's answers cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusableAnswers {
    /// In words, with line or study and without an answer's text.
    pub message: String,
    /// Whether they could be used under another policy for missing studies.
    pub by_policy: bool,
}
