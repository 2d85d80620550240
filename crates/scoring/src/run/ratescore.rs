//! RaTEScore: entities of both reports first, then the embedding of each distinct entity.

use std::sync::Arc;

use rrgscore_annotations::{Annotation, Annotator, EntitiesAnnotation, NamedEntity};
use rrgscore_metrics::ratescore::{self, Entities, EntityType};

use super::annotation_table::{AnnotationTable, Embeddings, Side, Waiting};
use crate::index::{Inconsistency, TextIndex};
use crate::job::{Failure, FailureKind, Flag, Reasons, Scored};

/// A pair's RaTEScore, once its entities and all their embeddings are there; asks for those that
/// are not, and lets the pair wait.
pub(super) fn score(
    annotations: &mut AnnotationTable,
    version: ratescore::RatescoreVersion,
    pair: Waiting,
) -> Result<Option<Result<Scored, Failure>>, Inconsistency> {
    let mut truncated = false;
    let mut flags = Vec::new();
    let mut found: [Option<Arc<Annotation>>; 2] = [None, None];
    for (found, side) in found.iter_mut().zip(annotations.sides(pair)?) {
        let Side::Text(index) = side else {
            flags.push(Flag::NoSentence);
            continue;
        };
        match annotations.annotated(Annotator::Entities, index)? {
            None => return Ok(None),
            Some(Err(failure)) => return Ok(Some(Err(failure.clone()))),
            Some(Ok(annotation)) => {
                let read = entities_of(annotation)?;
                truncated |= read.truncated;
                flags.extend((read.sentences == 0).then_some(Flag::NoSentence));
                *found = Some(Arc::clone(annotation));
            }
        }
    }
    let mut reports: [&[NamedEntity]; 2] = [&[], &[]];
    for (report, found) in reports.iter_mut().zip(&found) {
        if let Some(annotation) = found {
            *report = &entities_of(annotation)?.entities;
        }
    }
    let [reference, candidate] = reports;
    // Without a counterpart there is nothing to embed: the rule alone decides.
    if reference.is_empty() || candidate.is_empty() {
        let none = || Entities::new(&[], &[], 1);
        let score = none().and_then(|none| ratescore::score(none, none, version));
        flags.push(Flag::NoEntities);
        flags.dedup();
        return Ok(Some(scored(score, truncated, flags)));
    }
    // Both sides are looked up, so that the embeddings of both are requested at once.
    let [reference, candidate] =
        [embedded(annotations, reference)?, embedded(annotations, candidate)?];
    let (reference, candidate) = match (reference, candidate) {
        (Embedded::All(reference), Embedded::All(candidate)) => (reference, candidate),
        (Embedded::Failed(failure), _) | (_, Embedded::Failed(failure)) => {
            return Ok(Some(Err(failure)));
        }
        // The pair waits for one entity at a time: were it to wait for all of them, each that
        // comes would let it wait for all others once more.
        (Embedded::Awaited(entity), _) | (_, Embedded::Awaited(entity)) => {
            annotations.wait_for_embedding(entity, pair)?;
            return Ok(None);
        }
    };
    let score = reference.view().and_then(|reference| {
        let candidate = candidate.view()?;
        ratescore::score(reference, candidate, version)
    });
    Ok(Some(scored(score, truncated, Vec::new())))
}

fn entities_of(annotation: &Annotation) -> Result<&EntitiesAnnotation, Inconsistency> {
    match annotation {
        Annotation::Entities(read) => Ok(read),
        _ => Err(Inconsistency("list of entities")),
    }
}

/// What is known of a report's entities.
enum Embedded {
    All(EmbeddedEntities),
    Awaited(TextIndex),
    Failed(Failure),
}

/// A report's entities with their embeddings.
struct EmbeddedEntities {
    types: Vec<EntityType>,
    values: Vec<f32>,
    dim: usize,
}

impl EmbeddedEntities {
    fn view(&self) -> Result<Entities<'_>, ratescore::RateScoreError> {
        Entities::new(&self.types, &self.values, self.dim)
    }
}

fn embedded(
    annotations: &mut AnnotationTable,
    entities: &[NamedEntity],
) -> Result<Embedded, Inconsistency> {
    let texts = entities.iter().map(|entity| entity.text.as_str());
    let all = match annotations.embeddings(texts)? {
        Embeddings::All(all) => all,
        Embeddings::Awaited(entity) => return Ok(Embedded::Awaited(entity)),
        Embeddings::Failed(failure) => return Ok(Embedded::Failed(failure)),
    };
    let mut values = Vec::new();
    let mut dim = 0;
    for embedding in &all {
        let Annotation::Embedding { vector } = embedding.as_ref() else {
            return Err(Inconsistency("embedding"));
        };
        dim = vector.len();
        values.extend_from_slice(vector);
    }
    let types = entities.iter().map(|entity| entity.kind).collect();
    Ok(Embedded::All(EmbeddedEntities { types, values, dim }))
}

fn scored(
    score: Result<ratescore::RateScore, ratescore::RateScoreError>,
    truncated: bool,
    flags: Vec<Flag>,
) -> Result<Scored, Failure> {
    let score = score.map_err(|error| Failure::new(FailureKind::Formula, error))?;
    Ok(Scored { truncated, flags, ..Scored::new(score.score, Reasons::RateScore(score)) })
}
