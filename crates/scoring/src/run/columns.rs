//! The results of a run.

use crate::index::{ColumnIndex, Inconsistency, IndexVec, StudyIndex};
use crate::job::{Failure, Scored};
use crate::metric::Metric;
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
    pub(crate) fn new(result: Result<Scored, Failure>) -> Self {
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
    fn new(metric: Metric, studies: usize) -> Self {
        let cells = vec![Cell::Pending; studies];
        Self { metric, cells, done: 0, cost_done: 0, cost_total: 0 }
    }

    /// A column of which every cell is there.
    pub(crate) fn of_cells(metric: Metric, cells: Vec<Cell>) -> Self {
        Self { metric, done: cells.len() as u32, cells, cost_done: 0, cost_total: 0 }
    }

    pub(super) fn add_cost(&mut self, cost: u64) {
        self.cost_total += cost;
    }

    pub(super) fn add_done_cost(&mut self, cost: u64) {
        self.cost_done += cost;
    }

    pub(super) fn is_complete(&self) -> bool {
        self.done as usize == self.cells.len()
    }

    fn progress(&self) -> MetricProgress {
        MetricProgress {
            metric: self.metric,
            done: self.done,
            total: self.cells.len() as u32,
            cost_done: self.cost_done,
            cost_total: self.cost_total,
        }
    }

    pub(super) fn cell(&self, study: StudyIndex) -> Result<&Cell, Inconsistency> {
        self.cells.get(study.0 as usize).ok_or(Inconsistency("study"))
    }

    pub(super) fn set(&mut self, study: StudyIndex, cell: &Cell) -> Result<(), Inconsistency> {
        let slot = self.cells.get_mut(study.0 as usize).ok_or(Inconsistency("study"))?;
        self.done += u32::from(matches!(slot, Cell::Pending));
        *slot = cell.clone();
        Ok(())
    }

    /// Fails all that is pending.
    pub(super) fn fail_pending(&mut self, failure: &Failure) {
        for cell in self.cells.iter_mut().filter(|cell| matches!(cell, Cell::Pending)) {
            self.done += 1;
            *cell = Cell::Failed(failure.clone());
        }
    }
}

/// All columns of a run.
#[derive(Debug, Default)]
pub(super) struct Columns(IndexVec<ColumnIndex, Column>);

impl Columns {
    /// Empty columns over so many studies.
    pub(super) fn new(metrics: &[Metric], studies: usize) -> Self {
        let mut columns = Self::default();
        for &metric in metrics {
            columns.0.push(Column::new(metric, studies));
        }
        columns
    }

    pub(super) fn as_slice(&self) -> &[Column] {
        self.0.as_slice()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Column> {
        self.0.as_mut_slice().iter_mut()
    }

    pub(super) fn get(&self, column: ColumnIndex) -> Result<&Column, Inconsistency> {
        self.0.get(column)
    }

    pub(super) fn get_mut(&mut self, column: ColumnIndex) -> Result<&mut Column, Inconsistency> {
        self.0.get_mut(column)
    }

    /// Each column's metric.
    pub(super) fn metrics(&self) -> Vec<(ColumnIndex, Metric)> {
        self.0.iter().map(|(index, column)| (index, column.metric)).collect()
    }

    /// The first column of which something is true.
    pub(super) fn find(&self, is: impl Fn(Metric) -> bool) -> Option<ColumnIndex> {
        self.0.iter().find(|(_, column)| is(column.metric)).map(|(index, _)| index)
    }

    /// Sets the same cell of several studies.
    pub(super) fn fill(
        &mut self,
        column: ColumnIndex,
        studies: &[StudyIndex],
        cell: &Cell,
    ) -> Result<(), Inconsistency> {
        let column = self.get_mut(column)?;
        studies.iter().try_for_each(|&study| column.set(study, cell))
    }

    pub(super) fn progress(&self) -> Vec<MetricProgress> {
        self.as_slice().iter().map(Column::progress).collect()
    }

    pub(super) fn are_complete(&self) -> bool {
        self.as_slice().iter().all(Column::is_complete)
    }
}
