//! Values of an encoder's graph that follow from the number of tokens alone.

use super::wiring::{Wiring, input, int};

/// The inputs of an encoder's graph, and what is read of its output.
pub(crate) struct Tokens<'a> {
    /// Name of the token ids, `[1, tokens]`.
    pub(crate) ids: &'a str,
    /// Name of the mask, 1 for each of them: an encoder runs texts without padding.
    pub(crate) mask: &'a str,
    /// Whether the first token's state alone is read.
    pub(crate) first_only: bool,
}

impl Tokens<'_> {
    /// Whether a value is (1 − mask)·c with new axes: zeros, as there is no padding.
    pub(crate) fn is_no_mask(&self, wiring: &Wiring<'_>, value: &str) -> bool {
        let find = || {
            let unsqueezed = wiring.made_by(value, "Unsqueeze")?;
            let scaled = wiring.made_by(input(unsqueezed, 0)?, "Mul")?;
            wiring.f32s(input(scaled, 1)?)?.first().filter(|factor| factor.is_finite())?;
            let hidden = wiring.made_by(input(scaled, 0)?, "Sub")?;
            let kept = wiring.made_by(input(hidden, 1)?, "Cast")?;
            let of_mask = input(kept, 0)? == self.mask;
            Some(of_mask && wiring.is_number(input(hidden, 0)?, 1.0))
        };
        find().unwrap_or(false)
    }

    /// The constant whose first rows a value is, one per token.
    pub(crate) fn first_rows_of<'n>(&self, wiring: &'n Wiring<'_>, value: &str) -> Option<&'n str> {
        let slice = wiring.made_by(value, "Slice")?;
        let starts = wiring.i64s(input(slice, 1)?)? == [0];
        let axis = wiring.i64s(input(slice, 3)?)? == [0];
        let shape = wiring.made_by(input(slice, 2)?, "Shape")?;
        let tokens = int(shape, "start") == Some(1) && int(shape, "end") == Some(2);
        let of_ids = input(shape, 0)? == self.ids;
        let table = input(slice, 0)?;
        wiring.constant(table)?;
        (starts && axis && tokens && of_ids && slice.input.len() == 4).then_some(table)
    }

    /// Whether a value is i − j for query i and key j.
    pub(crate) fn is_distance(&self, wiring: &Wiring<'_>, value: &str) -> bool {
        let find = || {
            let difference = wiring.made_by(value, "Sub")?;
            let keys = input(difference, 1)?;
            let queries = wiring.made_by(input(difference, 0)?, "Unsqueeze")?;
            let column = wiring.i64s(input(queries, 1)?)? == [1];
            let counted = wiring.i64s(self.first_rows_of(wiring, keys)?)?;
            let counted = counted.iter().zip(0..).all(|(&found, position)| found == position);
            Some(column && counted && input(queries, 0)? == keys)
        };
        find().unwrap_or(false)
    }

    /// Whether a value is i − j + `middle`.
    pub(crate) fn is_shifted_distance(
        &self,
        wiring: &Wiring<'_>,
        value: &str,
        middle: i64,
    ) -> bool {
        let find = || {
            let sum = wiring.made_by(value, "Add")?;
            let shifted = wiring.i64s(input(sum, 1)?)? == [middle];
            Some(shifted && self.is_distance(wiring, input(sum, 0)?))
        };
        find().unwrap_or(false)
    }
}
