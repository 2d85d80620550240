//! What the coordinator responds.

use rrgscore_results::{OutputFile, RunExport};
use std::rc::Rc;

use rrgscore_data::Side;

use crate::page::format;
use crate::page::route::Route;
use crate::page::state::{
    Check, Effect, Filtered, Graphs, Input, ModelsEffect, Phase, ReferenceChoice, RunState, State,
};
use crate::protocol::coordinator::CoordinatorResponse;

impl State {
    pub(super) fn coordinator_responded(
        &mut self,
        response: CoordinatorResponse,
        now: f64,
    ) -> Vec<Effect> {
        match response {
            CoordinatorResponse::Reading { side, bytes, of } => {
                if let Some(reading) = &mut self.side_mut(side).reading {
                    (reading.bytes, reading.of) = (bytes, of);
                }
                Vec::new()
            }
            CoordinatorResponse::ReaderNeeded { side } => vec![Effect::Read(side)],
            CoordinatorResponse::Opened { side, studies, shape, brings_references, name } => {
                let input = self.side_mut(side);
                input.open(studies, shape, brings_references, name);
                self.inputs += 1;
                self.recheck()
            }
            CoordinatorResponse::OpenFailed { side, message } => {
                let input = self.side_mut(side);
                let file = input.reading.take().map(|reading| reading.name).unwrap_or_default();
                input.problem = Some(format!("{file} could not be read: {message}"));
                self.recheck()
            }
            CoordinatorResponse::Checked { alignment, studies } => {
                self.announcement = format!("{} can be scored.", format::studies(studies.into()));
                self.check = Check::Passed { alignment: Rc::new(*alignment), studies };
                Vec::new()
            }
            CoordinatorResponse::Graphs { side, found } => {
                self.graphs_read(side, found);
                Vec::new()
            }
            CoordinatorResponse::Answers { judge, found } => {
                self.answers_looked_at(judge, found);
                Vec::new()
            }
            CoordinatorResponse::CheckFailed { message, findings } => {
                self.check = Check::Refused { message, findings: findings.into() };
                self.take_recognised_split()
            }
            CoordinatorResponse::Started { progress } => {
                self.run.observe(progress, now);
                if self.run.phase == Phase::Starting {
                    self.run.phase = Phase::Running;
                }
                Vec::new()
            }
            CoordinatorResponse::StartFailed { message } => {
                self.notice(message);
                self.run = RunState::default();
                Vec::new()
            }
            CoordinatorResponse::ModelLoaded => {
                self.run.loaded(now);
                Vec::new()
            }
            CoordinatorResponse::Finished => self.run_over(now),
            CoordinatorResponse::Progress { progress } => {
                self.run.observe(progress, now);
                Vec::new()
            }
            CoordinatorResponse::Summary { summary, distributions, details, encoded } => {
                let (distributions, details) = (distributions.into(), details.into());
                let mut effects =
                    self.summarized(Rc::new(*summary), distributions, details, encoded);
                effects.extend(self.keep_more());
                effects
            }
            CoordinatorResponse::Kept { stored } => {
                self.stored(stored);
                vec![Effect::Models(ModelsEffect::EstimateStorage)]
            }
            CoordinatorResponse::RunOpened { number, run } => {
                self.run_opened(number, run);
                Vec::new()
            }
            CoordinatorResponse::Rows { version, from, total, rows } => {
                let Some(results) = &mut self.results else { return Vec::new() };
                results.table.take(version, from, total, rows);
                self.open_awaited().into_iter().collect()
            }
            CoordinatorResponse::Filtered { version, means, problem } => {
                if let Some(results) = &mut self.results {
                    results.table.said(version, Filtered { means, problem });
                }
                Vec::new()
            }
            CoordinatorResponse::Sanity(shown) => {
                self.pairs_scored(shown);
                Vec::new()
            }
            CoordinatorResponse::Looked(looked) => {
                if let Some(results) = &mut self.results {
                    results.looked = Rc::new(looked);
                }
                Vec::new()
            }
            CoordinatorResponse::Study { study } => {
                // The user may have gone elsewhere: the page keeps no report that is not shown.
                if let (Route::Study(_), Some(results)) = (self.route, &mut self.results) {
                    results.study = Some((results.table.current, Rc::new(*study)));
                }
                Vec::new()
            }
            CoordinatorResponse::Exported { format, text } => {
                let name = format.name();
                let mime = match format {
                    OutputFile::SummaryJson => "application/json",
                    OutputFile::ScoresCsv | OutputFile::LabelsCsv | OutputFile::JudgementsCsv => {
                        "text/csv"
                    }
                };
                self.announcement = format!("{name} is ready.");
                vec![Effect::Download { name, mime, text }]
            }
            CoordinatorResponse::RunExported { form, text } => {
                let name = form.file_name();
                let mime = match form {
                    RunExport::LeaderboardRow | RunExport::Share => "application/json",
                    RunExport::Methods | RunExport::Markdown | RunExport::Latex => "text/plain",
                };
                self.announcement = format!("{name} is ready.");
                vec![Effect::Download { name, mime, text }]
            }
            CoordinatorResponse::Problem { message } | CoordinatorResponse::Failed { message } => {
                self.notice(message);
                Vec::new()
            }
            // The pool's business; nothing to show.
            CoordinatorResponse::Spawn { .. } | CoordinatorResponse::SendPack { .. } => Vec::new(),
        }
    }

    pub(super) fn coordinator_lost(&mut self) -> Vec<Effect> {
        self.predictions = Input::default();
        self.references = Input::default();
        self.answers.clear();
        self.graphs = Graphs::default();
        self.choice = ReferenceChoice::default();
        self.check = Check::Nothing;
        self.forget_kept_runs();
        self.results = None;
        self.folded = false;
        self.run = RunState::default();
        self.unsummarized = None;
        self.sanity.busy = false;
        self.notice(
            "The part of the page that holds the reports stopped, perhaps for lack of memory. \
             It has been started again; open the files again."
                .to_owned(),
        );
        vec![Effect::ForgetFile(Side::Predictions), Effect::ForgetFile(Side::References)]
    }
}
