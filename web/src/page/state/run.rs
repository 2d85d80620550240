//! A run under way, and what has come of it.

use std::rc::Rc;

use rrgscore_data::{JoinOptions, MissingPolicy, Task};
use rrgscore_scoring::metric::Metric;
use rrgscore_scoring::progress::{Estimator, MetricProgress, run_seconds_left};
use rrgscore_scoring::summary::PackRef;
use rrgscore_scoring::{Profile, ReportCleaning, Summary};
use rrgscore_session::RunRequest;

use super::table::Table;
use crate::protocol::look::{Look, LookedRun, ResultDetail};
use rrgscore_results::{Distribution, Study};

/// Where a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// None was begun, or the last is over.
    #[default]
    Idle,
    /// The coordinator is planning it.
    Starting,
    /// Annotators work.
    Running,
    /// Annotators are being stopped.
    Cancelling,
}

/// What a run computes, and over what: to notice when the page's settings have moved on since.
#[derive(Clone, Debug, PartialEq)]
pub struct RunPlan {
    /// Whose definitions.
    pub profile: Profile,
    /// Which sections are compared.
    pub task: Option<Task>,
    /// What is done about missing predictions.
    pub missing: MissingPolicy,
    /// When two ids are the same, and what is done about studies with different texts.
    pub join: JoinOptions,
    /// What is done to the reports first.
    pub cleaning: Option<ReportCleaning>,
    /// Whether a judge's answers are cleaned first.
    pub clean_answers: bool,
    /// The columns.
    pub metrics: Vec<Metric>,
    /// How often inputs had changed.
    pub inputs: u32,
    /// Name of the predictions.
    pub name: String,
    /// The packs that compute the columns.
    pub packs: Vec<PackRef>,
}

impl RunPlan {
    /// The coordinator's part of it.
    pub fn request(&self) -> (RunRequest, Vec<Metric>) {
        let Self { task, missing, join, profile, cleaning, clean_answers, .. } = *self;
        let metrics = Vec::new();
        let request = RunRequest { task, missing, join, profile, cleaning, clean_answers, metrics };
        (request, self.metrics.clone())
    }
}

/// The run under way or over.
#[derive(Clone, Debug, Default)]
pub struct RunState {
    /// Where it is.
    pub phase: Phase,
    /// How far each metric is.
    pub progress: Vec<MetricProgress>,
    /// Rate and time left of each metric.
    pub pace: Vec<Pace>,
    /// What it computes.
    pub plan: Option<RunPlan>,
    /// When it began, in seconds.
    pub began: f64,
    /// How long it took, once it is over.
    pub took: Option<f64>,
    /// Whether the user stopped it.
    pub cancelled: bool,
}

impl RunState {
    /// Whether anything is under way.
    pub fn is_busy(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// Takes in how far each metric is at a moment.
    pub fn observe(&mut self, progress: Vec<MetricProgress>, now: f64) {
        self.pace.resize_with(progress.len(), Pace::default);
        for (pace, metric) in self.pace.iter_mut().zip(&progress) {
            pace.observe(now, metric);
        }
        self.progress = progress;
    }

    /// Takes in that an annotator has loaded a model.
    pub fn loaded(&mut self, now: f64) {
        for pace in &mut self.pace {
            pace.estimator.loaded(now);
        }
    }

    /// Seconds left at a moment until all metrics are done, once that is known.
    pub fn seconds_left(&self, now: f64) -> Option<f64> {
        let all: Vec<Estimator> = self.pace.iter().map(|pace| pace.estimator.clone()).collect();
        let latest = all.iter().filter_map(Estimator::latest).fold(0.0, f64::max);
        Some(since(run_seconds_left(&all)?, latest, now))
    }
}

/// What is left at `now` of the seconds that were left at `then`.
fn since(left: f64, then: f64, now: f64) -> f64 {
    (left - (now - then)).max(0.0)
}

/// How fast a metric is.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    estimator: Estimator,
    began: Option<(f64, u32)>,
    latest: Option<(f64, u32)>,
}

