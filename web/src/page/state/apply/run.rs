//! A run, from its start to its results.

use std::rc::Rc;

use rrgscore_results::{Distribution, Sort, SortBy};
use rrgscore_scoring::Summary;

use crate::page::route::Route;
use crate::page::state::{Effect, FinishedRun, Phase, RunState, ShownResults, State, Table};
use crate::protocol::coordinator::CoordinatorRequest;
use crate::protocol::look::{Look, ResultDetail};

impl State {
    pub(super) fn begin_run(&mut self, now: f64) -> Vec<Effect> {
        if !self.can_run() {
            return Vec::new();
        }
        self.folded = false;
        let plan = self.plan();
        let resumes = self.can_resume();
        let run = (!resumes).then(|| plan.request());
        // What an earlier part of the run took counts.
        let before = self.run.took.filter(|_| resumes).unwrap_or(0.0);
        let (phase, began) = (Phase::Starting, now - before);
        self.run = RunState { phase, plan: Some(plan), began, ..RunState::default() };
        self.results = None;
        self.announcement =
            if resumes { "Scoring goes on." } else { "Scoring has begun." }.to_owned();
        let packs = self.ready_packs().into_iter().map(|serving| (serving.pack, serving.from));
        let packs = packs.collect();
        vec![Effect::StartRun { run, packs, sanity: None }, Effect::Focus("run-control")]
    }

    pub(super) fn cancel_run(&mut self) -> Vec<Effect> {
        if !matches!(self.run.phase, Phase::Starting | Phase::Running) {
            return Vec::new();
        }
        self.run.phase = Phase::Cancelling;
        self.run.cancelled = true;
        vec![Effect::Request(CoordinatorRequest::Cancel)]
    }

    pub(super) fn run_over(&mut self, now: f64) -> Vec<Effect> {
        if !self.run.is_busy() {
            return Vec::new();
        }
        self.run.phase = Phase::Idle;
        let took = now - self.run.began;
        self.run.took = Some(took);
        self.unsummarized = self.run.plan.clone().map(|plan| (plan, took));
        self.announcement =
            if self.run.cancelled { "Scoring was cancelled." } else { "Scoring is done." }
                .to_owned();
        vec![Effect::Request(CoordinatorRequest::Summarize)]
    }

    pub(super) fn summarized(
        &mut self,
        summary: Rc<Summary>,
        distributions: Rc<[Distribution]>,
        details: Rc<[ResultDetail]>,
        encoded: u64,
    ) -> Vec<Effect> {
        let Some((plan, took)) = self.unsummarized.take() else { return Vec::new() };
        let mut effects = Vec::new();
        if summary.complete {
            let (number, name) = (self.next_run_number(), plan.name.clone());
            effects
                .push(Effect::Request(CoordinatorRequest::KeepRun { number, name: name.clone() }));
            self.finished.push(FinishedRun { number, name, summary: summary.clone(), kept: true });
        }
        // The user has begun the next run meanwhile: what is on the screen is to be that one's.
        if self.run.is_busy() {
            return effects;
        }
        // A run that was cancelled is to be gone on with.
        self.folded = summary.complete;
        let mut table = Table::default();
        let first = table.restart();
        let (look, looked, study) = (Look::default(), Rc::default(), None);
        self.results = Some(ShownResults {
            plan,
            took,
            summary,
            distributions,
            details,
            encoded,
            look,
            looked,
            table,
            study,
        });
        effects.extend([
            Effect::Request(CoordinatorRequest::Rows(first)),
            Effect::Request(CoordinatorRequest::Look(look)),
            Effect::Focus("results"),
        ]);
        effects
    }

    /// Looks at the run by another choice.
    pub(super) fn look(&mut self, part: usize, option: u32) -> Vec<Effect> {
        let Some(results) = &mut self.results else { return Vec::new() };
        if let Some(chosen) = results.look.0.get_mut(part) {
            *chosen = option;
        }
        vec![Effect::Request(CoordinatorRequest::Look(results.look))]
    }

    /// Opens a study at an end of the metric that is looked at: the table is put into that order, so
    /// that the next study is the next best or the next worst.
    pub(super) fn open_end(&mut self, best: bool, row: u32) -> Vec<Effect> {
        let Some(results) = &mut self.results else { return Vec::new() };
        let Look([at, ..]) = results.look;
        let Some(metric) = results.summary.metrics.get(at as usize) else { return Vec::new() };
        let descending = metric.metric.higher_is_better() == best;
        let query = results.table.all_by(Sort { by: SortBy::Metric(at), descending });
        vec![Effect::Request(CoordinatorRequest::Rows(query)), Effect::Go(Route::Study(row))]
    }
}
