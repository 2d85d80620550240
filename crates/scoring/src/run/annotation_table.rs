//! The distinct texts that annotators read in a run, what they made of them, and the pairs that
//! wait for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rrgscore_annotations::{Annotation, Annotator, Purpose};

use crate::index::{ColumnIndex, Inconsistency, IndexVec, PairIndex, TextIndex};
use crate::job::{Failure, FailureKind, Scored};
use crate::metric::{AnnotationFormula, BlankReports, Formula, GivenText, Metric};
use crate::plan::annotator_cost;
use crate::store::AnnotationStore;

/// A text's annotation, or why there is none.
pub(super) type Annotated = Result<Arc<Annotation>, Failure>;

/// A pair in a column.
pub(super) type Waiting = (ColumnIndex, PairIndex);

/// What an annotator gets of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// A text, by its index.
    Text(TextIndex),
    /// Nothing: the official code makes no annotation of an empty report.
    Nothing,
    /// Nothing, and no score either: the official code stops with an error.
    Refused,
}

/// What a column's annotator is given of a report.
fn given(metric: Metric, report: &str) -> GivenText<'_> {
    let blank = match metric.spec().formula {
        Formula::Annotations { blank, .. } => blank,
        _ => BlankReports::AreSkipped,
    };
    blank.given(report)
}

/// A text and what was made of it.
#[derive(Debug)]
struct Text {
    text: Arc<str>,
    annotated: Option<Annotated>,
    /// Pairs that wait for it.
    waiting: Vec<Waiting>,
}

/// All texts of one annotator.
#[derive(Debug, Default)]
struct Texts {
    texts: IndexVec<TextIndex, Text>,
    index: BTreeMap<Arc<str>, TextIndex>,
}

impl Texts {
    /// The index of a text, and whether it is a new one.
    fn index_of(&mut self, text: &str) -> (TextIndex, bool) {
        if let Some(&index) = self.index.get(text) {
            return (index, false);
        }
        let text: Arc<str> = text.into();
        let entry = Text { text: Arc::clone(&text), annotated: None, waiting: Vec::new() };
        let index = self.texts.push(entry);
        self.index.insert(text, index);
        (index, true)
    }

    /// Lets a pair wait for a text.
    fn wait(&mut self, index: TextIndex, pair: Waiting) -> Result<(), Inconsistency> {
        let text = self.texts.get_mut(index)?;
        if text.waiting.last() != Some(&pair) {
            text.waiting.push(pair);
        }
        Ok(())
    }
}

/// What is known of the embeddings of a report's entities.
pub(super) enum Embeddings {
    /// All of them, one per entity.
    All(Vec<Arc<Annotation>>),
    /// This one and perhaps others are still to come.
    Awaited(TextIndex),
    /// One could not be made.
    Failed(Failure),
}

/// All annotators' texts.
#[derive(Debug, Default)]
pub(super) struct AnnotationTable {
    texts: BTreeMap<Annotator, Texts>,
    /// For the columns that compare annotations: the two sides of each pair.
    sides: BTreeMap<ColumnIndex, IndexVec<PairIndex, [Side; 2]>>,
    store: AnnotationStore,
    /// The packs' ids.
    packs: BTreeMap<Purpose, String>,
    /// Entities that were found and not yet given to a worker.
    unembedded: Vec<TextIndex>,
}

impl AnnotationTable {
    pub(super) fn new(packs: BTreeMap<Purpose, String>, store: AnnotationStore) -> Self {
        Self { packs, store, ..Self::default() }
    }

    pub(super) fn store(&self) -> &AnnotationStore {
        &self.store
    }

    pub(super) fn into_store(self) -> AnnotationStore {
        self.store
    }

    pub(super) fn take_store(&mut self) -> AnnotationStore {
        std::mem::take(&mut self.store)
    }

    fn of(&self, annotator: Annotator) -> Result<&Texts, Inconsistency> {
        self.texts.get(&annotator).ok_or(Inconsistency("annotator"))
    }

    fn of_mut(&mut self, annotator: Annotator) -> Result<&mut Texts, Inconsistency> {
        self.texts.get_mut(&annotator).ok_or(Inconsistency("annotator"))
    }

    fn known(&self, annotator: Annotator, text: &str) -> Option<Arc<Annotation>> {
        self.store.get(self.packs.get(&annotator.purpose())?, annotator, text)
    }

