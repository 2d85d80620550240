use crate::{AnnotateError, RatescoreEntities, SentenceRulesFault};
use rrgscore_annotations::{EntitiesAnnotation, NamedEntity};
use rrgscore_packs::Pack;
use rrgscore_text::sentences::{Rules, simple};

/// RaTE-NER over whole reports: cut into sentences, each read alone.
///
/// Sentences are PyRuSH's when the pack holds its rules ([`Pack::SENTENCE_RULES`]), as in the
/// official package (RaTEScore 0.6.0, `utils.py`, `sentence_split`); else they are this
/// project's own, under its own [name](ReportEntities::splitter).
#[derive(Debug)]
pub struct ReportEntities {
    model: RatescoreEntities,
    rules: Option<Rules>,
}

impl ReportEntities {
    /// Name of PyRuSH's splitting in signatures.
    pub const PYRUSH: &str = "pyrush";

    /// Loads the model of a pack, and its rules if it has them.
    ///
    /// # Errors
    /// As [`RatescoreEntities::from_pack`], and when the rules are not PyRuSH's.
    pub fn from_pack(pack: &Pack) -> Result<ReportEntities, AnnotateError> {
        let model = RatescoreEntities::from_pack(pack)?;
        let Ok(file) = pack.file(Pack::SENTENCE_RULES) else {
            return Ok(ReportEntities { model, rules: None });
        };
        let bad = AnnotateError::SentenceRules;
        let text = std::str::from_utf8(file).map_err(|_| bad(SentenceRulesFault::NotUtf8))?;
        let rules = Rules::parse(text).map_err(|error| bad(error.into()))?;
        Ok(ReportEntities { model, rules: Some(rules) })
    }

    /// Name of what cuts reports into sentences.
    pub fn splitter(&self) -> &'static str {
        if self.rules.is_some() { Self::PYRUSH } else { simple::NAME }
    }

    /// The entities of a report. The result depends on the report and the pack only.
    ///
    /// # Errors
    /// When the tokenizer or the model fails, which a sound pack does for no text.
    pub fn annotate(&self, report: &str) -> Result<EntitiesAnnotation, AnnotateError> {
        let sentences = match &self.rules {
            Some(rules) => rules.split(report),
            None => simple::split(report),
        };
        let texts: Vec<&str> =
            sentences.iter().filter_map(|range| report.get(range.clone())).collect();
        let mut entities = Vec::new();
        let mut truncated = false;
        for (found, sentence) in self.model.annotate(&texts)?.into_iter().zip(&sentences) {
            truncated |= found.truncated;
            entities.extend(found.entities.into_iter().map(|entity| NamedEntity {
                start: sentence.start as u32 + entity.start,
                end: sentence.start as u32 + entity.end,
                ..entity
            }));
        }
        Ok(EntitiesAnnotation {
            entities,
            splitter: self.splitter().to_owned(),
            sentences: sentences.len() as u32,
            truncated,
        })
    }
}
