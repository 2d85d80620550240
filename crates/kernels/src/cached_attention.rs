//! Causal attention over a cache of keys and values, which may be stored as integers.

use crate::error::{ShapeError, length};
use crate::isa::{Kernels, multiversion};
use crate::lanes::{LANES, tree};
use crate::math::ROUND;
use crate::rowwise::softmax_row;

/// How keys and values are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CacheFormat {
    /// As they are.
    F32,
    /// 16-bit integers, ±32,767 levels of the largest value of each head of each row.
    Int16,
    /// 8-bit integers, ±127 levels of the largest value of each head of each row.
    Int8,
}

/// Keys and values of consecutive positions of one layer.
#[derive(Debug, Clone)]
pub struct CacheRows {
    heads: usize,
    head_size: usize,
    rows: usize,
    stored: Stored,
}

#[derive(Debug, Clone)]
enum Stored {
    F32(Sides<f32>),
    Int16(Sides<i16>),
    Int8(Sides<i8>),
}

/// `[row][head][channel]` and, of integers, what one level is worth: `[row][head]`.
#[derive(Debug, Clone, Default)]
struct Sides<T> {
    keys: Vec<T>,
    values: Vec<T>,
    key_scales: Vec<f32>,
    value_scales: Vec<f32>,
}

/// A value of the cache.
trait Element: Copy + 'static {
    /// Levels to each side of zero; 0 where values are kept as they are.
    const LEVELS: f32;
    fn of(value: f32) -> Self;
    fn value(self) -> f32;
}

impl Element for f32 {
    const LEVELS: f32 = 0.0;
    #[inline(always)]
    fn of(value: f32) -> f32 {
        value
    }
    #[inline(always)]
    fn value(self) -> f32 {
        self
    }
}

impl Element for i16 {
    const LEVELS: f32 = 32_767.0;
    #[inline(always)]
    fn of(value: f32) -> i16 {
        nearest(value) as i16
    }
    #[inline(always)]
    fn value(self) -> f32 {
        f32::from(self)
    }
}

impl Element for i8 {
    const LEVELS: f32 = 127.0;
    #[inline(always)]
    fn of(value: f32) -> i8 {
        nearest(value) as i8
    }
    #[inline(always)]
    fn value(self) -> f32 {
        f32::from(self)
    }
}

/// Heads' rows that there is made room for at a time.
const ROOM: usize = 256;

/// The nearest integer of a value of at most 2²², ties to even.
#[inline(always)]
fn nearest(value: f32) -> i32 {
    ((value + ROUND).to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32)
}

impl CacheRows {
    /// No rows yet, of `heads` heads of `head_size` values.
    #[must_use]
    pub fn new(format: CacheFormat, heads: usize, head_size: usize) -> CacheRows {
        let stored = match format {
            CacheFormat::F32 => Stored::F32(Sides::default()),
            CacheFormat::Int16 => Stored::Int16(Sides::default()),
            CacheFormat::Int8 => Stored::Int8(Sides::default()),
        };
        CacheRows { heads, head_size, rows: 0, stored }
    }

    /// Number of positions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Bytes that the rows take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        fn of<T>(sides: &Sides<T>) -> usize {
            2 * (sides.keys.len() * size_of::<T>() + 4 * sides.key_scales.len())
        }
        match &self.stored {
            Stored::F32(sides) => of(sides),
            Stored::Int16(sides) => of(sides),
            Stored::Int8(sides) => of(sides),
        }
    }

    /// Adds the keys and values of new positions, both `[rows, heads · head_size]`.
    ///
    /// A head's row with NaN or infinity becomes NaN.
    ///
    /// # Errors
    /// The slices are not of one length, or hold no whole number of rows.
    pub fn push(&mut self, keys: &[f32], values: &[f32]) -> Result<(), ShapeError> {
        let width = (self.heads * self.head_size).max(1);
        length("values", values.len(), keys.len())?;
        length("keys", keys.len() % width, 0)?;
        self.rows += keys.len() / width;
        let head_size = self.head_size;
        match &mut self.stored {
            Stored::F32(sides) => sides.push(keys, values, head_size),
            Stored::Int16(sides) => sides.push(keys, values, head_size),
            Stored::Int8(sides) => sides.push(keys, values, head_size),
        }
        Ok(())
    }

    /// Drops all but the first `rows` positions.
    pub fn truncate(&mut self, rows: usize) {
        if rows >= self.rows {
            return;
        }
        self.rows = rows;
        let (heads, width) = (self.heads, self.heads * self.head_size);
        match &mut self.stored {
            Stored::F32(sides) => sides.truncate(rows, heads, width),
            Stored::Int16(sides) => sides.truncate(rows, heads, width),
            Stored::Int8(sides) => sides.truncate(rows, heads, width),
        }
    }
}

