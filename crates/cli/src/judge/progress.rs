//! How far the judge is, in words.

use rrgscore_judge_client::JudgeProgress;

use crate::progress::time;

/// E.g. `140 of 590 answered, 1 given up, 30.0 per minute, 15 min left`.
pub(super) fn describe(progress: &JudgeProgress, stopping: bool) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_line_says_rate_and_time_left() {
        let progress = JudgeProgress {
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
        let first = JudgeProgress { answered: 0, failed: 0, retries: 0, ..progress };
        assert_eq!(describe(&first, false), "100 of 590 answered");
    }
}
