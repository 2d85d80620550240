//! The reducer.

use std::rc::Rc;

use rrgscore_data::{Code, Finding, KNOWN_SPLITS, MissingPolicy};
use rrgscore_judge::Metric as Judge;
use rrgscore_scoring::{Metric, Summary};

use super::{
    Action, Check, Effect, FinishedRun, Graphs, Input, ModelsAction, ModelsEffect, Notice, Phase,
    ReferenceChoice, Results, Run, SAMPLE_SPLIT, State, Table, models,
};
use crate::page::format;
use crate::page::route::Route;
use crate::protocol::{Distribution, ExportFormat, FromDesk, Side, ToDesk};

/// Most messages kept on the page.
const MOST_NOTICES: usize = 4;

impl State {
    /// Takes in what happened at a moment (in seconds of any steady clock), and says what is to
    /// be done beyond showing it.
    pub fn apply(&mut self, action: Action, now: f64) -> Vec<Effect> {
        match action {
            Action::Arrived(route) => self.arrived(route),
            Action::FileChosen { side, name, bytes } => self.file_chosen(side, name, bytes),
            Action::AnswersChosen { judge, name } => self.answers_chosen(judge, name),
            Action::ClearAnswers(judge) => self.clear_answers(judge),
            Action::GraphsChosen { side, name } => {
                self.graphs_chosen(side, name);
                Vec::new()
            }
            Action::ClearGraphs => self.clear_graphs(),
            Action::SetProfile(profile) => {
                self.set_profile(profile);
                Vec::new()
            }
            Action::UseSample(name) => self.use_sample(name),
            Action::ChooseReferences(choice) => self.choose_references(choice),
            Action::Clear(side) => {
                let mut effects = self.clear(side);
                if side == Side::Predictions {
                    let judges: Vec<Judge> = self.answers.keys().copied().collect();
                    effects.extend(self.clear_graphs());
                    effects.extend(judges.into_iter().flat_map(|judge| self.clear_answers(judge)));
                }
                effects.push(Effect::Focus("main"));
                effects
            }
            Action::Reread(side, options) => self.reread(side, options),
            Action::SetTask(task) => {
                self.task = Some(task);
                self.recheck()
            }
            Action::SetMissing(missing) => {
                self.missing = Some(missing);
                self.recheck()
            }
            Action::ToggleMetric(metric) => {
                self.toggle(metric);
                Vec::new()
            }
            Action::Run => self.begin_run(now),
            Action::Cancel => self.cancel_run(),
            Action::ModelLoaded => {
                self.run.loaded(now);
                Vec::new()
            }
            Action::RunOver => self.run_over(now),
            Action::SortBy(by) => self.in_table(|table| vec![table.sort_by(by)]),
            Action::Filter(filter) => self.in_table(|table| vec![table.filter(filter)]),
            Action::Showing { from, count } => self.in_table(|table| table.show(from, count)),
            Action::Step(rows) => self.in_table(|table| {
                table.mark(table.stepped(rows));
                Vec::new()
            }),
            Action::OpenRow(row) => vec![Effect::Go(Route::Study(row))],
            Action::OpenStep(rows) => {
                let row = self.results.as_ref().map(|results| results.table.stepped(rows));
                row.map(|row| Effect::Go(Route::Study(row))).into_iter().collect()
            }
            Action::KeepAnnotations(on) => self.keep_annotations(on),
            Action::DeleteAnnotations => self.delete_annotations(),
            Action::Export(format) => vec![Effect::Ask(ToDesk::Export { format })],
            Action::Dismiss(id) => {
                self.notices.retain(|notice| notice.id != id);
                Vec::new()
            }
            Action::SetTheme(theme) => {
                self.theme = theme;
                vec![Effect::Paint(theme)]
            }
            Action::SetWorkers(workers) => {
                self.workers = workers;
                vec![Effect::Resize(workers)]
            }
            Action::Site(event) => {
                self.site.take(event);
                let mut effects = self.take_recognised_split();
                effects.extend(self.choose_site_packs());
                effects.extend(self.clean_up());
                effects
            }
            Action::Models(action) => self.packs_changed(action, now),
            Action::Misplaced(name) => {
                self.notice(format!(
                    "{name} looks like a model and not like reports. Drop it in the Models view."
                ));
                Vec::new()
            }
            Action::Desk(told) => self.desk(*told, now),
            Action::DeskLost => self.desk_lost(),
            Action::Problem(text) => {
                self.notice(text);
                Vec::new()
            }
            Action::Said(text) => {
                self.said = text;
                Vec::new()
            }
        }
    }

    fn notice(&mut self, text: String) {
        // Many annotators can meet the same trouble: it is told once.
        self.notices.retain(|notice| notice.text != text);
        self.serial += 1;
        self.notices.push(Notice { id: self.serial, text });
        if self.notices.len() > MOST_NOTICES {
            self.notices.remove(0);
        }
    }

