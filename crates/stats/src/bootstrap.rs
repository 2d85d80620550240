//! Percentile bootstrap intervals.

use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::{Interval, StatsError, check, sum};

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// Number of resamples, each of as many studies as there are.
    pub resamples: u32,
    /// Confidence level, between 0 and 1.
    pub level: f64,
    /// Seed of the random draws; the same seed gives the same interval on every platform.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { resamples: 10_000, level: 0.95, seed: 0 }
    }
}

impl Bootstrap {
    /// Refuses settings without meaning.
    pub(crate) fn check(self) -> Result<(), StatsError> {
        let level_has_meaning = self.level > 0.0 && self.level < 1.0;
        if self.resamples == 0 || !level_has_meaning {
            return Err(StatsError::BadBootstrap);
        }
        Ok(())
    }
}

/// Percentile interval of the mean (Efron 1979): studies are drawn with replacement, and the ends
/// are the quantiles of the resampled means, interpolated linearly as numpy's default does.
///
/// For the reciprocal of the mean take [`Interval::reciprocal`] of the result: percentiles follow
/// a monotone function.
///
/// # Errors
///
/// [`StatsError`] for empty or non-finite input and for settings without meaning.
pub fn bootstrap_mean(values: &[f64], settings: Bootstrap) -> Result<Interval, StatsError> {
    Ok(percentiles(&resampled_means(values, settings)?, settings.level))
}

/// The resampled means in ascending order.
fn resampled_means(values: &[f64], settings: Bootstrap) -> Result<Vec<f64>, StatsError> {
    check(values)?;
    settings.check()?;
    let n = values.len();
    let mut random = Random::seeded(settings.seed);
    let mut draw = || values[random.below(n as u64) as usize];
    let mut mean = || sum((0..n).map(|_| draw())) / n as f64;
    let mut means: Vec<f64> = (0..settings.resamples).map(|_| mean()).collect();
    means.sort_unstable_by(f64::total_cmp);
    Ok(means)
}

pub(crate) fn percentiles(sorted: &[f64], level: f64) -> Interval {
    let tail = (1.0 - level) / 2.0;
    Interval { lower: quantile(sorted, tail), upper: quantile(sorted, 1.0 - tail) }
}

/// Linear interpolation between order statistics (Hyndman and Fan's type 7).
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let position = q * (sorted.len() - 1) as f64;
    let below = position.floor();
    let (low, high) = (sorted[below as usize], sorted[position.ceil() as usize]);
    low + (position - below) * (high - low)
}
