//! WebAssembly's 128-bit vectors by hand where the compiler makes none, or bad ones, of plain
//! loops: what is done to a row's eight values before and after the products.
#![allow(unsafe_code, reason = "128-bit loads and stores of arrays of their size")]

use super::{Operand, PANEL, Quadrant};
use crate::levels;
use crate::math::{Gelu, Lanes, ROUND};
use core::arch::wasm32::{
    f32x4_abs, f32x4_add, f32x4_convert_i32x4, f32x4_lt, f32x4_mul, f32x4_pmin, f32x4_splat,
    f32x4_sub, i16x8_add, i16x8_load_extend_i8x8, i16x8_narrow_i32x4, i16x8_sub, i32x4_add,
    i32x4_max, i32x4_shl, i32x4_splat, i32x4_sub, u32x4_splat, v128, v128_and, v128_bitselect,
    v128_load, v128_store,
};
use core::ops::{Add, Mul, Sub};

/// Eight 32-bit values: a panel's width.
pub(super) type Pair = [v128; 2];

/// Eight values as vectors.
#[inline(always)]
pub(super) fn pair(values: &[f32; PANEL]) -> Pair {
    let at = values.as_ptr().cast::<v128>();
    // SAFETY: eight 32-bit values are two vectors.
    unsafe { [v128_load(at), v128_load(at.add(1))] }
}

/// The values of two vectors.
#[inline(always)]
fn to_array(vectors: Pair) -> [f32; PANEL] {
    let mut values = [0.0; PANEL];
    let at = values.as_mut_ptr().cast::<v128>();
    // SAFETY: eight 32-bit values are two vectors.
    unsafe {
        v128_store(at, vectors[0]);
        v128_store(at.add(1), vectors[1]);
    }
    values
}

/// As `Tiles::floats`.
#[inline(always)]
pub(super) fn floats<const P: usize, const M: usize>(
    plus: [&[i32; PANEL]; P],
    minus: [&[i32; PANEL]; M],
) -> [f32; PANEL] {
    let pair = |term: &[i32; PANEL]| {
        let at = term.as_ptr().cast::<v128>();
        // SAFETY: eight 32-bit values are two vectors.
        unsafe { [v128_load(at), v128_load(at.add(1))] }
    };
    let mut sums = [i32x4_splat(0); 2];
    for [left, right] in plus.map(pair) {
        sums = [i32x4_add(sums[0], left), i32x4_add(sums[1], right)];
    }
    for [left, right] in minus.map(pair) {
        sums = [i32x4_sub(sums[0], left), i32x4_sub(sums[1], right)];
    }
    to_array([f32x4_convert_i32x4(sums[0]), f32x4_convert_i32x4(sums[1])])
}

/// As `Tiles::scale`. Of eight plain values the compiler multiplies four one by one.
#[inline(always)]
pub(super) fn scale(
    totals: &[f32; PANEL],
    scales: Option<[&[f32; PANEL]; 2]>,
    bias: &[f32; PANEL],
) -> [f32; PANEL] {
    let mut values = pair(totals);
    for scales in scales.into_iter().flatten().map(pair) {
        values = [f32x4_mul(values[0], scales[0]), f32x4_mul(values[1], scales[1])];
    }
    let bias = pair(bias);
    to_array([f32x4_add(values[0], bias[0]), f32x4_add(values[1], bias[1])])
}

/// As `Tiles::operands`: all of them in one pass over the quadrants.
#[inline(always)]
pub(super) fn operands<const N: usize>(
    quadrants: [[&[i8]; 2]; 2],
    operands: [Operand; N],
    mut places: [&mut [i16]; N],
) {
    let length = quadrants[0][0].len();
    let fits = quadrants.iter().flatten().all(|quadrant| quadrant.len() == length);
    assert!(fits && places.iter().all(|place| place.len() == length), "quadrants of one length");
    let [[a, b], [c, d]] = quadrants;
    let [a, b, c, d] = [a.as_ptr(), b.as_ptr(), c.as_ptr(), d.as_ptr()];
    for at in (0..length / 8 * 8).step_by(8) {
        // SAFETY: eight values from here on are in all quadrants and places.
        unsafe {
            // Not `map`, which is not put in place of its call here.
            let wide = [
                [i16x8_load_extend_i8x8(a.add(at)), i16x8_load_extend_i8x8(b.add(at))],
                [i16x8_load_extend_i8x8(c.add(at)), i16x8_load_extend_i8x8(d.add(at))],
            ];
            let of = |[half, k]: Quadrant| wide[half][k];
            for (operand, place) in operands.iter().zip(&mut places) {
                let levels = match *operand {
                    Operand::One(q) => of(q),
                    Operand::Sum(p, q) => i16x8_add(of(p), of(q)),
                    Operand::Difference(p, q) => i16x8_sub(of(p), of(q)),
                };
                v128_store(place.as_mut_ptr().add(at).cast(), levels);
            }
        }
    }
}

