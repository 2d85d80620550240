//! Round numbers for an axis.

/// A linear axis from `low` to `high`, with marks at round numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
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
    pub fn from_zero(values: impl IntoIterator<Item = f64>, wanted: usize) -> Self {
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for value in values.into_iter().filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
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

    /// Where a value stands, in percent of the axis' length.
    pub fn percent(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low) * 100.0).clamp(0.0, 100.0)
    }
}

/// The smallest of 1, 2, 5 × 10ⁿ that is at least `rough`, and the decimals it needs.
fn round_step(rough: f64) -> (f64, usize) {
    let mut power = 1.0;
    let mut decimals = 0_usize;
    while power < rough {
        power *= 10.0;
    }
    while power > rough && decimals < 9 {
        power /= 10.0;
        decimals += 1;
    }
    // Division leaves 0.010000000000000002: take the decimal literal's value instead.
    for factor in [1.0, 2.0, 5.0, 10.0] {
        if factor * power >= rough * (1.0 - 1e-9) {
            let decimals = if factor == 10.0 { decimals.saturating_sub(1) } else { decimals };
            let step: f64 = format!("{:.9}", factor * power).parse().unwrap_or(factor * power);
            return (step, decimals);
        }
    }
    (power, decimals)
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
        assert!(axis.percent(0.0) > 0.0);
    }

    #[test]
    fn nothing_to_show_is_still_an_axis() {
        let axis = Axis::from_zero([], 5);
        assert_eq!((axis.low, axis.high), (0.0, 1.0));
        assert_eq!(axis.percent(0.5), 50.0);
        assert_eq!(axis.percent(7.0), 100.0);
    }
}
