//! What a run does at its beginning: jobs for what workers score pair by pair, texts for
//! annotators, columns that need no work.

use rrgscore_annotations::Annotator;

use super::idf::IdfCount;
use super::{Cell, Planned, Run};
use crate::index::{ColumnIndex, Inconsistency, TextIndex};
use crate::job::{Failure, FailureKind};
use crate::metric::{Formula, Metric};
use crate::plan::{BLEU_JOB_WORDS, Chunk, DistinctPairs, MODEL_JOB_WORDS, longest_first};

impl Run {
    /// Plans all columns.
    pub(super) fn plan(&mut self) -> Result<(), Inconsistency> {
        // Two studies of the same texts may have been annotated differently by hand.
        self.distinct = match self.given {
            Some(_) => DistinctPairs::each(&self.studies),
            None => DistinctPairs::of(&self.studies)?,
        };
        if let Some(given) = &self.given
            && [given.reference.len(), given.candidate.len()] != [self.studies.len(); 2]
        {
            return Err(Inconsistency("number of provided annotations"));
        }
        for (column, metric) in self.columns.metrics() {
            self.plan_column(column, metric)?;
        }
        self.plan_annotations()?;
        self.score_given_graphs()
    }

    fn plan_column(&mut self, column: ColumnIndex, metric: Metric) -> Result<(), Inconsistency> {
        match metric.spec().formula {
            Formula::Texts(_) => {
                let chunks = self.distinct.in_order(BLEU_JOB_WORDS);
                let jobs = self.scoring(column, chunks)?;
                self.outstanding.extend(jobs);
            }
            Formula::Set(_) => {
                // One job: each pair's score depends on all references.
                let chunks = self.distinct.in_order(u64::MAX);
                let jobs = self.scoring(column, chunks)?;
                self.outstanding.extend(jobs);
            }
            Formula::TokenEmbeddings { idf, .. } => {
                let chunks = self.distinct.by_reference(&self.studies, MODEL_JOB_WORDS)?;
                let jobs = self.scoring(column, chunks)?;
                if !idf {
                    self.outstanding.extend(jobs);
                    return Ok(());
                }
                // Idf weights need every reference's token ids before the first pair is scored.
                let (count, jobs) = IdfCount::plan(&self.set, jobs);
                self.idf.insert(column, count);
                let planned = |texts| Planned::TokenIds { column, texts };
                self.outstanding.extend(jobs.into_iter().map(planned));
            }
            Formula::Annotations { annotator, .. } if !self.is_given(metric) => {
                self.register(column, metric, annotator)?;
            }
            Formula::RateScore(_) => self.register(column, metric, Annotator::Entities)?,
            Formula::Judge { .. } => {
                let none = Failure::new(FailureKind::NoAnswer, "no judge's answers were given");
                self.columns.get_mut(column)?.fail_pending(&none);
            }
            Formula::RadCliQ { of, .. } => {
                for id in of {
                    self.component(id)?;
                }
                self.combined.push(column);
            }
            Formula::Annotations { .. } => {}
        }
        Ok(())
    }

    /// A column's jobs, whose cost is its own.
    fn scoring(
        &mut self,
        column: ColumnIndex,
        chunks: Vec<Chunk>,
    ) -> Result<Vec<Planned>, Inconsistency> {
        self.columns.get_mut(column)?.add_cost(chunks.iter().map(|chunk| chunk.cost).sum());
        Ok(chunks.into_iter().map(|chunk| Planned::Score { column, chunk }).collect())
    }

    fn register(
        &mut self,
        column: ColumnIndex,
        metric: Metric,
        annotator: Annotator,
    ) -> Result<(), Inconsistency> {
        let mut pairs = Vec::new();
        for (pair, study) in self.distinct.iter() {
            let study = self.studies.get(study.0 as usize).ok_or(Inconsistency("study"))?;
            pairs.push((pair, [study.reference.as_str(), study.candidate.as_str()]));
        }
        self.annotations.register((column, metric, annotator), pairs.into_iter())
    }

    /// Takes what is known of the texts from the store and plans jobs for the others; the cost
    /// counts for the first column that an annotator has.
    fn plan_annotations(&mut self) -> Result<(), Inconsistency> {
        self.annotations.restore()?;
        for (annotator, column) in self.annotations.annotators(&self.columns.metrics()) {
            let unread = self.annotations.unread(annotator)?;
            self.plan_texts(column, annotator, unread)?;
        }
        // What is known already, and pairs of which neither side is a text.
        for (column, pair) in self.annotations.pairs() {
            self.try_score(column, pair)?;
        }
        Ok(())
    }

    /// Plans jobs for the entities found so far.
    pub(super) fn plan_embeddings(&mut self) -> Result<(), Inconsistency> {
        let entities = self.annotations.take_unembedded()?;
        if entities.is_empty() {
            return Ok(());
        }
        let is_ratescore = |m: Metric| matches!(m.spec().formula, Formula::RateScore(_));
        let column = self.columns.find(is_ratescore).ok_or(Inconsistency("column"))?;
        self.plan_texts(column, Annotator::Synonyms, entities)
    }

    fn plan_texts(
        &mut self,
        column: ColumnIndex,
        annotator: Annotator,
        texts: Vec<(TextIndex, u64)>,
    ) -> Result<(), Inconsistency> {
        let jobs = longest_first(texts, MODEL_JOB_WORDS);
        self.columns.get_mut(column)?.add_cost(jobs.iter().map(|(_, cost)| cost).sum());
        let planned = |(texts, cost)| Planned::Annotate { column, annotator, texts, cost };
        self.outstanding.extend(jobs.into_iter().map(planned));
        Ok(())
    }

    /// Scores the columns whose annotations the user provides.
    fn score_given_graphs(&mut self) -> Result<(), Inconsistency> {
        for (column, metric) in self.columns.metrics() {
            let Formula::Annotations { compare, .. } = metric.spec().formula else { continue };
            if !self.is_given(metric) {
                continue;
            }
            let pairs: Vec<_> = self.distinct.iter().collect();
            for (pair, study) in pairs {
                let [reference, candidate] = self.given_graphs(study);
                let result = match reference {
                    Some(_) => compare.graphs(reference, candidate),
                    // The official code goes through the references' file: it has no row then.
                    None => Err(Failure::new(
                        FailureKind::NoAnnotation,
                        "the references' annotations hold no such study",
                    )),
                };
                self.fill(column, pair, &Cell::new(result))?;
            }
        }
        Ok(())
    }
}
