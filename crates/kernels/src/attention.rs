//! Self-attention over one text: scores, softmax and context, head by head.

use crate::error::{ShapeError, length};
use crate::isa::{Kernels, multiversion};
use crate::linear::grow;
use crate::rowwise::softmax_row;
use crate::scratch::Scratch;
use crate::tiles::{FLOAT_ROWS, PANEL, Tiles};

/// Queries whose scores are held at a time.
const BLOCK: usize = 48;

/// Rows of one of query, key and value: row r starts at `r · stride` and holds the heads one after
/// the other.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// From the first row's first value on.
    pub values: &'a [f32],
    /// From one row to the next: the hidden size, or three times it where one product gave all.
    pub stride: usize,
}

/// What is added to the scaled scores.
#[derive(Debug, Clone, Copy, Default)]
pub enum ScoreBias<'a> {
    /// Nothing.
    #[default]
    None,
    /// A value for each head, query and key: `[heads, queries, keys]`.
    Full(&'a [f32]),
    /// A value for each head and distance key − query, from −(keys − 1) to keys − 1:
    /// `[heads, 2·keys − 1]` (MPNet's relative bias).
    Distance(&'a [f32]),
}

/// One text's attention.
#[derive(Debug, Clone, Copy)]
pub struct Attention<'a> {
    /// Queries, of the text's first tokens: all of them, or only those that are read later.
    pub query: Rows<'a>,
    /// Keys of all tokens.
    pub key: Rows<'a>,
    /// Values of all tokens.
    pub value: Rows<'a>,
    /// Number of queries.
    pub queries: usize,
    /// Number of keys and values.
    pub keys: usize,
    /// Number of heads.
    pub heads: usize,
    /// Values of a head.
    pub head_size: usize,
    /// What the scores are multiplied by, usually 1/√`head_size`.
    pub scale: f32,
    /// What is added to them then.
    pub bias: ScoreBias<'a>,
}

impl Attention<'_> {
    fn check(&self, out: &[f32]) -> Result<(), ShapeError> {
        let hidden = self.heads * self.head_size;
        let rows = |what, rows: &Rows<'_>, count: usize| {
            let expected = count.checked_sub(1).map_or(0, |last| last * rows.stride + hidden);
            let found = rows.values.len();
            if found < expected { Err(ShapeError { what, expected, found }) } else { Ok(()) }
        };
        rows("queries", &self.query, self.queries)?;
        rows("keys", &self.key, self.keys)?;
        rows("values", &self.value, self.keys)?;
        length("output", out.len(), self.queries * hidden)?;
        match self.bias {
            ScoreBias::None => Ok(()),
            ScoreBias::Full(bias) => {
                length("score bias", bias.len(), self.heads * self.queries * self.keys)
            }
            ScoreBias::Distance(bias) => {
                if self.queries > self.keys {
                    let (expected, found) = (self.keys, self.queries);
                    return Err(ShapeError { what: "queries", expected, found });
                }
                length("score bias", bias.len(), self.heads * (2 * self.keys).saturating_sub(1))
            }
        }
    }

    /// The bias of one query's scores.
    fn bias_row(&self, head: usize, query: usize) -> Option<&[f32]> {
        match self.bias {
            ScoreBias::None => None,
            ScoreBias::Full(bias) => {
                Some(&bias[(head * self.queries + query) * self.keys..][..self.keys])
            }
            ScoreBias::Distance(bias) => {
                let distances = 2 * self.keys - 1;
                Some(&bias[head * distances + self.keys - 1 - query..][..self.keys])
            }
        }
    }
}

impl Kernels {
    /// `softmax(scale · query · keyᵀ + bias) · value` for each head (Vaswani et al. 2017): `out` is
    /// `[queries, heads · head_size]`.
    ///
    /// Both products add in order, as [`Kernels::linear_f32`] does; the softmax is
    /// [`Kernels::softmax`]'s. Padding does not occur: a text is given at its own length.
    ///
    /// # Errors
    /// A slice does not fit the shapes.
    pub fn attention(
        self,
        attention: &Attention<'_>,
        out: &mut [f32],
        scratch: &mut Scratch,
    ) -> Result<(), ShapeError> {
        attention.check(out)?;
        multiversion!(self.isa(), attend::<_>, (
            attention: &Attention<'_>, out: &mut [f32], scratch: &mut Scratch,
        ));
        Ok(())
    }
}

