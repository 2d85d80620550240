//! Does jobs: holds the loaded packs and a bounded cache of embeddings.

use std::collections::BTreeMap;
use std::sync::Arc;

use rrgscore_annotate::{
    AnnotateError, Chexbert, Findings, Radgraph, RadgraphReading, ReportEntities, Synonyms,
    TextEncoder, TokenEmbeddings,
};
use rrgscore_annotations::{Annotation, Annotator, Graph, Purpose, RadgraphAnnotation, SpaceRuns};
use rrgscore_metrics::bertscore::{
    self, Baseline, BatchPadding, BertScoreError, ClosestToken, Idf, Tokens,
};
use rrgscore_packs::Pack;

use crate::cache::Cache;
use crate::job::{
    Done, Failure, FailureKind, Job, Outcome, PairScore, PairTexts, Reasons, Scored, TokenMatch,
    Work,
};
use crate::metric::Formula;

/// Bytes of embeddings a worker keeps: some hundred reports of a base-size encoder.
pub const CACHE_BYTES: usize = 96 << 20;

/// Why a pack cannot be loaded or a job cannot be done. Holds no report text.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The pack's graph or tokenizer is not usable.
    #[error("the model pack cannot be used: {0}")]
    Pack(#[from] AnnotateError),
    /// A job came before its pack.
    #[error("the model pack `{0}` is not loaded")]
    NotLoaded(&'static str),
    /// A job scores pairs in a column that is not computed pair by pair.
    #[error("`{0}` is not computed pair by pair")]
    NotByPairs(&'static str),
}

/// One worker, in whichever thread or Web Worker. Two workers with the same packs give the same
/// outcome to the bit for the same job.
pub struct Worker {
    packs: BTreeMap<Purpose, LoadedPack>,
    /// Of texts, by the pack that made them.
    embeddings: Cache<TextKey, Arc<TokenEmbeddings>>,
}

/// A pack's id: the digest of all that it holds.
type PackId = Arc<str>;

/// A text's embeddings: the pack, whether spaces of the text were joined, the text.
type TextKey = (PackId, bool, String);

/// A pack that is ready for jobs.
#[derive(Clone)]
struct LoadedPack {
    id: PackId,
    model: Arc<Model>,
}

/// What runs a pack.
enum Model {
    Text(TextEncoder),
    Chexbert(Chexbert),
    Radgraph(Box<Radgraph>),
    Entities(ReportEntities),
    Synonyms(Synonyms),
    Findings(Box<Findings>),
}

impl Model {
    fn from_pack(purpose: Purpose, pack: &Pack) -> Result<Self, WorkerError> {
        Ok(match purpose {
            Purpose::BertscoreMinilm
            | Purpose::BertscoreDistilroberta
            | Purpose::BertscoreDistilbert
            | Purpose::BertscoreRadeval => Self::Text(TextEncoder::from_pack(pack)?),
            Purpose::Chexbert => Self::Chexbert(Chexbert::from_pack(pack)?),
            Purpose::Radgraph | Purpose::RadgraphXl | Purpose::ModernRadgraphXl => {
                Self::Radgraph(Box::new(Radgraph::from_pack(pack)?))
            }
            Purpose::RatescoreEntities => Self::Entities(ReportEntities::from_pack(pack)?),
            Purpose::RatescoreSynonyms => Self::Synonyms(Synonyms::from_pack(pack)?),
            Purpose::SrrBert
            | Purpose::SrrBertLeaves
            | Purpose::SrrBertUpperWithStatuses
            | Purpose::SrrBertUpper
            | Purpose::RadbertCt => Self::Findings(Box::new(Findings::from_pack(pack)?)),
        })
    }
}

impl Default for Worker {
    fn default() -> Self {
        Self::new(CACHE_BYTES)
    }
}

impl Worker {
    /// A worker without packs whose cache holds at most `cache_bytes` of embeddings.
    pub fn new(cache_bytes: usize) -> Self {
        Self { packs: BTreeMap::new(), embeddings: Cache::new(cache_bytes) }
    }

    /// Takes over the packs of another worker, which are held in memory once: for threads, which
    /// share memory as Web Workers do not.
    pub fn share_packs_of(&mut self, other: &Self) {
        self.packs.clone_from(&other.packs);
    }

    /// Makes a pack ready for jobs.
    ///
    /// # Errors
    /// When its parts do not load.
    pub fn load(&mut self, pack: &Pack) -> Result<Purpose, WorkerError> {
        let purpose = pack.manifest().purpose;
        let model = Arc::new(Model::from_pack(purpose, pack)?);
        let id = pack.manifest().id.as_str().into();
        self.packs.insert(purpose, LoadedPack { id, model });
        Ok(purpose)
    }

    /// Forgets all packs; embeddings that are kept stay, since they are named by the pack that
    /// made them.
    pub fn unload(&mut self) {
        self.packs.clear();
    }

    /// Whether a pack is loaded.
    pub fn has(&self, pack: Purpose) -> bool {
        self.packs.contains_key(&pack)
    }

    /// Does a job. A text that a model cannot take fails its own pair only.
    ///
    /// # Errors
    /// When the job's pack is not loaded, or its column is not computed pair by pair.
    pub fn handle(&mut self, job: &Job) -> Result<Outcome, WorkerError> {
        let mut encoded = 0;
        let done = match &job.work {
            Work::Score { metric, idf, pairs, elsewhere } => match metric.spec().formula {
                Formula::Texts(formula) => {
                    let score = |pair: &PairTexts| formula.score(&pair.reference, &pair.candidate);
                    let scored =
                        |pair: &PairTexts| PairScore { pair: pair.pair, result: Ok(score(pair)) };
                    Done::Scores { scores: pairs.iter().map(scored).collect() }
                }
                Formula::Set(formula) => Done::Scores { scores: formula.score(pairs, elsewhere) },
                Formula::TokenEmbeddings { encoder, runs, baseline, .. } => {
                    let by = (encoder, runs);
                    self.embed_ahead(by, pairs, &mut encoded)?;
                    let scored = |pair: &PairTexts| PairScore {
                        pair: pair.pair,
                        result: self.bertscore(by, baseline, idf.as_ref(), pair, &mut encoded),
                    };
                    Done::Scores { scores: pairs.iter().map(scored).collect() }
                }
                Formula::Annotations { .. }
                | Formula::RateScore(_)
                | Formula::Judge { .. }
                | Formula::RadCliQ { .. } => return Err(WorkerError::NotByPairs(metric.id())),
            },
            Work::Annotate { annotator, texts } => {
                let model = &self.pack(annotator.purpose())?.model;
                encoded = texts.len() as u32;
                let words: Vec<&str> = texts.iter().map(|(_, words)| words.as_str()).collect();
                let made = annotate(model, *annotator, &words);
                Done::Annotations { made: texts.iter().map(|(text, _)| *text).zip(made).collect() }
            }
            Work::TokenIds { metric, texts } => {
                let Formula::TokenEmbeddings { encoder, runs, .. } = metric.spec().formula else {
                    return Err(WorkerError::NotByPairs(metric.id()));
                };
                let (_, encoder) = self.encoder(encoder)?;
                let ids = texts
                    .iter()
                    .map(|(text, words)| Ok((*text, encoder.token_ids(words, runs)?)))
                    .collect::<Result<_, AnnotateError>>()?;
                Done::TokenIds { ids }
            }
        };
        Ok(Outcome { id: job.id, done, encoded })
    }

    /// The loaded pack that embeds a text's tokens for a purpose, by its id.
    fn encoder(&self, needed: Purpose) -> Result<(&PackId, &TextEncoder), WorkerError> {
        let LoadedPack { id, model } = self.pack(needed)?;
        match model.as_ref() {
            Model::Text(encoder) => Ok((id, encoder)),
            _ => Err(WorkerError::NotLoaded(needed.id())),
        }
    }

    fn pack(&self, needed: Purpose) -> Result<&LoadedPack, WorkerError> {
        self.packs.get(&needed).ok_or(WorkerError::NotLoaded(needed.id()))
    }

    fn bertscore(
        &mut self,
        by: (Purpose, SpaceRuns),
        baseline: Option<&Baseline>,
        idf: Option<&Idf>,
        pair: &PairTexts,
        encoded: &mut u32,
    ) -> Result<Scored, Failure> {
        let reference = self.embed(by, &pair.reference, encoded)?;
        let candidate = self.embed(by, &pair.candidate, encoded)?;
        let (reference_weights, candidate_weights) =
            (weigh(&reference, idf), weigh(&candidate, idf));
        let failed = |error: BertScoreError| Failure::new(FailureKind::Formula, error);
        let score = bertscore::score(
            Tokens::new(&reference.hidden, reference.dim, &reference_weights).map_err(failed)?,
            Tokens::new(&candidate.hidden, candidate.dim, &candidate_weights).map_err(failed)?,
            BatchPadding::NONE,
        )
        .map_err(failed)?;
        let value = baseline.map_or(score.raw, |baseline| baseline.rescale(score.raw)).f1;
        let finite = |value: f64| value.is_finite().then_some(value);
        Ok(Scored {
            value,
            truncated: reference.truncated || candidate.truncated,
            flags: Vec::new(),
            reasons: Reasons::BertScore {
                precision: finite(score.raw.precision),
                recall: finite(score.raw.recall),
                f1: score.raw.f1,
                reference: matches(&reference, &reference_weights, &score.reference_matches),
                candidate: matches(&candidate, &candidate_weights, &score.candidate_matches),
            },
        })
    }

    /// Puts the embeddings of a job's texts into the cache, as far as they are not there: encoded
    /// together. One that fails is left to its pair, which fails then.
    fn embed_ahead(
        &mut self,
        (needed, runs): (Purpose, SpaceRuns),
        pairs: &[PairTexts],
        encoded: &mut u32,
    ) -> Result<(), WorkerError> {
        let (pack, _) = self.encoder(needed)?;
        let pack = pack.clone();
        let mut texts: Vec<&str> = Vec::new();
        for text in pairs.iter().flat_map(|pair| [&pair.reference, &pair.candidate]) {
            let known = texts.contains(&text.as_str());
            if !known && self.embeddings.get(&key(&pack, runs, text)).is_none() {
                texts.push(text);
            }
        }
        let made = self.encoder(needed)?.1.annotate_all(&texts, runs);
        for (text, made) in texts.into_iter().zip(made) {
            if let Ok(made) = made {
                *encoded += 1;
                self.keep(key(&pack, runs, text), Arc::new(made));
            }
        }
        Ok(())
    }

    fn keep(&mut self, key: TextKey, made: Arc<TokenEmbeddings>) {
        let bytes = made.hidden.len() * size_of::<f32>() + made.ids.len() * 64 + key.2.len();
        self.embeddings.insert(key, made, bytes);
    }

    /// The text's embeddings, from the cache or from the model.
    fn embed(
        &mut self,
        (needed, runs): (Purpose, SpaceRuns),
        text: &str,
        encoded: &mut u32,
    ) -> Result<Arc<TokenEmbeddings>, Failure> {
        let (pack, _) =
            self.encoder(needed).map_err(|error| Failure::new(FailureKind::Pack, error))?;
        let key = key(pack, runs, text);
        if let Some(found) = self.embeddings.get(&key) {
            return Ok(Arc::clone(found));
        }
        let (_, model) =
            self.encoder(needed).map_err(|error| Failure::new(FailureKind::Pack, error))?;
        let made = Arc::new(model.annotate(text, runs).map_err(failed)?);
        *encoded += 1;
        self.keep(key, Arc::clone(&made));
        Ok(made)
    }
}

/// Where a text's embeddings are kept. Without a run of spaces, what becomes of one makes no
/// difference.
fn key(pack: &PackId, runs: SpaceRuns, text: &str) -> TextKey {
    let joined = runs == SpaceRuns::Joined && text.contains("  ");
    (pack.clone(), joined, text.to_owned())
}

/// Each text's annotation by a model.
fn annotate(
    model: &Model,
    annotator: Annotator,
    texts: &[&str],
) -> Vec<Result<Annotation, Failure>> {
    match (model, annotator) {
        (Model::Chexbert(chexbert), Annotator::Chexbert { cleaned }) => {
            let all = if cleaned {
                chexbert.annotate_all(texts)
            } else {
                chexbert.annotate_all_raw(texts)
            };
            all.into_iter()
                .map(|reading| Ok(Annotation::Chexbert(reading.map_err(failed)?.annotation)))
                .collect()
        }
        (Model::Radgraph(radgraph), Annotator::RadGraph { .. }) => {
            let all = radgraph.annotate_all(texts).into_iter();
            all.map(|reading| graph_or_none(reading.map_err(failed)?)).collect()
        }
        _ => texts.iter().map(|text| annotate_one(model, annotator, text)).collect(),
    }
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(FailureKind::Model, error)
}

/// RadGraph's annotation; an empty graph where no word is left of a text of white space that only
/// Python takes for such.
fn graph_or_none(reading: Option<RadgraphReading>) -> Result<Annotation, Failure> {
    let none = || {
        let graph = Graph::new(String::new(), []).map_err(failed)?;
        Ok(RadgraphAnnotation { graph, words: Vec::new(), chunks: 0 })
    };
    reading.map_or_else(none, |reading| Ok(reading.annotation)).map(Annotation::RadGraph)
}

fn annotate_one(model: &Model, annotator: Annotator, text: &str) -> Result<Annotation, Failure> {
    match (model, annotator) {
        (Model::Entities(model), Annotator::Entities) => {
            Ok(Annotation::Entities(model.annotate(text).map_err(failed)?))
        }
        (Model::Synonyms(model), Annotator::Synonyms) => {
            Ok(Annotation::Embedding { vector: model.embed(text).map_err(failed)? })
        }
        (Model::Findings(model), Annotator::Findings { set }) if model.set() == set => {
            Ok(Annotation::Findings(model.annotate(text).map_err(failed)?.annotation))
        }
        _ => Err(failed("the job is for another kind of model")),
    }
}

fn weigh(text: &TokenEmbeddings, idf: Option<&Idf>) -> Vec<f32> {
    match idf {
        Some(idf) => idf.weights(&text.ids),
        None => text.special.iter().map(|&special| if special { 0.0 } else { 1.0 }).collect(),
    }
}

fn matches(text: &TokenEmbeddings, weights: &[f32], matches: &[ClosestToken]) -> Vec<TokenMatch> {
    let tokens = text.offsets.iter().zip(weights).zip(matches);
    tokens
        .map(|((range, &weight), found)| TokenMatch {
            start: range.start as u32,
            end: range.end as u32,
            best: found.token,
            similarity: found.similarity,
            weight,
        })
        .collect()
}
