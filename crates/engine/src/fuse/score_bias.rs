//! What is added to the scores of an attention: nothing, a bias by distance, a window, or
//! DeBERTa's terms.

use super::attention::{Heads, Projected, projected};
use super::disentangled::{self, Disentangled};
use super::relative::{self, Relative};
use super::tokens::Tokens;
use super::window::{self, Window};
use super::wiring::{Wiring, input, other, output};
use rrgscore_kernels::{ScoreBias, Scratch};
use tract_core::internal::*;

/// What is added to the scores.
#[derive(Debug)]
pub(crate) enum Bias {
    /// Nothing (BERT, RoBERTa).
    None,
    /// A number per head and distance (MPNet).
    Relative(Relative),
    /// The lowest number beyond a distance (ModernBERT).
    Window(Window),
    /// Products with embeddings of distances (DeBERTa).
    Disentangled(Disentangled),
}

/// Recognises masked scores: a product of query and key, to which biases are added. All three
/// must come from the same product as `value`.
pub(crate) fn find(
    wiring: &Wiring<'_>,
    tokens: &Tokens<'_>,
    masked: &str,
    value: Projected<'_>,
) -> Option<Bias> {
    let sum = wiring.made_for(masked, "Add")?;
    let (scores, added) = (input(sum, 0)?, input(sum, 1)?);
    if tokens.is_no_mask(wiring, added) {
        return match plain(wiring, scores, value) {
            Some(()) => Some(Bias::None),
            None => disentangled::find(wiring, tokens, scores, value).map(Bias::Disentangled),
        };
    }
    plain(wiring, scores, value)?;
    let both = wiring.made_by(added, "Add")?;
    let mask = both.input.iter().find(|value| tokens.is_no_mask(wiring, value))?;
    let relative = relative::find(wiring, tokens, other(both, mask)?)?;
    (relative.heads() == value.heads.count).then_some(Bias::Relative(relative))
}

/// Recognises scores with a mask: without it, and what it is.
pub(crate) fn masked<'n>(
    wiring: &'n Wiring<'_>,
    tokens: &Tokens<'_>,
    masked: &str,
) -> Option<(&'n str, Bias)> {
    let sum = wiring.made_for(masked, "Add")?;
    let (scores, mask) = (input(sum, 0)?, input(sum, 1)?);
    if tokens.is_no_mask(wiring, mask) {
        return Some((scores, Bias::None));
    }
    window::find(wiring, tokens, mask).map(|window| (scores, Bias::Window(window)))
}

/// Recognises the product of query and key.
pub(crate) fn plain(wiring: &Wiring<'_>, scores: &str, value: Projected<'_>) -> Option<()> {
    let product = wiring.made_by(scores, "MatMul")?;
    let query = projected(wiring, input(product, 0)?, 0, &[0, 2, 1, 3])?;
    let key = projected(wiring, input(product, 1)?, 1, &[0, 2, 3, 1])?;
    (query == value && key == value && output(product)? == scores).then_some(())
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
