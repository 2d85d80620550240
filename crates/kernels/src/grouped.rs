//! Weights of 4 or 8 bits in groups of inputs: the matrices of a judge's pack.
//!
//! Of each output, [`GROUP`] consecutive inputs share a scale: weight = level · scale. The bytes are
//! the pack's and the kernels' at once, nothing is rearranged when a model is loaded. Outputs lie in
//! panels of [`PANEL`], a panel's groups one after the other, each of its 16 scales (bfloat16) and
//! its levels: of 8 bits as `[k/2][output][2]`; of 4 bits as 16-bit words `[k/8][output][2]`, whose
//! nibble j is the level of k = 8·⌊k/8⌋ + 2j + parity. So two shifts of a word give a level, and a
//! vector of words gives what multiply-adds of pairs of 16-bit integers read.

use crate::error::{ShapeError, length};
use crate::isa::{Kernels, multiversion};
use crate::math::ROUND;

mod portable;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;

/// Inputs that share a scale.
pub const GROUP: usize = 32;

/// Outputs of a panel.
pub(crate) const PANEL: usize = 16;

/// Bytes of a group's scales in a panel.
const SCALE_BYTES: usize = 2 * PANEL;

/// Levels to each side of zero of activations.
const ACTIVATION_LEVELS: f32 = 32_767.0;

/// Rows whose largest value is below this are taken as zero: its reciprocal times the levels would
/// overflow.
const TINY: f32 = 1e-30;

/// Bits of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LevelBits {
    /// −8 to 7.
    Four,
    /// −127 to 127.
    Eight,
}

impl LevelBits {
    /// Bytes of one group of one panel, scales included.
    const fn group_bytes(self) -> usize {
        match self {
            LevelBits::Four => SCALE_BYTES + GROUP * PANEL / 2,
            LevelBits::Eight => SCALE_BYTES + GROUP * PANEL,
        }
    }

    /// Bytes of [`PANEL`] outputs of a matrix.
    #[must_use]
    pub const fn panel_bytes(self, inputs: usize) -> usize {
        inputs.div_ceil(GROUP) * self.group_bytes()
    }

    /// Bytes of a matrix.
    #[must_use]
    pub const fn matrix_bytes(self, inputs: usize, outputs: usize) -> usize {
        outputs.div_ceil(PANEL) * self.panel_bytes(inputs)
    }
}

/// The levels and scales of one linear layer, K inputs × N outputs.
#[derive(Debug, Clone)]
pub struct GroupedWeights {
    inputs: usize,
    outputs: usize,
    bits: LevelBits,
    bytes: Vec<u8>,
}

impl GroupedWeights {
    /// Takes over the bytes of a matrix as [`GroupedWeights::encode`] made them, panel after panel.
    ///
    /// # Errors
    /// There are not as many bytes as the shape asks for.
    pub fn new(
        inputs: usize,
        outputs: usize,
        bits: LevelBits,
        bytes: Vec<u8>,
    ) -> Result<GroupedWeights, ShapeError> {
        length("bytes of weights", bytes.len(), bits.matrix_bytes(inputs, outputs))?;
        Ok(GroupedWeights { inputs, outputs, bits, bytes })
    }

    /// Appends some outputs of a matrix to its bytes: whole panels, but for the matrix's last one.
    ///
    /// `levels` is `[outputs, inputs]`, `scales` `[outputs, ⌈inputs / GROUP⌉]` in bfloat16 bits. Levels
    /// outside of the range of `bits` are clamped.
    ///
    /// # Errors
    /// A slice does not fit the shapes.
    pub fn encode(
        levels: &[i8],
        scales: &[u16],
        inputs: usize,
        bits: LevelBits,
        bytes: &mut Vec<u8>,
    ) -> Result<(), ShapeError> {
        let outputs = levels.len().checked_div(inputs).unwrap_or(0);
        let groups = inputs.div_ceil(GROUP);
        length("levels", levels.len(), outputs * inputs)?;
        length("scales", scales.len(), outputs * groups)?;
        for first in (0..outputs).step_by(PANEL) {
            let channels = first..outputs.min(first + PANEL);
            for group in 0..groups {
                for channel in first..first + PANEL {
                    let scale =
                        if channel < outputs { scales[channel * groups + group] } else { 0 };
                    bytes.extend(scale.to_le_bytes());
                }
                let start = bytes.len();
                bytes.resize(start + bits.group_bytes() - SCALE_BYTES, 0);
                let place = &mut bytes[start..];
                for channel in channels.clone() {
                    for k in 0..GROUP.min(inputs - group * GROUP) {
                        let level = levels[channel * inputs + group * GROUP + k];
                        put(place, bits, channel - first, k, level);
                    }
                }
            }
        }
        Ok(())
    }