    /// Registers a column's pairs, given by reference and candidate in their order.
    pub(super) fn register<'a>(
        &mut self,
        (column, metric, annotator): (ColumnIndex, Metric, Annotator),
        pairs: impl Iterator<Item = (PairIndex, [&'a str; 2])>,
    ) -> Result<(), Inconsistency> {
        let texts = self.texts.entry(annotator).or_default();
        let mut sides = IndexVec::default();
        for (pair, reports) in pairs {
            let mut both = [Side::Nothing; 2];
            for (side, report) in both.iter_mut().zip(reports) {
                *side = match given(metric, report) {
                    GivenText::Nothing => Side::Nothing,
                    GivenText::Refused => Side::Refused,
                    GivenText::Text(text) => {
                        let (index, _) = texts.index_of(text);
                        texts.wait(index, (column, pair))?;
                        Side::Text(index)
                    }
                };
            }
            if sides.push(both) != pair {
                return Err(Inconsistency("pair"));
            }
        }
        self.sides.insert(column, sides);
        Ok(())
    }

    /// Takes what is known of the texts from the store.
    pub(super) fn restore(&mut self) -> Result<(), Inconsistency> {
        for annotator in self.texts.keys().copied().collect::<Vec<_>>() {
            let known: Vec<(TextIndex, Arc<Annotation>)> = self
                .of(annotator)?
                .texts
                .iter()
                .filter_map(|(index, text)| Some((index, self.known(annotator, &text.text)?)))
                .collect();
            for (index, annotation) in known {
                self.file(annotator, index, Ok(annotation))?;
            }
        }
        Ok(())
    }

    /// The annotators that columns of the run have, each with its first column.
    pub(super) fn annotators(
        &self,
        columns: &[(ColumnIndex, Metric)],
    ) -> Vec<(Annotator, ColumnIndex)> {
        let first = |annotator: Annotator| {
            let mut registered = self.sides.keys();
            registered.find(|&&column| {
                columns.iter().any(|&(c, m)| c == column && m.annotator() == Some(annotator))
            })
        };
        self.texts.keys().filter_map(|&a| Some((a, *first(a)?))).collect()
    }

    /// All pairs of the columns that compare annotations.
    pub(super) fn pairs(&self) -> Vec<Waiting> {
        let of = |(&column, sides): (&ColumnIndex, &IndexVec<PairIndex, _>)| {
            sides.indices().map(move |pair| (column, pair))
        };
        self.sides.iter().flat_map(of).collect()
    }

    /// Index and cost of each text that an annotator has not read.
    pub(super) fn unread(
        &self,
        annotator: Annotator,
    ) -> Result<Vec<(TextIndex, u64)>, Inconsistency> {
        let unread = self.of(annotator)?.texts.iter().filter(|(_, text)| text.annotated.is_none());
        Ok(unread.map(|(index, text)| (index, annotator_cost(annotator, &text.text))).collect())
    }

    /// Index and cost of each entity that was found since the last call.
    pub(super) fn take_unembedded(&mut self) -> Result<Vec<(TextIndex, u64)>, Inconsistency> {
        let entities = std::mem::take(&mut self.unembedded);
        if entities.is_empty() {
            return Ok(Vec::new());
        }
        let texts = self.of(Annotator::Synonyms)?;
        let cost = |index: TextIndex| {
            let text = &texts.texts.get(index)?.text;
            Ok((index, annotator_cost(Annotator::Synonyms, text)))
        };
        entities.into_iter().map(cost).collect()
    }

    /// A text by its index.
    pub(super) fn text(
        &self,
        annotator: Annotator,
        index: TextIndex,
    ) -> Result<&Arc<str>, Inconsistency> {
        Ok(&self.of(annotator)?.texts.get(index)?.text)
    }

    /// What was made of a report's text under a metric.
    pub(super) fn of_report(&self, metric: Metric, report: &str) -> Option<&Arc<Annotation>> {
        let GivenText::Text(text) = given(metric, report) else { return None };
        let texts = self.texts.get(&metric.annotator()?)?;
        let index = *texts.index.get(text)?;
        texts.texts.get(index).ok()?.annotated.as_ref()?.as_ref().ok()
    }

    /// Takes what a worker made of a text, keeps it for later runs, and gives the pairs that
    /// waited for it.
    pub(super) fn record(
        &mut self,
        annotator: Annotator,
        index: TextIndex,
        made: Result<Annotation, Failure>,
    ) -> Result<Vec<Waiting>, Inconsistency> {
        let made = made.map(Arc::new);
        if let (Ok(annotation), Some(pack)) = (&made, self.packs.get(&annotator.purpose())) {
            let text = &self.texts.get(&annotator).ok_or(Inconsistency("annotator"))?;
            let text = &text.texts.get(index)?.text;
            self.store.keep(pack, annotator, text, Arc::clone(annotation));
        }
        self.file(annotator, index, made)
    }

    /// Files what was made of a text; gives the pairs that waited for it.
    pub(super) fn file(
        &mut self,
        annotator: Annotator,
        index: TextIndex,
        made: Annotated,
    ) -> Result<Vec<Waiting>, Inconsistency> {
        let text = self.of_mut(annotator)?.texts.get_mut(index)?;
        text.annotated = Some(made);
        Ok(std::mem::take(&mut text.waiting))
    }

    /// A pair's two sides in a column.
    pub(super) fn sides(&self, (column, pair): Waiting) -> Result<[Side; 2], Inconsistency> {
        self.sides.get(&column).ok_or(Inconsistency("column"))?.get(pair).copied()
    }

    /// What was made of a text, if it was read.
    pub(super) fn annotated(
        &self,
        annotator: Annotator,
        index: TextIndex,
    ) -> Result<Option<&Annotated>, Inconsistency> {
        Ok(self.of(annotator)?.texts.get(index)?.annotated.as_ref())
    }

    /// A pair's score by a formula, once both sides are there.
    pub(super) fn compare(
        &self,
        annotator: Annotator,
        formula: AnnotationFormula,
        pair: Waiting,
    ) -> Result<Option<Result<Scored, Failure>>, Inconsistency> {
        let mut both = [None, None];
        for (annotation, side) in both.iter_mut().zip(self.sides(pair)?) {
            match side {
                Side::Text(index) => match self.annotated(annotator, index)? {
                    Some(Ok(made)) => *annotation = Some(made.as_ref()),
                    Some(Err(failure)) => return Ok(Some(Err(failure.clone()))),
                    None => return Ok(None),
                },
                Side::Nothing => {}
                Side::Refused => {
                    let why =
                        "the report is nothing but white space, which the official code refuses";
                    return Ok(Some(Err(Failure::new(FailureKind::Refused, why))));
                }
            }
        }
        let [reference, candidate] = both;
        Ok(Some(formula.compare(reference, candidate)))
    }

    /// Lets a pair wait for an entity's embedding.
    pub(super) fn wait_for_embedding(
        &mut self,
        index: TextIndex,
        pair: Waiting,
    ) -> Result<(), Inconsistency> {
        self.of_mut(Annotator::Synonyms)?.wait(index, pair)
    }

    /// The embeddings of a report's entities; new ones are looked up or requested.
    pub(super) fn embeddings<'a>(
        &mut self,
        entities: impl Iterator<Item = &'a str>,
    ) -> Result<Embeddings, Inconsistency> {
        let mut all = Vec::new();
        let mut awaited = None;
        for entity in entities {
            let texts = self.texts.entry(Annotator::Synonyms).or_default();
            let (index, is_new) = texts.index_of(entity);
            if is_new {
                match self.known(Annotator::Synonyms, entity) {
                    Some(annotation) => {
                        self.file(Annotator::Synonyms, index, Ok(annotation))?;
                    }
                    None => self.unembedded.push(index),
                }
            }
            match self.annotated(Annotator::Synonyms, index)? {
                Some(Ok(annotation)) => all.push(Arc::clone(annotation)),
                Some(Err(failure)) => return Ok(Embeddings::Failed(failure.clone())),
                None => awaited = awaited.or(Some(index)),
            }
        }
        Ok(awaited.map_or(Embeddings::All(all), Embeddings::Awaited))
    }

    /// Names of what cut the texts into sentences, each once.
    pub(super) fn splitters(&self) -> Vec<&str> {
        let annotated = self.texts.values().flat_map(|texts| texts.texts.as_slice());
        let mut names: Vec<&str> = annotated
            .filter_map(|text| match text.annotated.as_ref()?.as_ref().ok()?.as_ref() {
                Annotation::Entities(found) => Some(found.splitter.as_str()),
                Annotation::Findings(found) => found.splitter.as_deref(),
                _ => None,
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