impl Pace {
    fn observe(&mut self, now: f64, progress: &MetricProgress) {
        // As the estimator: the wait for a metric's turn does not count as slowness.
        if progress.done == 0 {
            (self.began, self.latest) = (Some((now, 0)), None);
        }
        // A run that goes on begins with something done.
        self.began.get_or_insert((now, progress.done));
        self.estimator.observe(now, progress);
        if self.latest.is_none_or(|(_, done)| done != progress.done) {
            self.latest = Some((now, progress.done));
        }
    }

    /// Seconds left at a moment, once that is known.
    pub fn seconds_left(&self, now: f64) -> Option<f64> {
        Some(since(self.estimator.seconds_left()?, self.estimator.latest()?, now))
    }

    /// Studies per second, once that is known.
    pub fn studies_per_second(&self) -> Option<f64> {
        let ((began, before), (now, done)) = (self.began?, self.latest?);
        let seconds = now - began;
        (seconds > 0.0 && done > before).then(|| f64::from(done - before) / seconds)
    }
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownResults {
    /// What it computes.
    pub plan: RunPlan,
    /// How long it took, in seconds.
    pub took: f64,
    /// What `summary.json` holds.
    pub summary: Rc<Summary>,
    /// How each metric's scores are spread.
    pub distributions: Rc<[Distribution]>,
    /// What it came to beside the means.
    pub details: Rc<[ResultDetail]>,
    /// Texts that went through a model.
    pub encoded: u64,
    /// By what the run is looked at.
    pub look: Look,
    /// What was seen of it last.
    pub looked: Rc<LookedRun>,
    /// The per-study table.
    pub table: Table,
    /// The study that is looked at, and its row.
    pub study: Option<(u32, Rc<Study>)>,
}

/// A run of this session or from files, to be marked in the leaderboard and compared.
#[derive(Clone, Debug, PartialEq)]
pub struct FinishedRun {
    /// Counted from 1.
    pub number: u32,
    /// Name of the predictions, or of a shared run.
    pub name: String,
    /// What it came to.
    pub summary: Rc<Summary>,
    /// Whether the coordinator keeps its scores, so that it can be compared.
    pub kept: bool,
}

impl FinishedRun {
    /// How the run is called in tables.
    pub fn label(&self) -> String {
        if self.name == Self::unnamed(self.number) {
            return self.name.clone();
        }
        format!("Your run {} ({})", self.number, self.name)
    }

    /// The name of a run whose files do not say what it is called.
    pub fn unnamed(number: u32) -> String {
        format!("Dropped run {number}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(done: u32) -> MetricProgress {
        let cost = u64::from(done) * 10;
        MetricProgress {
            metric: Metric::named("bleu2").unwrap(),
            done,
            total: 100,
            cost_done: cost,
            cost_total: 1000,
        }
    }

    #[test]
    fn a_metric_that_waits_its_turn_is_not_slow() {
        let mut run = RunState::default();
        for (now, done) in [(0.0, 0), (60.0, 0), (61.0, 10), (62.0, 20)] {
            run.observe(vec![at(done)], now);
        }
        // 20 studies in the two seconds since it was last seen at nothing.
        assert_eq!(run.pace[0].seconds_left(62.0), Some(8.0));
        // Nothing more is done for a while: the time goes on all the same.
        assert_eq!(run.pace[0].seconds_left(65.0), Some(5.0));
        assert_eq!(run.pace[0].seconds_left(90.0), Some(0.0));
    }

    #[test]
    fn there_is_no_rate_before_there_is_work() {
        let mut run = RunState::default();
        run.observe(vec![at(0)], 5.0);
        assert_eq!(run.pace[0].studies_per_second(), None);
        assert_eq!(run.pace[0].seconds_left(6.0), None);
    }
}
