//! How far a run is, and how long it will take.

use serde::{Deserialize, Serialize};

use crate::Metric;

/// How far one metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricProgress {
    /// The metric.
    pub metric: Metric,
    /// Studies scored.
    pub done: u32,
    /// Studies to score.
    pub total: u32,
    /// Cost of the jobs done, in words.
    pub cost_done: u64,
    /// Cost of all its jobs, in words.
    pub cost_total: u64,
}

/// Estimates rate and time left of one metric from moments that the caller's clock gives.
///
/// Work is counted in words, not studies, because the longest studies come first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Estimator {
    started: Option<(f64, u64)>,
    latest: Option<(f64, u64)>,
    total: u64,
}

impl Estimator {
    /// Notes how far the metric is at `now`, in seconds of any steady clock.
    pub fn observe(&mut self, now: f64, progress: &MetricProgress) {
        self.total = progress.cost_total;
        let point = (now, progress.cost_done);
        self.started.get_or_insert(point);
        self.latest = Some(point);
    }

    /// Seconds left, once something has been done since the first observation.
    pub fn seconds_left(&self) -> Option<f64> {
        let rate = self.words_per_second()?;
        let (_, done) = self.latest?;
        Some(self.total.saturating_sub(done) as f64 / rate)
    }

    /// Words per second since the first observation.
    pub fn words_per_second(&self) -> Option<f64> {
        let ((began, before), (now, done)) = (self.started?, self.latest?);
        let seconds = now - began;
        let words = done.saturating_sub(before);
        (seconds > 0.0 && words > 0).then(|| words as f64 / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_done_takes_as_long_again() {
        let at = |cost_done| MetricProgress {
            metric: Metric::Bleu2,
            done: 0,
            total: 0,
            cost_done,
            cost_total: 100,
        };
        let mut estimator = Estimator::default();
        assert_eq!(estimator.seconds_left(), None);
        estimator.observe(10.0, &at(0));
        assert_eq!(estimator.seconds_left(), None);
        estimator.observe(14.0, &at(50));
        assert_eq!(estimator.seconds_left(), Some(4.0));
        assert_eq!(estimator.words_per_second(), Some(12.5));
    }
}
