//! Round numbers for an axis.

use crate::page::format;

/// A linear axis from `low` to `high`, with marks at round numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    /// Left end.
    pub low: f64,
    /// Right end.
    pub high: f64,
    /// Marks, increasing, within the ends.
    pub ticks: Vec<f64>,
    /// Decimals that tell the marks apart.
    pub decimals: usize,
}

impl Axis {
    /// An axis that holds all values, with about `wanted` marks at multiples of 1, 2 or 5 times a
    /// power of ten. It begins at 0 unless a value is negative, so that bar lengths can be
    /// compared.
    pub(super) fn from_zero(values: impl IntoIterator<Item = f64>, wanted: usize) -> Self {
        Self::around(values.into_iter().chain([0.0]), wanted)
    }

    /// The same over the values' own range: for places, which are not lengths.
    pub(super) fn around(values: impl IntoIterator<Item = f64>, wanted: usize) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if high - low < 1e-9 {
            high = low + 1.0;
        }
        let (step, decimals) = round_step((high - low) / wanted.max(1) as f64);
        let first = (low / step).floor();
        let last = (high / step).ceil();
        let count = (last - first) as usize;
        let ticks: Vec<f64> = (0..=count).map(|at| (first + at as f64) * step).collect();
        Self { low: first * step, high: last * step, ticks, decimals }
    }

    /// Where a value stands between the pixels at the axis' two ends.
    pub(super) fn at(&self, value: f64, from: f64, to: f64) -> f64 {
        from + ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0) * (to - from)
    }

    /// Its marks, each with its number as text.
    pub(super) fn marks(&self) -> impl Iterator<Item = (f64, String)> {
        self.ticks.iter().map(|&tick| (tick, format::score(Some(tick), self.decimals)))
    }
}

/// The smallest of 1, 2, 5 × 10ⁿ that is at least `rough`, and the decimals it needs.
fn round_step(rough: f64) -> (f64, usize) {
    let (mut power, mut decimals) = (0_i32, 0_usize);
    while ten_to(power) < rough {
        power += 1;
    }
    while ten_to(power) > rough && decimals < 9 {
        power -= 1;
        decimals += 1;
    }
    for factor in [1.0, 2.0, 5.0, 10.0] {
        // Of a power below one the division gives the number nearest to the decimal fraction, which
        // the product of 5 and 0.01000…2 is not.
        let step = if power < 0 { factor / ten_to(-power) } else { factor * ten_to(power) };
        if step >= rough * (1.0 - 1e-9) {
            let decimals = if factor == 10.0 { decimals.saturating_sub(1) } else { decimals };
            return (step, decimals);
        }
    }
    (ten_to(power), decimals)
}

/// A power of ten.
fn ten_to(power: i32) -> f64 {
    let whole = (0..power.abs()).fold(1.0, |product, _| product * 10.0);
    if power < 0 { 1.0 / whole } else { whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_hold_all_values() {
        let axis = Axis::from_zero([0.21, 0.05], 5);
        assert_eq!((axis.low, axis.high, axis.decimals), (0.0, 0.25, 2));
        assert_eq!(axis.ticks.len(), 6);
        assert!((axis.ticks[1] - 0.05).abs() < 1e-12);
    }

    #[test]
    fn ends_scale_from_small_to_large() {
        for (values, high, decimals) in
            [([0.98, 0.5], 1.0, 1), ([1.61, 0.0], 2.0, 1), ([47.0, 3.0], 50.0, 0)]
        {
            let axis = Axis::from_zero(values, 5);
            assert_eq!((axis.high, axis.decimals), (high, decimals), "{values:?}");
        }
    }

    #[test]
    fn negative_values_extend_the_axis_to_the_left() {
        let axis = Axis::from_zero([-0.12, 0.4], 5);
        assert!(axis.low <= -0.12 && axis.high >= 0.4);
        assert!(axis.at(0.0, 0.0, 100.0) > 0.0);
    }

    #[test]
    fn places_need_no_zero() {
        let axis = Axis::around([0.41, 0.58], 5);
        assert!((axis.low - 0.4).abs() < 1e-12 && (axis.high - 0.6).abs() < 1e-12, "{axis:?}");
        assert_eq!(axis.marks().last().unwrap().1, "0.60");
    }

    #[test]
    fn nothing_to_show_is_still_an_axis() {
        let axis = Axis::from_zero([], 5);
        assert_eq!((axis.low, axis.high), (0.0, 1.0));
        assert_eq!(axis.at(0.5, 0.0, 100.0), 50.0);
        assert_eq!(axis.at(7.0, 0.0, 100.0), 100.0);
        // Upright: from below to above.
        assert_eq!(axis.at(0.25, 200.0, 100.0), 175.0);
    }
}
