//! Attention to near tokens only: farther ones get the lowest score (ModernBERT's local layers).

use super::described::Described;
use super::parts::{Parts, Refused, ensure, is_f32};

/// How far a token looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// Most tokens between query and key.
    reach: usize,
    /// What is added to the scores of those that are farther away.
    lowest: f32,
}

/// Reads the smaller of the mask and of a low number where |i − j| is above the reach.
pub(crate) fn read(parts: &mut Parts<'_>) -> Result<Described, Refused> {
    parts.node("apart", "Abs", &["distance"])?;
    parts.node("outside", "Greater", &["apart", "#reach"])?;
    is_f32(parts.node("number", "Cast", &["outside"])?)?;
    parts.node("low", "Mul", &["number", "#lowest"])?;
    parts.node("window", "Min", &["low", "mask"])?;
    let by_distance = matches!(parts.described("distance")?, Described::Distance);
    let no_mask = matches!(parts.described("mask")?, Described::NoMask);
    ensure(by_distance && no_mask, || "is not of distances and the mask".to_owned())?;
    let (&[lowest], &[reach]) =
        (parts.f32s("#lowest")?.as_slice(), parts.i64s("#reach")?.as_slice())
    else {
        return Err("has not one reach and one lowest number".to_owned());
    };
    let reach = usize::try_from(reach).map_err(|_| "has a reach below 0".to_owned())?;
    ensure(lowest < 0.0 && lowest.is_finite(), || "has no lowest number".to_owned())?;
    Ok(Described::Window(Window { reach, lowest }))
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
