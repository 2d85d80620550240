//! The reducer: what the user does here, the files in [`inputs`], the run in [`run`], what the
//! coordinator responds in [`responses`].

mod inputs;
mod responses;
mod run;
#[cfg(test)]
pub(super) mod tests;

use std::rc::Rc;

use rrgscore_data::{Code, Hint, IdMatching, JoinOptions, MissingPolicy, RepeatedIds, Side};
use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_scoring::Metric;

use super::{Action, Check, Effect, ModelsAction, ModelsEffect, Notice, State, Table, models};
use crate::page::route::Route;
use crate::protocol::coordinator::{CoordinatorRequest, RowsQuery};

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
            Action::UseSiteSample(key) => self.use_site_sample(&key),
            Action::ChooseReferences(choice) => self.choose_references(choice),
            Action::Clear(side) => {
                let task = self.sample_in_use().map_or(self.task, |_| None);
                let mut effects = self.clear(side);
                if side == Side::Predictions {
                    self.task = task;
                    // What was decided about these files' ids was decided about no others.
                    self.join = JoinOptions::default();
                    let judges: Vec<Judge> = self.answers.keys().copied().collect();
                    effects.extend(self.clear_graphs());
                    effects.extend(judges.into_iter().flat_map(|judge| self.clear_answers(judge)));
                }
                effects.push(Effect::Focus("main"));
                effects
            }
            Action::Reread(side, options) => self.reread(side, options),
            Action::SetTask(task) => {
                self.task = task;
                self.recheck()
            }
            Action::SetMissing(missing) => {
                self.missing = Some(missing);
                self.recheck()
            }
            Action::SetCleaning(cleaning) => {
                self.cleaning = cleaning;
                Vec::new()
            }
            Action::CleanAnswers(clean) => {
                self.clean_answers = clean;
                Vec::new()
            }
            Action::SetJoin(join) => {
                self.join = join;
                self.recheck()
            }
            Action::ExchangeFiles => self.exchange_files(),
            Action::ToggleMetric(metric) => {
                self.toggle(metric);
                Vec::new()
            }
            Action::Fold(folded) => {
                self.folded = folded;
                Vec::new()
            }
            Action::Run => self.begin_run(now),
            Action::Cancel => self.cancel_run(),
            Action::SortBy(by) => self.in_table(|table| vec![table.sort_by(by)]),
            Action::Filter(at, value) => self.in_table(|table| vec![table.filter(at, value)]),
            Action::ShowAll => self.in_table(|table| vec![table.show_all()]),
            Action::Look(part, option) => self.look(part, option),
            Action::OpenEnd(best, row) => self.open_end(best, row),
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
            Action::ScorePairs(anew) => self.score_pairs(anew),
            Action::WritePair(at, text) => {
                self.write_pair(at, text);
                Vec::new()
            }
            Action::Keep(on) => self.keep(on),
            Action::OpenKept(row) => self.open_kept(row),
            Action::Forget => self.forget(),
            Action::Compare(action) => self.compare(action),
            Action::Export(format) => vec![Effect::Request(CoordinatorRequest::Export { format })],
            Action::ExportRun(form) => {
                let name = self.results.as_ref().map(|results| results.plan.name.clone());
                let name = name.unwrap_or_default();
                vec![Effect::Request(CoordinatorRequest::ExportRun { form, name })]
            }
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
            // Held by nobody else: an action that says that something was responded is taken in once.
            Action::Coordinator(response) => Rc::try_unwrap(response)
                .map_or_else(|_| Vec::new(), |response| self.coordinator_responded(response, now)),
            Action::CoordinatorLost => self.coordinator_lost(),
            Action::Problem(text) => {
                self.notice(text);
                Vec::new()
            }
            Action::Announce(text) => {
                self.announcement = text;
                Vec::new()
            }
        }
    }

    pub(super) fn notice(&mut self, text: String) {
        // Many annotators can meet the same trouble: it is shown once.
        self.notices.retain(|notice| notice.text != text);
        self.serial += 1;
        self.notices.push(Notice { id: self.serial, text });
        if self.notices.len() > MOST_NOTICES {
            self.notices.remove(0);
        }
    }

    fn packs_changed(&mut self, action: ModelsAction, now: f64) -> Vec<Effect> {
        let announcement = models::announcement(&self.models, &action);
        let effects = self.models.apply(action, now);
        if let Some(announcement) = announcement {
            self.announcement = announcement;
        }
        let mut effects: Vec<Effect> = effects.into_iter().map(Effect::Models).collect();
        effects.extend(self.choose_site_packs());
        effects.extend(self.clean_up());
        effects
    }

    fn arrived(&mut self, route: Route) -> Vec<Effect> {
        self.route = route;
        if let (false, Some(results)) = (matches!(route, Route::Study(_)), &mut self.results) {
            // The page holds no report but the one that is on the screen.
            results.study = None;
            results.table.opening = None;
        }
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

    /// Requests the study that is to be opened, if its row is there.
    fn open_awaited(&mut self) -> Option<Effect> {
        let results = self.results.as_mut()?;
        let row = results.table.opening?;
        let place = results.table.current_row(row)?.place;
        results.table.opening = None;
        if let Some((shown, study)) = &mut results.study
            && study.place == place
        {
            *shown = row;
            return None;
        }
        Some(Effect::Request(CoordinatorRequest::Study { place }))
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

    fn in_table(&mut self, change: impl FnOnce(&mut Table) -> Vec<RowsQuery>) -> Vec<Effect> {
        let Some(results) = &mut self.results else { return Vec::new() };
        let queries = change(&mut results.table).into_iter();
        queries.map(|query| Effect::Request(CoordinatorRequest::Rows(query))).collect()
    }

    /// Whether the choice of when two ids are the same matters now.
    pub fn ids_matter(&self) -> bool {
        self.join.ids != IdMatching::Exact || self.is_advised(Hint::JoinLoosely)
    }

    /// Whether the choice of what to do about studies with different texts matters now.
    pub fn repeated_matters(&self) -> bool {
        self.join.repeated != RepeatedIds::Refuse || self.is_advised(Hint::ChooseRepeated)
    }

    fn is_advised(&self, hint: Hint) -> bool {
        self.check.findings().iter().any(|finding| finding.control == Some(hint))
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