    /// Inputs of the layer, K.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Outputs of the layer, N.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Bytes that the weights take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The weights of one output, `[inputs]`: level times scale. So a table of embeddings can be kept
    /// in this form, with a row for each output.
    ///
    /// # Errors
    /// There is no such output, or `row` is not K long.
    pub fn row(&self, output: usize, row: &mut [f32]) -> Result<(), ShapeError> {
        length("row", row.len(), self.inputs)?;
        if output >= self.outputs {
            let (expected, found) = (output + 1, self.outputs);
            return Err(ShapeError { what: "rows of a table", expected, found });
        }
        let panel = self.bits.panel_bytes(self.inputs);
        let panel = &self.bytes[output / PANEL * panel..][..panel];
        let channel = output % PANEL;
        let groups = panel.chunks_exact(self.bits.group_bytes());
        for (row, group) in row.chunks_mut(GROUP).zip(groups) {
            let (scales, levels) = group.split_at(SCALE_BYTES);
            let scale = scale(scales, channel);
            for (k, value) in row.iter_mut().enumerate() {
                *value = f32::from(get(levels, self.bits, channel, k)) * scale;
            }
        }
        Ok(())
    }
}

/// The scale of a channel: bfloat16 is the upper half of an f32.
#[inline(always)]
fn scale(scales: &[u8], channel: usize) -> f32 {
    let bits = u16::from_le_bytes([scales[2 * channel], scales[2 * channel + 1]]);
    f32::from_bits(u32::from(bits) << 16)
}

/// Where a level of 4 bits lies: its byte, and whether in the upper half.
const fn nibble(channel: usize, k: usize) -> (usize, bool) {
    let (word, place) = ((k / 8 * PANEL + channel) * 2 + k % 2, k % 8 / 2);
    (2 * word + place / 2, place % 2 == 1)
}

const fn byte(channel: usize, k: usize) -> usize {
    (k / 2 * PANEL + channel) * 2 + k % 2
}

fn put(levels: &mut [u8], bits: LevelBits, channel: usize, k: usize, level: i8) {
    match bits {
        LevelBits::Four => {
            let (at, upper) = nibble(channel, k);
            let level = level.clamp(-8, 7) as u8 & 15;
            levels[at] |= if upper { level << 4 } else { level };
        }
        LevelBits::Eight => levels[byte(channel, k)] = level.max(-127) as u8,
    }
}

#[inline(always)]
fn get(levels: &[u8], bits: LevelBits, channel: usize, k: usize) -> i8 {
    match bits {
        LevelBits::Four => {
            let (at, upper) = nibble(channel, k);
            let level = levels[at] as i8;
            if upper { level >> 4 } else { level << 4 >> 4 }
        }
        LevelBits::Eight => levels[byte(channel, k)] as i8,
    }
}

/// Memory that is kept between calls.
#[derive(Debug, Default)]
pub struct GroupedScratch {
    /// `[row][k]`, rows padded with zeros to whole groups.
    levels: Vec<i16>,
    /// What one level of each row is worth.
    worth: Vec<f32>,
}

impl Kernels {
    /// A linear layer on weights in groups: `out[m, n] = Σ_g f32(Σ_k x[m, k] · level[k, n]) ·
    /// scale[g, n]`, times what a level of the row is worth, plus `bias[n]`, with x rounded row by row
    /// to ±32,767 levels.
    ///
    /// `x` is `[M, K]`, `out` `[M, N]`, `bias` `[N]` or none. A group's sum is an integer; groups are
    /// added in f32, in order. A row's result does not depend on the other rows. A row with NaN or
    /// infinity gives NaN; one whose values are all below 1e-30 counts as zeros.
    ///
    /// # Errors
    /// A slice does not fit the shapes: `out.len() / N` is M.
    pub fn linear_grouped(
        self,
        x: &[f32],
        weights: &GroupedWeights,
        bias: Option<&[f32]>,
        out: &mut [f32],
        scratch: &mut GroupedScratch,
    ) -> Result<(), ShapeError> {
        let rows = out.len().checked_div(weights.outputs).unwrap_or(0);
        length("activations", x.len(), rows * weights.inputs)?;
        length("output", out.len(), rows * weights.outputs)?;
        bias.map_or(Ok(()), |bias| length("bias", bias.len(), weights.outputs))?;
        let inputs = weights.inputs;
        multiversion!(self.isa(), round_rows, (
            x: &[f32], inputs: usize, scratch: &mut GroupedScratch,
        ));
        let job = Job { rows, weights, bias };
        multiversion!(self.isa(), product::<_>, (
            job: Job<'_>, scratch: &GroupedScratch, out: &mut [f32],
        ));
        Ok(())
    }
}

/// What a product is made of, beside the rounded rows.
#[derive(Clone, Copy)]
struct Job<'a> {
    rows: usize,
    weights: &'a GroupedWeights,
    bias: Option<&'a [f32]>,
}

/// Rows of levels, and what follows each row's own K.
#[derive(Clone, Copy)]
pub(crate) struct LevelRows<'a> {
    /// From the first row on.
    levels: &'a [i16],
    /// From one row to the next: whole groups.
    stride: usize,
}