#[inline(always)]
fn attend<T: Tiles>(attention: &Attention<'_>, out: &mut [f32], scratch: &mut Scratch) {
    let Attention { queries, keys, heads, head_size, scale, .. } = *attention;
    let hidden = heads * head_size;
    let key_panels = keys.div_ceil(PANEL);
    let Scratch { values: rows, totals, key_panels: key, value_panels: value, scores, .. } =
        scratch;
    grow(rows, BLOCK * head_size.max(keys));
    grow(totals, BLOCK);
    key.grow(key_panels * head_size * PANEL);
    value.grow(head_size.div_ceil(PANEL) * keys * PANEL);
    grow(scores, BLOCK * keys);

    for head in 0..heads {
        let start = head * head_size;
        pack_keys(&attention.key, start, keys, head_size, key);
        pack_values(&attention.value, start, keys, head_size, value);
        for first in (0..queries).step_by(BLOCK) {
            let count = BLOCK.min(queries - first);
            let totals = &mut totals[..count.next_multiple_of(FLOAT_ROWS)];
            let scores = &mut scores[..count * keys];

            for row in 0..count {
                let query =
                    &attention.query.values[(first + row) * attention.query.stride + start..];
                place_row(&query[..head_size], row, rows);
            }
            for panel in 0..key_panels {
                product::<T>(rows, head_size, &key[panel * head_size * PANEL..], totals);
                let at = panel * PANEL;
                let width = PANEL.min(keys - at);
                for (scores, totals) in scores.chunks_exact_mut(keys).zip(&*totals) {
                    for (score, total) in scores[at..at + width].iter_mut().zip(totals) {
                        *score = total * scale;
                    }
                }
            }
            for (row, scores) in scores.chunks_exact_mut(keys).enumerate() {
                if let Some(bias) = attention.bias_row(head, first + row) {
                    for (score, bias) in scores.iter_mut().zip(bias) {
                        *score += bias;
                    }
                }
                softmax_row(scores);
                place_row(scores, row, rows);
            }
            for panel in 0..head_size.div_ceil(PANEL) {
                product::<T>(rows, keys, &value[panel * keys * PANEL..], totals);
                let at = start + panel * PANEL;
                let width = PANEL.min(head_size - panel * PANEL);
                for (row, totals) in totals[..count].iter().enumerate() {
                    let out = &mut out[(first + row) * hidden + at..][..width];
                    out.copy_from_slice(&totals[..width]);
                }
            }
        }
    }
}

/// Rows that lie interleaved, times a panel.
#[inline(always)]
#[allow(unsafe_code, reason = "the tiles' instructions")]
fn product<T: Tiles>(rows: &[f32], steps: usize, panel: &[f32], totals: &mut [[f32; PANEL]]) {
    totals.fill([0.0; PANEL]);
    // SAFETY: T's instructions are those that `Kernels` found on this CPU.
    unsafe { T::float(rows, FLOAT_ROWS * steps, &panel[..steps * PANEL], totals) };
}

/// Writes one row among the interleaved ones.
#[inline(always)]
fn place_row(row: &[f32], index: usize, rows: &mut [f32]) {
    let tile = &mut rows[index / FLOAT_ROWS * FLOAT_ROWS * row.len()..][..FLOAT_ROWS * row.len()];
    for (&value, place) in row.iter().zip(tile.as_chunks_mut::<FLOAT_ROWS>().0) {
        place[index % FLOAT_ROWS] = value;
    }
}

/// One head's keys as panels, `[key / PANEL][k][key mod PANEL]`.
#[inline(always)]
fn pack_keys(rows: &Rows<'_>, start: usize, keys: usize, head_size: usize, panels: &mut [f32]) {
    for key in 0..keys {
        let row = &rows.values[key * rows.stride + start..][..head_size];
        let panel = &mut panels[key / PANEL * head_size * PANEL..];
        for (&value, place) in row.iter().zip(panel.as_chunks_mut::<PANEL>().0) {
            place[key % PANEL] = value;
        }
    }
}

/// One head's values as panels, `[value / PANEL][key][value mod PANEL]`.
#[inline(always)]
fn pack_values(rows: &Rows<'_>, start: usize, keys: usize, head_size: usize, panels: &mut [f32]) {
    for key in 0..keys {
        let row = &rows.values[key * rows.stride + start..][..head_size];
        for (panel, values) in row.chunks(PANEL).enumerate() {
            let at = (panel * keys + key) * PANEL;
            panels[at..at + values.len()].copy_from_slice(values);
        }
    }
}
