//! Linear layers: quantized and f32, with their epilogue.

use crate::error::{ShapeError, length};
use crate::isa::{Isa, Kernels, multiversion};
use crate::levels::round_rows;
use crate::math::Gelu;
use crate::pack::{Levels, PackedF32, PackedWeights};
use crate::scratch::Scratch;
use crate::tiles::{Activations, CROSSES, FLOAT_ROWS, PANEL, ROWS, Tiles};
use core::ops::Range;

pub(crate) mod strassen;

/// Steps of k that a tile of f32 weights takes at once: a panel of them stays in the first-level
/// cache.
const FLOAT_BLOCK: usize = 512;

/// Bytes of activations that are multiplied by all weights before the next rows' turn: they are
/// read once per panel, in order, so more than the second-level cache is no loss.
const ROWS_BYTES: usize = 2 << 20;

/// What follows the sum and the bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Epilogue {
    /// Nothing.
    #[default]
    None,
    /// The exact GELU, [`crate::gelu`].
    Gelu,
    /// The value where it is above 0, otherwise 0, of NaN too.
    Relu,
}

/// What both kinds of layers are given.
struct Job<'a> {
    rows: usize,
    inputs: usize,
    outputs: usize,
    bias: Option<&'a [f32]>,
    epilogue: Epilogue,
}

impl Job<'_> {
    fn check(&self, x: &[f32], out: &[f32]) -> Result<(), ShapeError> {
        length("activations", x.len(), self.rows * self.inputs)?;
        length("output", out.len(), self.rows * self.outputs)?;
        self.bias.map_or(Ok(()), |bias| length("bias", bias.len(), self.outputs))
    }

    /// Rows of a block whose activations take `bytes` each.
    fn block_rows(bytes: usize) -> usize {
        (ROWS_BYTES / bytes.max(1)).clamp(48, 1 << 16) / 48 * 48
    }

    /// `out = f(totals · row scale · channel scale + bias)`, each operation rounded, in this order.
    #[inline(always)]
    fn finish<T: Tiles>(
        &self,
        first: usize,
        panel: usize,
        totals: impl Iterator<Item = [f32; PANEL]>,
        scales: Option<(&[[f32; PANEL]], &[f32; PANEL])>,
        out: &mut [f32],
    ) {
        let start = panel * PANEL;
        let width = PANEL.min(self.outputs - start);
        // What changes no sum, not even that of −0.
        let mut bias = [-0.0; PANEL];
        if let Some(all) = self.bias {
            bias[..width].copy_from_slice(&all[start..start + width]);
        }
        let rows = out[first * self.outputs..].chunks_mut(self.outputs);
        let rows = rows.map(|row| &mut row[start..]).zip(totals);
        match self.epilogue {
            Epilogue::None => finish_rows::<T>(rows, scales, &bias, |_| ()),
            Epilogue::Gelu => {
                let gelu = Gelu::loaded();
                finish_rows::<T>(rows, scales, &bias, |values| T::gelu(&gelu, values));
            }
            Epilogue::Relu => finish_rows::<T>(rows, scales, &bias, |values| {
                for value in values {
                    *value = if *value > 0.0 { *value } else { 0.0 };
                }
            }),
        }
    }
}

/// One pass over a panel's totals, so that they stay in registers.
#[inline(always)]
fn finish_rows<'a, T: Tiles>(
    rows: impl Iterator<Item = (&'a mut [f32], [f32; PANEL])>,
    scales: Option<(&[[f32; PANEL]], &[f32; PANEL])>,
    bias: &[f32; PANEL],
    epilogue: impl Fn(&mut [f32; PANEL]),
) {
    for (index, (row, totals)) in rows.enumerate() {
        let scales = scales.map(|(of_rows, of_channels)| [&of_rows[index], of_channels]);
        let mut values = T::scale(&totals, scales, bias);
        epilogue(&mut values);
        // Not a slice of the panel's width: that would be copied by a call.
        match row.first_chunk_mut::<PANEL>() {
            Some(whole) => T::store(&values, whole),
            None => {
                for (place, value) in row.iter_mut().zip(values) {
                    *place = value;
                }
            }
        }
    }
}

