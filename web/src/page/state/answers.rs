//! A judge's answers that the user has given.

use std::rc::Rc;

use rrgscore_judge::JudgeMetric as Judge;
use rrgscore_scoring::Metric;
use rrgscore_scoring::judged::{JudgeSummary, column_of};

use super::{Effect, State};
use crate::page::format;
use crate::protocol::coordinator::{CoordinatorRequest, UnusableAnswers};

/// One metric's answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChosenAnswers {
    /// Names of the files that were given, newest last.
    pub files: Vec<String>,
    /// Whether the coordinator is reading one.
    pub reading: bool,
    /// What the answers are like, once they could be read.
    pub found: Option<Rc<JudgeSummary>>,
    /// Why they cannot be used.
    pub problem: Option<UnusableAnswers>,
}

impl ChosenAnswers {
    /// Whether a column can be made of them.
    pub fn are_usable(&self) -> bool {
        self.found.is_some() && self.problem.is_none() && !self.reading
    }
}

impl State {
    /// A file of answers was dropped or chosen.
    pub(super) fn answers_chosen(&mut self, judge: Judge, name: String) -> Vec<Effect> {
        let answers = self.answers.entry(judge).or_default();
        answers.files.retain(|file| *file != name);
        answers.files.push(name);
        answers.reading = true;
        Vec::new()
    }

    /// Forgets a metric's answers.
    pub(super) fn clear_answers(&mut self, judge: Judge) -> Vec<Effect> {
        self.inputs += 1;
        match self.answers.remove(&judge) {
            Some(_) => vec![Effect::Request(CoordinatorRequest::ClearAnswers { judge })],
            None => Vec::new(),
        }
    }

    /// The coordinator has looked at a metric's answers.
    pub(super) fn answers_looked_at(
        &mut self,
        judge: Judge,
        found: Result<Box<JudgeSummary>, UnusableAnswers>,
    ) {
        // What was cleared while the coordinator was reading it stays cleared.
        let Some(answers) = self.answers.get_mut(&judge) else { return };
        let is_new = std::mem::take(&mut answers.reading);
        (answers.found, answers.problem) = match found {
            Ok(found) => (Some(Rc::from(found)), None),
            Err(problem) => (None, Some(problem)),
        };
        if !is_new {
            return;
        }
        self.inputs += 1;
        if let Some(found) = &answers.found {
            let answered = u64::from(found.answered + found.unknown);
            let count = format::count(answered, "answer", "answers");
            self.announcement = format!("{}: {count} read.", judge.title());
            // ChosenAnswers are brought for their column: it is chosen, also by a user who chose others.
            let mut own = Metric::listed(self.profile);
            let column = own.find(|metric| metric.judge() == Some(judge)).or(column_of(judge));
            if let (Some(column), Some(chosen)) = (column, &mut self.chosen)
                && !chosen.contains(&column)
            {
                chosen.push(column);
            }
        }
    }
}
