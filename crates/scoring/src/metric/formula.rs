//! The formulas of the rows: which function of `rrgscore_metrics` each is, and what it makes of an
//! empty report.
//!
//! The table holds names of formulas and not functions, so that who only reads the table links no
//! metric code.

use std::ops::Range;

use rrgscore_annotations::{Annotation, Graph, RadgraphAnnotation};
use rrgscore_metrics::bleu::Bleu2;
use rrgscore_metrics::coco_bleu::CocoBleu;
use rrgscore_metrics::ngrams::NgramMatches;
use rrgscore_metrics::radgraph::{f1, reward};
use rrgscore_metrics::semb::semb_score;
use rrgscore_metrics::{bleu, coco_bleu};

use crate::job::{Failure, FailureKind, Flag, NgramToken, Reasons, Scored};

/// A formula over two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormula {
    /// BLEU-2 as CXR-Report-Metric computes it.
    Bleu2,
    /// BLEU-2 as RadEval computes it inside its RadCliQ.
    Bleu2Radeval,
}

impl TextFormula {
    /// The score of a candidate against a reference.
    pub fn score(self, reference: &str, candidate: &str) -> Scored {
        let texts = [reference, candidate];
        let (counts, matches, [reference, candidate]) = match self {
            Self::Bleu2 => {
                let [reference, candidate] = texts.map(bleu::tokens);
                let (counts, matches) = bleu::compare(&reference, &candidate);
                (counts, matches, texts.map(bleu::spans))
            }
            Self::Bleu2Radeval => {
                let [reference, candidate] = texts.map(coco_bleu::tokens);
                let (bleu, matches) = coco_bleu::compare(&reference, &candidate);
                (second_order(&bleu), words_and_pairs(matches), texts.map(coco_bleu::spans))
            }
        };
        let reasons = Reasons::Bleu2 {
            counts,
            reference: ngram_tokens(reference, matches.reference),
            candidate: ngram_tokens(candidate, matches.candidate),
        };
        Scored::new(counts.score, reasons)
    }
}

/// BLEU-2 out of the counts of all orders.
fn second_order(bleu: &CocoBleu) -> Bleu2 {
    let short = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Bleu2 {
        score: bleu.score(2),
        matched: [0, 1].map(|n| short(bleu.matched[n])),
        total: [0, 1].map(|n| short(bleu.total[n])),
        precision: [1, 2].map(|order| bleu.precision(order)),
        brevity_penalty: bleu.brevity_penalty(),
        candidate_len: short(bleu.candidate_len),
        reference_len: short(bleu.reference_len),
    }
}

/// Without what only BLEU-3 and BLEU-4 count.
fn words_and_pairs(mut matches: NgramMatches) -> NgramMatches {
    for ngrams in matches.reference.iter_mut().chain(&mut matches.candidate) {
        *ngrams &= 0b11;
    }
    matches
}

fn ngram_tokens(spans: Vec<Range<usize>>, ngrams: Vec<u8>) -> Vec<NgramToken> {
    let token = |(span, ngrams): (Range<usize>, u8)| NgramToken {
        start: span.start as u32,
        end: span.end as u32,
        ngrams,
    };
    spans.into_iter().zip(ngrams).map(token).collect()
}

/// What an annotator is given of a report without a word, by the official code of the metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlankReports {
    /// The report, as any other: CheXbert reads the empty one as `[CLS] [SEP]`.
    AreRead,
    /// Nothing: CXR-Report-Metric makes no graph of it (there it is pandas' NaN), RaTEScore finds
    /// no entity.
    AreSkipped,
    /// Nothing of an empty report, which F1RadGraph rewards with 0 without annotating it; at one
    /// of white space the package stops with an AssertionError.
    AreSkippedOrRefused,
    /// An empty report is read as the word "None", as RadEval does; one of white space is refused
    /// as above.
    AreNoneOrRefused,
}

/// What an annotator is given of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GivenText<'a> {
    /// This text.
    Text(&'a str),
    /// Nothing: the official code makes no annotation of it.
    Nothing,
    /// Nothing, and there is no score either: the official code stops with an error.
    Refused,
}

