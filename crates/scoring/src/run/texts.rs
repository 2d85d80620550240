//! The distinct texts that an annotator reads in a run, what it said of them, and the columns
//! that follow from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rrgscore_annotations::{Annotation, Annotator};
use rrgscore_data::StudyPair;

use crate::job::{Failure, FailureKind, Scored};
use crate::metric::{AnnotationFormula, BlankReports, Formula, GivenText, Metric};
use crate::plan::{Distinct, annotator_cost};

/// What an annotator gets of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// A text, by its index.
    Text(u32),
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

/// A text and what was said of it.
#[derive(Debug)]
struct Text {
    text: Arc<str>,
    said: Option<Result<Arc<Annotation>, Failure>>,
    /// Distinct pairs that wait for it, by column.
    pairs: Vec<(usize, u32)>,
}

/// All texts of one annotator.
#[derive(Debug, Default)]
pub(super) struct Texts {
    texts: Vec<Text>,
    index: BTreeMap<Arc<str>, u32>,
}

impl Texts {
    fn side(&mut self, metric: Metric, column: usize, pair: u32, report: &str) -> Side {
        let text = match given(metric, report) {
            GivenText::Text(text) => text,
            GivenText::Nothing => return Side::Nothing,
            GivenText::Refused => return Side::Refused,
        };
        let (index, _) = self.index_of(text);
        self.wait(index, column, pair);
        Side::Text(index)
    }

    /// The index of a text, and whether it is a new one.
    pub(super) fn index_of(&mut self, text: &str) -> (u32, bool) {
        if let Some(&index) = self.index.get(text) {
            return (index, false);
        }
        let index = self.texts.len() as u32;
        let text: Arc<str> = text.into();
        self.index.insert(Arc::clone(&text), index);
        self.texts.push(Text { text, said: None, pairs: Vec::new() });
        (index, true)
    }

    /// Lets a pair wait for a text.
    pub(super) fn wait(&mut self, index: u32, column: usize, pair: u32) {
        if let Some(text) = self.texts.get_mut(index as usize)
            && text.pairs.last() != Some(&(column, pair))
        {
            text.pairs.push((column, pair));
        }
    }

    /// What was said of a text, by its index.
    pub(super) fn said(&self, index: u32) -> Option<&Result<Arc<Annotation>, Failure>> {
        self.texts.get(index as usize)?.said.as_ref()
    }

    /// Registers a column's distinct pairs; gives the two sides of each.
    pub(super) fn register(
        &mut self,
        metric: Metric,
        column: usize,
        distinct: &Distinct,
        pairs: &[StudyPair],
    ) -> BTreeMap<u32, [Side; 2]> {
        let mut sides = BTreeMap::new();
        for &place in distinct.twins.keys() {
            let Some(pair) = pairs.get(place as usize) else { continue };
            let both = [&pair.reference, &pair.candidate];
            sides.insert(place, both.map(|report| self.side(metric, column, place, report)));
        }
        sides
    }

    /// Names of what cut the texts into sentences.
    pub(super) fn splitters(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().filter_map(|text| match text.said.as_ref()?.as_ref().ok()?.as_ref() {
            Annotation::Entities(found) => Some(found.splitter.as_str()),
            _ => None,
        })
    }

    /// Index and cost of each text of which this annotator has said nothing yet.
    pub(super) fn unread(&self, annotator: Annotator) -> Vec<(u32, u64)> {
        (0u32..)
            .zip(&self.texts)
            .filter(|(_, text)| text.said.is_none())
            .map(|(index, text)| (index, annotator_cost(annotator, &text.text)))
            .collect()
    }

    /// All texts with their indices.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &Arc<str>)> {
        (0u32..).zip(self.texts.iter().map(|text| &text.text))
    }

    /// A text by its index.
    pub(super) fn text(&self, index: u32) -> Option<&Arc<str>> {
        self.texts.get(index as usize).map(|text| &text.text)
    }

    /// What was said of a report's text under a metric.
    pub(super) fn of_report(&self, metric: Metric, report: &str) -> Option<&Arc<Annotation>> {
        let GivenText::Text(text) = given(metric, report) else { return None };
        let place = *self.index.get(text)?;
        self.texts.get(place as usize)?.said.as_ref()?.as_ref().ok()
    }

    /// Files what was said of a text; gives the pairs that waited for it, by column.
    pub(super) fn file(
        &mut self,
        index: u32,
        said: Result<Arc<Annotation>, Failure>,
    ) -> Vec<(usize, u32)> {
        let Some(text) = self.texts.get_mut(index as usize) else { return Vec::new() };
        text.said = Some(said);
        std::mem::take(&mut text.pairs)
    }

    /// A pair's score, once both sides are there.
    pub(super) fn score(
        &self,
        compare: AnnotationFormula,
        sides: [Side; 2],
    ) -> Option<Result<Scored, Failure>> {
        let mut said = [None, None];
        for (said, side) in said.iter_mut().zip(sides) {
            match side {
                Side::Text(index) => match self.texts.get(index as usize)?.said.as_ref()? {
                    Ok(annotation) => *said = Some(annotation.as_ref()),
                    Err(failure) => return Some(Err(failure.clone())),
                },
                Side::Nothing => {}
                Side::Refused => {
                    let why =
                        "the report is nothing but white space, which the official code refuses";
                    return Some(Err(Failure::new(FailureKind::Refused, why)));
                }
            }
        }
        let [reference, candidate] = said;
        Some(compare.compare(reference, candidate))
    }
}
