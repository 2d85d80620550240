//! The formulas of the rows: which function of `rrgscore_metrics` each is, and what it makes of an
//! empty report.
//!
//! The table holds names of formulas and not functions, so that who only reads the table links no
//! metric code.

use std::ops::Range;

use rrgscore_annotations::{Annotation, FindingSet, Graph, RadgraphAnnotation};
use rrgscore_metrics::bleu::Bleu;
use rrgscore_metrics::cider::ReferenceNgrams;
use rrgscore_metrics::coco_bleu::CocoBleu;
use rrgscore_metrics::ngrams::NgramMatches;
use rrgscore_metrics::radgraph::{f1, reward};
use rrgscore_metrics::rouge::{self, Rouge, RougeKind, RougeToken};
use rrgscore_metrics::semb::semb_score;
use rrgscore_metrics::{bleu, coco_bleu, coco_rouge_l, findings};

use super::spec::Formula;
use crate::job::{Failure, FailureKind, Flag, NgramToken, PairScore, PairTexts, Reasons, Scored};

/// A formula over two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormula {
    /// BLEU-2 as CXR-Report-Metric computes it.
    Bleu2,
    /// BLEU of the COCO evaluation, which RadEval's is a copy of.
    CocoBleu {
        /// The longest n-grams that count, from 1 to 4 words.
        order: usize,
    },
    /// ROUGE-L of the COCO evaluation.
    CocoRougeL,
    /// ROUGE with stems, as RadEval has it.
    Rouge(RougeKind),
}

impl TextFormula {
    /// The score of a candidate against a reference.
    pub fn score(self, reference: &str, candidate: &str) -> Scored {
        let texts = [reference, candidate];
        match self {
            Self::Bleu2 => {
                let [reference, candidate] = texts.map(bleu::tokens);
                let (counts, matches) = bleu::compare(&reference, &candidate);
                bleu_scored(counts, matches, texts.map(bleu::spans))
            }
            Self::CocoBleu { order } => {
                let [reference, candidate] = texts.map(coco_bleu::tokens);
                let (counts, mut matches) = coco_bleu::compare(&reference, &candidate);
                for ngrams in matches.reference.iter_mut().chain(&mut matches.candidate) {
                    // Longer n-grams do not count here.
                    *ngrams &= (1 << order) - 1;
                }
                bleu_scored(counts.up_to(order), matches, texts.map(coco_bleu::spans))
            }
            Self::CocoRougeL => {
                let [reference, candidate] = texts.map(coco_rouge_l::tokens);
                let (counts, matches) = coco_rouge_l::compare(&reference, &candidate);
                rouge_scored(RougeKind::L, counts, matches, texts.map(coco_rouge_l::spans))
            }
            Self::Rouge(kind) => {
                let [reference, candidate] = texts.map(rouge::tokens);
                let (counts, matches) = rouge::compare(kind, &reference, &candidate);
                let spans = |tokens: Vec<RougeToken>| tokens.into_iter().map(|t| t.span).collect();
                rouge_scored(kind, counts, matches, [reference, candidate].map(spans))
            }
        }
    }

    /// What a set scores as one, where that is not the mean of its studies: BLEU of the summed
    /// counts. None for other formulas.
    fn of_set<'a>(self, scored: impl Iterator<Item = &'a Scored>) -> Option<f64> {
        let Self::CocoBleu { order } = self else { return None };
        let mut all = CocoBleu::default();
        for scored in scored {
            let Reasons::Bleu { counts, .. } = &scored.reasons else { return None };
            all += CocoBleu::of(counts);
        }
        Some(all.score(order))
    }
}

/// A formula over all pairs of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetFormula {
    /// CIDEr, whose weights are counted over all references.
    Cider,
}

impl SetFormula {
    /// The score of each pair of a whole run, or of a share of its pairs: `elsewhere` are the
    /// references of the other studies then. A pair counts as often as it has studies.
    pub fn score(self, pairs: &[PairTexts], elsewhere: &[String]) -> Vec<PairScore> {
        let Self::Cider = self;
        let references = pairs
            .iter()
            .flat_map(|pair| std::iter::repeat_n(pair.reference.as_str(), pair.studies as usize));
        let elsewhere = elsewhere.iter().map(String::as_str);
        let ngrams = ReferenceNgrams::count(references.chain(elsewhere));
        let score = |pair: &PairTexts| match ngrams.cider(&pair.reference, &pair.candidate) {
            Ok(cider) => Ok(Scored::new(cider.score, Reasons::Cider(cider))),
            Err(error) => Err(Failure::new(FailureKind::Refused, error)),
        };
        pairs.iter().map(|pair| PairScore { pair: pair.pair, result: score(pair) }).collect()
    }
}

impl Formula {
    /// What all studies of a run score as one set, as papers print it, for formulas that have such
    /// a value; `mean` is that of the studies.
    pub fn of_set<'a>(&self, scored: impl Iterator<Item = &'a Scored>, mean: f64) -> Option<f64> {
        match self {
            Self::Texts(formula) => formula.of_set(scored),
            Self::Set(SetFormula::Cider) => Some(mean),
            _ => None,
        }
    }
}

fn bleu_scored(counts: Bleu, matches: NgramMatches, spans: [Vec<Range<usize>>; 2]) -> Scored {
    let [reference, candidate] = spans;
    let score = counts.score;
    let reasons = Reasons::Bleu {
        counts,
        reference: ngram_tokens(reference, matches.reference),
        candidate: ngram_tokens(candidate, matches.candidate),
    };
    Scored::new(score, reasons)
}

fn rouge_scored(
    of: RougeKind,
    counts: Rouge,
    matches: NgramMatches,
    [reference, candidate]: [Vec<Range<usize>>; 2],
) -> Scored {
    let reasons = Reasons::Rouge {
        of,
        counts,
        reference: ngram_tokens(reference, matches.reference),
        candidate: ngram_tokens(candidate, matches.candidate),
    };
    Scored::new(counts.score, reasons)
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
    /// Findings of a list that both reports have.
    Findings(FindingSet),
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
            Self::Findings(set) => {
                let (Some(Annotation::Findings(reference)), Some(Annotation::Findings(candidate))) =
                    (reference, candidate)
                else {
                    return Err(other_model());
                };
                let value = findings::score(set, &reference.positive, &candidate.positive);
                let truncated = reference.truncated || candidate.truncated;
                let reasons = Reasons::Findings {
                    set,
                    reference: reference.positive.clone(),
                    candidate: candidate.positive.clone(),
                };
                Ok(Scored { truncated, ..Scored::new(value, reasons) })
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
            Self::SembScore | Self::Findings(_) => return Err(other_model()),
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
