//! Annotations that outlive a run: kept for the next one of the session, and as bytes for the next
//! session, where the user wants that.

use std::collections::BTreeMap;
use std::sync::Arc;

use rrgscore_annotations::{Annotation, Annotator, NUMERICS};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bytes of annotations that are kept: some ten thousand reports.
const MOST_BYTES: usize = 192 << 20;

/// First bytes of a written store.
const MAGIC: &[u8; 16] = b"rrgscore-notes-1";

/// sha256 of a text: a store holds no text that it was not given inside an annotation.
type Key = [u8; 32];

/// Annotations by pack and by the hash of the text: a text that was read once is not read again,
/// whichever side it stands on.
#[derive(Clone, Debug, Default)]
pub struct AnnotationStore {
    made: BTreeMap<(String, Annotator), BTreeMap<Key, Arc<Annotation>>>,
    bytes: usize,
}

/// Why written annotations cannot be used. They can be made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Cut off or changed.
    #[error("the stored annotations are damaged and are not used")]
    Damaged,
    /// Another version may annotate otherwise.
    #[error("the stored annotations are of another version and are not used")]
    OtherVersion,
}

/// What made the annotations, besides the packs.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Maker {
    version: String,
    numerics: u32,
}

impl Maker {
    fn this() -> Self {
        Self { version: crate::VERSION.to_owned(), numerics: NUMERICS }
    }
}

/// What stands before the annotations of one pack.
#[derive(Debug, Serialize, Deserialize)]
struct Group {
    pack: String,
    annotator: Annotator,
    texts: u32,
}

impl AnnotationStore {
    /// The annotation of a text by a pack (named by its id), if it was made before.
    pub fn get(&self, pack: &str, annotator: Annotator, text: &str) -> Option<Arc<Annotation>> {
        self.made.get(&(pack.to_owned(), annotator))?.get(&key(text)).cloned()
    }

    /// Keeps an annotation, unless the store is full.
    pub fn keep(
        &mut self,
        pack: &str,
        annotator: Annotator,
        text: &str,
        annotation: Arc<Annotation>,
    ) {
        self.put((pack.to_owned(), annotator), key(text), annotation);
    }

    fn put(&mut self, group: (String, Annotator), key: Key, annotation: Arc<Annotation>) {
        let bytes = annotation.bytes() + size_of::<Key>();
        if self.bytes + bytes <= MOST_BYTES
            && self.made.entry(group).or_default().insert(key, annotation).is_none()
        {
            self.bytes += bytes;
        }
    }

    /// Takes over what another store holds.
    pub fn absorb(&mut self, other: Self) {
        for (group, texts) in other.made {
            for (key, annotation) in texts {
                self.put(group.clone(), key, annotation);
            }
        }
    }

    /// Number of annotations kept.
    pub fn len(&self) -> usize {
        self.made.values().map(BTreeMap::len).sum()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of it as bytes: a mark, the sha256 of the rest, what made it, and per pack the hash of
    /// each text with its annotation.
    ///
    /// # Errors
    /// When an annotation cannot be written as JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut body = Vec::with_capacity(self.bytes);
        write_json(&mut body, &Maker::this())?;
        for ((pack, annotator), texts) in &self.made {
            let (pack, annotator) = (pack.clone(), *annotator);
            write_json(&mut body, &Group { pack, annotator, texts: texts.len() as u32 })?;
            for (key, annotation) in texts {
                body.extend_from_slice(key);
                // Numbers apart: as text they would take thrice the room.
                let mut plain = annotation.as_ref().clone();
                let numbers = std::mem::take(plain.numbers_mut().unwrap_or(&mut Vec::new()));
                write_json(&mut body, &plain)?;
                body.extend_from_slice(&(numbers.len() as u32).to_le_bytes());
                body.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
            }
        }
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&Sha256::digest(&body));
        bytes.extend_from_slice(&body);
        Ok(bytes)
    }

    /// Reads what [`AnnotationStore::to_bytes`] has written.
    ///
    /// # Errors
    /// When the bytes are damaged, or were written by another version of the code or under other
    /// [`NUMERICS`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let mut rest = bytes;
        if take(&mut rest, MAGIC.len())? != MAGIC {
            return Err(StoreError::Damaged);
        }
        let hash = take(&mut rest, size_of::<Key>())?;
        if hash != Sha256::digest(rest).as_slice() {
            return Err(StoreError::Damaged);
        }
        // What an older version has written here may have other fields.
        if read_json::<Maker>(&mut rest) != Ok(Maker::this()) {
            return Err(StoreError::OtherVersion);
        }
        let mut store = Self::default();
        while !rest.is_empty() {
            let Group { pack, annotator, texts } = read_json(&mut rest)?;
            for _ in 0..texts {
                let key = take(&mut rest, size_of::<Key>())?;
                let key = Key::try_from(key).map_err(|_| StoreError::Damaged)?;
                let mut annotation: Annotation = read_json(&mut rest)?;
                let count = read_count(&mut rest)?;
                let length = count.checked_mul(4).ok_or(StoreError::Damaged)?;
                let (numbers, _) = take(&mut rest, length)?.as_chunks::<4>();
                if let Some(own) = annotation.numbers_mut() {
                    *own = numbers.iter().map(|number| f32::from_le_bytes(*number)).collect();
                }
                store.put((pack.clone(), annotator), key, Arc::new(annotation));
            }
        }
        Ok(store)
    }
}

