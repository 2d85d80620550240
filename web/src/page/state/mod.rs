//! Everything the page shows, and the one place where it changes.
//!
//! [`State::apply`] takes an [`Action`] and says, as [`Effect`]s, what is to be done beyond
//! showing the new state. It knows neither DOM nor clock, so all of it is tested natively.

mod action;
mod answers;
mod apply;
mod columns;
mod compare;
mod graphs;
mod inputs;
mod keeping;
pub mod models;
mod packs;
mod run;
mod sanity;
mod site;
mod table;

use std::collections::BTreeMap;

use rrgscore_data::{JoinOptions, Kind, MissingPolicy, Task};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_scoring::{Metric, Profile, Purpose, ReportCleaning};

pub use action::{Action, Effect};
pub use answers::ChosenAnswers;
pub use compare::{CompareAction, ComparePhase, Comparing, ComparisonFile};
pub use graphs::{GraphFile, Graphs};
pub use inputs::{Check, Input, Opened, Reading, ReferenceChoice, side_word};
pub use keeping::Keeping;
pub use models::{Models, ModelsAction, ModelsEffect};
pub use packs::Serving;
pub use run::{FinishedRun, Pace, Phase, RunPlan, RunState, ShownResults};
pub use sanity::SanityPanel;
pub use site::{Missing, Part, Site, SiteEvent, SitePack, SiteSample, SiteSplit};
pub use table::{Filtered, Table};

use super::route::Route;
use rrgscore_data::Side;

/// The sample predictions, by name.
pub const SAMPLES: [&str; 2] = ["model-a", "model-b"];
/// The sample references' name.
pub const SAMPLE_SPLIT: &str = "sample";

/// A preferred colour scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// The system's.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word in the document and in the preferences; none for the system's.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// A message to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Names it, to be dismissed.
    pub id: u32,
    /// In words.
    pub text: String,
}

/// What the page is.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Where the user is.
    pub route: Route,
    /// Whether the page is sealed: it reaches nothing more, its own site neither.
    pub sealed: bool,
    /// What is loaded.
    pub site: Site,
    /// What is installed.
    pub models: Models,
    /// The model's reports.
    pub predictions: Input,
    /// The reports to compare with.
    pub references: Input,
    /// A judge's answers, by what was judged.
    pub answers: BTreeMap<Judge, ChosenAnswers>,
    /// RadGraph annotations that the user has brought.
    pub graphs: Graphs,
    /// Where the references come from.
    pub choice: ReferenceChoice,
    /// How often inputs have changed.
    pub inputs: u32,
    /// Which sections are compared.
    pub task: Option<Task>,
    /// What is done about missing predictions.
    pub missing: Option<MissingPolicy>,
    /// When two ids are the same, and what is done about studies with different texts.
    pub join: JoinOptions,
    /// What the doctor says.
    pub check: Check,
    /// Whose definitions the columns have.
    pub profile: Profile,
    /// What is done to the reports before they are scored.
    pub cleaning: Option<ReportCleaning>,
    /// Whether a judge's answers are cleaned before they are read.
    pub clean_answers: bool,
    /// The columns to compute, once the user has chosen; before, all that can be.
    pub chosen: Option<Vec<Metric>>,
    /// The run under way.
    pub run: RunState,
    /// The run whose summary was requested and has not come, and how long it took in seconds.
    pub unsummarized: Option<(RunPlan, f64)>,
    /// Whether the set-up is folded into one line, as it is after a run.
    pub folded: bool,
    /// What the last run came to.
    pub results: Option<ShownResults>,
    /// The runs of this session, oldest first.
    pub finished: Vec<FinishedRun>,
    /// Runs beside each other.
    pub comparing: Comparing,
    /// What the metrics see of minimal pairs.
    pub sanity: SanityPanel,
    /// Whether annotations are kept for the next session.
    pub keeping: Keeping,
    /// What went wrong, newest last.
    pub notices: Vec<Notice>,
    /// What screen readers read out.
    pub announcement: String,
    /// The preferred colour scheme.
    pub theme: Theme,
    /// The preferred number of annotators; 0 for as many as fit this machine.
    pub workers: u32,
    /// Numbers the messages to the user.
    pub serial: u32,
}

impl State {
    /// Which sections are compared: until the user says otherwise both, which is what the
    /// leaderboard's public code does.
    pub fn task(&self) -> Task {
        self.task.unwrap_or(Task::Report)
    }

    /// Whether the predictions are a list of pairs, which is scored as given.
    pub fn has_pair_list(&self) -> bool {
        self.predictions.opened.as_ref().is_some_and(|file| file.shape.kind == Kind::PairList)
    }

    /// Whether both sides are files of the user's, so that each can be taken for the other.
    pub fn can_exchange_files(&self) -> bool {
        let is_file = |input: &Input| input.opened.as_ref().is_some_and(|file| !file.built_in);
        is_file(&self.predictions) && is_file(&self.references) && !self.is_reading()
    }

