//! Attention to near tokens only: farther ones get the lowest score (ModernBERT's local layers).

use super::tokens::Tokens;
use super::wiring::{Wiring, input};

/// How far a token looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// Most tokens between query and key.
    reach: usize,
    /// What is added to the scores of those that are farther away.
    lowest: f32,
}

/// Recognises the smaller of the mask and of a low number where |i − j| is above the reach.
pub(crate) fn find(wiring: &Wiring<'_>, tokens: &Tokens<'_>, value: &str) -> Option<Window> {
    let both = wiring.made_by(value, "Min").filter(|node| node.input.len() == 2)?;
    if !tokens.is_no_mask(wiring, input(both, 1)?) {
        return None;
    }
    let scaled = wiring.made_by(input(both, 0)?, "Mul")?;
    let &[lowest] = wiring.f32s(input(scaled, 1)?)?.as_slice() else { return None };
    let number = wiring.made_by(input(scaled, 0)?, "Cast")?;
    let outside = wiring.made_by(input(number, 0)?, "Greater")?;
    let &[reach] = wiring.i64s(input(outside, 1)?)?.as_slice() else { return None };
    let apart = wiring.made_by(input(outside, 0)?, "Abs")?;
    let by_distance = tokens.is_distance(wiring, input(apart, 0)?);
    let is_window = by_distance && lowest < 0.0 && lowest.is_finite();
    is_window.then_some(Window { reach: usize::try_from(reach).ok()?, lowest })
}

impl Window {
    /// `[heads, 2·tokens − 1]`, from the farthest key before the query to the farthest after it.
    pub(crate) fn scores(self, heads: usize, tokens: usize, values: &mut Vec<f32>) -> &[f32] {
        values.clear();
        let distances = (2 * tokens).saturating_sub(1);
        let score = |at: usize| {
            let apart = at.abs_diff(tokens.saturating_sub(1));
            if apart > self.reach { self.lowest } else { 0.0 }
        };
        for _ in 0..heads {
            values.extend((0..distances).map(score));
        }
        values
    }
}
