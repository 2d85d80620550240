//! RaTEScore: entities of both reports first, then the embedding of each distinct entity.

use rrgscore_annotations::{Annotation, Annotator};
use rrgscore_metrics::ratescore::{self, Entities};

use super::texts::Side;
use super::{Planned, Run};
use crate::job::{Failure, FailureKind, Flag, Reasons, Scored};
use crate::metric::{Formula, Metric};
use crate::plan::{MODEL_JOB_WORDS, annotator_cost, longest_first};

/// A report's entities: types and texts.
type Found = Vec<(ratescore::EntityType, String)>;

impl Run {
    /// A pair's RaTEScore, once its entities and all their embeddings are there; asks for those
    /// that are not.
    pub(super) fn ratescore(
        &mut self,
        version: ratescore::Version,
        column: usize,
        leader: u32,
    ) -> Option<Result<Scored, Failure>> {
        let sides = *self.sides.get(&column)?.get(&leader)?;
        let mut truncated = false;
        let mut flags = Vec::new();
        let mut found: [Found; 2] = [Vec::new(), Vec::new()];
        for (found, side) in found.iter_mut().zip(sides) {
            let Side::Text(index) = side else {
                flags.push(Flag::NoSentence);
                continue;
            };
            match self.texts.get(&Annotator::Entities)?.said(index)? {
                Ok(annotation) => {
                    if let Annotation::Entities(read) = annotation.as_ref() {
                        truncated |= read.truncated;
                        if read.sentences == 0 {
                            flags.push(Flag::NoSentence);
                        }
                        found.extend(read.entities.iter().map(|e| (e.kind, e.text.clone())));
                    }
                }
                Err(failure) => return Some(Err(failure.clone())),
            }
        }
        let [reference, candidate] = &found;
        // Without a counterpart there is nothing to embed: the rule alone decides.
        let decided = reference.is_empty() || candidate.is_empty();
        if decided {
            let none = || Entities::new(&[], &[], 1);
            let score = none().and_then(|none| ratescore::score(none, none, version));
            flags.push(Flag::NoEntities);
            flags.dedup();
            return Some(scored(score, truncated, flags));
        }
        let (reference, candidate) = match (self.embedded(reference), self.embedded(candidate)) {
            (Embeddings::There(reference), Embeddings::There(candidate)) => (reference, candidate),
            (Embeddings::Failed(failure), _) | (_, Embeddings::Failed(failure)) => {
                return Some(Err(failure));
            }
            // The pair waits for one entity at a time: were it to wait for all of them, each that
            // comes would let it wait for all others once more.
            (Embeddings::Awaited(entity), _) | (_, Embeddings::Awaited(entity)) => {
                self.texts.get_mut(&Annotator::Synonyms)?.wait(entity, column, leader);
                return None;
            }
        };
        let score = Entities::new(&reference.types, &reference.values, reference.dim).and_then(
            |reference| {
                let candidate = Entities::new(&candidate.types, &candidate.values, candidate.dim)?;
                ratescore::score(reference, candidate, version)
            },
        );
        Some(scored(score, truncated, Vec::new()))
    }

    /// The embeddings of a report's entities; those that nobody has asked for are asked for.
    fn embedded(&mut self, found: &Found) -> Embeddings {
        let mut embedded = Embedded::default();
        let mut awaited = None;
        for (kind, text) in found {
            let index = self.entity(text);
            let texts = self.texts.get(&Annotator::Synonyms);
            match texts.and_then(|texts| texts.said(index)) {
                Some(Ok(annotation)) => {
                    if let Annotation::Embedding { vector } = annotation.as_ref() {
                        embedded.dim = vector.len();
                        embedded.types.push(*kind);
                        embedded.values.extend_from_slice(vector);
                    }
                }
                Some(Err(failure)) => return Embeddings::Failed(failure.clone()),
                None => awaited = awaited.or(Some(index)),
            }
        }
        awaited.map_or(Embeddings::There(embedded), Embeddings::Awaited)
    }

    /// The index of an entity's text; a new one is looked up or asked for.
    fn entity(&mut self, text: &str) -> u32 {
        let texts = self.texts.entry(Annotator::Synonyms).or_default();
        let (index, new) = texts.index_of(text);
        if new {
            let pack = self.packs.get(&Annotator::Synonyms.purpose());
            let known = pack.and_then(|pack| self.store.get(pack, Annotator::Synonyms, text));
            match known {
                Some(annotation) => drop(texts.file(index, Ok(annotation))),
                None => self.unembedded.push(index),
            }
        }
        index
    }

    /// Plans jobs for the entities found so far.
    pub(super) fn plan_embeddings(&mut self) {
        let annotator = Annotator::Synonyms;
        let entities = std::mem::take(&mut self.unembedded);
        let Some(texts) = self.texts.get(&annotator) else { return };
        let cost = |&index: &u32| Some((index, annotator_cost(annotator, texts.text(index)?)));
        let jobs = longest_first(entities.iter().filter_map(cost).collect(), MODEL_JOB_WORDS);
        let ratescore = |metric: Metric| matches!(metric.spec().formula, Formula::RateScore(_));
        let column = self.columns.iter().position(|column| ratescore(column.metric)).unwrap_or(0);
        if let Some(column) = self.columns.get_mut(column) {
            column.add_cost(jobs.iter().map(|(_, cost)| cost).sum());
        }
        self.queue.extend(jobs.into_iter().map(|(texts, cost)| Planned::Annotate {
            column,
            annotator,
            texts,
            cost,
        }));
    }
}

/// What is known of the embeddings of a report's entities.
enum Embeddings {
    /// All of them.
    There(Embedded),
    /// At least this entity's is still to come.
    Awaited(u32),
    /// One could not be made.
    Failed(Failure),
}

/// A report's entities with their embeddings.
#[derive(Default)]
struct Embedded {
    types: Vec<ratescore::EntityType>,
    values: Vec<f32>,
    dim: usize,
}

fn scored(
    score: Result<ratescore::RateScore, ratescore::RateScoreError>,
    truncated: bool,
    flags: Vec<Flag>,
) -> Result<Scored, Failure> {
    let score = score.map_err(|error| Failure::new(FailureKind::Formula, error))?;
    Ok(Scored { value: score.score, truncated, flags, reasons: Reasons::RateScore(score) })
}
