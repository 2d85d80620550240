//! The results of a run and how they are filled: directly, from two annotations, or from other
//! columns.

use std::sync::Arc;

use rrgscore_annotations::{Annotation, Annotator};

use super::{Run, combined};
use crate::given;
use crate::job::{Failure, FailureKind, Scored};
use crate::metric::{AnnotationFormula, Formula, Metric};
use crate::progress::MetricProgress;

/// One study's result in one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Not computed yet.
    Pending,
    /// The score.
    Scored(Box<Scored>),
    /// No score, and why.
    Failed(Failure),
}

impl Cell {
    pub(super) fn of(result: Result<Scored, Failure>) -> Self {
        match result {
            Ok(scored) => Self::Scored(Box::new(scored)),
            Err(failure) => Self::Failed(failure),
        }
    }

    /// The score, if there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Scored(scored) => Some(scored.value),
            Self::Pending | Self::Failed(_) => None,
        }
    }
}

/// One metric's results, a cell per study in the run's order.
#[derive(Clone, Debug)]
pub struct Column {
    /// The metric.
    pub metric: Metric,
    /// One cell per study.
    pub cells: Vec<Cell>,
    done: u32,
    cost_done: u64,
    cost_total: u64,
}

impl Column {
    pub(super) fn new(metric: Metric, studies: usize, cost: u64) -> Self {
        let cells = vec![Cell::Pending; studies];
        Self { metric, cells, done: 0, cost_done: 0, cost_total: cost }
    }

    pub(super) fn add_cost(&mut self, cost: u64) {
        self.cost_total += cost;
    }

    pub(super) fn is_complete(&self) -> bool {
        self.done as usize == self.cells.len()
    }

    pub(super) fn progress(&self) -> MetricProgress {
        MetricProgress {
            metric: self.metric,
            done: self.done,
            total: self.cells.len() as u32,
            cost_done: self.cost_done,
            cost_total: self.cost_total,
        }
    }

    pub(super) fn set(&mut self, place: u32, cell: &Cell) {
        if let Some(slot) = self.cells.get_mut(place as usize) {
            if matches!(slot, Cell::Pending) {
                self.done += 1;
            }
            *slot = cell.clone();
        }
    }
}

impl Run {
    /// Counts a job's cost as done.
    pub(super) fn pay(&mut self, column: usize, cost: u64) {
        if let Some(column) = self.columns.get_mut(column) {
            column.cost_done += cost;
        }
    }

    /// Fills a distinct pair's cell in all its places, and what is combined of it.
    pub(super) fn fill(&mut self, column: usize, leader: u32, cell: &Cell) {
        if let Some(column) = self.columns.get_mut(column) {
            for &place in self.distinct.twins.get(&leader).into_iter().flatten() {
                column.set(place, cell);
            }
        }
        self.combine(leader);
    }

    /// Fills the pair's combined cells whose components are all there.
    fn combine(&mut self, leader: u32) {
        for index in 0..self.columns.len() {
            let Some(cell) = self.combined(index, leader) else { continue };
            if let Some(column) = self.columns.get_mut(index) {
                for &place in self.distinct.twins.get(&leader).into_iter().flatten() {
                    column.set(place, &cell);
                }
            }
        }
    }

    fn combined(&self, index: usize, leader: u32) -> Option<Cell> {
        let column = self.columns.get(index)?;
        let Formula::RadCliq { of, version } = column.metric.spec().formula else { return None };
        if !matches!(column.cells.get(leader as usize)?, Cell::Pending) {
            return None;
        }
        let absent = Cell::Failed(Failure::new(FailureKind::Component, "not requested"));
        let cells = of.map(|id| {
            let column = self.columns.iter().find(|column| column.metric.id() == id);
            column.and_then(|column| column.cells.get(leader as usize)).unwrap_or(&absent)
        });
        combined::combine(version, cells)
    }

    /// Takes what a worker said of a text: keeps it for later runs and scores what waited for it.
    pub(super) fn learn(
        &mut self,
        annotator: Annotator,
        text: u32,
        said: Result<Annotation, Failure>,
    ) {
        let said = said.map(Arc::new);
        let words = self.texts.get(&annotator).and_then(|texts| texts.text(text)).cloned();
        if let (Ok(annotation), Some(words)) = (&said, words)
            && let Some(pack) = self.packs.get(&annotator.purpose())
        {
            self.store.keep(pack, annotator, &words, Arc::clone(annotation));
        }
        self.file(annotator, text, said);
    }

    /// Scores what waited for a text.
    pub(super) fn file(
        &mut self,
        annotator: Annotator,
        text: u32,
        said: Result<Arc<Annotation>, Failure>,
    ) {
        let Some(texts) = self.texts.get_mut(&annotator) else { return };
        for (column, pair) in texts.file(text, said) {
            self.settle(column, pair);
        }
    }

    /// Scores a distinct pair in a column that compares annotations, if both are there.
    pub(super) fn settle(&mut self, column: usize, leader: u32) {
        let Some(metric) = self.columns.get(column).map(|column| column.metric) else { return };
        let formula = metric.spec().formula;
        if let Formula::RateScore(version) = formula {
            if let Some(result) = self.ratescore(version, column, leader) {
                self.fill(column, leader, &Cell::of(result));
            }
            return;
        }
        let score = || {
            let Formula::Annotations { annotator, compare, .. } = formula else { return None };
            let sides = *self.sides.get(&column)?.get(&leader)?;
            self.texts.get(&annotator)?.score(compare, sides)
        };
        if let Some(result) = score() {
            self.fill(column, leader, &Cell::of(result));
        }
    }

    /// Whether the user brought the annotations that a column compares.
    pub(super) fn is_given(&self, metric: Metric) -> bool {
        self.given.is_some() && metric.takes_given_graphs()
    }

    /// The annotations that the user brought for a study's reference and candidate.
    pub(super) fn given_annotations(&self, place: u32) -> [Option<Arc<Annotation>>; 2] {
        let (Some(given), Some(pair)) = (&self.given, self.pairs.get(place as usize)) else {
            return [None, None];
        };
        let sides = [(&given.reference, &pair.reference), (&given.candidate, &pair.candidate)];
        sides.map(|(graphs, report)| {
            let graph = graphs.get(place as usize)?.as_ref()?;
            Some(Arc::new(given::annotation(graph, report)))
        })
    }

    /// Scores the columns whose annotations the user brought.
    pub(super) fn take_given_graphs(&mut self) {
        let Some(given) = self.given.take() else { return };
        let given_columns: Vec<usize> = (0..self.columns.len())
            .filter(|&index| {
                let metric = self.columns.get(index).map(|column| column.metric);
                metric.is_some_and(Metric::takes_given_graphs)
            })
            .collect();
        for index in given_columns {
            for place in 0..self.pairs.len() as u32 {
                let reference = given.reference.get(place as usize).and_then(Option::as_ref);
                let candidate = given.candidate.get(place as usize).and_then(Option::as_ref);
                let result = match reference {
                    Some(_) => AnnotationFormula::RadGraphF1.graphs(reference, candidate),
                    // The official code goes through the references' file: it has no row then.
                    None => Err(Failure::new(
                        FailureKind::NoAnnotation,
                        "the references' annotations hold no such study",
                    )),
                };
                self.fill(index, place, &Cell::of(result));
            }
        }
        self.given = Some(given);
    }
}
