//! The distinct texts that an annotator reads in a run, what it said of them, and the columns
//! that follow from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rrgscore_annotations::{Annotation, Annotator, RadGraphModel};
use rrgscore_data::StudyPair;
use rrgscore_metrics::radgraph::reward::{self, Reward};
use rrgscore_metrics::radgraph::{self, Graph};
use rrgscore_metrics::semb::semb_score;

use crate::job::{Circumstance, Failure, Reasons, Scored};
use crate::metric::{Metric, RewardCode, RewardLevel};
use crate::plan::{Distinct, annotator_cost};
use crate::settings::Profile;

/// The annotator behind a column that compares two annotations.
pub(super) fn annotator_of(metric: Metric) -> Option<Annotator> {
    match metric {
        Metric::SembScore { profile } => {
            Some(Annotator::Chexbert { cleaned: profile == Profile::Rexrank })
        }
        Metric::RadGraphF1 { .. } => Some(Annotator::RadGraph { model: RadGraphModel::Radgraph }),
        Metric::RadGraphReward { model, .. } => Some(Annotator::RadGraph { model }),
        Metric::RateScore { .. } => Some(Annotator::Entities),
        Metric::Bleu2
        | Metric::Bleu2Radeval
        | Metric::BertScore { .. }
        | Metric::RadCliq { .. }
        | Metric::Green
        | Metric::FineRadScore => None,
    }
}

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

/// What a metric's annotator is given of a report.
///
/// - CheXbert reads every text, the empty one as `[CLS] [SEP]`.
/// - CXR-Report-Metric makes no graph of a report without a word (there it is pandas' NaN).
/// - RadEval annotates an empty report as the word "None"; one of white space raises an
///   AssertionError in the package.
/// - RaTEScore finds no entity in an empty report.
/// - F1RadGraph rewards a pair with an empty report with 0 without annotating it.
fn given(metric: Metric, report: &str) -> Result<Option<&str>, ()> {
    let blank = report.trim().is_empty();
    match metric {
        Metric::RadGraphF1 { profile: Profile::Radeval } if report.is_empty() => Ok(Some("None")),
        Metric::RadGraphF1 { profile: Profile::Radeval } | Metric::RadGraphReward { .. }
            if blank && !report.is_empty() =>
        {
            Err(())
        }
        Metric::RadGraphF1 { .. } | Metric::RadGraphReward { .. } | Metric::RateScore { .. }
            if blank =>
        {
            Ok(None)
        }
        _ => Ok(Some(report)),
    }
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
            Ok(Some(text)) => text,
            Ok(None) => return Side::Nothing,
            Err(()) => return Side::Refused,
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
        let place = *self.index.get(given(metric, report).ok()??)?;
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
        metric: Metric,
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
                    let message =
                        "the report is nothing but white space, which the official code refuses";
                    return Some(Err(Failure { message: message.to_owned() }));
                }
            }
        }
        Some(compare(metric, said))
    }
}

/// Compares two annotations; `None` is an empty report.
fn compare(metric: Metric, said: [Option<&Annotation>; 2]) -> Result<Scored, Failure> {
    match (metric, said) {
        (
            Metric::SembScore { .. },
            [Some(Annotation::Chexbert(reference)), Some(Annotation::Chexbert(candidate))],
        ) => {
            let value = semb_score(&reference.embedding, &candidate.embedding)
                .map_err(|error| Failure { message: error.to_string() })?;
            Ok(Scored {
                value,
                truncated: reference.truncated || candidate.truncated,
                circumstances: Vec::new(),
                reasons: Reasons::Plain,
            })
        }
        (Metric::RadGraphF1 { .. } | Metric::RadGraphReward { .. }, [reference, candidate]) => {
            let said = [reference, candidate].map(graph);
            let chunked = said.iter().flatten().any(|&(_, chunks)| chunks > 1);
            graph_score(metric, said.map(|said| said.map(|(graph, _)| graph)), chunked)
        }
        _ => Err(Failure { message: "the annotation is of another model".to_owned() }),
    }
}

/// An annotation's graph, and in how many pieces its text was read.
fn graph(said: Option<&Annotation>) -> Option<(&Graph, u32)> {
    match said? {
        Annotation::RadGraph(read) => Some((&read.graph, read.chunks)),
        _ => None,
    }
}

/// RadGraph-F1 or a reward of two graphs; `None` is a report without one.
pub(super) fn graph_score(
    metric: Metric,
    graphs: [Option<&Graph>; 2],
    chunked: bool,
) -> Result<Scored, Failure> {
    let mut circumstances = Vec::new();
    let [reference, candidate] = graphs;
    let entities = |graph: Option<&Graph>| graph.map(|graph| graph.entities().len());
    match entities(reference) {
        None => circumstances.push(Circumstance::EmptyReference),
        Some(0) => circumstances.push(Circumstance::NoReferenceEntities),
        Some(_) => {}
    }
    match entities(candidate) {
        None => circumstances.push(Circumstance::EmptyCandidate),
        Some(0) => circumstances.push(Circumstance::NoCandidateEntities),
        Some(_) => {}
    }
    let related = graphs
        .into_iter()
        .flatten()
        .any(|graph| graph.entities().any(|(_, entity)| !entity.relations.is_empty()));
    if !related {
        circumstances.push(Circumstance::NoRelations);
    }
    if chunked {
        circumstances.push(Circumstance::Chunked);
    }
    // Reports without a graph compare as ones with an empty graph: every set F1 is 0.
    let none =
        Graph::new(String::new(), []).map_err(|error| Failure { message: error.to_string() })?;
    let (reference, candidate) = (reference.unwrap_or(&none), candidate.unwrap_or(&none));
    let (value, reasons) = match metric {
        Metric::RadGraphReward { level, code, .. } => {
            let reward = reward_of(reference, candidate, level, code);
            (reward.overlap.f1, Reasons::RadGraphReward(reward))
        }
        _ => {
            let f1 = radgraph::f1(reference, candidate);
            (f1.combined, Reasons::RadGraphF1(f1))
        }
    };
    Ok(Scored { value, truncated: false, circumstances, reasons })
}

fn reward_of(reference: &Graph, candidate: &Graph, level: RewardLevel, code: RewardCode) -> Reward {
    let version = match code {
        RewardCode::V0_1_18 => reward::Version::V0_1_18,
        RewardCode::Head => reward::Version::Head,
    };
    let level = match level {
        RewardLevel::Simple => reward::Level::Simple,
        RewardLevel::Partial => reward::Level::Partial,
        RewardLevel::Complete => reward::Level::Complete,
    };
    reward::reward(reference, candidate, level, version)
}
