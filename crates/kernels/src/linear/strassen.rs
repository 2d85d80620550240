//! Products of many rows by seven products of halves instead of eight (Strassen 1969, "Gaussian
//! elimination is not optimal").
//!
//! Rows are split into an upper and a lower half, k into an early and a late one, and channels into
//! pairs of panels. In integers that wrap around, the result is the plain sum's to the bit. What is
//! multiplied are sums of two quadrants, for which int8 weights leave room in 16 bits:
//! [`PackedWeights::activation_levels`].

use super::{Job, grow};
use crate::pack::{BLOCK, Levels, PackedWeights, STEP, excess_of};
use crate::scratch::Scratch;
use crate::tiles::Operand::{self, Difference, One, Sum};
use crate::tiles::{Activations, CROSSES, PANEL, Portable, Quadrant, ROWS, Tiles};
use core::ops::Range;

/// Rows from which on it is faster: for fewer, adding weights up costs more than it saves.
const FEWEST_ROWS: usize = 64;

/// Rows that are taken together at the most: more would save nothing and take more memory.
const MOST_ROWS: usize = 480;

/// Products of halves.
const PRODUCTS: usize = 7;

/// The activations that each product multiplies, by half of the rows and half of k.
const ACTIVATIONS: [Operand; PRODUCTS] = [
    Sum([0, 0], [1, 1]),
    Sum([1, 0], [1, 1]),
    One([0, 0]),
    One([1, 1]),
    Sum([0, 0], [0, 1]),
    Difference([1, 0], [0, 0]),
    Difference([0, 1], [1, 1]),
];

/// The weights that each product multiplies, by panel of a pair and half of k.
const WEIGHTS: [Operand; PRODUCTS] = [
    Sum([0, 0], [1, 1]),
    One([0, 0]),
    Difference([1, 0], [1, 1]),
    Difference([0, 1], [0, 0]),
    One([1, 1]),
    Sum([0, 0], [1, 0]),
    Sum([0, 1], [1, 1]),
];

/// What crossed products count too much of the weights of each product, `[pair][product][sum]`; none
/// of weights that cannot be halved.
pub(crate) fn excess(levels: &[i8], padded: usize, panels: usize) -> Option<Vec<[i32; PANEL]>> {
    let half = padded / 2;
    if padded == 0 || !padded.is_multiple_of(2 * STEP) || !panels.is_multiple_of(2) {
        return None;
    }
    let steps = sum_steps(half);
    let mut operands = vec![0; PRODUCTS * half * PANEL];
    let mut all = Vec::with_capacity(panels / 2 * PRODUCTS * half.div_ceil(steps));
    for pair in levels.chunks_exact(2 * padded * PANEL) {
        weights_of::<Portable>(pair, half, &mut operands);
        for operand in operands.chunks_exact(half * PANEL) {
            all.extend(operand.chunks(steps * PANEL).map(excess_of));
        }
    }
    Some(all)
}

/// Whether a product of that many rows is made of halves.
pub(super) fn halves(rows: usize, weights: &PackedWeights) -> bool {
    rows >= FEWEST_ROWS && weights.halves.is_some()
}

/// The rows that are taken together, upper half first, which has one more if they are odd in number.
pub(super) fn blocks(rows: usize) -> impl Iterator<Item = [Range<usize>; 2]> {
    let count = rows.div_ceil(MOST_ROWS).max(1);
    (0..count).map(move |block| {
        let (start, end) = (block * rows / count, (block + 1) * rows / count);
        let middle = start + (end - start).div_ceil(2);
        [start..middle, middle..end]
    })
}

/// Tiles that either half of a block has in [`Scratch::levels`]; the lower half's last may hold no
/// row.
pub(super) fn tiles([upper, _]: &[Range<usize>; 2]) -> usize {
    upper.len().div_ceil(ROWS)
}

/// Steps of k of one integer sum of a half: parts as even as may be of what a tile takes.
fn sum_steps(half: usize) -> usize {
    half.div_ceil(half.div_ceil(BLOCK).max(1)).next_multiple_of(STEP).max(STEP)
}

