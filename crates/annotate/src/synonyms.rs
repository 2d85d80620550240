use crate::AnnotateError;
use crate::parts::Parts;
use rrgscore_packs::{Pack, Purpose};

/// Most ids of an entity (RaTEScore, `score.py`, `process_embedding`).
const MAX_IDS: usize = 30;

/// BioLORD out of one pack: an entity's text in, RaTEScore's embedding of it out.
///
/// Source: the RaTEScore package 0.6.0, `score.py` (`process_embedding`): at most 30 ids, the
/// last hidden state of the first token; not BioLORD's own mean over tokens, not normalised.
#[derive(Debug)]
pub struct Synonyms {
    parts: Parts,
}

impl Synonyms {
    /// Loads the tokenizer and the encoder of a pack.
    ///
    /// # Errors
    /// When the pack serves another metric, misses a file, or its parts do not belong together.
    pub fn from_pack(pack: &Pack) -> Result<Synonyms, AnnotateError> {
        let purposes = [Purpose::RatescoreSynonyms];
        Ok(Synonyms { parts: Parts::open_first(pack, &purposes, "RaTEScore's embeddings")? })
    }

    /// Length of an embedding.
    pub fn dim(&self) -> usize {
        self.parts.info.hidden
    }

    /// The embedding of one entity, [`dim`](Synonyms::dim) values. It depends on the text and
    /// the pack only.
    ///
    /// # Errors
    /// When the tokenizer or the model fails, which a sound pack does for no text.
    pub fn embed(&self, entity: &str) -> Result<Vec<f32>, AnnotateError> {
        let max_ids = self.parts.info.max_ids.min(MAX_IDS);
        let encoding = self.parts.tokenizer.encode(entity, max_ids)?;
        let hidden = self.parts.encode(&encoding.ids)?;
        Ok(hidden.token(0).unwrap_or_default().to_vec())
    }
}
