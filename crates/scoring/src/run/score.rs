//! How cells are filled: by outcomes, from two annotations, from other columns.

use std::sync::Arc;

use rrgscore_annotations::{Annotation, Annotator, Graph};

use super::{Cell, Planned, Run, combined, ratescore};
use crate::given;
use crate::index::{ColumnIndex, Inconsistency, PairIndex, StudyIndex, TextIndex};
use crate::job::{Failure, PairScore};
use crate::metric::{Formula, Metric};

impl Run {
    /// Files a job's scores.
    pub(super) fn fill_scores(
        &mut self,
        column: ColumnIndex,
        cost: u64,
        scores: Vec<PairScore>,
    ) -> Result<(), Inconsistency> {
        for score in scores {
            self.fill(column, score.pair, &Cell::new(score.result))?;
        }
        self.columns.get_mut(column)?.add_done_cost(cost);
        Ok(())
    }

    /// Files a job's token ids; jobs that waited for all of them are handed out next.
    pub(super) fn count_ids(
        &mut self,
        column: ColumnIndex,
        ids: Vec<(TextIndex, Vec<u32>)>,
    ) -> Result<(), Inconsistency> {
        let count = self.idf.get_mut(&column).ok_or(Inconsistency("count of idf weights"))?;
        let unblocked = count.count(ids)?;
        self.outstanding.extend(unblocked);
        Ok(())
    }

    /// Files a job's annotations: keeps them for later runs and scores what waited for them.
    pub(super) fn record(
        &mut self,
        column: ColumnIndex,
        annotator: Annotator,
        cost: u64,
        made: Vec<(TextIndex, Result<Annotation, Failure>)>,
    ) -> Result<(), Inconsistency> {
        for (text, made) in made {
            for (column, pair) in self.annotations.record(annotator, text, made)? {
                self.try_score(column, pair)?;
            }
        }
        self.columns.get_mut(column)?.add_done_cost(cost);
        Ok(())
    }

    /// Fails a job's studies.
    pub(super) fn fail_planned(
        &mut self,
        planned: Planned,
        failure: &Failure,
    ) -> Result<(), Inconsistency> {
        match planned {
            Planned::Score { column, chunk } => {
                let cell = Cell::Failed(failure.clone());
                for &pair in &chunk.pairs {
                    self.fill(column, pair, &cell)?;
                }
                self.columns.get_mut(column)?.add_done_cost(chunk.cost);
            }
            Planned::TokenIds { column, .. } => {
                let count =
                    self.idf.get_mut(&column).ok_or(Inconsistency("count of idf weights"))?;
                for planned in count.take_blocked() {
                    self.fail_planned(planned, failure)?;
                }
            }
            Planned::Annotate { column, annotator, texts, cost } => {
                for text in texts {
                    let waited = self.annotations.file(annotator, text, Err(failure.clone()))?;
                    for (column, pair) in waited {
                        self.try_score(column, pair)?;
                    }
                }
                self.columns.get_mut(column)?.add_done_cost(cost);
            }
        }
        Ok(())
    }

    /// Fills a pair's cell in all its studies, and what is combined from it.
    pub(super) fn fill(
        &mut self,
        column: ColumnIndex,
        pair: PairIndex,
        cell: &Cell,
    ) -> Result<(), Inconsistency> {
        self.columns.fill(column, self.distinct.studies(pair)?, cell)?;
        for &combined in &self.combined {
            if let Some(cell) = self.combine(combined, pair)? {
                self.columns.fill(combined, self.distinct.studies(pair)?, &cell)?;
            }
        }
        Ok(())
    }

    /// A pair's cell in a combined column, once all its components are there.
    fn combine(&self, column: ColumnIndex, pair: PairIndex) -> Result<Option<Cell>, Inconsistency> {
        let column = self.columns.get(column)?;
        let Formula::RadCliQ { of, version } = column.metric.spec().formula else {
            return Err(Inconsistency("combined column"));
        };
        let study = self.distinct.first(pair)?;
        if !matches!(column.cell(study)?, Cell::Pending) {
            return Ok(None);
        }
        let mut cells = [&Cell::Pending; 4];
        for (cell, id) in cells.iter_mut().zip(of) {
            *cell = self.columns.get(self.component(id)?)?.cell(study)?;
        }
        Ok(combined::combine(version, cells))
    }

    /// The column of this id, of which another is combined.
    pub(super) fn component(&self, id: &str) -> Result<ColumnIndex, Inconsistency> {
        let column = self.columns.find(|metric| metric.id() == id);
        column.ok_or(Inconsistency("component of a combined column"))
    }

    /// Scores a pair in a column that compares annotations, if all it needs is there.
    pub(super) fn try_score(
        &mut self,
        column: ColumnIndex,
        pair: PairIndex,
    ) -> Result<(), Inconsistency> {
        let result = match self.columns.get(column)?.metric.spec().formula {
            Formula::RateScore(version) => {
                ratescore::score(&mut self.annotations, version, (column, pair))?
            }
            Formula::Annotations { annotator, compare, .. } => {
                self.annotations.compare(annotator, compare, (column, pair))?
            }
            _ => return Err(Inconsistency("column of annotations")),
        };
        match result {
            Some(result) => self.fill(column, pair, &Cell::new(result)),
            None => Ok(()),
        }
    }

    /// Whether the user provides the annotations that a column compares.
    pub(super) fn is_given(&self, metric: Metric) -> bool {
        self.given.is_some() && metric.takes_given_graphs()
    }

    /// The graphs that the user provides for a study's reference and candidate.
    pub(super) fn given_graphs(&self, study: StudyIndex) -> [Option<&Graph>; 2] {
        let Some(given) = &self.given else { return [None, None] };
        [&given.reference, &given.candidate]
            .map(|graphs| graphs.get(study.0 as usize).and_then(Option::as_ref))
    }

    /// The same as annotations of the reports.
    pub(super) fn given_annotations(&self, study: StudyIndex) -> [Option<Arc<Annotation>>; 2] {
        let Ok(pair) = self.study(study) else { return [None, None] };
        let [reference, candidate] = self.given_graphs(study);
        [(reference, &pair.reference), (candidate, &pair.candidate)]
            .map(|(graph, report)| Some(Arc::new(given::annotation(graph?, report))))
    }
}