impl BlankReports {
    /// What an annotator is given of a report.
    pub(crate) fn given(self, report: &str) -> GivenText<'_> {
        if !report.trim().is_empty() {
            return GivenText::Text(report);
        }
        match (self, report.is_empty()) {
            (Self::AreRead, _) => GivenText::Text(report),
            (Self::AreSkipped, _) | (Self::AreSkippedOrRefused, true) => GivenText::Nothing,
            (Self::AreNoneOrRefused, true) => GivenText::Text("None"),
            (Self::AreSkippedOrRefused | Self::AreNoneOrRefused, false) => GivenText::Refused,
        }
    }
}

/// A formula over what one annotator made of two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnotationFormula {
    /// Cosine of CheXbert's embeddings.
    SembScore,
    /// F1 of entities and relations.
    RadGraphF1,
    /// A reward of the radgraph package.
    RadGraphReward {
        /// Which of the three.
        level: reward::Level,
        /// Whose code.
        version: reward::RewardVersion,
    },
}

impl AnnotationFormula {
    /// The score of a candidate's annotation against a reference's; `None` is a report that was
    /// not annotated, as its text is empty.
    ///
    /// # Errors
    /// When an annotation is not of the formula's kind, or cannot be compared.
    pub fn compare(
        self,
        reference: Option<&Annotation>,
        candidate: Option<&Annotation>,
    ) -> Result<Scored, Failure> {
        match self {
            Self::SembScore => {
                let (Some(Annotation::Chexbert(reference)), Some(Annotation::Chexbert(candidate))) =
                    (reference, candidate)
                else {
                    return Err(other_model());
                };
                let value = semb_score(&reference.embedding, &candidate.embedding)
                    .map_err(|error| Failure::new(FailureKind::Formula, error))?;
                let truncated = reference.truncated || candidate.truncated;
                Ok(Scored { truncated, ..Scored::new(value, Reasons::Plain) })
            }
            Self::RadGraphF1 | Self::RadGraphReward { .. } => {
                let (reference, candidate) = (radgraph(reference)?, radgraph(candidate)?);
                let chunked =
                    [reference, candidate].into_iter().flatten().any(|read| read.chunks > 1);
                let mut scored = self
                    .graphs(reference.map(|read| &read.graph), candidate.map(|read| &read.graph))?;
                scored.flags.extend(chunked.then_some(Flag::Chunked));
                Ok(scored)
            }
        }
    }

    /// The score of two graphs; `None` is a report without one.
    ///
    /// # Errors
    /// When the formula does not compare graphs.
    pub(crate) fn graphs(
        self,
        reference: Option<&Graph>,
        candidate: Option<&Graph>,
    ) -> Result<Scored, Failure> {
        let mut flags = Vec::new();
        let entities = |graph: Option<&Graph>| graph.map(|graph| graph.entities().len());
        match entities(reference) {
            None => flags.push(Flag::EmptyReference),
            Some(0) => flags.push(Flag::NoReferenceEntities),
            Some(_) => {}
        }
        match entities(candidate) {
            None => flags.push(Flag::EmptyCandidate),
            Some(0) => flags.push(Flag::NoCandidateEntities),
            Some(_) => {}
        }
        let has_relations =
            |graph: &Graph| graph.entities().any(|(_, entity)| !entity.relations.is_empty());
        if ![reference, candidate].into_iter().flatten().any(has_relations) {
            flags.push(Flag::NoRelations);
        }
        // Reports without a graph compare as ones with an empty graph: every set F1 is 0.
        let none = Graph::default();
        let (reference, candidate) = (reference.unwrap_or(&none), candidate.unwrap_or(&none));
        let (value, reasons) = match self {
            Self::RadGraphF1 => {
                let f1 = f1(reference, candidate);
                (f1.combined, Reasons::RadGraphF1(f1))
            }
            Self::RadGraphReward { level, version } => {
                let reward = reward::reward(reference, candidate, level, version);
                (reward.overlap.f1, Reasons::RadGraphReward(reward))
            }
            Self::SembScore => return Err(other_model()),
        };
        Ok(Scored { flags, ..Scored::new(value, reasons) })
    }
}

/// RadGraph's annotation of a report, if it has one.
fn radgraph(side: Option<&Annotation>) -> Result<Option<&RadgraphAnnotation>, Failure> {
    match side {
        None => Ok(None),
        Some(Annotation::RadGraph(read)) => Ok(Some(read)),
        Some(_) => Err(other_model()),
    }
}

fn other_model() -> Failure {
    Failure::new(FailureKind::Internal, "the annotation is of another model")
}