    fn packs_changed(&mut self, action: ModelsAction, now: f64) -> Vec<Effect> {
        let said = models::said(&self.models, &action);
        let effects = self.models.apply(action, now);
        if let Some(said) = said {
            self.said = said;
        }
        let mut effects: Vec<Effect> = effects.into_iter().map(Effect::Models).collect();
        effects.extend(self.choose_site_packs());
        effects.extend(self.clean_up());
        effects
    }

    fn arrived(&mut self, route: Route) -> Vec<Effect> {
        self.route = route;
        if route == Route::Models {
            // Another tab may have installed or removed something since.
            return vec![Effect::Models(ModelsEffect::List)];
        }
        let Route::Study(row) = route else { return Vec::new() };
        self.in_table(|table| {
            table.mark(row);
            table.opening = Some(row);
            table.show(row, 1)
        })
        .into_iter()
        .chain(self.open_awaited())
        .collect()
    }

    /// Asks for the study that is to be opened, if its row is there.
    fn open_awaited(&mut self) -> Option<Effect> {
        let results = self.results.as_mut()?;
        let row = results.table.opening?;
        let place = results.table.row(row)?.place;
        results.table.opening = None;
        if let Some((shown, study)) = &mut results.study
            && study.place == place
        {
            *shown = row;
            return None;
        }
        Some(Effect::Ask(ToDesk::Study { place }))
    }

    fn file_chosen(&mut self, side: Side, name: String, bytes: u64) -> Vec<Effect> {
        let mut effects = self.leave_welcome();
        let input = self.side_mut(side);
        input.options = Default::default();
        input.begin(name, bytes);
        effects.push(Effect::Open(side, Box::default()));
        if side == Side::References {
            self.choice = ReferenceChoice::File;
        } else if self.choice == ReferenceChoice::Sample {
            // The user's own predictions are not meant for the sample's references.
            effects.extend(self.clear(Side::References));
            self.choice = ReferenceChoice::Inside;
        }
        effects
    }

    /// The first view's controls are about to go: the focus moves to what takes their place.
    fn leave_welcome(&self) -> Vec<Effect> {
        if self.has_begun() { Vec::new() } else { vec![Effect::Focus("reports-title")] }
    }

    fn use_sample(&mut self, name: &'static str) -> Vec<Effect> {
        let mut effects = self.leave_welcome();
        self.predictions = Input::default();
        self.predictions.begin(name.to_owned(), 0);
        effects.push(Effect::ForgetFile(Side::Predictions));
        effects.extend(self.choose_references(ReferenceChoice::Sample));
        let side = Side::Predictions;
        effects.push(Effect::Ask(ToDesk::OpenSample { side, name: name.to_owned() }));
        effects
    }

    fn choose_references(&mut self, choice: ReferenceChoice) -> Vec<Effect> {
        let side = Side::References;
        let mut effects = Vec::new();
        if choice == ReferenceChoice::File {
            // Nothing is open until a file is chosen; what was open stays until then only if it
            // is a file too.
            if self.choice != ReferenceChoice::File {
                effects.extend(self.clear(side));
            }
            self.choice = choice;
            return effects;
        }
        effects.push(Effect::ForgetFile(side));
        self.references = Input::default();
        match &choice {
            ReferenceChoice::Inside => effects.extend(self.clear(side)),
            ReferenceChoice::Split(name) => {
                self.references.begin(name.clone(), 0);
                effects.push(Effect::Ask(ToDesk::UseSplit { name: name.clone() }));
            }
            ReferenceChoice::Sample => {
                let name = SAMPLE_SPLIT.to_owned();
                self.references.begin(name.clone(), 0);
                effects.push(Effect::Ask(ToDesk::OpenSample { side, name }));
            }
            ReferenceChoice::File => {}
        }
        self.choice = choice;
        effects
    }

    /// Predictions that come alone and are those of a built-in split are compared with it.
    fn take_recognised_split(&mut self) -> Vec<Effect> {
        let Check::Refused { findings, .. } = &self.check else { return Vec::new() };
        let inside = self.predictions.opened.as_ref().is_none_or(|file| file.brings_references);
        let untouched = self.choice == ReferenceChoice::Inside && self.references.opened.is_none();
        let Some(key) = recognised(findings).filter(|_| untouched && !inside) else {
            return Vec::new();
        };
        if !self.site.split(key).is_some_and(|split| split.part.is_ready()) {
            return Vec::new();
        }
        self.choose_references(ReferenceChoice::Split(key.to_owned()))
    }

