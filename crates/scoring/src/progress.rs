//! How far a run is, and how long it will take.

use serde::{Deserialize, Serialize};

use crate::metric::{Encoder, Metric, RadGraphModel};

/// How far one metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricProgress {
    /// The metric.
    pub metric: Metric,
    /// Studies scored.
    pub done: u32,
    /// Studies to score.
    pub total: u32,
    /// Cost of the jobs done: words, and some more for each text.
    pub cost_done: u64,
    /// Cost of all its jobs.
    pub cost_total: u64,
}

/// Estimates rate and time left of one metric from moments that the caller's clock gives.
///
/// Work is counted in words, not studies, because the longest studies come first. Metrics are
/// worked on one after the other: the clock stands until something is done, or the wait for the
/// metric's turn and for its model would count as slowness. And of what is done the first third is
/// passed over: not all workers had the model yet.
#[derive(Clone, Debug, Default)]
pub struct Estimator {
    /// Moments and the words done by then: the one that the clock runs from, then every change.
    seen: Vec<(f64, u64)>,
    total: u64,
    weight: f64,
}

impl Estimator {
    /// Notes how far the metric is at `now`, in seconds of any steady clock.
    pub fn observe(&mut self, now: f64, progress: &MetricProgress) {
        self.total = progress.cost_total;
        self.weight = weight(progress.metric);
        let point = (now, progress.cost_done);
        match self.seen.as_mut_slice() {
            [only] if only.1 == point.1 => *only = point,
            [.., last] if last.1 == point.1 => {}
            _ => self.seen.push(point),
        }
    }

    /// Notes that at `now` a model has been loaded: a metric of which nothing is done begins now.
    pub fn loaded(&mut self, now: f64) {
        if let [only] = self.seen.as_mut_slice() {
            only.0 = now;
        }
    }

    /// Seconds that were left when something was last done, once something has been done since the
    /// first observation.
    pub fn seconds_left(&self) -> Option<f64> {
        Some(self.words_left() as f64 / self.words_per_second()?)
    }

    /// When something was last done.
    pub fn latest(&self) -> Option<f64> {
        self.seen.last().map(|&(at, _)| at)
    }

    /// Words per second of late.
    pub fn words_per_second(&self) -> Option<f64> {
        let (seconds, words) = self.measured()?;
        (seconds > 0.0 && words > 0).then(|| words as f64 / seconds)
    }

    fn words_left(&self) -> u64 {
        self.total.saturating_sub(self.seen.last().map_or(0, |&(_, done)| done))
    }

    /// The share of all words that were done since the clock has run.
    fn share_seen(&self) -> f64 {
        let words = self.seen.first().zip(self.seen.last()).map_or(0, |(a, b)| b.1 - a.1);
        words as f64 / self.total.max(1) as f64
    }

    /// Seconds and words of the last two thirds of what was done.
    fn measured(&self) -> Option<(f64, u64)> {
        let ((_, before), &(now, done)) = (*self.seen.first()?, self.seen.last()?);
        let third = before + done.saturating_sub(before) / 3;
        let from = self.seen.partition_point(|&(_, words)| words <= third).max(1) - 1;
        let &(began, before) = self.seen.get(from)?;
        Some((now - began, done.saturating_sub(before)))
    }
}

/// The share of a metric's words after which its own rate is taken for its time left in
/// [`run_seconds_left`].
const OWN_RATE_FROM: f64 = 0.05;

/// Seconds left of a whole run, from its metrics' estimators, once a model has done something.
///
/// A metric whose turn has not come is estimated from the metrics before it and from how much work
/// their models have with a word.
pub fn run_seconds_left(metrics: &[Estimator]) -> Option<f64> {
    let (mut seconds, mut work) = (0.0, 0.0);
    for metric in metrics.iter().filter(|metric| metric.weight > 0.0) {
        let (took, words) = metric.measured().unwrap_or_default();
        if words > 0 {
            seconds += took;
            work += words as f64 * metric.weight;
        }
    }
    if seconds <= 0.0 || work <= 0.0 {
        return None;
    }
    let of = |metric: &Estimator| match metric.seconds_left() {
        Some(left) if metric.share_seen() >= OWN_RATE_FROM => left,
        _ => metric.words_left() as f64 * metric.weight * seconds / work,
    };
    Some(metrics.iter().map(of).sum())
}

