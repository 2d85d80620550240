//! How far a run is, and how long it will take.

use serde::{Deserialize, Serialize};

use crate::metric::Metric;

/// How far one metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricProgress {
    /// The metric.
    pub metric: Metric,
    /// Studies scored.
    pub done: u32,
    /// Studies to score.
    pub total: u32,
    /// Cost of the jobs done, in words of short texts: those of long ones count for more.
    pub cost_done: u64,
    /// Cost of all its jobs, in the same.
    pub cost_total: u64,
}

/// Estimates rate and time left of one metric from moments that the caller's clock gives.
///
/// Work is counted as cost, not in studies, because the longest studies come first. Metrics are
/// worked on one after the other: the clock stands until something is done, or the wait for the
/// metric's turn and for its model would count as slowness. And of what is done the first fifth is
/// passed over: not all workers had the model yet, and the browser had not compiled the engine's
/// code to its fastest form. The rest counts evenly: of few jobs the rate would be uncertain.
#[derive(Clone, Debug, Default)]
pub struct Estimator {
    /// Moments and the cost done by then: the one that the clock runs from, then every change.
    seen: Vec<(f64, u64)>,
    total: u64,
    weight: f64,
}

impl Estimator {
    /// Notes how far the metric is at `now`, in seconds of any steady clock.
    pub fn observe(&mut self, now: f64, progress: &MetricProgress) {
        self.total = progress.cost_total;
        self.weight = progress.metric.spec().cost;
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
        let (seconds, cost) = self.measured();
        (seconds > 0.0 && cost > 0).then(|| self.cost_left() as f64 * seconds / cost as f64)
    }

    /// When something was last done.
    pub fn latest(&self) -> Option<f64> {
        self.seen.last().map(|&(at, _)| at)
    }

    fn cost_left(&self) -> u64 {
        self.total.saturating_sub(self.seen.last().map_or(0, |&(_, done)| done))
    }

    /// Seconds and cost of the last four fifths of what was done.
    fn measured(&self) -> (f64, u64) {
        let (Some((_, before)), Some(&(now, done))) = (self.seen.first(), self.seen.last()) else {
            return (0.0, 0);
        };
        let fifth = before + done.saturating_sub(*before) / 5;
        let from = self.seen.partition_point(|&(_, cost)| cost <= fifth).max(1) - 1;
        let (began, before) = self.seen.get(from).copied().unwrap_or((now, done));
        (now - began, done.saturating_sub(before))
    }
}

/// In [`run_seconds_left`] the other metrics' rate stands for what is missing of this share of a
/// metric's cost: the rate of its own first few jobs is more uncertain than such a guess.
const ENOUGH: f64 = 0.15;

/// Seconds left of a whole run, from its metrics' estimators, once a model has done something.
///
/// A metric whose turn has not come is estimated from the others and from how much work their
/// models have with a word; one that has begun, more and more from its own rate, and soon from that
/// alone.
pub fn run_seconds_left(metrics: &[Estimator]) -> Option<f64> {
    let measured = |metric: &Estimator| match metric.measured() {
        (seconds, cost) if metric.weight > 0.0 => (seconds, cost as f64 * metric.weight),
        _ => (0.0, 0.0),
    };
    let (seconds, work) = metrics
        .iter()
        .map(measured)
        .fold((0.0, 0.0), |sum, (seconds, work)| (sum.0 + seconds, sum.1 + work));
    if seconds <= 0.0 || work <= 0.0 {
        return None;
    }
    let left = |metric: &Estimator| {
        let (own_seconds, own_work) = measured(metric);
        let (other_seconds, other_work) = (seconds - own_seconds, work - own_work);
        let pace = if other_work > 0.0 {
            let enough = ENOUGH * metric.total as f64 * metric.weight;
            let missing = (enough - own_work).max(0.0);
            (own_seconds + missing * other_seconds / other_work) / (own_work + missing)
        } else {
            own_seconds / own_work
        };
        metric.cost_left() as f64 * metric.weight * pace
    };
    let open = |metric: &&Estimator| metric.weight > 0.0 && metric.cost_left() > 0;
    Some(metrics.iter().filter(open).map(left).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_done_takes_as_long_again() {
        let at = |cost_done| MetricProgress {
            metric: metric("bleu2"),
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
    }

    fn at(id: &str, cost_done: u64) -> MetricProgress {
        MetricProgress { metric: metric(id), done: 0, total: 0, cost_done, cost_total: 100 }
    }

    const DISTILROBERTA: &str = "bertscore";
    const CHEXBERT: &str = "semb";

    fn metric(id: &str) -> Metric {
        Metric::named(id).unwrap()
    }

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
        for (now, done) in [(2.0, 2), (4.0, 4), (6.0, 8), (8.0, 12), (10.0, 16), (12.0, 20)] {
            estimator.observe(now, &at(CHEXBERT, done));
        }
        // 16 in the last 8 s, so 80 in 40 s.
        assert_eq!((estimator.seconds_left(), estimator.latest()), (Some(40.0), Some(12.0)));
    }

    #[test]
    fn a_run_counts_models_whose_turn_has_not_come() {
        let mut metrics = vec![Estimator::default(); 3];
        let mut observe = |now, done: [u64; 3]| {
            let of = ["bleu2", DISTILROBERTA, CHEXBERT];
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
        // CheXbert turns out to be faster: 10 of its first 12 took 1 s. By distilroberta's pace the
        // 5 that are missing of 15 would take 1.15 s.
        observe(11.0, [100, 100, 0]);
        observe(11.4, [100, 100, 2]);
        let left = observe(12.4, [100, 100, 12]).unwrap();
        assert!((left - 88.0 * (1.0 + 1.15) / 15.0).abs() < 1e-9, "{left}");
        // Of 50, the first two are passed over: 48 in 5 s, its own pace alone.
        let left = observe(16.4, [100, 100, 50]).unwrap();
        assert!((left - 50.0 * 5.0 / 48.0).abs() < 1e-9, "{left}");
    }
}
