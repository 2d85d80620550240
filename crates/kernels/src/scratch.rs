//! Memory that is kept between calls.

use crate::aligned::Aligned;
use crate::tiles::{PANEL, ROWS};

/// Buffers of the kernels, grown to the largest call and kept: one per thread.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Activations as integers, interleaved by [`crate::tiles::ROWS`].
    pub(crate) levels: Vec<i16>,
    /// f32 activations, interleaved by [`crate::tiles::FLOAT_ROWS`].
    pub(crate) values: Vec<f32>,
    /// What one level of each row is worth, once for each channel of a panel: a product of two
    /// slices is made of vectors without shuffling.
    pub(crate) row_scales: Vec<[f32; PANEL]>,
    /// What crossed products of the rows count too much, `[row / ROWS][sum][row mod ROWS]`.
    pub(crate) row_excess: Vec<[i32; ROWS]>,
    /// One block of a panel of int8 weights, widened.
    pub(crate) panel: Aligned<i16>,
    /// Integer sums of one panel.
    pub(crate) sums: Vec<[i32; PANEL]>,
    /// What products of halves add.
    pub(crate) halves: Halves,
    /// f32 sums of one panel.
    pub(crate) totals: Vec<[f32; PANEL]>,
    /// One head's keys, as panels.
    pub(crate) key_panels: Aligned<f32>,
    /// One head's values, as panels.
    pub(crate) value_panels: Aligned<f32>,
    /// Scores of some queries with all keys.
    pub(crate) scores: Vec<f32>,
}

/// Buffers of products that are made of halves.
#[derive(Debug, Default)]
pub(crate) struct Halves {
    /// Sums of two quadrants of activations.
    pub(crate) levels: Vec<i16>,
    /// Integer sums of each of the seven products of a pair of panels.
    pub(crate) products: Vec<[i32; PANEL]>,
}

impl Scratch {
    /// Empty buffers.
    #[must_use]
    pub fn new() -> Scratch {
        Scratch::default()
    }
}
