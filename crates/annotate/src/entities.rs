use crate::parts::{Part, Parts, choose};
use crate::{AnnotateError, ModelInfoFault};
use rrgscore_annotations::{NamedEntity, Purpose};
use rrgscore_engine::TensorInput;
use rrgscore_metrics::ratescore::{Tag, decode};
use rrgscore_packs::{Head, Pack};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Most ids of a sentence (RaTEScore, `score.py`, `run_ner`).
const MAX_IDS: usize = 512;

/// RaTE-NER out of one pack: a report's sentences in, RaTEScore's entities out.
///
/// Sources: Zhao et al. 2024 (RaTEScore); the package 0.6.0, `score.py` (`run_ner`) and
/// `utils.py` (`post_process`). Each sentence is tokenized, truncated to 512 ids and classified
/// token by token, alone.
#[derive(Debug)]
pub struct RatescoreEntities {
    parts: Parts,
    heads: Part,
    tags: Vec<Tag>,
}

/// What RaTE-NER says of one sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentenceEntities {
    /// The entities in the order in which the official code finds them.
    pub entities: Vec<NamedEntity>,
    /// The tokens as the vocabulary spells them, special ones included.
    pub tokens: Vec<String>,
    /// The position of each token's label among the model's.
    pub labels: Vec<usize>,
    /// Tokens × labels; not serialized, as it can be computed again.
    #[serde(skip)]
    pub logits: Vec<f32>,
    /// Whether the sentence had more ids than the model takes, and was cut.
    pub truncated: bool,
    /// How far the closest token's label was from another one.
    pub min_margin: f32,
}

impl RatescoreEntities {
    /// Loads the tokenizer, the encoder and the token classifier of a pack.
    ///
    /// # Errors
    /// When the pack serves another metric, misses a file, its parts do not belong together, or
    /// it has labels that RaTEScore does not know.
    pub fn from_pack(pack: &Pack) -> Result<RatescoreEntities, AnnotateError> {
        let parts = Parts::open(pack, &[Purpose::RatescoreEntities], "RaTEScore's entities")?;
        let Some(Head::Tokens { labels }) = &parts.info.head else {
            return Err(AnnotateError::ModelInfo(ModelInfoFault::NoTokenLabels));
        };
        let tags: Result<Vec<Tag>, _> = labels.iter().map(|label| label.parse()).collect();
        let tags =
            tags.map_err(|_| AnnotateError::ModelInfo(ModelInfoFault::UnknownTokenLabels))?;
        Ok(RatescoreEntities { heads: Part::load(pack, Pack::HEADS)?, tags, parts })
    }

    /// The entities of each of a report's sentences. A sentence's result depends on the
    /// sentence and the pack only.
    ///
    /// # Errors
    /// When the tokenizer or the model fails, which a sound pack does for no text.
    pub fn annotate<S: AsRef<str>>(
        &self,
        sentences: &[S],
    ) -> Result<Vec<SentenceEntities>, AnnotateError> {
        let annotate = |sentence: &S| Ok(self.sentence_with_states(sentence.as_ref())?.0);
        sentences.iter().map(annotate).collect()
    }

    /// A sentence's annotation, and its tokens' hidden states one after the other.
    pub(crate) fn sentence_with_states(
        &self,
        sentence: &str,
    ) -> Result<(SentenceEntities, Vec<f32>), AnnotateError> {
        let max_ids = self.parts.info.max_ids.min(MAX_IDS);
        let encoding = self.parts.tokenizer.encode(sentence, max_ids)?;
        let hidden = self.parts.encode(&encoding.ids)?;
        let states =
            TensorInput::F32 { shape: &[hidden.tokens, hidden.dim], values: &hidden.values };
        let shape = [Some(hidden.tokens), Some(self.tags.len())];
        let [logits] = self.heads.run(&[("states", states)], [("logits", &shape)])?;

        let mut min_margin = f32::INFINITY;
        let mut labels = Vec::with_capacity(hidden.tokens);
        for row in logits.values.chunks_exact(self.tags.len().max(1)) {
            let (label, margin) = choose(row.iter().copied());
            min_margin = min_margin.min(margin);
            labels.push(label);
        }
        let tags: Vec<Tag> = labels.iter().filter_map(|&at| self.tags.get(at).copied()).collect();
        // The official code counts the padding, and then takes so many tokens off the end:
        // "[PAD]" written in a sentence costs its last token.
        let pad = self.parts.tokenizer.id("[PAD]");
        let kept = encoding.ids.iter().filter(|&&id| Some(id) != pad).count();
        let spelled = self.parts.tokenizer.spelled(&encoding.ids);
        let tokens = spelled.get(..kept).unwrap_or_default();
        let special: Vec<bool> =
            tokens.iter().map(|token| matches!(token.as_str(), "[CLS]" | "[SEP]")).collect();
        let mut entities = Vec::new();
        for span in decode(&tags, &special) {
            let tokens = tokens.get(span.first..=span.last).unwrap_or_default();
            let offsets = encoding.offsets.get(span.first..=span.last).unwrap_or_default();
            // A word boundary by itself stands for no character, or for the next one.
            let written: Vec<Range<usize>> = tokens
                .iter()
                .zip(offsets)
                .filter(|(token, _)| *token != "\u{2581}")
                .map(|(_, range)| range.clone())
                .collect();
            let range = covered(sentence, &written);
            entities.push(NamedEntity {
                kind: span.kind,
                text: self.parts.tokenizer.join(tokens)?,
                start: range.start as u32,
                end: range.end as u32,
            });
        }
        let annotation = SentenceEntities {
            entities,
            tokens: spelled,
            labels,
            logits: logits.values,
            truncated: encoding.truncated,
            min_margin,
        };
        Ok((annotation, hidden.values))
    }
}

/// From the first to the last of some ranges, without the space that SentencePiece counts to
/// the word after it.
fn covered(text: &str, ranges: &[Range<usize>]) -> Range<usize> {
    let (Some(first), Some(last)) = (ranges.first(), ranges.last()) else { return 0..0 };
    let Some(found) = text.get(first.start..last.end) else { return 0..0 };
    let start = first.start + (found.len() - found.trim_start().len());
    start..start + found.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_trimmed() {
        let text = "no small effusion";
        assert_eq!(covered(text, &[2..8, 8..12, 12..17]), 3..17);
        assert_eq!(covered(text, &[2..3, 3..3]), 3..3);
        assert_eq!(covered(text, &[]), 0..0);
    }
}
