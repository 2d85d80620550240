//! What can happen to the page, and what the page does about it beyond showing it.

use std::rc::Rc;

use rrgscore_data::{JoinOptions, MissingPolicy, ReadOptions, Side, Task};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_results::{OutputFile, RunExport, SortBy};
use rrgscore_scoring::summary::PackRef;
use rrgscore_scoring::{Metric, Profile, ReportCleaning};
use rrgscore_session::RunRequest;

use super::compare::CompareAction;
use super::models::{ModelsAction, ModelsEffect, PackSource};
use super::site::SiteEvent;
use super::{ReferenceChoice, Theme};
use crate::page::route::Route;
use crate::protocol::coordinator::{CoordinatorRequest, CoordinatorResponse};

/// Something that happened: what the user did, or what a worker responded or the loader brought.
#[derive(Clone, Debug)]
pub enum Action {
    /// The address changed.
    Arrived(Route),
    /// A file was dropped or chosen.
    FileChosen {
        /// Whose reports.
        side: Side,
        /// The file's name.
        name: String,
        /// Its size in bytes.
        bytes: u64,
    },
    /// A file of a judge's answers was dropped or chosen.
    AnswersChosen {
        /// What was judged.
        judge: Judge,
        /// The file's name.
        name: String,
    },
    /// Forget a judge's answers.
    ClearAnswers(Judge),
    /// A file of RadGraph annotations was dropped or chosen.
    GraphsChosen {
        /// Whose reports are annotated.
        side: Side,
        /// The file's name.
        name: String,
    },
    /// Forget both sides' annotations.
    ClearGraphs,
    /// Compute by the definitions of another profile.
    SetProfile(Profile),
    /// Open the sample predictions of that name with the sample references.
    UseSample(&'static str),
    /// Open the predictions of the site's sample of this key, with the split that they are of.
    UseSiteSample(String),
    /// Take the references from elsewhere.
    ChooseReferences(ReferenceChoice),
    /// Forget a side.
    Clear(Side),
    /// Read a side's file again, in another way.
    Reread(Side, Box<ReadOptions>),
    /// Compare other sections; none scores a list of pairs as given.
    SetTask(Option<Task>),
    /// Clean reports before they are scored, or not.
    SetCleaning(Option<ReportCleaning>),
    /// Clean a judge's answers before they are read, or do not.
    CleanAnswers(bool),
    /// Treat missing predictions otherwise.
    SetMissing(MissingPolicy),
    /// Take other ids for the same, or settle repeated ones otherwise.
    SetJoin(JoinOptions),
    /// Take the two files for each other.
    ExchangeFiles,
    /// Compute a column, or not.
    ToggleMetric(Metric),
    /// Fold the set-up into one line, or open it.
    Fold(bool),
    /// Begin a run.
    Run,
    /// Stop the run.
    Cancel,
    /// Order the table by this, or turn its order round.
    SortBy(SortBy),
    /// Fill in a field of the filter of studies.
    Filter(usize, String),
    /// Show all studies.
    ShowAll,
    /// Look at the run by another choice, by its part and its place among the options.
    Look(usize, u32),
    /// Look at the study in this row of the best ones or the worst ones by the metric that is looked
    /// at.
    OpenEnd(bool, u32),
    /// Rows came into view.
    Showing {
        /// First row.
        from: u32,
        /// How many.
        count: u32,
    },
    /// Move the table's current row down by so many rows (up, if negative).
    Step(i64),
    /// Look at the study in this row.
    OpenRow(u32),
    /// Look at the study so many rows below the current one (above, if negative).
    OpenStep(i64),
    /// Score the minimal pairs, as they are filled in or as they are at first.
    ScorePairs(bool),
    /// Write a text of the minimal pairs.
    WritePair(usize, String),
    /// Keep annotations and runs for the next session, or not.
    Keep(bool),
    /// Open the stored run in this row.
    OpenKept(usize),
    /// Delete what is stored.
    Forget,
    /// Something about comparing runs.
    Compare(CompareAction),
    /// Make a download.
    Export(OutputFile),
    /// Make a download of the run in another form.
    ExportRun(RunExport),
    /// Take a message to the user away.
    Dismiss(u32),
    /// Prefer a colour scheme.
    SetTheme(Theme),
    /// Use that many annotators; 0 for as many as fit this machine.
    SetWorkers(u32),
    /// The loader brought something.
    Site(SiteEvent),
    /// Something about model packs.
    Models(ModelsAction),
    /// A model's file was dropped where reports belong.
    Misplaced(String),
    /// The coordinator responded.
    Coordinator(Rc<CoordinatorResponse>),
    /// The coordinator stopped; what it held is gone.
    CoordinatorLost,
    /// Something went wrong that the user should know.
    Problem(String),
    /// Something went well that the user should hear.
    Announce(String),
}

/// Something to do that the state itself cannot.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Send a request to the coordinator.
    Request(CoordinatorRequest),
    /// Send a side's file to the coordinator.
    Open(Side, Box<ReadOptions>),
    /// Have a side's file read by a reader.
    Read(Side),
    /// Drop a side's file.
    ForgetFile(Side),
    /// Take the two sides' files for each other.
    ExchangeFiles,
    /// Something about model packs.
    Models(ModelsEffect),
    /// Send the files of a dropped run to the coordinator, under this number.
    OpenRun(u32),
    /// Have these runs compared, by number and name; the first is what the others are compared with.
    Compare(Vec<(u32, String)>),
    /// Stop comparing.
    StopComparing,
    /// Begin a run, or go on with the last one.
    StartRun {
        /// What to compute, and which columns; none goes on.
        run: Option<(RunRequest, Vec<Metric>)>,
        /// The packs that there are, and where.
        packs: Vec<(PackRef, PackSource)>,
        /// The texts of minimal pairs, for a run over those alone; no texts for this project's own.
        sanity: Option<Vec<String>>,
    },
    /// Hand a text to the user as a file.
    Download {
        /// The file's name.
        name: &'static str,
        /// Its media type.
        mime: &'static str,
        /// What stands in it.
        text: String,
    },
    /// Move the address there.
    Go(Route),
    /// Show the document in a colour scheme and remember it.
    Paint(Theme),
    /// Remember a number of annotators and change the pool.
    Resize(u32),
    /// Remember whether annotations are kept.
    RememberKeeping(bool),
    /// Move the keyboard's focus to the element with this id, once it is drawn.
    Focus(&'static str),
}
