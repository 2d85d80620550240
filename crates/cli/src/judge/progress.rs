//! How far the judge is: one line that is rewritten on a terminal, a line per tenth else.

use std::io::{IsTerminal, Write, stderr};

use rrgscore_judge_client::Progress;

/// Prints on standard error.
#[derive(Debug, Default)]
pub(super) struct Printer {
    drawn: bool,
    tenth: usize,
}

impl Printer {
    /// Prints how far it is, if that is news.
    pub(super) fn watch(&mut self, progress: &Progress, stopping: bool) {
        let done = progress.before + progress.answered + progress.failed;
        let tenth = (done * 10).checked_div(progress.total).unwrap_or(10);
        if stderr().is_terminal() {
            self.drawn = true;
            // Return to the line's start and clear it: the line before may have been longer.
            eprint!("\r\x1b[K{}", describe(progress, stopping));
            let _ = stderr().flush();
        } else if tenth > self.tenth {
            self.tenth = tenth;
            eprintln!("{}", describe(progress, stopping));
        }
    }

    /// Ends the line.
    pub(super) fn finish(&self) {
        if self.drawn {
            eprintln!();
        }
    }
}

fn describe(progress: &Progress, stopping: bool) -> String {
    let mut text =
        format!("{} of {} answered", progress.before + progress.answered, progress.total);
    for (count, what) in [(progress.failed, "given up"), (progress.retries, "asked again")] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    if let Some(rate) = progress.rate() {
        text.push_str(&format!(", {:.1} per minute", rate * 60.0));
    }
    match progress.seconds_left() {
        _ if stopping => text.push_str(", waiting for what is under way"),
        Some(left) if progress.left() > 0 => text.push_str(&format!(", {} left", time(left))),
        _ => {}
    }
    text
}

fn time(seconds: f64) -> String {
    match seconds.ceil() as u64 {
        s @ 0..100 => format!("{s} s"),
        s @ 100..6000 => format!("{} min", s.div_ceil(60)),
        s => format!("{:.1} h", s as f64 / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_line_says_rate_and_time_left() {
        let progress = Progress {
            total: 590,
            before: 100,
            answered: 40,
            failed: 1,
            retries: 3,
            elapsed: Duration::from_secs(80),
        };
        assert_eq!(
            describe(&progress, false),
            "140 of 590 answered, 1 given up, 3 asked again, 30.0 per minute, 15 min left"
        );
        assert!(describe(&progress, true).ends_with("waiting for what is under way"));
        let first = Progress { answered: 0, failed: 0, retries: 0, ..progress };
        assert_eq!(describe(&first, false), "100 of 590 answered");
        assert_eq!([time(0.2), time(100.0), time(7200.0)], ["1 s", "2 min", "2.0 h"]);
    }
}
