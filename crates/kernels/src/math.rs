//! The transcendental functions, of additions and multiplications alone.

// f32 shows every digit of its constants only when it needs them; these are what was fitted.
#![allow(clippy::excessive_precision, reason = "the fitted constants in full")]
#![allow(clippy::approx_constant, reason = "fitted constants, near to known ones but not equal")]

use std::ops::{Add, Mul, Sub};

/// 1.5 · 2²³: adding it rounds a value of up to 2²² to the nearest integer, ties to even.
pub(crate) const ROUND: f32 = 12_582_912.0;

/// 2ᶠ − 1 over f for |f| ≤ ½, relative error of 2ᶠ under 2.0e-9 before rounding.
const EXP2: [f32; 6] = [
    0.693_147_182_464_599_6,
    0.240_226_477_384_567_26,
    0.055_503_323_674_201_965,
    0.009_618_437_848_985_195,
    0.001_339_888_782_240_450_4,
    0.000_153_533_517_732_284_96,
];

/// log₂ erfc(z) over z for 0 ≤ z ≤ 6, fitted so that the absolute error of erfc is under 6e-9.
const LOG2_ERFC: [f32; 9] = [
    -1.627_907_633_781_433,
    -0.918_435_990_810_394_3,
    -0.148_353_308_439_254_76,
    0.027_862_938_120_961_19,
    -0.000_139_758_398_290_723_56,
    -0.002_070_378_744_974_732_4,
    0.000_744_113_232_940_435_4,
    -0.000_125_414_051_581_174_14,
    0.000_008_672_307_558_299_508,
];

/// A float, or several side by side: every operation is that of each.
pub(crate) trait Lanes:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self>
{
    /// The same value in each.
    fn splat(value: f32) -> Self;

    /// The absolute value.
    fn abs(self) -> Self;

    /// `most` where the value is above it.
    fn at_most(self, most: Self) -> Self;

    /// The float whose bits are those of the value and `bits`, added up and moved by 23.
    fn power(self, bits: u32) -> Self;

    /// `negative` where the value is below 0, otherwise `other`.
    fn by_sign(self, negative: Self, other: Self) -> Self;
}

impl Lanes for f32 {
    #[inline(always)]
    fn splat(value: f32) -> f32 {
        value
    }

    #[inline(always)]
    fn abs(self) -> f32 {
        f32::abs(self)
    }

    #[inline(always)]
    fn at_most(self, most: f32) -> f32 {
        if self > most { most } else { self }
    }

    #[inline(always)]
    fn power(self, bits: u32) -> f32 {
        f32::from_bits(self.to_bits().wrapping_add(bits) << 23)
    }

    #[inline(always)]
    fn by_sign(self, negative: f32, other: f32) -> f32 {
        if self < 0.0 { negative } else { other }
    }
}

/// The polynomial c₀ + c₁·x + c₂·x² + …, in pairs and pairs of pairs (Estrin's scheme): a chain of
/// a third of Horner's length.
#[inline(always)]
fn polynomial<L: Lanes, const N: usize>(x: L, c: &[f32; N]) -> L {
    const { assert!(N == 6 || N == 9) };
    let c = |index: usize| L::splat(c[index % N]);
    let squared = x * x;
    let low = (c(0) + c(1) * x) + (c(2) + c(3) * x) * squared;
    let fourth = squared * squared;
    if N == 6 {
        low + (c(4) + c(5) * x) * fourth
    } else {
        let high = (c(4) + c(5) * x) + (c(6) + c(7) * x) * squared;
        low + (high + c(8) * fourth) * fourth
    }
}

/// The constants of 2ⁿ·(1 + f·P(f)).
#[derive(Debug, Clone, Copy)]
struct Exp2 {
    polynomial: [f32; 6],
    round: f32,
    /// What the bits of n + [`ROUND`] lack of those of n + 127.
    bits: u32,
    one: f32,
}

impl Exp2 {
    const NEW: Exp2 = Exp2 {
        polynomial: EXP2,
        round: ROUND,
        bits: 127u32.wrapping_sub(ROUND.to_bits()),
        one: 1.0,
    };