    /// Whether a file is still being read.
    pub fn is_reading(&self) -> bool {
        self.predictions.reading.is_some()
            || self.references.reading.is_some()
            || self.answers.values().any(|answers| answers.reading)
            || self.graphs.is_reading()
    }

    /// What is done about missing predictions: nothing is scored, until the user says otherwise.
    pub fn missing(&self) -> MissingPolicy {
        self.missing.unwrap_or(MissingPolicy::Refuse)
    }

    /// A side.
    pub fn side(&self, side: Side) -> &Input {
        match side {
            Side::Predictions => &self.predictions,
            Side::References => &self.references,
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut Input {
        match side {
            Side::Predictions => &mut self.predictions,
            Side::References => &mut self.references,
        }
    }

    /// Whether the user has given predictions, be it ones that could not be read.
    pub fn has_begun(&self) -> bool {
        let Input { opened, reading, problem, .. } = &self.predictions;
        opened.is_some() || reading.is_some() || problem.is_some()
    }

    /// Whether a column can be computed here now, or once its pack has come; a judge's column
    /// needs its answers.
    pub fn can_compute(&self, metric: Metric) -> bool {
        if let Some(judge) = metric.judge() {
            return self.answers.get(&judge).is_some_and(ChosenAnswers::are_usable);
        }
        self.packs_for(metric).all(|needed| {
            let serving = self.serving(needed);
            serving.is_some_and(|pack| !matches!(pack.part, Part::Failed(_) | Part::Offered))
        })
    }

    /// The packs that a column needs here: RadGraph-F1 and what is combined of it none for
    /// RadGraph, where the user has brought annotations.
    pub fn packs_for(&self, metric: Metric) -> impl Iterator<Item = Purpose> {
        metric.packs(self.graphs.are_usable()).into_iter()
    }

    /// The columns that will be computed: those chosen, and what they are combined of.
    pub fn metrics(&self) -> Vec<Metric> {
        let wanted = |metric: Metric| match &self.chosen {
            Some(chosen) => chosen.contains(&metric),
            None => metric.is_usual(self.profile),
        };
        let all = self.offered();
        let chosen = all.iter().copied().filter(|&m| wanted(m) && self.can_compute(m));
        let needed: Vec<Metric> =
            chosen.flat_map(|metric| metric.components().into_iter().chain([metric])).collect();
        all.into_iter().filter(|metric| needed.contains(metric)).collect()
    }

    /// Whether a chosen column still waits for its pack.
    pub fn waits_for_pack(&self) -> bool {
        self.metrics().into_iter().any(|metric| {
            let mut packs = self.packs_for(metric).filter_map(|pack| self.serving(pack));
            packs.any(|pack| pack.part.is_coming())
        })
    }

    /// Whether a run can begin.
    pub fn can_run(&self) -> bool {
        matches!(self.check, Check::Passed { studies, .. } if studies > 0)
            && !self.is_reading()
            && !self.run.is_busy()
            && !self.metrics().is_empty()
            && !self.waits_for_pack()
    }

    /// Whether the last run was cancelled and a run begun now would be the same: it goes on then.
    pub fn can_resume(&self) -> bool {
        let left = self.results.as_ref().is_some_and(|results| !results.summary.complete);
        left && !self.results_are_old() && self.can_run()
    }

    /// What a run begun now would compute.
    pub fn plan(&self) -> RunPlan {
        let metrics = self.metrics();
        let needed =
            |pack| metrics.iter().any(|&metric| self.packs_for(metric).any(|need| need == pack));
        let packs = self.ready_packs().into_iter().map(|serving| serving.pack);
        RunPlan {
            profile: self.profile,
            task: self.task,
            missing: self.missing(),
            cleaning: self.cleaning,
            clean_answers: self.clean_answers,
            join: self.join,
            packs: packs.filter(|pack| needed(pack.purpose)).collect(),
            metrics,
            inputs: self.inputs,
            name: self.predictions_name(),
        }
    }

    /// What the predictions are called.
    fn predictions_name(&self) -> String {
        match (self.sample_in_use(), &self.predictions.opened) {
            (Some(sample), _) => sample.reports.label.clone(),
            (None, Some(opened)) => opened.name.clone(),
            (None, None) => String::new(),
        }
    }

    /// The sample of the site that the predictions are, if they are one.
    pub fn sample_in_use(&self) -> Option<&SiteSample> {
        let opened = self.predictions.opened.as_ref().filter(|opened| opened.built_in);
        self.site.sample(&opened?.name)
    }

    /// Whether the results were made with other settings or files than those of the page now.
    pub fn results_are_old(&self) -> bool {
        self.results.as_ref().is_some_and(|results| results.plan != self.plan())
    }
}