/// The innermost products: some rows times one panel.
pub(crate) trait GroupTiles {
    /// Rows that a tile has at the most: 8, 4, 2 or 1.
    const HEIGHT: usize;

    /// For each group g in order: `totals[r][c] += f32(Σₖ level[r][k] · level[k][c]) · scale[g][c]`.
    ///
    /// # Safety
    /// The CPU must have the instructions of the implementor.
    unsafe fn tile<const R: usize, const FOUR: bool>(
        rows: LevelRows<'_>,
        panel: &[u8],
        totals: &mut [[f32; PANEL]; R],
    );
}

/// Bytes of levels that are multiplied by all weights before the next rows' turn.
const ROWS_BYTES: usize = 1 << 20;

/// Rounds each row to ±32,767 levels of its largest absolute value, ties to even.
#[inline(always)]
fn round_rows(x: &[f32], inputs: usize, scratch: &mut GroupedScratch) {
    let rows = x.len().checked_div(inputs).unwrap_or(0);
    let stride = inputs.next_multiple_of(GROUP);
    let GroupedScratch { levels, worth } = scratch;
    levels.clear();
    levels.resize(rows * stride, 0);
    worth.clear();
    for (row, levels) in x.chunks_exact(inputs.max(1)).zip(levels.chunks_exact_mut(stride.max(1))) {
        // The bits of non-negative floats are ordered as integers, NaN above all.
        let bits = |value: &f32| (value.to_bits() & 0x7fff_ffff) as i32;
        let largest = f32::from_bits(row.iter().map(bits).fold(0, i32::max) as u32);
        if !(TINY..f32::INFINITY).contains(&largest) {
            worth.push(if largest < TINY { 0.0 } else { f32::NAN });
            continue;
        }
        worth.push(largest / ACTIVATION_LEVELS);
        let per_value = ACTIVATION_LEVELS / largest;
        for (level, value) in levels.iter_mut().zip(row) {
            let shifted = (value * per_value + ROUND).to_bits() as i32;
            *level = shifted.wrapping_sub(ROUND.to_bits() as i32) as i16;
        }
    }
}

#[inline(always)]
fn product<T: GroupTiles>(job: Job<'_>, scratch: &GroupedScratch, out: &mut [f32]) {
    match job.weights.bits {
        LevelBits::Four => product_of::<T, true>(job, scratch, out),
        LevelBits::Eight => product_of::<T, false>(job, scratch, out),
    }
}

#[inline(always)]
fn product_of<T: GroupTiles, const FOUR: bool>(
    job: Job<'_>,
    scratch: &GroupedScratch,
    out: &mut [f32],
) {
    let GroupedWeights { inputs, outputs, bits, ref bytes } = *job.weights;
    let stride = inputs.next_multiple_of(GROUP);
    let panel_bytes = bits.panel_bytes(inputs);
    let block = (ROWS_BYTES / (2 * stride).max(1)).max(8) / 8 * 8;
    for first in (0..job.rows).step_by(block) {
        let end = job.rows.min(first + block);
        for (panel, bytes) in bytes.chunks_exact(panel_bytes.max(1)).enumerate() {
            let at = panel * PANEL;
            let width = PANEL.min(outputs - at);
            let mut bias = [-0.0; PANEL];
            if let Some(all) = job.bias {
                bias[..width].copy_from_slice(&all[at..at + width]);
            }
            let mut row = first;
            macro_rules! tiles {
                ($rows:literal) => {
                    while $rows <= T::HEIGHT.min(end - row) {
                        let levels = &scratch.levels[row * stride..];
                        let mut totals = [[0.0; PANEL]; $rows];
                        // SAFETY: T's instructions are those that `Kernels` found on this CPU.
                        #[allow(unsafe_code, reason = "the tiles' instructions")]
                        unsafe {
                            let rows = LevelRows { levels, stride };
                            T::tile::<$rows, FOUR>(rows, bytes, &mut totals);
                        };
                        for totals in totals {
                            let worth = scratch.worth[row];
                            let out = &mut out[row * outputs + at..][..width];
                            for ((out, total), bias) in out.iter_mut().zip(totals).zip(bias) {
                                *out = total * worth + bias;
                            }
                            row += 1;
                        }
                    }
                };
            }
            tiles!(8);
            tiles!(4);
            tiles!(2);
            tiles!(1);
        }
    }
}

/// The number of groups of a panel; panics unless the rows hold as many.
#[inline(always)]
fn check<const R: usize, const FOUR: bool>(rows: LevelRows<'_>, panel: &[u8]) -> usize {
    let bits = if FOUR { LevelBits::Four } else { LevelBits::Eight };
    let groups = panel.len() / bits.group_bytes();
    assert!(
        R > 0 && rows.levels.len() >= (R - 1) * rows.stride + groups * GROUP,
        "a tile's rows are too short"
    );
    groups
}