impl<T: Element> Sides<T> {
    fn push(&mut self, keys: &[f32], values: &[f32], head_size: usize) {
        push(keys, head_size, &mut self.keys, &mut self.key_scales);
        push(values, head_size, &mut self.values, &mut self.value_scales);
    }

    fn truncate(&mut self, rows: usize, heads: usize, width: usize) {
        self.keys.truncate(rows * width);
        self.values.truncate(rows * width);
        self.key_scales.truncate(rows * heads);
        self.value_scales.truncate(rows * heads);
    }
}

fn push<T: Element>(rows: &[f32], head_size: usize, stored: &mut Vec<T>, scales: &mut Vec<f32>) {
    // A cache is most of what a study takes: room for some rows more, not for as many again.
    if stored.capacity() - stored.len() < rows.len() {
        stored.reserve_exact(rows.len().max(ROOM * head_size));
    }
    if T::LEVELS == 0.0 {
        stored.extend(rows.iter().map(|&value| T::of(value)));
        return;
    }
    for head in rows.chunks_exact(head_size.max(1)) {
        let mut largest = 0.0f32;
        for value in head {
            // Not f32::max, which passes NaN over.
            if value.abs() > largest || value.is_nan() {
                largest = value.abs();
            }
        }
        let scale = if largest.is_finite() { largest / T::LEVELS } else { f32::NAN };
        let per_value = if scale > 0.0 { T::LEVELS / largest } else { 0.0 };
        let per_value = if per_value.is_finite() { per_value } else { 0.0 };
        scales.push(scale);
        let level = |&value: &f32| T::of(if per_value > 0.0 { value * per_value } else { 0.0 });
        stored.extend(head.iter().map(level));
    }
}

/// One text's queries and its cache, which holds the queries' own positions, too.
#[derive(Debug, Clone, Copy)]
pub struct CachedAttention<'a> {
    /// `[queries, heads · head_size]`, of the last positions of the cache.
    pub query: &'a [f32],
    /// Number of queries.
    pub queries: usize,
    /// Query heads, a multiple of the cache's; consecutive ones share one of the cache's.
    pub heads: usize,
    /// What the scores are multiplied by, usually 1/√`head_size`.
    pub scale: f32,
    /// The cache, piece after piece.
    pub cache: &'a [&'a CacheRows],
}

impl Kernels {
    /// `softmax(scale · query · keyᵀ) · value` for each head, each query seeing the positions up to
    /// its own: `out` is `[queries, heads · head_size]`. Query head h reads the cache's head
    /// ⌊h / (heads / cache's heads)⌋ (Ainslie et al. 2023, arXiv:2305.13245).
    ///
    /// A score adds up in 16 lanes and a fixed tree, a context position after position; the softmax
    /// is [`Kernels::softmax`]'s. A query's result depends neither on the other queries nor on how
    /// the cache is cut into pieces.
    ///
    /// # Errors
    /// The cache's pieces differ in shape or format, hold fewer positions than there are queries, or a
    /// slice does not fit.
    pub fn cached_attention(
        self,
        attention: &CachedAttention<'_>,
        out: &mut [f32],
        scores: &mut Vec<f32>,
    ) -> Result<(), ShapeError> {
        let Some(first) = attention.cache.first() else {
            return length("cache", 0, attention.queries);
        };
        let (heads, head_size) = (first.heads, first.head_size);
        for piece in attention.cache {
            length("heads of the cache", piece.heads, heads)?;
            length("head size of the cache", piece.head_size, head_size)?;
        }
        length("heads", attention.heads % heads.max(1), 0)?;
        length("queries", attention.query.len(), attention.queries * attention.heads * head_size)?;
        length("output", out.len(), attention.query.len())?;
        let positions: usize = attention.cache.iter().map(|piece| piece.rows).sum();
        if positions < attention.queries {
            let (expected, found) = (attention.queries, positions);
            return Err(ShapeError { what: "cache", expected, found });
        }
        let mixed = || ShapeError { what: "formats of the cache", expected: 1, found: 2 };
        macro_rules! run {
            ($format:ident, $element:ty) => {{
                let mut pieces: Vec<Piece<'_, $element>> = Vec::with_capacity(attention.cache.len());
                for piece in attention.cache {
                    let Stored::$format(sides) = &piece.stored else { return Err(mixed()) };
                    pieces.push(Piece { rows: piece.rows, sides });
                }
                let pieces = pieces.as_slice();
                let shape = Shape { heads, head_size, positions };
                multiversion!(self.isa(), attend, (
                    attention: &CachedAttention<'_>,
                    shape: Shape,
                    pieces: &[Piece<'_, $element>],
                    out: &mut [f32],
                    scores: &mut Vec<f32>,
                ));
            }};
        }
        match first.stored {
            Stored::F32(_) => run!(F32, f32),
            Stored::Int16(_) => run!(Int16, i16),
            Stored::Int8(_) => run!(Int8, i8),
        }
        Ok(())
    }
}

/// A piece of the cache.
struct Piece<'a, T> {
    rows: usize,
    sides: &'a Sides<T>,
}

