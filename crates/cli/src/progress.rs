//! Progress on standard error: a bar on a terminal, a line per tenth elsewhere.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use rrgscore_scoring::Run;
use rrgscore_scoring::progress::{Estimator, run_seconds_left};

/// How far something is, of which one line tells.
pub(crate) struct ProgressLine {
    /// `None` where no terminal shows it.
    bar: Option<ProgressBar>,
    tenth: u64,
}

impl ProgressLine {
    /// A line that appears with the first [`ProgressLine::show`].
    pub(crate) fn new() -> Self {
        let bar = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:24} {percent:>3} %  {wide_msg}");
            // The template is a constant, and the default style a bar too.
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, tenth: 0 }
    }

    /// Shows that `done` of `total` is done, and says more in words.
    pub(crate) fn show(&mut self, done: u64, total: u64, words: &str) {
        let Some(bar) = &self.bar else {
            let tenth = (done * 10).checked_div(total).unwrap_or(10);
            if tenth > self.tenth {
                self.tenth = tenth;
                eprintln!("{words}");
            }
            return;
        };
        bar.set_length(total);
        bar.set_position(done);
        bar.set_message(words.to_owned());
    }

    /// Leaves the line as it is.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.abandon();
        }
    }
}

/// How far a run is, and how long it will take.
pub(crate) struct RunProgress {
    line: ProgressLine,
    began: Instant,
    estimators: Vec<Estimator>,
}

impl RunProgress {
    /// Starts the clock.
    pub(crate) fn new(run: &Run) -> Self {
        let mut progress = Self {
            line: ProgressLine::new(),
            began: Instant::now(),
            estimators: vec![Estimator::default(); run.progress().len()],
        };
        progress.observe(run);
        progress
    }

    fn observe(&mut self, run: &Run) {
        let seconds = self.began.elapsed().as_secs_f64();
        for (estimator, progress) in self.estimators.iter_mut().zip(&run.progress()) {
            estimator.observe(seconds, progress);
        }
    }

    /// Shows how far the run is.
    pub(crate) fn watch(&mut self, run: &Run) {
        self.observe(run);
        let progress = run.progress();
        let part = |part: &rrgscore_scoring::progress::MetricProgress| {
            format!("{} {}/{}", part.metric, part.done, part.total)
        };
        let mut words = progress.iter().map(part).collect::<Vec<_>>().join(" · ");
        if let Some(left) = run_seconds_left(&self.estimators).filter(|&left| left > 0.0) {
            words.push_str(&format!(", {} left", time(left)));
        }
        let done = progress.iter().map(|part| u64::from(part.done)).sum();
        let total = progress.iter().map(|part| u64::from(part.total)).sum();
        self.line.show(done, total, &words);
    }

    /// Leaves the line as it is.
    pub(crate) fn finish(&self) {
        self.line.finish();
    }
}

/// Seconds in words: `40 s`, `12 min`, `2.5 h`.
pub(crate) fn time(seconds: f64) -> String {
    match Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(Duration::MAX).as_secs() {
        s @ 0..100 => format!("{s} s"),
        s @ 100..6000 => format!("{} min", s.div_ceil(60)),
        s => format!("{:.1} h", s as f64 / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        assert_eq!([time(0.2), time(100.0), time(7200.0)], ["1 s", "2 min", "2.0 h"]);
    }
}
