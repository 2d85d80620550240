//! Runs beside each other: which, how far the comparison is, what it came to.

use std::collections::BTreeSet;
use std::rc::Rc;

use rrgscore_scoring::Summary;

use super::{Effect, FinishedRun, State};
use crate::protocol::comparer::{Compared, ComparerResponse};

/// Where a comparison is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ComparePhase {
    /// None was begun.
    #[default]
    Idle,
    /// The comparer works: how much is done, 0 to 1.
    Working(f64),
    /// What it came to.
    Done(Rc<Compared>),
    /// Nothing could be compared: why.
    Failed(String),
}

/// A form in which a comparison is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparisonFile {
    /// A table for a paper.
    Latex,
    /// A table for a page.
    Markdown,
    /// Numbers with every digit.
    Csv,
}

/// What the user compares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparing {
    /// Runs that are not to be compared, by number.
    pub left_out: BTreeSet<u32>,
    /// The run that the others are compared with, once the user has chosen.
    pub first: Option<u32>,
    /// Runs that are being read from their files.
    pub reading: BTreeSet<u32>,
    /// Why the last dropped run could not be read.
    pub problem: Option<String>,
    /// Where the comparison is.
    pub phase: ComparePhase,
    /// Numbers of runs given out so far.
    numbers: u32,
}

/// What happens to a comparison.
#[derive(Clone, Debug)]
pub enum CompareAction {
    /// The files of a run were dropped or chosen.
    Dropped,
    /// Compare a run, or leave it out.
    Include(u32, bool),
    /// Compare the others with this run.
    First(u32),
    /// Compare.
    Go,
    /// Stop comparing.
    Stop,
    /// The comparer responded.
    Responded(Box<ComparerResponse>),
    /// Make a download of what it came to.
    Export(ComparisonFile),
}

impl State {
    /// The runs that can be compared, oldest first.
    pub fn comparable(&self) -> impl Iterator<Item = &FinishedRun> {
        self.finished.iter().filter(|run| run.kept)
    }

    /// The runs that are to be compared: first the one that the others are compared with.
    pub fn beside_each_other(&self) -> Vec<&FinishedRun> {
        let Comparing { left_out, first, .. } = &self.comparing;
        let chosen = self.comparable().filter(|run| !left_out.contains(&run.number));
        let mut runs: Vec<&FinishedRun> = chosen.collect();
        // The sort is stable: the others stay in their order.
        runs.sort_by_key(|run| Some(run.number) != *first);
        runs
    }

    /// A number that no run had, for one that is read now.
    pub(super) fn reading_run(&mut self) -> u32 {
        let number = self.next_run_number();
        self.comparing.reading.insert(number);
        self.comparing.problem = None;
        number
    }

    /// A number that no run had.
    pub(super) fn next_run_number(&mut self) -> u32 {
        self.comparing.numbers += 1;
        self.comparing.numbers
    }

    pub(super) fn compare(&mut self, action: CompareAction) -> Vec<Effect> {
        let comparing = &mut self.comparing;
        match action {
            CompareAction::Dropped => {
                return vec![Effect::OpenRun(self.reading_run())];
            }
            CompareAction::Include(number, true) => drop(comparing.left_out.remove(&number)),
            CompareAction::Include(number, false) => drop(comparing.left_out.insert(number)),
            CompareAction::First(number) => comparing.first = Some(number),
            CompareAction::Go => {
                let runs = self.names_beside_each_other();
                if runs.len() < 2 {
                    return Vec::new();
                }
                self.comparing.phase = ComparePhase::Working(0.0);
                self.announcement = "Comparing has begun.".to_owned();
                return vec![Effect::Compare(runs), Effect::Focus("compare-control")];
            }
            CompareAction::Stop => {
                comparing.phase = ComparePhase::Idle;
                self.announcement = "Comparing was stopped.".to_owned();
                return vec![Effect::StopComparing];
            }
            CompareAction::Responded(response) => return self.compared(*response),
            CompareAction::Export(file) => {
                let ComparePhase::Done(compared) = &comparing.phase else { return Vec::new() };
                let (name, mime, text) = match file {
                    ComparisonFile::Latex => ("comparison.tex", "text/x-tex", &compared.latex),
                    ComparisonFile::Markdown => {
                        ("comparison.md", "text/markdown", &compared.markdown)
                    }
                    ComparisonFile::Csv => ("comparison.csv", "text/csv", &compared.csv),
                };
                let text = text.clone();
                self.announcement = format!("{name} is ready.");
                return vec![Effect::Download { name, mime, text }];
            }
        }
        Vec::new()
    }

    /// The numbers of the runs to be compared and their names, with the number beside a name that
    /// several have.
    fn names_beside_each_other(&self) -> Vec<(u32, String)> {
        let runs = self.beside_each_other();
        let name = |run: &&FinishedRun| {
            let alone = runs.iter().filter(|other| other.name == run.name).count() == 1;
            let name =
                if alone { run.name.clone() } else { format!("{} ({})", run.name, run.number) };
            (run.number, name)
        };
        runs.iter().map(name).collect()
    }

