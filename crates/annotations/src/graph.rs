//! RadGraph's annotation of one report, in the official form.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A report's words, entities and relations, as the official code writes them to JSON:
///
/// ```json
/// {"text": "No effusion .", "entities": {"1": {"tokens": "effusion", "label": "OBS-DA",
///  "start_ix": 1, "end_ix": 1, "relations": []}}, "data_source": null, "data_split": "inference"}
/// ```
///
/// Every relation's target is one of the entities.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "Unchecked")]
pub struct Graph {
    text: String,
    entities: IndexMap<String, Entity>,
    data_source: Option<String>,
    data_split: Option<String>,
}

/// A span of words with a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entity {
    /// The words, joined by spaces.
    pub tokens: String,
    /// Such as `ANAT-DP` (RadGraph) or `Anatomy::definitely present` (RadGraph-XL).
    pub label: String,
    /// Position of the first word in the report.
    pub start_ix: usize,
    /// Position of the last word, included.
    pub end_ix: usize,
    /// Relations from this entity.
    pub relations: Vec<Relation>,
}

/// A directed relation, written as `[label, id of the target]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "(String, String)", into = "(String, String)")]
pub struct Relation {
    /// `modify`, `located_at` or `suggestive_of`.
    pub label: String,
    /// Id of the entity that the relation points to.
    pub target: String,
}

/// Why an annotation is no graph. Messages count entities, since ids and words are the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// A relation points to an entity that the annotation does not hold.
    #[error(
        "relation {relation} of entity {entity} (both counted from 1) points to an entity that \
         the annotation does not hold"
    )]
    UnknownTarget {
        /// Position of the entity, counted from 1.
        entity: usize,
        /// Position among its relations, counted from 1.
        relation: usize,
    },
    /// Two entities have the same id.
    #[error("entity {entity} (counted from 1) has the id of an earlier one")]
    RepeatedId {
        /// Position of the second entity, counted from 1.
        entity: usize,
    },
    /// An entity ends before it starts.
    #[error("entity {entity} (counted from 1) ends before it starts")]
    BackwardSpan {
        /// Position of the entity, counted from 1.
        entity: usize,
    },
}

impl Graph {
    /// Makes a graph of a report's words (joined by spaces) and its entities with their ids.
    ///
    /// # Errors
    ///
    /// [`GraphError`] when ids repeat, a relation's target is missing or a span is reversed.
    pub fn new(
        text: String,
        entities: impl IntoIterator<Item = (String, Entity)>,
    ) -> Result<Self, GraphError> {
        let mut by_id = IndexMap::new();
        for (id, entity) in entities {
            if by_id.insert(id, entity).is_some() {
                return Err(GraphError::RepeatedId { entity: by_id.len() + 1 });
            }
        }
        let data_split = Some("inference".to_owned());
        Self::try_from(Unchecked { text, entities: by_id, data_source: None, data_split })
    }

    /// The words of the report, joined by spaces; [`Entity::start_ix`] counts them.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The entities with their ids, in the order of the annotation.
    pub fn entities(&self) -> impl ExactSizeIterator<Item = (&str, &Entity)> {
        self.entities.iter().map(|(id, entity)| (id.as_str(), entity))
    }

    /// The entity that a relation points to.
    pub fn target(&self, relation: &Relation) -> Option<&Entity> {
        self.entities.get(&relation.target)
    }
}

/// The JSON form, not yet checked.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Unchecked {
    #[serde(default)]
    text: String,
    entities: IndexMap<String, Entity>,
    #[serde(default)]
    data_source: Option<String>,
    #[serde(default)]
    data_split: Option<String>,
}

impl TryFrom<Unchecked> for Graph {
    type Error = GraphError;

    fn try_from(unchecked: Unchecked) -> Result<Self, GraphError> {
        let Unchecked { text, entities, data_source, data_split } = unchecked;
        for (e, entity) in entities.values().enumerate() {
            if entity.end_ix < entity.start_ix {
                return Err(GraphError::BackwardSpan { entity: e + 1 });
            }
            for (r, relation) in entity.relations.iter().enumerate() {
                if !entities.contains_key(&relation.target) {
                    return Err(GraphError::UnknownTarget { entity: e + 1, relation: r + 1 });
                }
            }
        }
        Ok(Self { text, entities, data_source, data_split })
    }
}

impl From<(String, String)> for Relation {
    fn from((label, target): (String, String)) -> Self {
        Self { label, target }
    }
}

impl From<Relation> for (String, String) {
    fn from(relation: Relation) -> Self {
        (relation.label, relation.target)
    }
}