impl Kernels {
    /// A linear layer on integer weights: `out[m, n] = f(Σₖ x[m, k] · w[k, n] + bias[n])`, with x
    /// rounded row by row to the weights' [`PackedWeights::activation_levels`], after it was
    /// multiplied by the scales of the inputs where the weights have them.
    ///
    /// `x` is `[M, K]`, `out` `[M, N]`, `bias` `[N]`. A row's result does not depend on the other
    /// rows. A row with NaN or infinity gives NaN; one whose values are all below 1e-30 counts as
    /// zeros.
    ///
    /// # Errors
    /// A slice does not fit the shapes: `out.len() / N` is M.
    pub fn linear(
        self,
        x: &[f32],
        weights: &PackedWeights,
        bias: Option<&[f32]>,
        epilogue: Epilogue,
        out: &mut [f32],
        scratch: &mut Scratch,
    ) -> Result<(), ShapeError> {
        let (inputs, outputs) = (weights.inputs, weights.outputs);
        let rows = out.len().checked_div(outputs).unwrap_or(0);
        let job = Job { rows, inputs, outputs, bias, epilogue };
        job.check(x, out)?;
        let job = &job;
        // 16-bit weights of very few inputs have too many levels to be crossed.
        let plain = CROSSES && weights.excess.is_none();
        let isa = if plain { Isa::Portable } else { self.isa() };
        let halved = isa != Isa::Portable && strassen::halves(rows, weights);
        multiversion!(self.isa(), round_activations::<_>, (
            job: &Job<'_>, x: &[f32], weights: &PackedWeights, halved: bool, scratch: &mut Scratch,
        ));
        if halved {
            use strassen::product;
            multiversion!(isa, product::<_>, (
                job: &Job<'_>, weights: &PackedWeights, out: &mut [f32], scratch: &mut Scratch,
            ));
            return Ok(());
        }
        multiversion!(isa, quantized::<_>, (
            job: &Job<'_>, weights: &PackedWeights, out: &mut [f32], scratch: &mut Scratch,
        ));
        Ok(())
    }

    /// A linear layer on f32 weights: `out[m, n] = f(Σₖ x[m, k] · w[k, n] + bias[n])`. Each sum
    /// starts at zero and goes through k in order, every product rounded before it is added.
    ///
    /// Shapes and errors as in [`Kernels::linear`].
    ///
    /// # Errors
    /// A slice does not fit the shapes: `out.len() / N` is M.
    pub fn linear_f32(
        self,
        x: &[f32],
        weights: &PackedF32,
        bias: Option<&[f32]>,
        epilogue: Epilogue,
        out: &mut [f32],
        scratch: &mut Scratch,
    ) -> Result<(), ShapeError> {
        let (inputs, outputs) = (weights.inputs, weights.outputs);
        let rows = out.len().checked_div(outputs).unwrap_or(0);
        let job = Job { rows, inputs, outputs, bias, epilogue };
        job.check(x, out)?;
        let job = &job;
        multiversion!(self.isa(), float::<_>, (
            job: &Job<'_>,
            x: &[f32],
            weights: &PackedF32,
            out: &mut [f32],
            scratch: &mut Scratch,
        ));
        Ok(())
    }
}

#[inline(always)]
fn round_activations<T: Tiles>(
    job: &Job<'_>,
    x: &[f32],
    weights: &PackedWeights,
    halved: bool,
    scratch: &mut Scratch,
) {
    grow(&mut scratch.row_scales, job.rows + ROWS);
    if !halved {
        let tiles = job.rows.div_ceil(ROWS);
        grow(&mut scratch.levels, tiles * ROWS * weights.padded);
        round_tiles::<T>(job, x, weights, 0..job.rows, 0..tiles, scratch);
        return;
    }
    let mut first = 0;
    for block in strassen::blocks(job.rows) {
        let tiles = strassen::tiles(&block);
        grow(&mut scratch.levels, (first + 2 * tiles) * ROWS * weights.padded);
        for half in block {
            round_tiles::<T>(job, x, weights, half, first..first + tiles, scratch);
            first += tiles;
        }
    }
}

/// Rounds some rows to the tiles that have place for them, and zeros where there is no row.
#[inline(always)]
fn round_tiles<T: Tiles>(
    job: &Job<'_>,
    x: &[f32],
    weights: &PackedWeights,
    rows: Range<usize>,
    tiles: Range<usize>,
    scratch: &mut Scratch,
) {
    let stride = ROWS * weights.padded;
    let levels = &mut scratch.levels[tiles.start * stride..tiles.end * stride];
    let mut scales = scratch.row_scales[rows.start..].chunks_mut(ROWS);
    let mut rows =
        x[rows.start * job.inputs..rows.end * job.inputs].chunks((ROWS * job.inputs).max(1));
    for levels in levels.chunks_exact_mut(stride.max(1)) {
        let rows = rows.next().unwrap_or_default();
        let of_inputs = weights.input_scales.as_slice();
        let of_rows =
            round_rows::<T>(rows, of_inputs, job.inputs, weights.activation_levels, levels);
        for (scales, of_row) in scales.next().unwrap_or_default().iter_mut().zip(of_rows) {
            *scales = [of_row; PANEL];
        }
    }
}

