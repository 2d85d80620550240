//! What is added to the scores of an attention: nothing, a bias by distance, a window, or
//! DeBERTa's terms.

use super::attention::Heads;
use super::described::Described;
use super::disentangled::{self, Disentangled};
use super::parts::{Parts, Refused, ensure};
use super::relative::Relative;
use super::window::Window;
use rrgscore_kernels::{ScoreBias, Scratch};
use std::sync::Arc;
use tract_core::internal::*;

/// What is added to the scores.
#[derive(Debug)]
pub(crate) enum Bias {
    /// Nothing (BERT, RoBERTa).
    None,
    /// A number per head and distance (MPNet).
    Relative(Arc<Relative>),
    /// The lowest number beyond a distance (ModernBERT).
    Window(Window),
    /// Products with embeddings of distances (DeBERTa).
    Disentangled(Disentangled),
}

/// Takes the parts that make the masked scores of query and key; `turned` where these were turned
/// by their positions.
pub(crate) fn read(parts: &mut Parts<'_>, heads: Heads, turned: bool) -> Result<Bias, Refused> {
    parts.node("scores", "MatMul", &["query", "key"])?;
    let disentangled = if parts.has("shape") { disentangled::read(parts, heads)? } else { None };
    let (scores, disentangled) = match disentangled {
        Some((scores, disentangled)) => (scores, Some(disentangled)),
        None => ("scores", None),
    };
    parts.node("masked", "Add", &[scores, "mask"])?;
    match (parts.described("mask")?, disentangled, turned) {
        (Described::NoMask, None, _) => Ok(Bias::None),
        (Described::NoMask, Some(disentangled), false) => Ok(Bias::Disentangled(disentangled)),
        (Described::Window(window), None, true) => Ok(Bias::Window(*window)),
        (Described::Relative(relative), None, false) => {
            ensure(relative.heads() == heads.count, || "has a bias of other heads".to_owned())?;
            Ok(Bias::Relative(Arc::clone(relative)))
        }
        _ => Err("adds to its scores what the engine does not know".to_owned()),
    }
}

impl Bias {
    /// Whether it is a number for each pair of tokens, which are then all needed.
    pub(crate) fn is_by_pair(&self) -> bool {
        matches!(self, Bias::Disentangled(_))
    }

    /// The bias of a text of so many tokens; `values` is where it is put together.
    pub(crate) fn scores<'v>(
        &self,
        qkv: &[f32],
        heads: Heads,
        tokens: usize,
        values: &'v mut Vec<f32>,
        scratch: &mut Scratch,
    ) -> TractResult<ScoreBias<'v>> {
        match self {
            Bias::None => Ok(ScoreBias::None),
            Bias::Window(window) => {
                Ok(ScoreBias::Distance(window.scores(heads.count, tokens, values)))
            }
            Bias::Relative(relative) => relative.scores(tokens, values).map(ScoreBias::Distance),
            Bias::Disentangled(disentangled) => {
                disentangled.scores(qkv, heads, tokens, values, scratch).map(ScoreBias::Full)
            }
        }
    }
}