    fn clear(&mut self, side: Side) -> Vec<Effect> {
        *self.side_mut(side) = Input::default();
        self.inputs += 1;
        let mut effects = vec![Effect::ForgetFile(side), Effect::Ask(ToDesk::Clear { side })];
        effects.extend(self.recheck());
        effects
    }

    fn reread(&mut self, side: Side, options: Box<rrgscore_data::ReadOptions>) -> Vec<Effect> {
        let input = self.side_mut(side);
        input.options = (*options).clone();
        let name = input.opened.as_ref().map(|opened| opened.name.clone());
        let name = name.or(input.reading.take().map(|reading| reading.name)).unwrap_or_default();
        input.begin(name, 0);
        vec![Effect::Open(side, options)]
    }

    /// Lets the doctor look again, if there is something to look at.
    fn recheck(&mut self) -> Vec<Effect> {
        let reading = self.predictions.reading.is_some() || self.references.reading.is_some();
        if self.predictions.opened.is_none() {
            self.check = Check::Nothing;
            return Vec::new();
        }
        self.check = Check::Waiting;
        if reading {
            return Vec::new();
        }
        vec![Effect::Ask(ToDesk::Check { task: self.task(), missing: self.missing() })]
    }

    fn toggle(&mut self, metric: Metric) {
        let mut chosen = self.metrics();
        match chosen.iter().position(|&m| m == metric) {
            // What is combined of a column goes with it.
            Some(_) => chosen.retain(|&m| m != metric && !m.components().contains(&metric)),
            None => chosen.push(metric),
        }
        self.chosen = Some(chosen);
    }

    fn begin_run(&mut self, now: f64) -> Vec<Effect> {
        if !self.can_run() {
            return Vec::new();
        }
        let asked = self.asking();
        let (profile, metrics) = (asked.profile, asked.metrics.clone());
        let resumes = self.can_resume();
        // What an earlier part of the run took counts.
        let before = self.run.took.filter(|_| resumes).unwrap_or(0.0);
        let (phase, began) = (Phase::Starting, now - before);
        self.run = Run { phase, asked: Some(asked), began, ..Run::default() };
        self.results = None;
        self.said = if resumes { "Scoring goes on." } else { "Scoring has begun." }.to_owned();
        let (equipment, packs) = self
            .ready_packs()
            .into_iter()
            .map(|serving| ((serving.pack.purpose, serving.from), serving.pack))
            .unzip();
        vec![
            Effect::Equip(equipment),
            Effect::Ask(if resumes {
                ToDesk::Resume
            } else {
                ToDesk::Start { profile, metrics, packs }
            }),
            Effect::Focus("run-control"),
        ]
    }

    fn cancel_run(&mut self) -> Vec<Effect> {
        if !matches!(self.run.phase, Phase::Starting | Phase::Running) {
            return Vec::new();
        }
        self.run.phase = Phase::Cancelling;
        self.run.cancelled = true;
        vec![Effect::StopWork]
    }

    fn run_over(&mut self, now: f64) -> Vec<Effect> {
        if !self.run.is_busy() {
            return Vec::new();
        }
        self.run.phase = Phase::Idle;
        self.run.took = Some(now - self.run.began);
        self.said = if self.run.cancelled { "Scoring was cancelled." } else { "Scoring is done." }
            .to_owned();
        vec![Effect::Ask(ToDesk::Summarize)]
    }