/// The layer, of activations that were rounded half by half.
#[inline(always)]
pub(super) fn product<T: Tiles>(
    job: &Job<'_>,
    weights: &PackedWeights,
    out: &mut [f32],
    scratch: &mut Scratch,
) {
    let (Levels::Int8(all), Some(channel_excess)) = (&weights.levels, &weights.halves) else {
        return;
    };
    let padded = weights.padded;
    let half = padded / 2;
    let steps = sum_steps(half);
    let sums = half.div_ceil(steps);
    let Scratch { levels, row_scales, row_excess, panel: widened, halves, .. } = scratch;
    widened.grow(PRODUCTS * half * PANEL);

    let mut first_tile = 0;
    for block in blocks(job.rows) {
        let tiles = tiles(&block);
        let height = block[0].len().next_multiple_of(T::HEIGHT);
        let stride = ROWS * padded;
        let of_block = &levels[first_tile * stride..][..2 * tiles * stride];
        first_tile += 2 * tiles;
        activations_of(of_block, tiles, half, steps, &mut halves.levels);
        row_excess.clear();
        if CROSSES {
            let all = &halves.levels[..PRODUCTS * tiles * ROWS * half];
            for operand in all.chunks_exact(tiles * ROWS * half) {
                for of_sum in operand.chunks(tiles * ROWS * steps) {
                    row_excess.extend(of_sum.chunks_exact(of_sum.len() / tiles).map(T::excess));
                }
            }
        }

        grow(&mut halves.products, PRODUCTS * height);
        for (index, pair) in all.chunks_exact(2 * padded * PANEL).enumerate() {
            weights_of::<T>(pair, half, &mut widened[..PRODUCTS * half * PANEL]);
            let products = halves.products.chunks_exact_mut(height).take(PRODUCTS);
            for (number, products) in products.enumerate() {
                for (sum, start) in (0..half).step_by(steps).enumerate() {
                    let end = half.min(start + steps);
                    let stride = (end - start) * ROWS;
                    let of_rows = (number * sums + sum) * tiles;
                    let a = Activations {
                        levels: &halves.levels[(number * half + start) * tiles * ROWS..]
                            [..tiles * stride],
                        stride,
                        excess: row_excess.get(of_rows..).unwrap_or_default(),
                        sums: 1,
                    };
                    let of_channels = (index * PRODUCTS + number) * sums + sum;
                    let excess = &channel_excess[of_channels..=of_channels];
                    let b =
                        &widened[(number * half + start) * PANEL..(number * half + end) * PANEL];
                    #[allow(unsafe_code, reason = "the tiles' instructions")]
                    // SAFETY: T's instructions are those that `Kernels` found on this CPU.
                    unsafe {
                        T::sums(a, b, excess, sum > 0, products);
                    }
                }
            }
            let products =
                std::array::from_fn(|number| &halves.products[number * height..][..height]);
            finish::<T>(job, weights, index, &block, row_scales, products, out);
        }
    }
}

/// The weights that the products of a pair of panels multiply, one product's after another's, each
/// as long as half a panel.
#[inline(always)]
fn weights_of<T: Tiles>(pair: &[i8], half: usize, out: &mut [i16]) {
    let mut quadrants = pair.chunks_exact(half * PANEL);
    let mut next = || quadrants.next().unwrap_or_default();
    let quadrants = [[next(), next()], [next(), next()]];
    let mut places = out.chunks_exact_mut(half * PANEL);
    T::operands(quadrants, WEIGHTS, WEIGHTS.map(|_| places.next().unwrap_or_default()));
}

/// The activations that each product multiplies, `[product][sum][tile][k/2][row mod ROWS][2]`: tiles
/// read them from one end to the other.
#[inline(never)]
fn activations_of(levels: &[i16], tiles: usize, half: usize, steps: usize, out: &mut Vec<i16>) {
    let length = ROWS * half;
    grow(out, PRODUCTS * tiles * length);
    for (operand, out) in ACTIVATIONS.iter().zip(out.chunks_exact_mut(tiles * length)) {
        let sums = out.chunks_mut(tiles * ROWS * steps).zip((0..length).step_by(ROWS * steps));
        for (out, start) in sums {
            for (tile, places) in out.chunks_exact_mut(out.len() / tiles).enumerate() {
                let count = places.len();
                let of = |[lower, late]: Quadrant| {
                    let at = ((lower * tiles + tile) * 2 + late) * length + start;
                    levels[at..at + count].iter()
                };
                match *operand {
                    One(q) => places.iter_mut().zip(of(q)).for_each(|(place, &a)| *place = a),
                    Sum(p, q) => places
                        .iter_mut()
                        .zip(of(p).zip(of(q)))
                        .for_each(|(place, (&a, &b))| *place = a.wrapping_add(b)),
                    Difference(p, q) => places
                        .iter_mut()
                        .zip(of(p).zip(of(q)))
                        .for_each(|(place, (&a, &b))| *place = a.wrapping_sub(b)),
                }
            }
        }
    }
}

