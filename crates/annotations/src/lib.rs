//! The types that models give, and what a model pack is for. No code that makes or compares them.
//!
//! Packs, annotators, metrics, the pipeline and the page's views share these; the page links them
//! without linking a model.

mod annotation;
mod entity;
mod finding_set;
mod graph;
mod labels;
mod purpose;

pub use annotation::{
    Annotation, Annotator, ChexbertAnnotation, EntitiesAnnotation, FindingsAnnotation,
    RadGraphModel, RadgraphAnnotation, SpaceRuns,
};
pub use entity::{EntityType, NamedEntity};
pub use finding_set::FindingSet;
pub use graph::{Entity, Graph, GraphError, Relation};
pub use labels::{CLASSES, LabelError, Labels, Mention, OBSERVATION_COUNT, OBSERVATIONS};
pub use purpose::Purpose;

/// The version of what turns a text and a pack into an annotation: tokenization, the arithmetic of
/// the kernels, decoding. Raised whenever any text's annotation by any pack changes, if only in its
/// last bit: signatures name it, and annotations that are stored under another one are not used.
///
/// A test of the engine holds it against the tables of bits of the kernels and the engine.
pub const NUMERICS: u32 = 1;