fn key(text: &str) -> Key {
    Sha256::digest(text.as_bytes()).into()
}

fn write_json(body: &mut Vec<u8>, value: &impl Serialize) -> Result<(), serde_json::Error> {
    let json = serde_json::to_vec(value)?;
    body.extend_from_slice(&(json.len() as u32).to_le_bytes());
    body.extend_from_slice(&json);
    Ok(())
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], StoreError> {
    let (taken, left) = rest.split_at_checked(count).ok_or(StoreError::Damaged)?;
    *rest = left;
    Ok(taken)
}

fn read_count(rest: &mut &[u8]) -> Result<usize, StoreError> {
    let bytes = take(rest, 4)?.try_into().map_err(|_| StoreError::Damaged)?;
    Ok(u32::from_le_bytes(bytes) as usize)
}

fn read_json<T: for<'de> Deserialize<'de>>(rest: &mut &[u8]) -> Result<T, StoreError> {
    let count = read_count(rest)?;
    serde_json::from_slice(take(rest, count)?).map_err(|_| StoreError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rrgscore_annotations::{EntitiesAnnotation, EntityType, NamedEntity};

    fn store() -> AnnotationStore {
        let mut store = AnnotationStore::default();
        let vector = vec![0.1_f32, -3.5e-30, f32::MAX];
        let embedding = Annotation::Embedding { vector };
        store.keep("pack-a", Annotator::Synonyms, "effusion", Arc::new(embedding));
        let entity = NamedEntity {
            kind: EntityType::Abnormality,
            text: "opacity".to_owned(),
            start: 3,
            end: 10,
        };
        let (entities, splitter) = (vec![entity], "pyrush".to_owned());
        let found = EntitiesAnnotation { entities, splitter, sentences: 1, truncated: false };
        let entities = Annotation::Entities(found);
        store.keep("pack-b", Annotator::Entities, "a report of Mrs X", Arc::new(entities));
        store
    }

    #[test]
    fn what_is_written_is_read_to_the_bit() {
        let (store, bytes) = (store(), store().to_bytes().unwrap());
        let read = AnnotationStore::from_bytes(&bytes).unwrap();
        assert_eq!(read.len(), 2);
        for (pack, annotator, text) in [
            ("pack-a", Annotator::Synonyms, "effusion"),
            ("pack-b", Annotator::Entities, "a report of Mrs X"),
        ] {
            assert_eq!(read.get(pack, annotator, text), store.get(pack, annotator, text));
            assert!(read.get(pack, annotator, "another text").is_none());
            assert!(read.get("pack-c", annotator, text).is_none());
        }
        let holds = |word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        assert!(!holds("Mrs X") && !holds("effusion"), "texts are named by their hashes");
    }

    #[test]
    fn a_damaged_store_or_one_of_another_version_is_refused() {
        let bytes = store().to_bytes().unwrap();
        for at in [0, 20, 60, bytes.len() - 1] {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(AnnotationStore::from_bytes(&damaged).unwrap_err(), StoreError::Damaged);
        }
        for length in [0, 10, 40, bytes.len() - 1] {
            assert!(AnnotationStore::from_bytes(&bytes[..length]).is_err());
        }
        let this = serde_json::to_value(Maker::this()).unwrap();
        let written_by = |maker: serde_json::Value| {
            let mut body = Vec::new();
            write_json(&mut body, &maker).unwrap();
            let mut bytes = MAGIC.to_vec();
            bytes.extend_from_slice(&Sha256::digest(&body));
            bytes.extend_from_slice(&body);
            AnnotationStore::from_bytes(&bytes).map(|store| store.len())
        };
        assert_eq!(written_by(this.clone()), Ok(0));
        for other in [
            serde_json::json!({ "version": "0.0.1", "numerics": NUMERICS }),
            serde_json::json!({ "version": crate::VERSION, "numerics": NUMERICS + 1 }),
            serde_json::json!({ "version": crate::VERSION, "engine": "tract-0.23.9" }),
        ] {
            assert_eq!(written_by(other), Err(StoreError::OtherVersion));
        }
    }

    #[test]
    fn stores_are_joined() {
        let mut one = AnnotationStore::default();
        one.absorb(store());
        one.absorb(store());
        assert_eq!(one.len(), 2);
    }
}