    /// 2ⁿ·(1 + f·P(f)) for an integer n in −126…127 held in `shifted` = n + [`ROUND`].
    #[inline(always)]
    fn scaled<L: Lanes>(&self, shifted: L, fraction: L) -> L {
        let one = L::splat(self.one);
        (one + fraction * polynomial(fraction, &self.polynomial)) * shifted.power(self.bits)
    }
}

/// [`exp`] with its constants as values: a loop over many keeps them in registers or on the stack,
/// where engines would make each anew from two 64-bit halves in every round. Made in
/// `Exp::loaded`, the compiler does not know them for constants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exp {
    exp2: Exp2,
    least: f32,
    most: f32,
    log2_e: f32,
    /// ln 2 in two parts; the first has 9 bits, so its product with n is exact.
    ln2: [f32; 2],
}

impl Exp {
    const NEW: Exp = Exp {
        exp2: Exp2::NEW,
        least: -87.0,
        most: 88.0,
        log2_e: std::f32::consts::LOG2_E,
        ln2: [0.693_359_375, -0.000_212_194_44],
    };

    #[inline(always)]
    pub(crate) fn loaded() -> Exp {
        std::hint::black_box(Exp::NEW)
    }

    #[inline(always)]
    pub(crate) fn of(&self, x: f32) -> f32 {
        let bounded = if x < self.least { self.least } else { x };
        let bounded = if bounded > self.most { self.most } else { bounded };
        let shifted = bounded * self.log2_e + self.exp2.round;
        let n = shifted - self.exp2.round;
        let rest = (bounded - n * self.ln2[0]) - n * self.ln2[1];
        let result = self.exp2.scaled(shifted, rest * self.log2_e);
        if x < self.least { 0.0 } else { result }
    }
}

/// [`gelu`] and [`normal_cdf`] with their constants as values, for the reason of [`Exp`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gelu {
    exp2: Exp2,
    log2_erfc: [f32; 9],
    root_half: f32,
    most: f32,
    half: f32,
}

impl Gelu {
    const NEW: Gelu = Gelu {
        exp2: Exp2::NEW,
        log2_erfc: LOG2_ERFC,
        root_half: std::f32::consts::FRAC_1_SQRT_2,
        most: 6.0,
        half: 0.5,
    };

    #[inline(always)]
    pub(crate) fn loaded() -> Gelu {
        std::hint::black_box(Gelu::NEW)
    }

    #[inline(always)]
    fn normal_cdf<L: Lanes>(&self, x: L) -> L {
        let [root_half, most, round] = [self.root_half, self.most, self.exp2.round].map(L::splat);
        let z = (x.abs() * root_half).at_most(most);
        let log = z * polynomial(z, &self.log2_erfc);
        let shifted = log + round;
        let half = L::splat(self.half) * self.exp2.scaled(shifted, log - (shifted - round));
        x.by_sign(half, L::splat(self.exp2.one) - half)
    }

    #[inline(always)]
    pub(crate) fn of<L: Lanes>(&self, x: L) -> L {
        x * self.normal_cdf(x)
    }
}

/// eˣ for x ≤ 88; 0 below −87 (where f32 turns subnormal), and x itself if it is NaN.
///
/// Relative error under 1.5e-7 for −87 ≤ x ≤ 88. Larger x are taken as 88. Source: range
/// reduction by ln 2 in two parts (Cody and Waite 1980), then a fitted polynomial.
#[must_use]
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    Exp::NEW.of(x)
}

/// Φ(x), the distribution function of the standard normal: ½·(1 + erf(x/√2)).
///
/// Absolute error under 1e-7 (see the tests). Source: Φ(−|x|) = ½·erfc(|x|/√2), with log₂ erfc a
/// fitted polynomial, so that the left tail has no cancellation.
#[must_use]
#[inline(always)]
pub fn normal_cdf(x: f32) -> f32 {
    Gelu::NEW.normal_cdf(x)
}

/// The exact GELU (Hendrycks and Gimpel 2016): x·Φ(x). Absolute error under 1e-7·(1 + |x|).
#[must_use]
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    Gelu::NEW.of(x)
}
