//! The transcendental functions, of additions and multiplications alone.

// f32 shows every digit of its constants only when it needs them; these are what was fitted.
#![allow(clippy::excessive_precision, reason = "the fitted constants in full")]
#![allow(clippy::approx_constant, reason = "fitted constants, near to known ones but not equal")]

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

/// The polynomial c₀ + c₁·x + c₂·x² + …, in pairs and pairs of pairs (Estrin's scheme): a chain of
/// a third of Horner's length.
#[inline(always)]
fn polynomial<const N: usize>(x: f32, c: &[f32; N]) -> f32 {
    const { assert!(N == 6 || N == 9) };
    let squared = x * x;
    let low = (c[0] + c[1] * x) + (c[2] + c[3] * x) * squared;
    let fourth = squared * squared;
    if N == 6 {
        low + (c[4] + c[5] * x) * fourth
    } else {
        let high = (c[4] + c[5] * x) + (c[6 % N] + c[7 % N] * x) * squared;
        low + (high + c[8 % N] * fourth) * fourth
    }
}

/// 2ⁿ·(1 + f·P(f)) for an integer n in −126…127 held in `shifted` = n + [`ROUND`].
#[inline(always)]
fn scaled(shifted: f32, fraction: f32) -> f32 {
    let n = (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    let power = f32::from_bits((n.wrapping_add(127) as u32) << 23);
    (1.0 + fraction * polynomial(fraction, &EXP2)) * power
}

/// eˣ for x ≤ 88; 0 below −87 (where f32 turns subnormal), and x itself if it is NaN.
///
/// Relative error under 1.5e-7 for −87 ≤ x ≤ 88. Larger x are taken as 88. Source: range
/// reduction by ln 2 in two parts (Cody and Waite 1980), then a fitted polynomial.
#[must_use]
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // ln 2 in two parts; the first has 9 bits, so its product with n is exact.
    const LN2_HIGH: f32 = 0.693_359_375;
    const LN2_LOW: f32 = -0.000_212_194_44;
    let bounded = if x < -87.0 { -87.0 } else { x };
    let bounded = if bounded > 88.0 { 88.0 } else { bounded };
    let shifted = bounded * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let rest = (bounded - n * LN2_HIGH) - n * LN2_LOW;
    let result = scaled(shifted, rest * std::f32::consts::LOG2_E);
    if x < -87.0 { 0.0 } else { result }
}

/// Φ(x), the distribution function of the standard normal: ½·(1 + erf(x/√2)).
///
/// Absolute error under 1e-7 (see the tests). Source: Φ(−|x|) = ½·erfc(|x|/√2), with log₂ erfc a
/// fitted polynomial, so that the left tail has no cancellation.
#[must_use]
#[inline(always)]
pub fn normal_cdf(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let z = if z > 6.0 { 6.0 } else { z };
    let log = z * polynomial(z, &LOG2_ERFC);
    let shifted = log + ROUND;
    let half = 0.5 * scaled(shifted, log - (shifted - ROUND));
    if x < 0.0 { half } else { 1.0 - half }
}

/// The exact GELU (Hendrycks and Gimpel 2016): x·Φ(x). Absolute error under 1e-7·(1 + |x|).
#[must_use]
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    x * normal_cdf(x)
}