    fn compared(&mut self, response: ComparerResponse) -> Vec<Effect> {
        // What a comparer still says after it was stopped does not count.
        if !matches!(self.comparing.phase, ComparePhase::Working(_)) {
            return Vec::new();
        }
        match response {
            ComparerResponse::Progress { done } => {
                self.comparing.phase = ComparePhase::Working(done);
                Vec::new()
            }
            ComparerResponse::Compared(compared) => {
                self.comparing.phase = ComparePhase::Done(Rc::new(compared));
                self.announcement = "The runs are compared.".to_owned();
                vec![Effect::Focus("compared")]
            }
            ComparerResponse::Failed { message } => {
                self.comparing.phase = ComparePhase::Failed(message);
                Vec::new()
            }
        }
    }

    /// A dropped run has been read, or not.
    pub(super) fn run_opened(&mut self, number: u32, run: Result<(String, Box<Summary>), String>) {
        self.comparing.reading.remove(&number);
        match run {
            Ok((name, summary)) => {
                let name = if name.is_empty() { FinishedRun::unnamed(number) } else { name };
                self.announcement = format!("{name} can be compared.");
                let summary = Rc::from(summary);
                self.finished.push(FinishedRun { number, name, summary, kept: true });
            }
            Err(why) => self.comparing.problem = Some(why),
        }
    }

    /// The coordinator has stopped, and with it went the scores that it kept.
    pub(super) fn forget_kept_runs(&mut self) {
        self.finished.iter_mut().for_each(|run| run.kept = false);
        self.comparing.reading.clear();
        if matches!(self.comparing.phase, ComparePhase::Working(_)) {
            self.comparing.phase = ComparePhase::Idle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::state::Action;
    use crate::page::state::apply::tests::summary_of_nothing;

    fn with_runs(names: &[&str]) -> State {
        let mut state = State::default();
        for name in names {
            let number = state.next_run_number();
            let (name, summary) = ((*name).to_owned(), Rc::new(summary_of_nothing(true)));
            state.finished.push(FinishedRun { number, name, summary, kept: true });
        }
        state
    }

    fn act(state: &mut State, action: CompareAction) -> Vec<Effect> {
        state.apply(Action::Compare(action), 0.0)
    }

    #[test]
    fn the_oldest_run_is_compared_with_until_the_user_chooses() {
        let mut state = with_runs(&["a", "b", "b"]);
        let runs = |effects: &[Effect]| match effects {
            [Effect::Compare(runs), ..] => runs.clone(),
            other => panic!("{other:?}"),
        };
        let named = |number: u32, name: &str| (number, name.to_owned());
        let effects = act(&mut state, CompareAction::Go);
        assert_eq!(runs(&effects), [named(1, "a"), named(2, "b (2)"), named(3, "b (3)")]);
        act(&mut state, CompareAction::First(3));
        act(&mut state, CompareAction::Include(2, false));
        let effects = act(&mut state, CompareAction::Go);
        assert_eq!(runs(&effects), [named(3, "b"), named(1, "a")]);
        act(&mut state, CompareAction::Include(1, false));
        assert!(act(&mut state, CompareAction::Go).is_empty(), "one run is beside none");
    }

    #[test]
    fn what_a_stopped_comparer_says_does_not_count() {
        let mut state = with_runs(&["a", "b"]);
        act(&mut state, CompareAction::Go);
        act(&mut state, CompareAction::Stop);
        let late = ComparerResponse::Compared(Compared::default());
        act(&mut state, CompareAction::Responded(Box::new(late)));
        assert_eq!(state.comparing.phase, ComparePhase::Idle);
    }

    #[test]
    fn a_dropped_run_is_called_by_its_own_name_or_by_its_number() {
        let mut state = with_runs(&["a"]);
        for (number, name) in [(2, ""), (3, "shared")] {
            act(&mut state, CompareAction::Dropped);
            let summary = Box::new(summary_of_nothing(true));
            state.run_opened(number, Ok((name.to_owned(), summary)));
        }
        let labels: Vec<String> = state.finished.iter().map(FinishedRun::label).collect();
        assert_eq!(labels, ["Your run 1 (a)", "Dropped run 2", "Your run 3 (shared)"]);
    }

    #[test]
    fn a_run_that_cannot_be_read_is_named_and_not_compared() {
        let mut state = with_runs(&["a"]);
        assert!(matches!(act(&mut state, CompareAction::Dropped)[..], [Effect::OpenRun(2)]));
        state.run_opened(2, Err("not a summary".to_owned()));
        assert_eq!(state.comparing.problem.as_deref(), Some("not a summary"));
        assert_eq!(state.comparable().count(), 1);
        state.forget_kept_runs();
        assert_eq!(state.comparable().count(), 0);
    }
}