/// As `Tiles::gelu`.
#[inline(always)]
pub(super) fn gelu(gelu: &Gelu, values: &mut [f32; PANEL]) {
    let of = |vector| gelu.of(Four(vector)).0;
    let [left, right] = pair(values);
    *values = to_array([of(left), of(right)]);
}

/// As `Tiles::store`.
#[inline(always)]
pub(super) fn store(values: &[f32; PANEL], place: &mut [f32; PANEL]) {
    let [left, right] = pair(values);
    let at = place.as_mut_ptr().cast::<v128>();
    // SAFETY: eight 32-bit values are two vectors.
    unsafe {
        v128_store(at, left);
        v128_store(at.add(1), right);
    }
}

/// As `Tiles::largest`.
#[inline(always)]
pub(super) fn largest(row: &[f32], scales: &[f32]) -> f32 {
    let (chunks, _) = row.as_chunks::<8>();
    let (of_chunks, _) = scales.as_chunks::<8>();
    let bits = i32x4_splat(0x7fff_ffff);
    let mut most = [i32x4_splat(0); 2];
    for (index, chunk) in chunks.iter().enumerate() {
        let mut values = pair(chunk);
        if let Some(scales) = of_chunks.get(index).map(pair) {
            values = [f32x4_mul(values[0], scales[0]), f32x4_mul(values[1], scales[1])];
        }
        for (most, value) in most.iter_mut().zip(values) {
            *most = i32x4_max(*most, v128_and(value, bits));
        }
    }
    let done = 8 * chunks.len();
    let rest = levels::largest(&row[done..], scales.get(done..).unwrap_or_default());
    let lanes = to_array([most[0], most[1]]);
    // Bits of floats that are not negative have the floats' order, those of NaN above all.
    let most = lanes.into_iter().chain([rest]).map(f32::to_bits).max();
    f32::from_bits(most.unwrap_or(0))
}

/// As `Tiles::levels`.
#[inline(always)]
pub(super) fn levels(values: &[f32; 8], scales: Option<&[f32; 8]>, per_value: f32) -> [i16; 8] {
    let mut values = pair(values);
    if let Some(scales) = scales.map(pair) {
        values = [f32x4_mul(values[0], scales[0]), f32x4_mul(values[1], scales[1])];
    }
    let (per_value, round) = (f32x4_splat(per_value), f32x4_splat(ROUND));
    let level = |value| i32x4_sub(f32x4_add(f32x4_mul(value, per_value), round), round);
    // Levels are in 16 bits: what narrows beyond them is not met.
    let narrow = i16x8_narrow_i32x4(level(values[0]), level(values[1]));
    let mut levels = [0i16; 8];
    // SAFETY: eight 16-bit values are a vector.
    unsafe { v128_store(levels.as_mut_ptr().cast(), narrow) };
    levels
}

/// Four floats.
#[derive(Clone, Copy)]
struct Four(v128);

impl Add for Four {
    type Output = Four;

    #[inline(always)]
    fn add(self, other: Four) -> Four {
        Four(f32x4_add(self.0, other.0))
    }
}

impl Sub for Four {
    type Output = Four;

    #[inline(always)]
    fn sub(self, other: Four) -> Four {
        Four(f32x4_sub(self.0, other.0))
    }
}

impl Mul for Four {
    type Output = Four;

    #[inline(always)]
    fn mul(self, other: Four) -> Four {
        Four(f32x4_mul(self.0, other.0))
    }
}

impl Lanes for Four {
    #[inline(always)]
    fn splat(value: f32) -> Four {
        Four(f32x4_splat(value))
    }

    #[inline(always)]
    fn abs(self) -> Four {
        Four(f32x4_abs(self.0))
    }

    #[inline(always)]
    fn at_most(self, most: Four) -> Four {
        // `most < self ? most : self`.
        Four(f32x4_pmin(self.0, most.0))
    }

    #[inline(always)]
    fn power(self, bits: u32) -> Four {
        Four(i32x4_shl(i32x4_add(self.0, u32x4_splat(bits)), 23))
    }

    #[inline(always)]
    fn by_sign(self, negative: Four, other: Four) -> Four {
        let below = f32x4_lt(self.0, f32x4_splat(0.0));
        Four(v128_bitselect(negative.0, other.0, below))
    }
}