    fn desk(&mut self, told: FromDesk, now: f64) -> Vec<Effect> {
        match told {
            FromDesk::Reading { side, bytes, of } => {
                if let Some(reading) = &mut self.side_mut(side).reading {
                    (reading.bytes, reading.of) = (bytes, of);
                }
                Vec::new()
            }
            FromDesk::Opened { side, studies, shape, brings_references, name } => {
                let input = self.side_mut(side);
                input.open(studies, shape, brings_references, name);
                self.inputs += 1;
                self.recheck()
            }
            FromDesk::OpenFailed { side, message } => {
                let input = self.side_mut(side);
                let file = input.reading.take().map(|reading| reading.name).unwrap_or_default();
                input.problem = Some(format!("{file} could not be read: {message}"));
                self.recheck()
            }
            FromDesk::Checked { alignment, studies } => {
                self.said = format!("{} can be scored.", format::studies(studies.into()));
                self.check = Check::Passed { alignment: Rc::new(*alignment), studies };
                Vec::new()
            }
            FromDesk::Graphs { side, found } => {
                self.graphs_read(side, found);
                Vec::new()
            }
            FromDesk::Answers { metric, found } => {
                self.answers_looked_at(metric, found);
                Vec::new()
            }
            FromDesk::CheckFailed { message, findings } => {
                self.check = Check::Refused { message, findings: findings.into() };
                self.take_recognised_split()
            }
            FromDesk::Started { progress } => {
                self.run.observe(progress, now);
                if self.run.phase == Phase::Starting {
                    self.run.phase = Phase::Running;
                    return vec![Effect::Work];
                }
                Vec::new()
            }
            FromDesk::Progress { progress } => {
                self.run.observe(progress, now);
                Vec::new()
            }
            FromDesk::Summary { summary, distributions, encoded } => {
                let mut effects = self.summarized(Rc::new(*summary), distributions.into(), encoded);
                effects.extend(self.keep_more_annotations());
                effects
            }
            FromDesk::Annotations { stored } => {
                self.annotations_stored(stored);
                vec![Effect::Models(ModelsEffect::Weigh)]
            }
            FromDesk::Rows { request, total, from, rows } => {
                let Some(results) = &mut self.results else { return Vec::new() };
                results.table.take(request, total, from, rows);
                self.open_awaited().into_iter().collect()
            }
            FromDesk::Study { study } => {
                if let Some(results) = &mut self.results {
                    results.study = Some((results.table.current, Rc::new(*study)));
                }
                Vec::new()
            }
            FromDesk::Exported { format, text } => {
                let (name, mime) = match format {
                    ExportFormat::ScoresCsv => ("scores.csv", "text/csv"),
                    ExportFormat::LabelsCsv => ("labels.csv", "text/csv"),
                    ExportFormat::JudgementsCsv => ("judgements.csv", "text/csv"),
                    ExportFormat::SummaryJson => ("summary.json", "application/json"),
                };
                self.said = format!("{name} is ready.");
                vec![Effect::Download { name, mime, text }]
            }
            FromDesk::Error { message } => {
                self.notice(message);
                if self.run.phase == Phase::Starting {
                    self.run = Run::default();
                }
                Vec::new()
            }
            // The pool's business; nothing to show.
            FromDesk::Ready | FromDesk::Job { .. } | FromDesk::Wait | FromDesk::Done => Vec::new(),
        }
    }

    fn summarized(
        &mut self,
        summary: Rc<Summary>,
        distributions: Rc<[Distribution]>,
        encoded: u64,
    ) -> Vec<Effect> {
        let Some(asked) = self.run.asked.clone() else { return Vec::new() };
        if summary.complete {
            let number = self.finished.len() as u32 + 1;
            let name = asked.name.clone();
            self.finished.push(FinishedRun { number, name, summary: summary.clone() });
        }
        let mut table = Table::default();
        let first = table.restart();
        let took = self.run.took.unwrap_or(0.0);
        self.results =
            Some(Results { asked, took, summary, distributions, encoded, table, study: None });
        vec![Effect::Ask(first), Effect::Focus("results")]
    }

    fn desk_lost(&mut self) -> Vec<Effect> {
        self.predictions = Input::default();
        self.references = Input::default();
        self.answers.clear();
        self.graphs = Graphs::default();
        self.choice = ReferenceChoice::default();
        self.check = Check::Nothing;
        self.results = None;
        let was_busy = self.run.is_busy();
        self.run = Run::default();
        self.notice(
            "The part of the page that holds the reports stopped, perhaps for lack of memory. \
             It has been started again; open the files again."
                .to_owned(),
        );
        let mut effects =
            vec![Effect::ForgetFile(Side::Predictions), Effect::ForgetFile(Side::References)];
        if was_busy {
            effects.push(Effect::StopWork);
        }
        effects
    }

    fn in_table(&mut self, change: impl FnOnce(&mut Table) -> Vec<ToDesk>) -> Vec<Effect> {
        let Some(results) = &mut self.results else { return Vec::new() };
        change(&mut results.table).into_iter().map(Effect::Ask).collect()
    }

    /// Whether the choice of what to do about missing predictions matters now.
    pub fn missing_matters(&self) -> bool {
        let counted = match &self.check {
            Check::Passed { alignment, .. } => alignment.counts.missing > 0,
            Check::Refused { findings, .. } => findings.iter().any(|finding| {
                matches!(finding.code, Code::MissingPredictions | Code::EmptyPredictions)
            }),
            Check::Nothing | Check::Waiting => false,
        };
        let unanswered = self
            .answers
            .values()
            .any(|answers| answers.problem.as_ref().is_some_and(|problem| problem.by_policy));
        counted
            || unanswered
            || self.missing.is_some_and(|missing| missing != MissingPolicy::Refuse)
    }
}

/// The key of the known split that the doctor names: its message begins with the split's name.
fn recognised(findings: &[Finding]) -> Option<&'static str> {
    let named = findings.iter().find(|finding| finding.code == Code::KnownSplit)?;
    let split = KNOWN_SPLITS.iter().find(|split| {
        named.message.strip_prefix(split.name).is_some_and(|rest| rest.starts_with(','))
    })?;
    Some(split.key)
}
