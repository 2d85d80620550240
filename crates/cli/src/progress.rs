//! Progress on standard error: one line that is rewritten on a terminal, a line per tenth else.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use rrgscore_scoring::Run;
use rrgscore_scoring::progress::{Estimator, MetricProgress};

const REDRAW: Duration = Duration::from_millis(200);

/// Prints how far a run is.
pub(crate) struct Printer {
    began: Instant,
    drawn: Option<Instant>,
    terminal: bool,
    estimators: Vec<Estimator>,
    tenths: Vec<u32>,
}

impl Printer {
    /// Starts the clock.
    pub(crate) fn new(run: &Run) -> Self {
        let progress = run.progress();
        let mut estimators = vec![Estimator::default(); progress.len()];
        for (estimator, progress) in estimators.iter_mut().zip(&progress) {
            estimator.observe(0.0, progress);
        }
        Self {
            began: Instant::now(),
            drawn: None,
            terminal: stderr().is_terminal(),
            tenths: vec![0; estimators.len()],
            estimators,
        }
    }

    /// Notes and perhaps prints how far the run is.
    pub(crate) fn watch(&mut self, run: &Run) {
        let seconds = self.began.elapsed().as_secs_f64();
        let progress = run.progress();
        for (estimator, progress) in self.estimators.iter_mut().zip(&progress) {
            estimator.observe(seconds, progress);
        }
        if self.terminal {
            self.redraw(&progress);
        } else {
            self.print_tenths(&progress);
        }
    }

    /// Ends the line.
    pub(crate) fn finish(&self) {
        if self.terminal && self.drawn.is_some() {
            eprintln!();
        }
    }

    fn redraw(&mut self, progress: &[MetricProgress]) {
        if self.drawn.is_some_and(|drawn| drawn.elapsed() < REDRAW) {
            return;
        }
        self.drawn = Some(Instant::now());
        let of = |(progress, estimator): (&MetricProgress, &Estimator)| {
            let left = match estimator.seconds_left() {
                Some(left) if progress.done < progress.total => format!(", {left:.0} s left"),
                _ => String::new(),
            };
            format!("{} {}/{}{left}", progress.metric, progress.done, progress.total)
        };
        let parts: Vec<String> = progress.iter().zip(&self.estimators).map(of).collect();
        // Return to the line's start and clear it: the line before may have been longer.
        eprint!("\r\x1b[K{}", parts.join("  ·  "));
        let _ = stderr().flush();
    }

    fn print_tenths(&mut self, progress: &[MetricProgress]) {
        for (progress, tenth) in progress.iter().zip(&mut self.tenths) {
            let now = (progress.done * 10).checked_div(progress.total).unwrap_or(10);
            if now > *tenth {
                *tenth = now;
                eprintln!("{}: {} of {} studies", progress.metric, progress.done, progress.total);
            }
        }
    }
}
