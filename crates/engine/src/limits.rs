//! What a graph takes: tract does not check ids against tables.

use crate::EngineError;
use crate::steps::Steps;
use rrgscore_onnx::OnnxGraph;

/// The bounds of an encoder's input that stand in a pack's `model.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Ids must be below this.
    pub vocabulary: usize,
    /// Most ids of one text.
    pub max_ids: usize,
}

/// Bounds of an encoder's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Ids must be below this.
    vocabulary: usize,
    /// Most ids of one text, where it is known.
    tokens: Option<usize>,
}

impl Limits {
    /// The bounds of a graph with the inputs `input_ids` and `attention_mask` and one output:
    /// those that are told, or else those that its tables show.
    ///
    /// Told bounds may be narrower than the tables (a padded vocabulary, RoBERTa's first two
    /// positions), never wider. Families without a table of absolute positions show no bound
    /// on the number of tokens.
    pub(crate) fn of(
        graph: &OnnxGraph,
        steps: &Steps,
        told: Option<Sizes>,
    ) -> Result<Limits, EngineError> {
        let refuse = |reason: &str| EngineError::NotAnEncoder { reason: reason.to_owned() };
        if graph.output.len() != 1 {
            return Err(refuse("it does not have exactly one output"));
        }
        let tokens = steps.most_tokens;
        let vocabulary =
            steps.vocabulary.ok_or_else(|| refuse("it looks no table up by token id"))?;
        let Some(told) = told else { return Ok(Limits { vocabulary, tokens }) };
        if told.vocabulary > vocabulary {
            return Err(refuse("its table of tokens is smaller than the vocabulary"));
        }
        if tokens.is_some_and(|rows| told.max_ids > rows) {
            return Err(refuse("its table of positions is smaller than the longest text"));
        }
        Ok(Limits { vocabulary: told.vocabulary, tokens: Some(told.max_ids) })
    }

    /// Refuses ids that would reach past a table.
    pub(crate) fn check(&self, ids: &[u32]) -> Result<(), EngineError> {
        let refuse = |reason: String| Err(EngineError::BadInput { reason });
        if ids.is_empty() {
            return refuse("there are no token ids".to_owned());
        }
        if let Some(most) = self.tokens
            && ids.len() > most
        {
            return refuse(format!("it has {} ids, the model takes at most {most}", ids.len()));
        }
        let known = |&id: &u32| usize::try_from(id).is_ok_and(|id| id < self.vocabulary);
        if !ids.iter().all(known) {
            return refuse(format!(
                "an id is not in the model's vocabulary of {}",
                self.vocabulary
            ));
        }
        Ok(())
    }
}