/// What all pieces have in common.
#[derive(Clone, Copy)]
struct Shape {
    heads: usize,
    head_size: usize,
    positions: usize,
}

#[inline(always)]
fn attend<T: Element>(
    attention: &CachedAttention<'_>,
    shape: Shape,
    pieces: &[Piece<'_, T>],
    out: &mut [f32],
    scores: &mut Vec<f32>,
) {
    let CachedAttention { query, queries, heads, scale, .. } = *attention;
    let Shape { heads: cache_heads, head_size, positions } = shape;
    let (hidden, shared) = (heads * head_size, heads / cache_heads.max(1));
    // Head by head, so that a head's keys stay in a near cache while all queries pass.
    for head in 0..heads {
        for row in 0..queries {
            let at = row * hidden + head * head_size;
            let seen = positions - queries + row + 1;
            scores.clear();
            scores.resize(seen, 0.0);
            score(pieces, shape, head / shared, scale, &query[at..at + head_size], scores);
            softmax_row(scores);
            context(pieces, shape, head / shared, scores, &mut out[at..at + head_size]);
        }
    }
}

#[inline(always)]
fn score<T: Element>(
    pieces: &[Piece<'_, T>],
    shape: Shape,
    head: usize,
    scale: f32,
    query: &[f32],
    mut scores: &mut [f32],
) {
    let Shape { heads, head_size, .. } = shape;
    for piece in pieces {
        let (here, rest) = scores.split_at_mut(piece.rows.min(scores.len()));
        for (row, score) in here.iter_mut().enumerate() {
            let key = &piece.sides.keys[(row * heads + head) * head_size..][..head_size];
            let product = dot(query, key) * scale;
            *score = match piece.sides.key_scales.get(row * heads + head) {
                Some(of_row) => product * of_row,
                None => product,
            };
        }
        scores = rest;
    }
}

/// Lane `index mod 16` adds its products in order, starting from zero; then the tree.
#[inline(always)]
fn dot<T: Element>(query: &[f32], key: &[T]) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let (queries, query_rest) = query.as_chunks::<LANES>();
    let (keys, key_rest) = key.as_chunks::<LANES>();
    for (query, key) in queries.iter().zip(keys) {
        for ((lane, query), key) in lanes.iter_mut().zip(query).zip(key) {
            *lane += query * key.value();
        }
    }
    for ((lane, query), key) in lanes.iter_mut().zip(query_rest).zip(key_rest) {
        *lane += query * key.value();
    }
    tree(lanes)
}

#[inline(always)]
fn context<T: Element>(
    pieces: &[Piece<'_, T>],
    shape: Shape,
    head: usize,
    mut weights: &[f32],
    out: &mut [f32],
) {
    let Shape { heads, head_size, .. } = shape;
    out.fill(0.0);
    for piece in pieces {
        let (here, rest) = weights.split_at(piece.rows.min(weights.len()));
        for (row, &weight) in here.iter().enumerate() {
            let value = &piece.sides.values[(row * heads + head) * head_size..][..head_size];
            let weight = match piece.sides.value_scales.get(row * heads + head) {
                Some(of_row) => weight * of_row,
                None => weight,
            };
            for (out, value) in out.iter_mut().zip(value) {
                *out += weight * value.value();
            }
        }
        weights = rest;
    }
}