/// Puts the products together, with bias and epilogue, for both halves of the rows and both panels
/// of a pair. A function of its own, because the compiler otherwise leaves calls in its loops.
#[inline(never)]
fn finish<T: Tiles>(
    job: &Job<'_>,
    weights: &PackedWeights,
    pair: usize,
    [upper, lower]: &[Range<usize>; 2],
    row_scales: &[[f32; PANEL]],
    products: [&[[i32; PANEL]]; PRODUCTS],
    out: &mut [f32],
) {
    let [p1, p2, p3, p4, p5, p6, p7] = products;
    let (left, right) = (2 * pair, 2 * pair + 1);
    let scales = |rows: &Range<usize>, panel: usize| {
        Some((&row_scales[rows.start..], &weights.channel_scales[panel]))
    };
    let rows = 0..upper.len();
    let totals = rows.clone().map(|row| T::floats([&p1[row], &p4[row], &p7[row]], [&p5[row]]));
    job.finish::<T>(upper.start, left, totals, scales(upper, left), out);
    let totals = rows.map(|row| T::floats([&p3[row], &p5[row]], []));
    job.finish::<T>(upper.start, right, totals, scales(upper, right), out);
    let rows = 0..lower.len();
    let totals = rows.clone().map(|row| T::floats([&p2[row], &p4[row]], []));
    job.finish::<T>(lower.start, left, totals, scales(lower, left), out);
    let totals = rows.map(|row| T::floats([&p1[row], &p3[row], &p6[row]], [&p2[row]]));
    job.finish::<T>(lower.start, right, totals, scales(lower, right), out);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::linear::{Epilogue, quantized, round_activations};
    use crate::pack::Order;

    /// Made of halves or not, in plain Rust: the same bits, at all kinds of heights, depths of more
    /// than one sum, and more rows than are taken together. `tests/web.rs` holds simd128 to it.
    #[test]
    fn products_of_halves_are_the_plain_ones() {
        for (rows, inputs, outputs) in
            [(64, 16, 32), (65, 48, 64), (71, 768, 32), (97, 2416, 32), (1001, 64, 96)]
        {
            let mixed = |at: usize| (at as u32).wrapping_mul(2_654_435_761).rotate_left(13);
            let levels: Vec<i8> =
                (0..inputs * outputs).map(|at| mixed(at).to_le_bytes()[0] as i8).collect();
            let x: Vec<f32> =
                (0..rows * inputs).map(|at| mixed(at + 7) as f32 / u32::MAX as f32 - 0.5).collect();
            let scales: Vec<f32> = (0..outputs).map(|at| 0.001 + at as f32 * 1e-5).collect();
            let bias: Vec<f32> = (0..outputs).map(|at| at as f32 * 0.01 - 0.3).collect();
            let mut weights =
                PackedWeights::int8(&levels, Order::OutputMajor, inputs, outputs, &scales).unwrap();
            let Levels::Int8(packed) = &weights.levels else { panic!("int8 weights") };
            weights.halves = excess(packed, weights.padded, outputs.div_ceil(PANEL));
            assert!(halves(rows, &weights), "{outputs} outputs are whole pairs of panels");

            let job = Job { rows, inputs, outputs, bias: Some(&bias), epilogue: Epilogue::Gelu };
            let [expected, found] = [false, true].map(|halved| {
                let (mut out, mut scratch) = (vec![f32::NAN; rows * outputs], Scratch::new());
                round_activations::<Portable>(&job, &x, &weights, halved, &mut scratch);
                if halved {
                    product::<Portable>(&job, &weights, &mut out, &mut scratch);
                } else {
                    quantized::<Portable>(&job, &weights, &mut out, &mut scratch);
                }
                out.into_iter().map(f32::to_bits).collect::<Vec<_>>()
            });
            assert!(found == expected, "{rows} rows, {inputs} inputs, {outputs} outputs");
        }
    }
}