#[inline(always)]
#[allow(unsafe_code, reason = "the tiles' instructions")]
fn quantized<T: Tiles>(
    job: &Job<'_>,
    weights: &PackedWeights,
    out: &mut [f32],
    scratch: &mut Scratch,
) {
    let padded = weights.padded;
    let (one_sum, steps, block) = (weights.is_one_sum(), weights.sum_steps(), weights.block());
    let sums_of_row = padded.div_ceil(steps);
    let block_rows = Job::block_rows(2 * padded);
    let Scratch { levels, row_scales, row_excess, panel: widened, sums, totals, .. } = scratch;
    let channel_excess = weights.excess.as_deref().unwrap_or_default();
    if !channel_excess.is_empty() {
        let levels = &levels[..job.rows.next_multiple_of(ROWS) * padded];
        row_excess.clear();
        for of_rows in levels.chunks_exact((ROWS * padded).max(1)) {
            row_excess.extend(of_rows.chunks(ROWS * steps).map(T::excess));
        }
    }
    widened.grow(block.min(padded) * PANEL);
    let most = block_rows.min(job.rows.next_multiple_of(T::HEIGHT));
    grow(sums, most);
    grow(totals, most);

    for first in (0..job.rows).step_by(block_rows) {
        let count = block_rows.min(job.rows - first);
        let tiles = count.next_multiple_of(T::HEIGHT);
        let (sums, totals) = (&mut sums[..tiles], &mut totals[..tiles]);
        for (panel, channel_scales) in weights.channel_scales.iter().enumerate() {
            if !one_sum {
                totals.fill([0.0; PANEL]);
            }
            for k in (0..padded).step_by(block) {
                let end = padded.min(k + block);
                let from_row = first / ROWS * sums_of_row + k / steps;
                let a = Activations {
                    levels: &levels[first * padded + k * ROWS..],
                    stride: ROWS * padded,
                    excess: row_excess.get(from_row..).unwrap_or_default(),
                    sums: sums_of_row,
                };
                let span = (panel * padded + k) * PANEL..(panel * padded + end) * PANEL;
                let of_panel =
                    panel * sums_of_row + k / steps..panel * sums_of_row + end.div_ceil(steps);
                let excess = channel_excess.get(of_panel.clone()).unwrap_or_default();
                let scales = weights.group_scales.get(of_panel).unwrap_or_default();
                // SAFETY: T's instructions are those that `Kernels` found on this CPU.
                unsafe {
                    match (&weights.levels, one_sum) {
                        (Levels::Int16(levels), true) => {
                            T::sums(a, &levels[span], excess, k > 0, sums);
                        }
                        (Levels::Int8(levels), true) => {
                            T::sums_widening(a, &levels[span], widened, excess, k > 0, sums);
                        }
                        (Levels::Int16(levels), false) => {
                            T::groups(a, &levels[span], steps, scales, excess, totals);
                        }
                        (Levels::Int8(levels), false) => {
                            let b = &levels[span];
                            T::groups_widening(a, b, widened, steps, scales, excess, totals);
                        }
                    }
                }
            }
            let scales = (&row_scales[first..], channel_scales);
            if one_sum {
                let totals = sums[..count].iter().map(|sums| T::floats([sums], []));
                job.finish::<T>(first, panel, totals, Some(scales), out);
            } else {
                let totals = totals[..count].iter().copied();
                job.finish::<T>(first, panel, totals, Some(scales), out);
            }
        }
    }
}

#[inline(always)]
#[allow(unsafe_code, reason = "the tiles' instructions")]
fn float<T: Tiles>(
    job: &Job<'_>,
    x: &[f32],
    weights: &PackedF32,
    out: &mut [f32],
    scratch: &mut Scratch,
) {
    let inputs = job.inputs;
    let block_rows = Job::block_rows(4 * inputs);
    let Scratch { values, totals, .. } = scratch;
    grow(values, block_rows.min(job.rows.next_multiple_of(FLOAT_ROWS)) * inputs);
    grow(totals, block_rows.min(job.rows.next_multiple_of(FLOAT_ROWS)));
    for first in (0..job.rows).step_by(block_rows) {
        let count = block_rows.min(job.rows - first);
        let totals = &mut totals[..count.next_multiple_of(FLOAT_ROWS)];
        interleave(&x[first * inputs..(first + count) * inputs], inputs, values);
        for panel in 0..job.outputs.div_ceil(PANEL) {
            totals.fill([0.0; PANEL]);
            for k in (0..inputs).step_by(FLOAT_BLOCK) {
                let steps = (FLOAT_BLOCK).min(inputs - k);
                let at = (panel * inputs + k) * PANEL;
                let b = &weights.values[at..at + steps * PANEL];
                // SAFETY: T's instructions are those that `Kernels` found on this CPU.
                unsafe { T::float(&values[k * FLOAT_ROWS..], FLOAT_ROWS * inputs, b, totals) };
            }
            job.finish::<T>(first, panel, totals[..count].iter().copied(), None, out);
        }
    }
}

/// Interleaves rows of `length` values by [`FLOAT_ROWS`]; rows that are not there are left as they are.
#[inline(always)]
fn interleave(rows: &[f32], length: usize, out: &mut [f32]) {
    let tile = (FLOAT_ROWS * length).max(1);
    for (rows, out) in rows.chunks(tile).zip(out.chunks_exact_mut(tile)) {
        for (index, row) in rows.chunks_exact(length.max(1)).enumerate() {
            for (&value, place) in row.iter().zip(out.as_chunks_mut::<FLOAT_ROWS>().0) {
                place[index] = value;
            }
        }
    }
}

/// Makes a buffer at least this long; what it holds is left to the next writer.
pub(crate) fn grow<T: Clone + Default>(buffer: &mut Vec<T>, length: usize) {
    if buffer.len() < length {
        buffer.resize(length, T::default());
    }
}
