//! From token labels to entity spans.

use super::EntityType;

/// A token's label: outside any entity, or at the beginning or inside of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// `O`.
    Outside,
    /// `B-…`.
    Begin(EntityType),
    /// `I-…`.
    Inside(EntityType),
}

/// A label that the entity model of RaTEScore does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("RaTEScore: the pack's label list holds a label that is neither O nor B- or I- and a type")]
pub struct EntityLabelError;

impl std::str::FromStr for Tag {
    type Err = EntityLabelError;

    fn from_str(label: &str) -> Result<Self, EntityLabelError> {
        let (kind, name) = match label.split_once('-') {
            None if label == "O" => return Ok(Self::Outside),
            Some(("B", name)) => (Self::Begin as fn(EntityType) -> Self, name),
            Some(("I", name)) => (Self::Inside as fn(EntityType) -> Self, name),
            _ => return Err(EntityLabelError),
        };
        EntityType::ALL.into_iter().find(|t| t.name() == name).map(kind).ok_or(EntityLabelError)
    }
}

/// Tokens `first..=last` of a sentence, an entity. The official code can produce a span whose
/// `last` is before its `first`, an entity without text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntitySpan {
    /// Position of the first token.
    pub first: usize,
    /// Position of the last token, included.
    pub last: usize,
    /// The entity's type.
    pub kind: EntityType,
}

/// Reads the entities off one sentence's labels, one per token, special tokens included.
///
/// `is_special` marks `[CLS]` and `[SEP]`, which start no entity; the label predicted for `[SEP]`
/// still counts as what follows the last word. `tags` may be longer than `is_special` where the
/// sentence was padded.
///
/// Follows the official order of cases, with its quirks: the type of an `I-` label is not looked
/// at inside an entity, but names the next one after an `I-`, `B-` sequence; an entity still open
/// at the end is kept only if no entity ended before it that was followed by another at once.
///
/// Source: RaTEScore 0.6.0 `utils.py`, `post_process`.
pub fn decode(tags: &[Tag], is_special: &[bool]) -> Vec<EntitySpan> {
    let mut spans = Vec::new();
    let mut open: Option<(usize, EntityType)> = None;
    // Set by the first span that ends, cleared only where the text leaves all entities.
    let mut end_is_set = false;
    for ((i, window), &special) in tags.windows(2).enumerate().zip(is_special) {
        if special {
            continue;
        }
        match (window[0], window[1]) {
            (Tag::Begin(kind), Tag::Inside(_)) => open = Some((i, kind)),
            (Tag::Begin(kind), Tag::Begin(_)) => {
                spans.push(EntitySpan { first: i, last: i, kind });
                open = Some((i, kind));
                end_is_set = true;
            }
            (Tag::Begin(kind), Tag::Outside) => {
                spans.push(EntitySpan { first: i, last: i, kind });
                open = None;
                end_is_set = false;
            }
            (Tag::Inside(kind), Tag::Begin(_)) => {
                spans.extend(open.map(|(first, kind)| EntitySpan { first, last: i, kind }));
                open = Some((i, kind));
                end_is_set = true;
            }
            (Tag::Inside(_), Tag::Outside) => {
                spans.extend(open.map(|(first, kind)| EntitySpan { first, last: i, kind }));
                open = None;
                end_is_set = false;
            }
            (Tag::Inside(_), Tag::Inside(_)) | (Tag::Outside, _) => {}
        }
    }
    if let Some((first, kind)) = open.filter(|_| !end_is_set) {
        let last = is_special.len().saturating_sub(2);
        spans.push(EntitySpan { first, last, kind });
    }
    spans
}