/// How much work a word is for a metric's model, in relation to distilroberta's five layers: counted
/// from the sizes of the published models. What needs no model is not worth counting.
fn weight(metric: Metric) -> f64 {
    match metric {
        Metric::BertScore { encoder: Encoder::Minilm, .. } => 0.3,
        Metric::BertScore { encoder: Encoder::Distilroberta, .. } => 1.0,
        Metric::SembScore { .. } => 2.3,
        Metric::RadGraphF1 { .. } => 2.6,
        Metric::RadGraphReward { model: RadGraphModel::ModernRadgraphXl, .. } => 3.4,
        Metric::RadGraphReward { .. } => 2.6,
        Metric::RateScore { .. } => 3.4,
        Metric::Bleu2
        | Metric::Bleu2Radeval
        | Metric::RadCliq { .. }
        | Metric::Green
        | Metric::FineRadScore => 0.0,
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

    fn at(metric: Metric, cost_done: u64) -> MetricProgress {
        MetricProgress { metric, done: 0, total: 0, cost_done, cost_total: 100 }
    }

    const DISTILROBERTA: Metric = Metric::BertScore { encoder: Encoder::Distilroberta, idf: false };
    const CHEXBERT: Metric = Metric::SembScore { profile: crate::Profile::Rexrank };

    #[test]
    fn waiting_and_loading_are_not_slowness() {
        let mut estimator = Estimator::default();
        estimator.observe(0.0, &at(CHEXBERT, 0));
        estimator.observe(60.0, &at(CHEXBERT, 0));
        estimator.loaded(62.0);
        estimator.observe(64.0, &at(CHEXBERT, 10));
        // Another worker's model comes late: that changes nothing.
        estimator.loaded(65.0);
        estimator.observe(66.0, &at(CHEXBERT, 20));
        assert_eq!(estimator.seconds_left(), Some(16.0));
    }

    #[test]
    fn a_slow_beginning_is_passed_over() {
        let mut estimator = Estimator::default();
        estimator.observe(0.0, &at(CHEXBERT, 0));
        // One worker has the model, then two.
        for (now, done) in [(2.0, 2), (4.0, 4), (5.0, 6), (6.0, 8), (7.0, 10), (8.0, 12)] {
            estimator.observe(now, &at(CHEXBERT, done));
        }
        assert_eq!((estimator.seconds_left(), estimator.latest()), (Some(44.0), Some(8.0)));
    }

    #[test]
    fn a_run_counts_models_whose_turn_has_not_come() {
        let mut metrics = vec![Estimator::default(); 3];
        let mut observe = |now, done: [u64; 3]| {
            let of = [Metric::Bleu2, DISTILROBERTA, CHEXBERT];
            for ((estimator, metric), done) in metrics.iter_mut().zip(of).zip(done) {
                estimator.observe(now, &at(metric, done));
            }
            run_seconds_left(&metrics)
        };
        assert_eq!(observe(0.0, [0, 0, 0]), None);
        // BLEU alone tells nothing of models.
        assert_eq!(observe(1.0, [100, 0, 0]), None);
        // Half of distilroberta in 5 s: 5 s more, and 2.3 times 10 s for CheXbert.
        let left = observe(6.0, [100, 50, 0]).unwrap();
        assert!((left - (5.0 + 23.0)).abs() < 1e-9, "{left}");
        // CheXbert turns out to be faster, which counts from a twentieth on.
        observe(11.0, [100, 100, 0]);
        assert_eq!(observe(13.0, [100, 100, 20]), Some(8.0));
    }
}
