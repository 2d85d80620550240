//! From checked pairs and a request to a run.

use rrgscore_data::Kind;
use rrgscore_judge::Metric as Judge;
use rrgscore_scoring::judged::Judged;
use rrgscore_scoring::metric::{Available, Selection, SelectionError, USUAL, select};
use rrgscore_scoring::summary::{InputRef, PackRef, Provenance};
use rrgscore_scoring::{Metric, Run, Settings};

use crate::error::StartError;
use crate::request::RunRequest;
use crate::session::Session;

/// Job numbers are the run's number followed by this many bits, below 2^53 for JavaScript's sake:
/// a late outcome of a dropped run is not taken for one of the next.
const JOBS_PER_RUN: u32 = 32;

/// A run that is planned, and where its inputs came from: what its summary is made of.
pub struct StartedRun {
    /// The run; hand it to a [`crate::drive::Drive`].
    pub run: Run,
    /// Counts, split, files, packs and notes for the summary.
    pub provenance: Provenance,
}

impl Session {
    /// The columns that a request comes to, given the packs that are there, with notes on what was
    /// computed otherwise than one might think.
    ///
    /// # Errors
    /// An unknown name, or a column that lacks its pack or its answers.
    pub fn select(
        &self,
        request: &RunRequest,
        packs: &[PackRef],
    ) -> Result<Selection, SelectionError> {
        let names: Vec<&str> = request.metrics.iter().map(|name| name.trim()).collect();
        let names = if names.is_empty() { vec![USUAL] } else { names };
        select(&names, request.profile, &self.available(packs))
    }

    /// What there is to compute with: packs, annotations and answers that the user brought.
    pub(crate) fn available(&self, packs: &[PackRef]) -> Available {
        Available {
            packs: packs.iter().map(|pack| pack.purpose).collect(),
            graphs: self.graphs.are_complete(),
            answers: Judge::ALL
                .into_iter()
                .filter(|&judge| self.answers.are_there(judge))
                .collect(),
        }
    }

    /// Plans a run over the studies of the last check; checks first when task or policy are
    /// others. Annotations of earlier runs are used where their pack and text are the same.
    ///
    /// `packs` are all that are there; those that the run uses stand in its provenance.
    ///
    /// # Errors
    /// [`StartError`]; the session is as before, and what was computed before is kept.
    pub fn start(
        &mut self,
        request: &RunRequest,
        packs: &[PackRef],
    ) -> Result<StartedRun, StartError> {
        let fits = self.checked.as_ref().is_some_and(|checked| checked.fits(request));
        if !fits {
            self.check(request.task(), request.missing, request.join).map_err(Box::new)?;
        }
        let selected = self.select(request, packs)?;
        self.start_selected(request, selected, packs)
    }

    /// Plans a run over exactly these columns, whatever names the request has: for a skin whose
    /// user picks columns from [`Session::select`] and knows which packs there are. The check must
    /// be one under the request's task and policy.
    ///
    /// # Errors
    /// [`StartError`]; the session is as before, and what was computed before is kept.
    pub fn start_selected(
        &mut self,
        request: &RunRequest,
        selected: Selection,
        packs: &[PackRef],
    ) -> Result<StartedRun, StartError> {
        let checked = self.checked.as_ref().filter(|checked| checked.fits(request));
        let checked = checked.ok_or(StartError::NotChecked)?;
        let pairs = checked.pairs.clone();
        // A list of pairs does not say which sections its reports are of; the user may.
        let kind = self.predictions.as_ref().map(|data| data.shape.kind);
        let as_given = kind == Some(Kind::PairList);
        let task = if as_given { request.task } else { Some(checked.alignment.task) };
        let mut provenance = Provenance::of(&checked.alignment);
        provenance.notes = selected.notes.iter().map(ToString::to_string).collect();
        if let Some(predictions) = &self.predictions {
            provenance.inputs = InputRef::of(predictions, self.references.as_ref());
        }

        let mut judged: Vec<Judged> = Vec::new();
        for &metric in &selected.metrics {
            let Some(judge) = metric.judge() else { continue };
            let answers = self.answers.read(judge, &pairs, request.missing);
            match answers {
                Some(Ok(answers)) => judged.push(answers),
                Some(Err(problem)) => return Err(StartError::Answers { judge, problem }),
                None => return Err(SelectionError::NoAnswers { metric, judge }.into()),
            }
        }
        provenance.answers = judged.iter().flat_map(Judged::inputs).cloned().collect();

        let graphs = match self.graphs.read(&pairs)? {
            Some((graphs, inputs)) if selected.metrics.iter().any(|m| m.takes_given_graphs()) => {
                provenance.given_graphs = inputs;
                Some(graphs)
            }
            _ => None,
        };

        let uses = |pack: &&PackRef| {
            let mut metrics = selected.metrics.iter();
            metrics.any(|metric| metric.packs(graphs.is_some()).contains(&pack.purpose))
        };
        provenance.packs = packs.iter().filter(uses).cloned().collect();

        let settings = Settings {
            profile: request.profile,
            task,
            missing: request.missing,
            metrics: in_order(selected.metrics),
        };
        self.runs += 1;
        let annotations = std::mem::take(&mut self.annotations);
        let run = Run::with(settings, pairs, &provenance.packs, annotations, graphs)
            .numbered_from(self.runs << JOBS_PER_RUN);
        let run = judged.into_iter().fold(run, Run::with_answers);
        Ok(StartedRun { run, provenance })
    }
}

/// The columns with each after those that it is combined from, whatever order they were chosen in:
/// every skin has them in the same order then.
fn in_order(chosen: Vec<Metric>) -> Vec<Metric> {
    let mut ordered = Vec::with_capacity(chosen.len());
    for &metric in &chosen {
        let parts = metric.components().into_iter().filter(|part| chosen.contains(part));
        for part in parts.chain([metric]) {
            if !ordered.contains(&part) {
                ordered.push(part);
            }
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use rrgscore_data::{ReadOptions, Side, Task, read};
    use rrgscore_scoring::Summary;

    use super::*;

    const PAIRS: &str = r#"[{"id":"a","prediction":"no effusion","reference":"clear"}]"#;
    const PREDICTIONS: &str = "study_id,report\na,no effusion\n";

    fn task_of(files: &[(Side, &str)], task: Option<Task>) -> (Option<Task>, String) {
        let mut session = Session::new();
        for (side, text) in files {
            let data = read(text.as_bytes(), &ReadOptions::default(), &mut |_| {}).unwrap();
            session.set(*side, data);
        }
        let request = RunRequest { task, metrics: vec!["bleu2".to_owned()], ..Default::default() };
        let started = session.start(&request, &[]).unwrap();
        let summary = Summary::of(&started.run, &started.provenance);
        (summary.task, summary.signature)
    }

    #[test]
    fn pairs_that_are_given_have_the_task_that_the_user_names_and_no_other() {
        let (task, signature) = task_of(&[(Side::Predictions, PAIRS)], None);
        assert_eq!(task, None);
        assert!(signature.contains("|task:as-given|"), "{signature}");
        let (task, _) = task_of(&[(Side::Predictions, PAIRS)], Some(Task::Findings));
        assert_eq!(task, Some(Task::Findings));
        let files = [(Side::Predictions, PREDICTIONS), (Side::References, PREDICTIONS)];
        assert_eq!(task_of(&files, None).0, Some(Task::Report));
    }
}
